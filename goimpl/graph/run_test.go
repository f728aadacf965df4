package graph_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
)

// trace is a state that logs who ran.
type trace struct {
	schema *graph.Schema
	log    graph.ListField[string]
	meta   graph.MapField[int]
	x      graph.Field[int]
}

func newTrace() trace {
	s := graph.NewSchema()
	return trace{s, graph.Append[string](s, "log"), graph.Merge[int](s, "meta", nil), graph.Last(s, "x", 0)}
}

func (d trace) say(b *graph.Builder, names ...string) {
	for _, name := range names {
		b.Node(name, func(_ context.Context, _ graph.State, out *graph.Update) error {
			d.log.Add(out, name)
			return nil
		})
	}
}

// star is start -> name... with the given bodies.
func (d trace) star(bodies map[string]graph.NodeFunc) *graph.Builder {
	b := graph.New(d.schema)
	d.say(b, "start")
	for name, body := range bodies {
		b.Node(name, body)
		b.Edge("start", name)
	}
	b.Entry("start")
	return b
}

func invoke(tb testing.TB, workers int, p *graph.Plan, in graph.State, o graph.Options) (graph.Result, error) {
	tb.Helper()
	r := graph.NewRunner(workers)
	defer r.Close()
	return r.Invoke(context.Background(), p, in, o)
}

// kindOf returns the kind and place of an engine's error.
func kindOf(err error) string {
	var e *graph.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Kind, e.Node, e.Field))
}

func TestPanicsBecomeErrors(t *testing.T) {
	cause := errors.New("cause")
	check := func(body graph.NodeFunc, want string, is error) {
		t.Helper()
		for _, workers := range []int{0, 2} {
			d := newTrace()
			p := compile(t, d.star(map[string]graph.NodeFunc{"a": func(context.Context, graph.State, *graph.Update) error { return nil }, "bad": body}))
			_, err := invoke(t, workers, p, d.schema.Input().State(), graph.Options{})
			if err == nil || err.Error() != want {
				t.Errorf("%d workers: got %v, want %s", workers, err, want)
			}
			if is != nil && !errors.Is(err, is) {
				t.Errorf("%d workers: %v does not lead to its cause", workers, err)
			}
		}
	}
	check(func(context.Context, graph.State, *graph.Update) error { panic("oh no") },
		`graph: node "bad": step 2: node failed: panic: oh no`, nil)
	check(func(context.Context, graph.State, *graph.Update) error { panic(cause) },
		`graph: node "bad": step 2: node failed: panic: cause`, cause)
	check(func(context.Context, graph.State, *graph.Update) error { return cause },
		`graph: node "bad": step 2: node failed: cause`, cause)
	check(func(_ context.Context, s graph.State, _ *graph.Update) error {
		graph.Last(graph.NewSchema(), "other", "").Get(s)
		return nil
	}, `graph: node "bad": step 2: node failed: panic: graph: field "other" belongs to another schema`, nil)
}

// TestGoexit: a node that ends its goroutine fails, and the runner still has
// all of its workers.
func TestGoexit(t *testing.T) {
	d := newTrace()
	exit := func(context.Context, graph.State, *graph.Update) error { runtime.Goexit(); return nil }
	p := compile(t, d.star(map[string]graph.NodeFunc{"a": exit, "b": exit, "c": exit}))
	r := graph.NewRunner(2)
	defer r.Close()
	for range 3 {
		if _, err := r.Invoke(context.Background(), p, d.schema.Input().State(), graph.Options{}); kindOf(err) != "node_failed a" {
			t.Fatalf("got %v", err)
		}
	}
}

func TestRouterPanics(t *testing.T) {
	d := newTrace()
	b := graph.New(d.schema)
	d.say(b, "s")
	b.Branch("s", func(graph.State) string { panic("lost") }, map[string]string{"x": graph.End})
	b.Entry("s")
	if _, err := invoke(t, 0, compile(t, b), d.schema.Input().State(), graph.Options{}); kindOf(err) != "node_failed s" || !strings.Contains(err.Error(), "router: panic: lost") {
		t.Errorf("got %v", err)
	}
}

