package harness

import (
	"sync"
	"time"
)

// A watcher knows which sides of a check have been asked and have not answered,
// and tells who it is that everything waits for when that takes long. It uses a
// timer, which is no matter where nothing is measured.
type watcher struct {
	tell   func(Event)
	ticker *time.Ticker
	done   chan struct{}
	ended  sync.WaitGroup

	mu    sync.Mutex
	waits map[int]awaited
	next  int
}

// An awaited is one side that was asked.
type awaited struct {
	row, impl string
	since     time.Time
	limit     time.Duration
}

// slow is when a side is worth a word.
var slow = 2 * time.Second

func watch(tell func(Event)) *watcher {
	w := &watcher{tell: tell, ticker: time.NewTicker(slow), done: make(chan struct{}), waits: make(map[int]awaited)}
	w.ended.Go(func() {
		for {
			select {
			case <-w.ticker.C:
				w.report()
			case <-w.done:
				return
			}
		}
	})
	return w
}

// stop returns when nothing is told any more.
func (w *watcher) stop() {
	w.ticker.Stop()
	close(w.done)
	w.ended.Wait()
}

// begin notes that a side has been asked, which has that long to answer; the
// function that it returns, that it did.
func (w *watcher) begin(row, impl string, limit time.Duration) func() {
	if w == nil {
		return func() {}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.next
	w.next++
	w.waits[n] = awaited{row, impl, time.Now(), limit}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.waits, n)
	}
}

// report tells of the side that was asked first, if that was long ago.
func (w *watcher) report() {
	if a, ok := w.first(); ok && time.Since(a.since) >= slow {
		elapsed := time.Since(a.since)
		w.tell(Event{Row: a.row, Impl: a.impl, Elapsed: elapsed, Left: max(0, a.limit-elapsed)})
	}
}

func (w *watcher) first() (found awaited, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.waits {
		if !ok || a.since.Before(found.since) {
			found, ok = a, true
		}
	}
	return found, ok
}

// checkTime is how long a side has to give its result.
func (s *subject) checkTime() time.Duration {
	if s.isWorker() {
		return s.spec.Timeouts.WithDefaults().Verify
	}
	return s.commandTimeout()
}
