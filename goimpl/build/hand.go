package build

import "sync/atomic"

// A hand is a stretch of the queue that was given to one worker. The worker
// claims its tasks one by one from the front; who has nothing to do may cut
// off the back. So to be given many tasks at once is cheap and yet commits
// nobody: no task waits behind another that turns out to be slow while a
// worker idles.
type hand struct {
	// tasks is written with the crew's lock held.
	tasks []int32
	// span are the tasks that nobody has claimed: low half the index of the
	// first, high half that of the one after the last.
	span atomic.Uint64
}

func pack(lo, hi int) uint64 { return uint64(hi)<<32 | uint64(uint32(lo)) }

func unpack(span uint64) (lo, hi int) { return int(uint32(span)), int(span >> 32) }

// take replaces an empty hand. Its first task counts as claimed. In a chain,
// where every hand is of one task, nothing else is left to claim or to cut and
// no atomic operation is spent on it.
func (h *hand) take(tasks []int32) {
	h.tasks = tasks
	if len(tasks) > 1 {
		h.span.Store(pack(1, len(tasks)))
	}
}

// claim returns the next task, for the worker whose hand it is.
func (h *hand) claim() (task int32, ok bool) {
	if len(h.tasks) == 1 {
		return 0, false
	}
	lo, hi := unpack(h.span.Add(1))
	if lo > hi {
		return 0, false
	}
	return h.tasks[lo-1], true
}

// ended returns how many tasks have ended, for anybody: its owner claims one
// when the one before has ended well. The hand is of more than one.
func (h *hand) ended() int {
	lo, _ := unpack(h.span.Load())
	return lo - 1
}

// left returns how many tasks nobody has claimed.
func (h *hand) left() int {
	if len(h.tasks) == 1 {
		return 0
	}
	lo, hi := unpack(h.span.Load())
	return max(0, hi-lo)
}

// cut takes the last n of the tasks that nobody has claimed, or half of them
// rounded up if n is 0. The caller holds the crew's lock.
func (h *hand) cut(n int) []int32 {
	if len(h.tasks) == 1 {
		return nil
	}
	for {
		span := h.span.Load()
		lo, hi := unpack(span)
		if lo >= hi {
			return nil
		}
		mid := lo + (hi-lo)/2
		if n > 0 {
			mid = max(lo, hi-n)
		}
		if h.span.CompareAndSwap(span, pack(lo, mid)) {
			return h.tasks[mid:hi:hi]
		}
	}
}