// TestErrorPrecedence: of several faults in one superstep the same one wins,
// whoever runs the nodes.
func TestErrorPrecedence(t *testing.T) {
	d := newTrace()
	peaks := graph.MaxEach(d.schema, "peaks", []int{1, 2})
	also := graph.Last(d.schema, "also", 0)
	fail := func(context.Context, graph.State, *graph.Update) error { return errors.New("no") }
	put := func(name string) graph.NodeFunc {
		return func(_ context.Context, _ graph.State, out *graph.Update) error { return out.Put(name, 1) }
	}
	both := func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.x.Set(out, 1)
		also.Set(out, 1)
		return nil
	}
	shape := func(_ context.Context, _ graph.State, out *graph.Update) error {
		peaks.Set(out, []int{1})
		return nil
	}
	check := func(want string, bodies map[string]graph.NodeFunc, readOnly ...string) {
		t.Helper()
		b := d.star(bodies)
		for _, name := range readOnly {
			b.ReadOnly(name, put("x"))
			b.Edge("start", name)
		}
		p := compile(t, b)
		for _, workers := range []int{0, 1, 4} {
			if _, err := invoke(t, workers, p, d.schema.Input().State(), graph.Options{}); kindOf(err) != want {
				t.Errorf("%d workers: got %q (%v), want %q", workers, kindOf(err), err, want)
			}
		}
	}
	check("node_failed m", map[string]graph.NodeFunc{"a": put("nope"), "m": fail, "z": fail}, "b")
	check("unknown_field m nope", map[string]graph.NodeFunc{"m": put("nope"), "z": put("other")}, "b")
	check("read_only_violation b", map[string]graph.NodeFunc{"a": put("x"), "c": put("x")}, "b")
	check("concurrent_write c x", map[string]graph.NodeFunc{"a": put("x"), "c": put("x"), "d": shape})
	check("reducer_shape a peaks", map[string]graph.NodeFunc{"a": shape, "c": put("x"), "d": put("x")})
	check("concurrent_write b also", map[string]graph.NodeFunc{"a": both, "b": both}) // the first by name
}

func TestCancellation(t *testing.T) {
	for _, workers := range []int{0, 1, 4} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(context.Background())
				why := errors.New("enough")
				d := newTrace()
				ended := make(chan struct{}, 8)
				body := func(ctx context.Context, _ graph.State, _ *graph.Update) error {
					cancel(why) // in the middle of the superstep
					<-ctx.Done()
					ended <- struct{}{}
					return context.Cause(ctx)
				}
				p := compile(t, d.star(map[string]graph.NodeFunc{"a": body, "b": body, "c": body}))
				r := graph.NewRunner(workers)
				defer r.Close()
				store := &graph.MemoryStore{}
				res, err := r.Invoke(ctx, p, d.schema.Input().State(), graph.Options{Checkpoints: store})
				if !errors.Is(err, why) {
					t.Fatalf("got %v, want one that leads to its cause", err)
				}
				if len(ended) == 0 {
					t.Error("no node saw the cancellation")
				}
				if n := len(store.Checkpoints("t0")); n != 2 || res.Counters.Checkpoints != 2 {
					t.Errorf("%d checkpoints, want those before the superstep, 2", n)
				}
				_, err = r.Invoke(ctx, p, d.schema.Input().State(), graph.Options{})
				if kindOf(err) != "cancelled" {
					t.Errorf("a cancelled context gives %v", err)
				}
			})
		})
	}
}

