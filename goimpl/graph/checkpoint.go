package graph

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"xbench/goimpl/cj"
)

// checkpoint encodes and saves the state after the superstep.
func (r *run) checkpoint(ctx context.Context) error {
	if r.opts.Tracer == nil {
		return r.store(ctx)
	}
	start := time.Now()
	err := r.store(ctx)
	id := fmt.Sprintf("%s/%08d", r.thread(), r.step)
	r.trace(Span{Kind: CheckpointSpan, Name: id, Step: r.step, Start: start, Duration: time.Since(start), Err: err})
	return err
}

func (r *run) store(ctx context.Context) (err error) {
	var at *field // being encoded
	defer func() {
		if v := recover(); v != nil {
			e := &Error{Kind: NotStored, Step: r.step, Err: &PanicError{v, debug.Stack()}}
			if at != nil {
				e.Field = at.name
			}
			err = e
		}
	}()
	data, err := r.appendCheckpoint(r.buf[:0], &at)
	if err == nil {
		r.buf = data
		err = r.opts.Checkpoints.Save(ctx, Checkpoint{r.thread(), r.step, data})
	}
	if err != nil {
		return &Error{Kind: NotStored, Step: r.step, Err: err}
	}
	r.saved, r.parent = true, r.step
	r.count.Checkpoints++
	r.count.CheckpointBytes += int64(len(data))
	return nil
}

func (r *run) thread() string {
	return cmp.Or(r.opts.Thread, defaultThread)
}

func (r *run) appendCheckpoint(dst []byte, at **field) ([]byte, error) {
	dst = append(dst, `{"id":`...)
	dst, err := r.appendID(dst, r.step)
	if err != nil {
		return nil, err
	}
	if dst, err = r.appendJoins(dst); err != nil {
		return nil, err
	}
	dst = append(dst, `,"next":[`...)
	for i, id := range r.next {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = cj.AppendString(dst, r.plan.nodes[id].name); err != nil {
			return nil, err
		}
	}
	for i := range r.sends {
		if i > 0 || len(r.next) > 0 {
			dst = append(dst, ',')
		}
		if dst, err = cj.AppendString(dst, r.plan.nodes[r.sends[i].node].name); err != nil {
			return nil, err
		}
	}
	dst = append(dst, `],"parent":`...)
	if dst, err = r.appendParent(dst); err != nil {
		return nil, err
	}
	if dst, err = r.appendSends(dst); err != nil {
		return nil, err
	}
	dst = append(dst, `,"state":`...)
	if dst, err = (State{r.plan.schema, r.cur}).appendCJ(dst, at); err != nil {
		return nil, cj.At(err, ".state")
	}
	dst = append(dst, `,"step":`...)
	dst = strconv.AppendInt(dst, int64(r.step), 10)
	dst = append(dst, `,"thread":`...)
	if dst, err = cj.AppendString(dst, r.thread()); err != nil {
		return nil, err
	}
	return append(dst, `,"v":1}`...), nil
}

func (r *run) appendParent(dst []byte) ([]byte, error) {
	switch {
	case r.saved:
		return r.appendID(dst, r.parent)
	case r.resumed != "":
		return cj.AppendString(dst, r.resumed)
	}
	return append(dst, "null"...), nil
}

// appendJoins appends which sources have arrived at the joins that wait for
// others; nothing if none does.
func (r *run) appendJoins(dst []byte) ([]byte, error) {
	var waiting []any
	for j := range r.plan.joins {
		join, seats := &r.plan.joins[j], r.seats[j]
		if r.missing[j] == len(seats) {
			continue
		}
		var arrived []string
		for i, id := range join.from {
			if seats[i] {
				arrived = append(arrived, r.plan.name(id))
			}
		}
		waiting = append(waiting, []any{arrived, r.plan.names(join.from), r.plan.name(join.to)})
	}
	if waiting == nil {
		return dst, nil
	}
	waiting, err := sortByText(waiting)
	if err != nil {
		return nil, err
	}
	return cj.Append(append(dst, `,"joins":`...), waiting)
}

// appendSends appends the inputs of the sends that are pending, if any.
func (r *run) appendSends(dst []byte) ([]byte, error) {
	if len(r.sends) == 0 {
		return dst, nil
	}
	dst = append(dst, `,"sends":`...)
	dst, err := cj.AppendList(dst, r.sends, func(dst []byte, s send) ([]byte, error) { return s.input.AppendCJ(dst) })
	if err != nil {
		return nil, cj.At(err, ".sends")
	}
	return dst, nil
}

// appendID appends thread/00000012 in quotes.
func (r *run) appendID(dst []byte, step int) ([]byte, error) {
	dst, err := cj.AppendString(dst, r.thread())
	if err != nil {
		return nil, err
	}
	dst[len(dst)-1] = '/' // was the closing quote
	return append(appendStep(dst, step), '"'), nil
}

// appendStep appends at least eight digits, so that names sort like numbers.
func appendStep(dst []byte, step int) []byte {
	digits := 1
	for n := step; n >= 10; n /= 10 {
		digits++
	}
	for ; digits < 8; digits++ {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, int64(step), 10)
}
