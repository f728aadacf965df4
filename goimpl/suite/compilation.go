package suite

import (
	"context"
	"errors"
	"strconv"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

func compilationBenchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("compilation/simple_graph_3_nodes", "build and compile a chain over two fields",
			[]sdk.Param{knob("nodes", 3)}, compileSimple),
		benchmark("compilation/complex_graph_10_nodes", "build and compile a chain over five fields",
			[]sdk.Param{knob("nodes", 10)}, compileComplex),
		benchmark("compilation/graph_with_conditionals", "build and compile a loop with a branch",
			nil, compileConditionals),
	}
}

// A compileCase times the making of a plan: declare, add, check, resolve.
type compileCase struct {
	// prepare makes names and functions for a nonce and returns what is timed.
	prepare func(nonce uint64) func() *graph.Builder
	last    *graph.Plan
}

func (c *compileCase) Batch(nonce uint64, k int64) (func() error, error) {
	build := c.prepare(nonce)
	return func() (err error) {
		for range k {
			if c.last, err = build().Compile(); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func (c *compileCase) Outcome() (sdk.Outcome, error) {
	if c.last == nil {
		return sdk.Outcome{}, errors.New("outcome: nothing has run")
	}
	digest, err := c.last.Digest()
	return sdk.Outcome{Digest: &digest, Counters: planCounters(c.last)}, err
}

func (c *compileCase) Verify(nonce uint64, wantResult bool) (sdk.Verification, error) {
	plan, err := c.prepare(nonce)().Compile()
	if err != nil {
		return sdk.Verification{}, err
	}
	text, err := cj.Append(nil, plan)
	if err != nil {
		return sdk.Verification{}, err
	}
	digest := cj.DigestBytes(text)
	v := sdk.Verification{Digest: &digest, Digests: map[string]string{"plan": digest}, Counters: planCounters(plan)}
	if wantResult {
		v.Result = text
	}
	return v, nil
}

func (c *compileCase) Close() error { return nil }

// planCounters counts a join as an edge that has several ends.
func planCounters(p *graph.Plan) map[string]int64 {
	size := p.Size()
	counters := countersOf(graph.Counters{}) // nothing is executed
	counters["plan_nodes"] = int64(size.Nodes)
	counters["plan_edges"] = int64(size.Edges + size.Joins)
	counters["plan_branches"] = int64(size.Branches)
	return counters
}

func compileSimple(p sdk.Params) (sdk.Case, error) {
	d := declareSimple()
	body := func(_ context.Context, s graph.State, out *graph.Update) error {
		d.counter.Set(out, d.counter.Get(s)+1)
		return nil
	}
	return compileChain("node", 1, p.Int("nodes"), func() *graph.Schema { return declareSimple().schema },
		func(int) graph.NodeFunc { return body }), nil
}

func compileComplex(p sdk.Params) (sdk.Case, error) {
	d := declareComplex()
	return compileChain("node", 0, p.Int("nodes"), func() *graph.Schema { return declareComplex().schema },
		func(i int) graph.NodeFunc {
			return func(_ context.Context, s graph.State, out *graph.Update) error {
				d.counter.Set(out, d.counter.Get(s)+1)
				d.messages.Add(out, "Processed by node"+strconv.Itoa(i))
				return nil
			}
		}), nil
}

// compileChain makes names and bodies outside the clock; the loop over them is
// inside, as a program that builds a chain would have it.
func compileChain(prefix string, first, n int, declare func() *graph.Schema, body func(i int) graph.NodeFunc) *compileCase {
	bodies := make([]graph.NodeFunc, n)
	for i := range bodies {
		bodies[i] = body(first + i)
	}
	return &compileCase{prepare: func(nonce uint64) func() *graph.Builder {
		names := chainNames(prefix, first, n)
		for i := range names {
			names[i] += suffix(nonce)
		}
		return func() *graph.Builder { return buildChain(graph.New(declare()), names, bodies) }
	}}
}

func compileConditionals(sdk.Params) (sdk.Case, error) {
	d := declareComplex()
	start := func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.counter.Set(out, 0)
		d.next.Set(out, "process")
		return nil
	}
	process := func(_ context.Context, s graph.State, out *graph.Update) error {
		c := d.counter.Get(s) + 1
		d.counter.Set(out, c)
		d.next.Set(out, pick(c >= 3, "end", "continue"))
		return nil
	}
	return &compileCase{prepare: func(nonce uint64) func() *graph.Builder {
		first, second := "start"+suffix(nonce), "process"+suffix(nonce)
		return func() *graph.Builder {
			b := graph.New(declareComplex().schema)
			b.Node(first, start)
			b.Node(second, process)
			b.Edge(first, second)
			b.Branch(second, d.next.Get, map[string]string{"continue": second, "end": graph.End})
			b.Entry(first)
			return b
		}
	}}, nil
}
