package suite

import (
	"context"
	"errors"
	"strconv"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

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

func planCounters(p *graph.Plan) map[string]int64 {
	size := p.Size()
	counters := countersOf(graph.Counters{}) // nothing is executed
	counters["plan_nodes"] = int64(size.Nodes)
	counters["plan_edges"] = int64(size.Edges)
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
			text := "Processed by node" + strconv.Itoa(i)
			return func(_ context.Context, s graph.State, out *graph.Update) error {
				d.counter.Set(out, d.counter.Get(s)+1)
				d.messages.Add(out, text)
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

func chainNames(prefix string, first, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = prefix + strconv.Itoa(first+i)
	}
	return names
}

// buildChain adds the nodes one after the other, the last before the end.
func buildChain(b *graph.Builder, names []string, bodies []graph.NodeFunc) *graph.Builder {
	for i, name := range names {
		b.Node(name, bodies[i])
		if i > 0 {
			b.Edge(names[i-1], name)
		}
	}
	b.Edge(names[len(names)-1], graph.End)
	b.Entry(names[0])
	return b
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}
