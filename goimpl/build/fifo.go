package build

// A fifo is a queue of tasks. What has been taken stays in its array, which
// nobody writes to again before the end of the build: a stretch of it can be
// handed out as it is.
type fifo struct {
	items []int32
	head  int
}

func (q *fifo) len() int { return len(q.items) - q.head }

func (q *fifo) first() int32 { return q.items[q.head] }

func (q *fifo) push(i int32) { q.items = append(q.items, i) }

// take removes the first n tasks.
func (q *fifo) take(n int) []int32 {
	tasks := q.items[q.head : q.head+n : q.head+n]
	q.head += n
	return tasks
}
