package graph_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"xbench/goimpl/graph"
)

// spansOf describes what a tracer was told, a line per span. The clock is
// synctest's: a sleep takes exactly as long as it says.
func spansOf(t *testing.T, p *graph.Plan, in graph.State, o graph.Options) string {
	t.Helper()
	var c graph.Collector
	o.Tracer = &c
	begun := time.Now()
	res, _ := invoke(t, 4, p, in, o)
	var lines []string
	for _, s := range c.Spans() {
		line := fmt.Sprintf("%s %s step %d from %v took %v", s.Kind, s.Name, s.Step, s.Start.Sub(begun), s.Duration)
		if s.Err != nil {
			line += ": " + s.Err.Error()
		}
		lines = append(lines, line)
	}
	if int(res.Counters.Spans) != len(lines) {
		t.Errorf("%d spans counted, %d collected", res.Counters.Spans, len(lines))
	}
	return strings.Join(lines, "\n")
}

func TestTracer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newTrace()
		sleep := func(ms time.Duration, err error) graph.NodeFunc {
			return func(context.Context, graph.State, *graph.Update) error {
				time.Sleep(ms * time.Millisecond)
				return err
			}
		}
		p := compile(t, d.star(map[string]graph.NodeFunc{"a": sleep(5, nil), "b": sleep(2, nil)}))
		got := spansOf(t, p, d.schema.Input().State(), graph.Options{Checkpoints: &graph.MemoryStore{}, Thread: "th"})
		want := `checkpoint th/00000000 step 0 from 0s took 0s
node start step 1 from 0s took 0s
checkpoint th/00000001 step 1 from 0s took 0s
node a step 2 from 0s took 5ms
node b step 2 from 0s took 2ms
checkpoint th/00000002 step 2 from 5ms took 0s
run th step 2 from 0s took 5ms`
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		p = compile(t, d.star(map[string]graph.NodeFunc{"a": sleep(1, errors.New("no")), "b": func(context.Context, graph.State, *graph.Update) error { panic("oh") }}))
		got = spansOf(t, p, d.schema.Input().State(), graph.Options{})
		want = `node start step 1 from 0s took 0s
node a step 2 from 0s took 1ms: no
node b step 2 from 0s took 0s: panic: oh
run t0 step 2 from 0s took 1ms: graph: node "a": step 2: node failed: no`
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}
