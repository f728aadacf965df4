package graph_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"xbench/goimpl/graph"
)

// TestResumeEveryCheckpoint: a run that goes on from any checkpoint of any
// graph ends in the same state as the one that was not interrupted, and writes
// the same checkpoints from there.
func TestResumeEveryCheckpoint(t *testing.T) {
	joins, sends, total := 0, 0, 0
	for seed := range uint64(300) {
		p := randomGraph(t, rand.New(rand.NewPCG(seed, 1)))
		whole := resumed(t, p, nil, graph.EveryStep)
		for i, data := range whole.saved {
			total++
			joins += strings.Count(data, `"joins":`)
			sends += strings.Count(data, `"sends":`)
			again := resumed(t, p, []byte(data), graph.EveryStep)
			if again.outcome != whole.outcome {
				t.Fatalf("seed %d, step %d, from %s\ngot  %s\nwant %s", seed, i, data, again.outcome, whole.outcome)
			}
			if want := whole.saved[i+1:]; !slices.Equal(again.saved, want) {
				t.Fatalf("seed %d, step %d: wrote\n%s\nwant\n%s", seed, i, strings.Join(again.saved, "\n"), strings.Join(want, "\n"))
			}
			if again.count.Checkpoints != int64(len(again.saved)) || again.count.Nodes > whole.count.Nodes {
				t.Fatalf("seed %d, step %d: counters %+v", seed, i, again.count)
			}
		}
	}
	if joins < 50 || sends < 50 || total < 2000 {
		t.Errorf("too few cases: %d checkpoints, %d in the middle of a join, %d with sends pending", total, joins, sends)
	}
}

type ending struct {
	outcome string // the state, or the error
	saved   []string
	count   graph.Counters
}

// resumed runs a plan from a checkpoint, or from the start.
func resumed(t testing.TB, p *graph.Plan, data []byte, d graph.Durability) ending {
	t.Helper()
	r := graph.NewRunner(2)
	defer r.Close()
	var store graph.MemoryStore
	o := graph.Options{Checkpoints: &store, Durability: d, Limit: 30}
	var res graph.Result
	var err error
	if data == nil {
		res, err = r.Invoke(context.Background(), p, p.Schema().Input().State(), o)
	} else {
		res, err = r.Resume(context.Background(), p, data, o)
	}
	e := ending{count: res.Counters}
	if err != nil {
		e.outcome = err.Error()
	} else {
		e.outcome = textOf(t, res.State)
	}
	for _, c := range store.Checkpoints("t0") {
		e.saved = append(e.saved, string(c))
	}
	return e
}

// randomGraph has branches, loops, joins and sends, over fields of every kind.
// What its nodes and routers do depends on the state alone.
func randomGraph(t testing.TB, rnd *rand.Rand) *graph.Plan {
	t.Helper()
	item := graph.NewSchema()
	tag := graph.Last(item, "tag", 0)
	note := graph.Merge[float64](item, "note", nil)

	s := graph.NewSchema()
	log := graph.Append[string](s, "log")
	meta := graph.Merge[int64](s, "meta", nil)
	sum := graph.Overwrite(s, "sum", math.MaxInt64-1000) // no float holds it
	ratio := graph.Overwrite(s, "ratio", 0.1)
	peak := graph.Max(s, "peak", 0)
	peaks := graph.MaxEach(s, "peaks", []float64{0, 0})
	word := graph.NonEmpty(s, "word", "")
	flag := graph.Overwrite(s, "flag", false)
	free := dynamicField(t, s, "free")

	b := graph.New(s)
	names := make([]string, 4+rnd.IntN(6))
	for i := range names {
		names[i] = fmt.Sprint("n", i)
	}
	for i, name := range names {
		b.Node(name, func(_ context.Context, s graph.State, out *graph.Update) error {
			n := log.Len(s)
			log.Add(out, fmt.Sprint(name, ":", n, "\t\"é"))
			meta.Put(out, fmt.Sprint("k", (n+i)%7), int64(n)<<40)
			sum.Set(out, sum.Get(s)-n)
			ratio.Set(out, ratio.Get(s)*1.1)
			peak.Set(out, n%5)
			peaks.Set(out, []float64{float64(n % 3), -1})
			word.Set(out, strings.Repeat("w", n%4))
			flag.Set(out, n%2 == 0)
			free.Set(out, map[string]any{"n": n, "half": float64(n) / 2, "list": []any{nil, true}})
			return nil
		})
	}
	b.Node("sink", func(_ context.Context, s graph.State, out *graph.Update) error {
		half, _ := note.Get(s).Get("half")
		log.Add(out, fmt.Sprint("sink ", tag.Get(s), " ", half))
		return nil
	})
	b.SendSchema("sink", item)
	size := func(s graph.State) int { return log.Len(s) + meta.Get(s).Len() }
	for i, name := range names {
		if i+1 < len(names) {
			b.Edge(name, names[i+1]) // all are reached
		}
		target := func() string { return names[rnd.IntN(len(names))] }
		switch rnd.IntN(6) {
		case 0:
			b.Edge(name, names[min(i+1+rnd.IntN(3), len(names)-1)])
		case 1: // a way back, for a while
			stop := 5 + rnd.IntN(20)
			b.Branch(name, func(s graph.State) string { return fmt.Sprint(log.Len(s) < stop) }, map[string]string{"true": target(), "false": graph.End})
		case 2:
			b.BranchMany(name, func(s graph.State) []string { return []string{"a", "b"}[:size(s)%3] }, map[string]string{"a": names[min(i+2, len(names)-1)], "b": graph.End})
		case 3:
			b.Join([]string{name, names[min(i+2, len(names)-1)]}, "sink2")
		default:
			b.BranchSend(name, func(s graph.State) (out []graph.Send) {
				for k := range size(s) % 4 {
					in := item.Input()
					tag.Set(in, k)
					note.Put(in, "half", float64(k)/2)
					out = append(out, graph.Send{Node: "sink", Input: in.State()})
				}
				return out
			}, "sink")
		}
	}
	b.Node("sink2", func(_ context.Context, _ graph.State, out *graph.Update) error { log.Add(out, "join"); return nil })
	// Whether or not a case above leads to them:
	b.BranchSend(names[0], func(graph.State) []graph.Send { return nil }, "sink")
	b.Join([]string{names[0], names[len(names)-1]}, "sink2")
	b.Edge("sink", "sink2")
	b.Entry(names[0])
	return compile(t, b)
}

