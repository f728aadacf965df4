package tasks

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"sync/atomic"
)

// Work is what the tasks of a DAG compute, again and again.
//
// The value of a task is the sum of 0 to 99, plus the values of the tasks it
// needs, plus a seed that is another one in each iteration. A task that reads
// what it needs too early reads the value of the iteration before, and every
// value from there to the root is wrong. The seeds count down to the one asked
// for, so that the values in the end do not depend on how many iterations a side
// takes to fill a sample.
type Work struct {
	*DAG
	seed  int64
	cells []cell

	// clock numbers the starts and ends of bodies where order is looked at;
	// nil where time is.
	clock *atomic.Int64
	spans []span
}

type cell struct {
	value int64
	runs  int64
}

type span struct{ start, end int64 }

// NewWork returns work whose last of so many iterations has the given seed.
func NewWork(d *DAG, seed uint64, iterations int64) *Work {
	return &Work{DAG: d, seed: int64(seed) + iterations, cells: make([]cell, len(d.Needs))}
}

// Watch makes the next iteration record in which order the tasks ran.
func (w *Work) Watch() {
	w.clock, w.spans = new(atomic.Int64), make([]span, len(w.Needs))
}

// Do is the body of task i.
func (w *Work) Do(i int32) {
	if w.clock != nil {
		w.spans[i].start = w.clock.Add(1)
		w.compute(i)
		w.spans[i].end = w.clock.Add(1)
		return
	}
	w.compute(i)
}

func (w *Work) compute(i int32) {
	sum := w.seed
	for j := range int64(100) {
		sum += j
	}
	for _, dep := range w.Needs[i] {
		sum += w.cells[dep].value
	}
	c := &w.cells[i]
	c.value = sum
	c.runs++
}

// Next begins an iteration.
func (w *Work) Next() { w.seed-- }

// Check reports a task that has not run once in each of so many iterations.
func (w *Work) Check(iterations int64) error {
	for i := range w.cells {
		if runs := w.cells[i].runs; runs != iterations {
			return fmt.Errorf("task %d ran %d times in %d iterations", i, runs, iterations)
		}
	}
	return nil
}

// CheckOrder reports a task that started before one it needs had ended, in the
// iteration since Watch.
func (w *Work) CheckOrder() error {
	for i, needs := range w.Needs {
		for _, dep := range needs {
			if w.spans[dep].end == 0 || w.spans[i].start < w.spans[dep].end {
				return fmt.Errorf("task %d started before task %d had ended", i, dep)
			}
		}
	}
	return nil
}

// Digest is the SHA-256 of all values.
func (w *Work) Digest() string {
	data := make([]byte, 0, 8*len(w.cells))
	for i := range w.cells {
		data = binary.LittleEndian.AppendUint64(data, uint64(w.cells[i].value))
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