// TestWorkersRunTasks: with n workers exactly n nodes of a superstep run at a
// time, on other goroutines than the caller's; with none they run on it.
func TestWorkersRunTasks(t *testing.T) {
	for _, workers := range []int{1, 2, 4, 8} {
		synctest.Test(t, func(t *testing.T) {
			d := newTrace()
			gate := make(chan struct{})
			var mu sync.Mutex
			running := 0
			bodies := make(map[string]graph.NodeFunc)
			for i := range 8 {
				bodies[fmt.Sprint("w", i)] = func(context.Context, graph.State, *graph.Update) error {
					mu.Lock()
					running++
					mu.Unlock()
					<-gate
					return nil
				}
			}
			p := compile(t, d.star(bodies))
			r := graph.NewRunner(workers)
			defer r.Close()
			done := make(chan error)
			go func() {
				_, err := r.Invoke(context.Background(), p, d.schema.Input().State(), graph.Options{})
				done <- err
			}()
			synctest.Wait() // all that can run have started
			mu.Lock()
			if running != workers {
				t.Errorf("%d nodes run at a time, want %d", running, workers)
			}
			mu.Unlock()
			close(gate)
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}

func TestInline(t *testing.T) {
	check := func(workers int, width int, want bool) {
		t.Helper()
		d := newTrace()
		me, on := goroutine(), make([]bool, width)
		bodies := make(map[string]graph.NodeFunc)
		for i := range width {
			bodies[fmt.Sprint("w", i)] = func(context.Context, graph.State, *graph.Update) error {
				on[i] = goroutine() == me
				return nil
			}
		}
		if _, err := invoke(t, workers, compile(t, d.star(bodies)), d.schema.Input().State(), graph.Options{}); err != nil {
			t.Fatal(err)
		}
		for i := range on {
			if on[i] != want {
				t.Errorf("%d workers, %d nodes: node %d on the caller's goroutine: %v, want %v", workers, width, i, on[i], want)
			}
		}
	}
	check(0, 5, true)
	check(4, 1, true) // a superstep of one node never needs a worker
	check(4, 5, false)
}

// goroutine names the current goroutine by the first line of its stack.
func goroutine() string {
	buf := make([]byte, 64)
	return strings.Fields(string(buf[:runtime.Stack(buf, false)]))[1]
}

// TestNoGoroutineIsLeft: synctest reports any goroutine that outlives Close.
func TestNoGoroutineIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newComplex()
		p := compile(t, d.fan(10))
		r := graph.NewRunner(8)
		for range 20 {
			if _, err := r.Invoke(context.Background(), p, d.input(), graph.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		r.Close()
		r.Close() // again does no harm
	})
}

// TestConcurrentInvokes: runs share a plan, an input, a runner and a store.
func TestConcurrentInvokes(t *testing.T) {
	d := newComplex()
	p, in := compile(t, d.fan(5)), d.input()
	want, err := invoke(t, 0, p, in, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	digest := digestOf(t, want.State)
	r := graph.NewRunner(3)
	defer r.Close()
	store := &graph.MemoryStore{}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 25 {
				res, err := r.Invoke(context.Background(), p, in, graph.Options{Checkpoints: store, Thread: fmt.Sprint(i)})
				if err != nil {
					t.Error(err)
					return
				}
				if got := digestOf(t, res.State); got != digest {
					t.Errorf("digest %s, want %s", got, digest)
				}
			}
		})
	}
	wg.Wait()
	for i := range 8 {
		if n := len(store.Checkpoints(fmt.Sprint(i))); n != 4 { // of the last run
			t.Errorf("thread %d has %d checkpoints, want 4", i, n)
		}
	}
}

func digestOf(t testing.TB, v any) string {
	t.Helper()
	d, err := cj.Digest(v)
	if err != nil {
		t.Error(err)
	}
	return d
}

func TestStream(t *testing.T) {
	d := newTrace()
	b := graph.New(d.schema)
	d.say(b, "a", "c")
	b.Node("b", func(context.Context, graph.State, *graph.Update) error { return nil })
	b.Edge("a", "b")
	b.Edge("b", "c")
	b.Entry("a")
	p := compile(t, b)
	check := func(mode graph.Mode, want ...string) {
		t.Helper()
		var r graph.Runner
		var got []string
		s := r.Stream(context.Background(), p, d.schema.Input().State(), mode, graph.Options{})
		for e, err := range s.Events() {
			if err != nil {
				t.Fatal(err)
			}
			text, err := e.AppendCJ(nil)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(text))
		}
		res, err := s.Result()
		if err != nil || res.Counters.Events != int64(len(want)) || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d events, error %v:\n%s\nwant\n%s", mode, res.Counters.Events, err, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	// b writes nothing: no values event for its step.
	check(graph.Values,
		`{"mode":"values","state":{"log":[],"meta":{},"x":0},"step":0}`,
		`{"mode":"values","state":{"log":["a"],"meta":{},"x":0},"step":1}`,
		`{"mode":"values","state":{"log":["a","c"],"meta":{},"x":0},"step":3}`)
	check(graph.Updates,
		`{"mode":"updates","node":"a","step":1,"update":{"log":["a"]}}`,
		`{"mode":"updates","node":"b","step":2,"update":{}}`,
		`{"mode":"updates","node":"c","step":3,"update":{"log":["c"]}}`)
	check(graph.Events,
		`{"mode":"events","node":"a","step":1,"type":"node_start"}`, `{"mode":"events","node":"a","step":1,"type":"node_end"}`,
		`{"mode":"events","node":"b","step":2,"type":"node_start"}`, `{"mode":"events","node":"b","step":2,"type":"node_end"}`,
		`{"mode":"events","node":"c","step":3,"type":"node_start"}`, `{"mode":"events","node":"c","step":3,"type":"node_end"}`)

	var r graph.Runner
	s := r.Stream(context.Background(), p, d.schema.Input().State(), graph.Events, graph.Options{})
	for range s.Events() {
		break
	}
	if res, err := s.Result(); !errors.Is(err, graph.ErrStop) || res.Counters.Nodes != 0 {
		t.Errorf("a loop left early: %v, %+v", err, res.Counters)
	}
}