func dynamicField(t testing.TB, s *graph.Schema, name string) graph.Field[any] {
	t.Helper()
	f, err := graph.Dynamic(s, name, "overwrite", nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestResume: the counters are those of the part, steps and limit go on, and
// the parent is the checkpoint given.
func TestResume(t *testing.T) {
	d := newTrace()
	p := compile(t, chain(d.schema, 4, func(int) graph.NodeFunc {
		return func(_ context.Context, s graph.State, out *graph.Update) error {
			d.x.Set(out, d.x.Get(s)+1)
			return nil
		}
	}))
	var store graph.MemoryStore
	if _, err := invoke(t, 0, p, d.schema.Input().State(), graph.Options{Checkpoints: &store}); err != nil {
		t.Fatal(err)
	}
	data, err := store.Load(context.Background(), "t0", 2)
	if err != nil {
		t.Fatal(err)
	}
	var r graph.Runner
	check := func(o graph.Options, want string, saved ...string) {
		t.Helper()
		var after graph.MemoryStore
		o.Checkpoints = &after
		res, err := r.Resume(context.Background(), p, data, o)
		got := kindOf(err)
		if c := res.Counters; err == nil {
			got = fmt.Sprintf("%d nodes, %d supersteps, %d checkpoints, %d events, %d spans, x %d", c.Nodes, c.Supersteps, c.Checkpoints, c.Events, c.Spans, d.x.Get(res.State))
		}
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		thread := o.Thread
		if thread == "" {
			thread = "t0"
		}
		for i, data := range after.Checkpoints(thread) {
			if i >= len(saved) || !strings.Contains(string(data), saved[i]) {
				t.Errorf("checkpoint %d is %s, want %q", i, data, saved)
			}
		}
	}
	check(graph.Options{}, "2 nodes, 2 supersteps, 2 checkpoints, 0 events, 0 spans, x 4", `"parent":"t0/00000002"`, `"id":"t0/00000004","next":[],"parent":"t0/00000003"`)
	check(graph.Options{Durability: graph.OnExit}, "2 nodes, 2 supersteps, 1 checkpoints, 0 events, 0 spans, x 4", `"id":"t0/00000004","next":[],"parent":"t0/00000002"`)
	check(graph.Options{Thread: "fork"}, "2 nodes, 2 supersteps, 2 checkpoints, 0 events, 0 spans, x 4", `"id":"fork/00000003","next":["node3"],"parent":"t0/00000002"`, `"parent":"fork/00000003"`)
	check(graph.Options{Limit: 3}, "recursion_limit", `"step":3`)
	check(graph.Options{Limit: 4, Mode: graph.Values}, "2 nodes, 2 supersteps, 2 checkpoints, 2 events, 0 spans, x 4", `"step":3`, `"step":4`)
	check(graph.Options{Mode: graph.Callbacks, Tracer: &graph.Collector{}}, "2 nodes, 2 supersteps, 2 checkpoints, 10 events, 5 spans, x 4", `"step":3`, `"step":4`)

	if data, err = store.Latest(context.Background(), "t0"); err != nil {
		t.Fatal(err)
	}
	check(graph.Options{}, "0 nodes, 0 supersteps, 0 checkpoints, 0 events, 0 spans, x 4")
	check(graph.Options{Durability: graph.OnExit}, "0 nodes, 0 supersteps, 0 checkpoints, 0 events, 0 spans, x 4")

	events := 0
	s := r.StreamResume(context.Background(), p, data, graph.Callbacks, graph.Options{})
	for e, err := range s.Events() {
		if err != nil || d.x.Get(e.State) != 4 {
			t.Errorf("%+v, %v", e, err)
		}
		events++
	}
	if res, err := s.Result(); err != nil || events != 2 || d.x.Get(res.State) != 4 {
		t.Errorf("%d events, %v", events, err)
	}
}

// TestBadCheckpoints: what does not fit is located and quoted.
func TestBadCheckpoints(t *testing.T) {
	item := graph.NewSchema()
	graph.Last(item, "tag", 0)
	d := newTrace()
	b := graph.New(d.schema)
	d.say(b, "start", "left", "right", "both", "sent")
	b.Edge("start", "left")
	b.Edge("start", "right")
	b.Join([]string{"left", "right"}, "both")
	b.BranchSend("left", func(graph.State) []graph.Send { return nil }, "sent")
	b.SendSchema("sent", item)
	b.Entry("start")
	p := compile(t, b)
	const good = `{"id":"t/00000002","joins":[[["left"],["left","right"],"both"]],"next":["right","sent"],"parent":null,"sends":[{"tag":1}],"state":{"log":["a"],"meta":{"k":1},"x":7},"step":2,"thread":"t","v":1}`
	var r graph.Runner
	if res, err := r.Resume(context.Background(), p, []byte(good), graph.Options{}); err != nil || textOf(t, res.State) != `{"log":["a","right","sent","both"],"meta":{"k":1},"x":7}` {
		t.Fatalf("the whole one: %v", err)
	}
	check := func(old, replacement, want string) {
		t.Helper()
		if !strings.Contains(good, old) {
			t.Fatalf("%s is not there", old)
		}
		_, err := r.Resume(context.Background(), p, []byte(strings.Replace(good, old, replacement, 1)), graph.Options{})
		var e *graph.Error
		if !errors.As(err, &e) || e.Kind != graph.BadCheckpoint || err.Error() != want {
			t.Errorf("%s for %s:\ngot  %v\nwant %s", replacement, old, err, want)
		}
	}
	check(good, "", `graph: bad checkpoint: canonical json: byte 0: want a map, but the text ends`)
	check(good, "[]", `graph: bad checkpoint: canonical json: byte 0: want a map, have []`)
	check(good, good[:150], `graph: bad checkpoint: canonical json: at .state.meta: byte 150: want a value, but the text ends`)
	check(`"v":1}`, `"v":1}x`, `graph: step 2: bad checkpoint: canonical json: byte 193: want the end, have x`)
	check(`,"v":1`, ``, `graph: step 2: bad checkpoint: key "v" is missing`)
	check(`"v":1`, `"v":2`, `graph: step 2: bad checkpoint: version 2, want 1`)
	check(`"v":1`, `"v":1,"w":1`, `graph: step 2: bad checkpoint: canonical json: at .w: a checkpoint has no such key`)
	check(`t/00000002`, `t/00000003`, `graph: step 2: bad checkpoint: id "t/00000003", want "t/00000002", of the thread and the step`)
	check(`"x":7`, `"x":"7"`, `graph: step 2: field "x": bad checkpoint: canonical json: at .x: byte 162: want an integer of 64 bits, have "7"},"step":2,"threa...`)
	check(`"x":7`, `"x":7.5`, `graph: step 2: field "x": bad checkpoint: canonical json: at .x: byte 162: want an integer of 64 bits, have 7.5},"step":2,"threa...`)
	check(`"x":7`, `"lof":7`, `graph: step 2: field "lof": bad checkpoint: canonical json: at .lof: the graph has no such field (did you mean "log"?)`)
	check(`,"x":7`, ``, `graph: step 2: field "x": bad checkpoint: the checkpoint's state lacks it`)
	check(`"k":1`, `"k":null`, `graph: step 2: field "meta": bad checkpoint: canonical json: at .meta.k: byte 155: want an integer of 64 bits, have null},"x":7},"step":...`)
	check(`"next":["right","sent"]`, `"next":["rigth","sent"]`, `graph: node "rigth": step 2: bad checkpoint: the plan has no such node (did you mean "right"?)`)
	check(`"next":["right","sent"]`, `"next":["right","left","sent"]`, `graph: step 2: bad checkpoint: next is not in the order of names: ["right" "left"]`)
	check(`"next":["right","sent"]`, `"next":[]`, `graph: step 2: bad checkpoint: 1 sends, but 0 pending nodes`)
	check(`"tag":1`, `"tagg":1`, `graph: node "sent": step 2: bad checkpoint: what was sent to it does not fit: graph: step 2: field "tagg": bad checkpoint: canonical json: at .tagg: the graph has no such field (did you mean "tag"?)`)
	check(`"right","sent"`, `"right","both"`, `graph: node "both": step 2: bad checkpoint: what was sent to it does not fit; if it is of another schema than the graph's, declare that with SendSchema: graph: step 2: field "tag": bad checkpoint: canonical json: at .tag: the graph has no such field`)
	check(`[["left"],`, `[["both"],`, `graph: step 2: bad checkpoint: joins: "both" cannot have arrived at the join from ["left" "right"] to "both"`)
	check(`[["left"],`, `[["left","right"],`, `graph: step 2: bad checkpoint: joins: all sources have arrived at the join from ["left" "right"] to "both": it should have fired`)
	check(`"right"],"both"`, `"right"],"sent"`, `graph: step 2: bad checkpoint: the plan has no join from ["left" "right"] to "sent"`)
	check(`"right"],"both"`, `"right"]`, `graph: step 2: bad checkpoint: joins: want [arrived, sources, target]`)
}

func TestSendSchema(t *testing.T) {
	item, d := newSimple(), newTrace()
	b := graph.New(d.schema)
	d.say(b, "s", "worker")
	var input graph.State
	b.BranchSend("s", func(graph.State) []graph.Send { return []graph.Send{{Node: "worker", Input: input}} }, "worker")
	b.SendSchema("worker", item.schema)
	b.Entry("s")
	p := compile(t, b)
	for _, good := range []bool{true, false} {
		if input = d.schema.Input().State(); good {
			input = newSimple().schema.Input().State()
		}
		_, err := invoke(t, 0, p, d.schema.Input().State(), graph.Options{})
		if good && err != nil || !good && (kindOf(err) != "node_failed s" || !strings.Contains(err.Error(), "SendSchema")) {
			t.Errorf("good %v: %v", good, err)
		}
	}
	b.SendSchema("nobody", item.schema)
	if _, err := b.Compile(); kindOf(err) != "unknown_node nobody" {
		t.Errorf("got %v", err)
	}
}

// TestSendTheView: a router may send the state that it was shown; what runs on
// it sees that and not what became of it.
func TestSendTheView(t *testing.T) {
	d := newTrace()
	b := graph.New(d.schema)
	d.say(b, "a", "b")
	b.Node("w", func(_ context.Context, s graph.State, out *graph.Update) error {
		d.log.Add(out, fmt.Sprint("w saw ", d.log.Get(s)))
		return nil
	})
	route := func(s graph.State) []graph.Send { return []graph.Send{{Node: "w", Input: s}} }
	b.BranchSend("a", route, "w")
	b.BranchSend("b", route, "w")
	b.Entry("a", "b")
	res, err := invoke(t, 2, compile(t, b), d.schema.Input().State(), graph.Options{Checkpoints: &graph.MemoryStore{}})
	if got, want := fmt.Sprint(d.log.Get(res.State)), "[a b w saw [a] w saw [b]]"; err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

// FuzzResume: whatever is given, the outcome is a state or an *Error, and what
// is taken can be written and taken again.
func FuzzResume(f *testing.F) {
	p := randomGraph(f, rand.New(rand.NewPCG(7, 1)))
	for _, data := range resumed(f, p, nil, graph.EveryStep).saved {
		f.Add([]byte(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var store graph.MemoryStore
		var r graph.Runner
		res, err := r.Resume(context.Background(), p, data, graph.Options{Limit: 60, Checkpoints: &store})
		var e *graph.Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%T %v", err, err)
		}
		if err != nil {
			return
		}
		for _, data := range store.Checkpoints("t0") {
			again, err := r.Resume(context.Background(), p, data, graph.Options{Limit: 60})
			if err != nil || textOf(t, again.State) != textOf(t, res.State) {
				t.Fatalf("from %s: %v", data, err)
			}
		}
	})
}
