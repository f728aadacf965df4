package build

// A fifo is a queue of tasks. It starts over in its array whenever it is
// empty; tasks that are queued at most once at a time make an array of all
// tasks last for long.
type fifo struct {
	items []int32
	head  int
}

func (q *fifo) push(i int32) { q.items = append(q.items, i) }

func (q *fifo) pop() (i int32, ok bool) {
	if q.head == len(q.items) {
		return 0, false
	}
	i = q.items[q.head]
	if q.head++; q.head == len(q.items) {
		q.items, q.head = q.items[:0], 0
	}
	return i, true
}