// TestOldValuesStay: what was emitted or returned does not change, although
// lists grow in place; and a result can be the input of several runs at once.
func TestOldValuesStay(t *testing.T) {
	d := newTrace()
	p := compile(t, chain(d.schema, 20, func(i int) graph.NodeFunc {
		return func(_ context.Context, s graph.State, out *graph.Update) error {
			d.log.Add(out, fmt.Sprint(i))
			d.meta.Put(out, fmt.Sprint("k", i%7), i)
			_ = append(d.log.Get(s), "scribble") // must not reach anyone's memory
			return nil
		}
	}))
	var r graph.Runner
	var states []graph.State
	var texts []string
	for e, err := range r.Stream(context.Background(), p, d.schema.Input().State(), graph.Values, graph.Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, e.State)
		texts = append(texts, textOf(t, e.State))
	}
	for round := range 2 {
		for i := range states {
			if got := textOf(t, states[i]); got != texts[i] {
				t.Fatalf("round %d: state %d was %s, now %s", round, i, texts[i], got)
			}
		}
		var wg sync.WaitGroup
		for _, s := range states {
			wg.Go(func() {
				res, err := r.Invoke(context.Background(), p, s, graph.Options{})
				if err != nil || d.log.Len(res.State) != d.log.Len(s)+20 {
					t.Errorf("%v", err)
				}
			})
		}
		wg.Wait()
	}
}

