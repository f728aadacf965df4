package graph_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"xbench/goimpl/graph"
)

// TestConcurrentAndObserved: runs that share a plan with a subgraph and sends,
// a runner, a file store and a tracer do not show in one another's events,
// checkpoints and counters.
func TestConcurrentAndObserved(t *testing.T) {
	inner, n := counting(t, nil)
	d := newTrace()
	b := graph.New(d.schema)
	d.say(b, "start", "left", "right", "join")
	b.Edge("start", "left")
	b.Edge("start", "right")
	b.Join([]string{"left", "right", "sub"}, "join")
	b.BranchSend("start", func(graph.State) (sends []graph.Send) {
		for i := range 3 {
			in := inner.Schema().Input()
			n.Set(in, 3*i)
			sends = append(sends, graph.Send{Node: "sub", Input: in.State()})
		}
		return sends
	}, "sub")
	b.SendSchema("sub", inner.Schema())
	b.Subgraph("sub", inner, func(s graph.State) graph.State { return s }, func(final graph.State, upd *graph.Update) {
		d.meta.Put(upd, fmt.Sprint("n", n.Get(final)), n.Get(final))
	})
	b.Entry("start")
	p := compile(t, b)

	ctx, store, spans := context.Background(), graph.NewFileStore(t.TempDir(), graph.FileOptions{}), &graph.Collector{}
	r := graph.NewRunner(3)
	defer r.Close()
	run := func(thread string) (string, graph.Counters) {
		var lines []string
		res, err := r.Invoke(ctx, p, d.schema.Input().State(), graph.Options{
			Checkpoints: store, Thread: thread, Tracer: spans, Mode: graph.Callbacks,
			Emit: func(e graph.Event) error { lines = append(lines, textOf(t, e)); return nil },
		})
		if err != nil {
			t.Error(err)
		}
		return strings.Join(lines, "\n"), res.Counters
	}
	want, count := run("first")
	if count.SubNodes != 10+7+4 || count.Spans != 1+count.Nodes+count.Checkpoints || count.Events != int64(strings.Count(want, "\n")+1) {
		t.Errorf("%+v", count)
	}
	const threads, times = 6, 5
	var wg sync.WaitGroup
	for i := range threads {
		wg.Go(func() {
			thread := fmt.Sprint("thread ", i) // as long as each other: so are the checkpoints
			var first graph.Counters
			for k := range times {
				got, c := run(thread)
				if k == 0 {
					first = c
				}
				if got != want || c != first {
					t.Errorf("%s: %+v\n%s\nwant %+v\n%s", thread, c, got, first, want)
				}
			}
			if steps, err := store.List(ctx, thread); err != nil || !slices.Equal(steps, []int{0, 1, 2, 3, 4}[:count.Checkpoints]) {
				t.Errorf("%s: %v, %v", thread, steps, err)
			}
		})
	}
	wg.Wait()
	if got := len(spans.Spans()); got != int(count.Spans)*(threads*times+1) {
		t.Errorf("%d spans, want %d a run", got, count.Spans)
	}
	if spans.Reset(); len(spans.Spans()) != 0 {
		t.Error("a collector keeps what it should forget")
	}
}