func textOf(t testing.TB, v cj.Appender) string {
	t.Helper()
	b, err := v.AppendCJ(nil)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

// TestInputIsCopied: an update goes on living its own life after State.
func TestInputIsCopied(t *testing.T) {
	d := newTrace()
	in := d.schema.Input()
	shared := graph.MapOf(map[string]int{"b": 2, "d": 4})
	d.meta.PutAll(in, shared)
	d.log.Add(in, "one")
	before := in.State()
	d.log.Add(in, "two")
	d.meta.Put(in, "a", 1)
	d.meta.Put(in, "b", 3)
	d.meta.PutAll(in, graph.MapOf(map[string]int{"c": 3, "e": 5}))
	if got, want := textOf(t, before), `{"log":["one"],"meta":{"b":2,"d":4},"x":0}`; got != want {
		t.Errorf("state is now %s, want %s", got, want)
	}
	if got, want := textOf(t, in.State()), `{"log":["one","two"],"meta":{"a":1,"b":3,"c":3,"d":4,"e":5},"x":0}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if v, _ := shared.Get("b"); v != 2 || shared.Len() != 2 {
		t.Error("PutAll changed the map it was given")
	}
}

// TestCopyState: with a copy a node may do what it likes to its view.
func TestCopyState(t *testing.T) {
	s := graph.NewSchema()
	log := graph.Append[string](s, "log")
	blocks := graph.Last(s, "blocks", [][]byte{{1, 2}, {3}})
	vandal := func(_ context.Context, s graph.State, out *graph.Update) error {
		log.Get(s)[0] = "broken"
		blocks.Get(s)[0][0] = 99
		return nil
	}
	b := graph.New(s)
	b.Node("a", vandal)
	b.Node("b", vandal)
	b.Node("c", vandal)
	b.Edge("a", "b")
	b.Edge("a", "c")
	b.Entry("a")
	in := s.Input()
	log.Add(in, "whole")
	res, err := invoke(t, 2, compile(t, b), in.State(), graph.Options{CopyState: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := textOf(t, res.State), `{"blocks":[[1,2],[3]],"log":["whole"]}`; got != want || res.Counters.StateCopies != 3 {
		t.Errorf("got %s after %d copies, want %s after 3", got, res.Counters.StateCopies, want)
	}
}

// TestCopiesAreCounted: a node that is not run any more has no copy made.
func TestCopiesAreCounted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := graph.NewSchema()
	b := graph.New(s)
	for _, name := range []string{"a", "b", "c"} {
		b.Node(name, func(context.Context, graph.State, *graph.Update) error {
			cancel()
			return nil
		})
		b.Entry(name)
	}
	r := graph.NewRunner(0)
	defer r.Close()
	res, err := r.Invoke(ctx, compile(t, b), s.Input().State(), graph.Options{CopyState: true})
	if !errors.Is(err, context.Canceled) || res.Counters.StateCopies != 1 {
		t.Errorf("%d copies, %v, want 1 and a cancelled run", res.Counters.StateCopies, err)
	}
}

type refusing struct{ after int }

var errFull = errors.New("disk full")

func (s *refusing) Save(_ context.Context, c graph.Checkpoint) error {
	if c.Step >= s.after {
		return errFull
	}
	return nil
}

func TestCheckpointFails(t *testing.T) {
	d := newTrace()
	p := compile(t, chain(d.schema, 3, func(int) graph.NodeFunc {
		return func(context.Context, graph.State, *graph.Update) error { return nil }
	}))
	res, err := invoke(t, 0, p, d.schema.Input().State(), graph.Options{Checkpoints: &refusing{2}})
	if !errors.Is(err, errFull) || kindOf(err) != "not_stored" || res.Counters.Nodes != 2 || res.Counters.Checkpoints != 2 {
		t.Errorf("%v after %+v", err, res.Counters)
	}
}

func TestCheckpointText(t *testing.T) {
	d := newTrace()
	p := compile(t, chain(d.schema, 1, func(int) graph.NodeFunc {
		return func(_ context.Context, _ graph.State, out *graph.Update) error { d.x.Set(out, 7); return nil }
	}))
	check := func(o graph.Options, want ...string) {
		t.Helper()
		store := &graph.MemoryStore{}
		o.Checkpoints = store
		if _, err := invoke(t, 0, p, d.schema.Input().State(), o); err != nil {
			t.Fatal(err)
		}
		thread := o.Thread
		if thread == "" {
			thread = "t0"
		}
		var got []string
		for _, data := range store.Checkpoints(thread) {
			got = append(got, string(data))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	check(graph.Options{},
		`{"id":"t0/00000000","next":["node0"],"parent":null,"state":{"log":[],"meta":{},"x":0},"step":0,"thread":"t0","v":1}`,
		`{"id":"t0/00000001","next":[],"parent":"t0/00000000","state":{"log":[],"meta":{},"x":7},"step":1,"thread":"t0","v":1}`)
	check(graph.Options{Durability: graph.OnExit, Thread: "a\"b"},
		`{"id":"a\"b/00000001","next":[],"parent":null,"state":{"log":[],"meta":{},"x":7},"step":1,"thread":"a\"b","v":1}`)
}

func TestWrongSchema(t *testing.T) {
	d := newTrace()
	p := compile(t, chain(d.schema, 1, func(int) graph.NodeFunc {
		return func(context.Context, graph.State, *graph.Update) error { return nil }
	}))
	var r graph.Runner
	for _, in := range []graph.State{{}, newSimple().schema.Input().State()} {
		if _, err := r.Invoke(context.Background(), p, in, graph.Options{}); err == nil {
			t.Error("a state of another schema is taken")
		}
	}
	if _, err := r.Invoke(context.Background(), p, newTrace().schema.Input().State(), graph.Options{}); err != nil {
		t.Errorf("a state of the same declarations is refused: %v", err)
	}
}

// TestNoAllocationPerStep: a longer chain of scalar writes allocates no more.
func TestNoAllocationPerStep(t *testing.T) {
	allocs := func(n int) float64 {
		d := newSimple()
		p := compile(t, chain(d.schema, n, func(int) graph.NodeFunc {
			return func(_ context.Context, s graph.State, out *graph.Update) error {
				d.counter.Set(out, d.counter.Get(s)+1000)
				d.data.Set(out, "done")
				return nil
			}
		}))
		var r graph.Runner
		in := d.schema.Input().State()
		return testing.AllocsPerRun(100, func() {
			if _, err := r.Invoke(context.Background(), p, in, graph.Options{Limit: n}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if short, long := allocs(2), allocs(200); long > short+1 || short > 3 { // a collection may empty the pool
		t.Errorf("%v allocations for 2 nodes, %v for 200", short, long)
	}
}
