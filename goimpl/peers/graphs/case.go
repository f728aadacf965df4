package graphs

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"xbench/harness/sdk"
)

// Peers names the engines that goimpl is compared with.
func Peers() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(Sides())), func(name string) bool { return name == "goimpl" })
}

// Benchmarks are the graphs, for one side of the comparison: side names the
// engine that runs them, given the name of the peer that the row is about.
func Benchmarks(side func(peer string) string) []sdk.Benchmark {
	peer := sdk.Param{Name: "peer"}
	size := func(name string, n int64) []sdk.Param { return []sdk.Param{peer, {Name: name, Default: n}} }
	list := []scenario{
		{"compile", "put a chain together and compile it; nothing runs", size("nodes", 3),
			func(s Side, p sdk.Params) Program { return s.Chain(p.Int("nodes")) }},
		{"chain", "run a chain of nodes that count and append to a text", size("nodes", 3),
			func(s Side, p sdk.Params) Program { return s.Chain(p.Int("nodes")) }},
		{"conditional", "run a node that decides which of two is next, and that", []sdk.Param{peer},
			func(s Side, _ sdk.Params) Program { return s.Conditional() }},
		{"loop", "run a node that comes back to itself", size("rounds", 5),
			func(s Side, p sdk.Params) Program { return s.Loop(p.Int("rounds")) }},
		{"fanout", "run nodes at once, between one that starts and one that collects", append(size("width", 3), sdk.Param{Name: "workers", Default: int64(4)}),
			func(s Side, p sdk.Params) Program { return s.FanOut(p.Int("width"), p.Int("workers")) }},
	}
	var out []sdk.Benchmark
	for _, s := range list {
		out = append(out, sdk.Benchmark{Name: "graph/" + s.name, Description: s.says, Params: s.params,
			Prepare: func(p sdk.Params) (sdk.Case, error) { return s.prepare(p, side) }})
	}
	return out
}

type scenario struct {
	name, says string
	params     []sdk.Param
	program    func(Side, sdk.Params) Program
}

func (s *scenario) prepare(p sdk.Params, side func(peer string) string) (sdk.Case, error) {
	peer, _ := p["peer"].(string)
	if !slices.Contains(Peers(), peer) { // also where goimpl does the work: a misspelt row is no row
		return nil, sdk.InvalidParam(fmt.Sprintf("peer is %q, want one of %q", peer, Peers()))
	}
	for _, name := range []string{"nodes", "rounds", "width"} {
		if n, ok := p[name].(int64); ok && n < 1 {
			return nil, sdk.InvalidParam(fmt.Sprintf("%s is %d, want at least 1", name, n))
		}
	}
	if s.name == "compile" && peer == "plain" {
		return nil, sdk.NotSupported("plain Go has no graph to compile")
	}
	if n, ok := p["workers"].(int64); ok && n < 0 {
		return nil, sdk.InvalidParam(fmt.Sprintf("workers is %d, want at least 0", n))
	}
	program := s.program(Sides()[side(peer)], p)
	return &graphCase{program, s.name == "compile"}, program.Build()
}

// graphCase times the runs of a compiled graph, or its compilation, which is
// then seen to be right by running what was compiled last.
type graphCase struct {
	program   Program
	compiling bool
}

// Batch implements sdk.Case.
func (c *graphCase) Batch(nonce uint64, k int64) (func() error, error) {
	c.program.Input(nonce)
	step := c.program.Invoke
	if c.compiling {
		step = c.program.Build
	}
	return func() error {
		for range k {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// Outcome implements sdk.Case.
func (c *graphCase) Outcome() (sdk.Outcome, error) {
	v, err := c.describe()
	return sdk.Outcome{Digest: v.Digest}, err
}

func (c *graphCase) describe() (v sdk.Verification, err error) {
	if c.compiling {
		if err := c.program.Invoke(); err != nil {
			return v, err
		}
	}
	if v.Result, err = json.Marshal(c.program.Final()); err != nil {
		return v, err
	}
	sum := sha256.Sum256(v.Result)
	digest := hex.EncodeToString(sum[:])
	v.Digest = &digest
	return v, nil
}

// Verify implements sdk.Case.
func (c *graphCase) Verify(nonce uint64, wantResult bool) (sdk.Verification, error) {
	run, err := c.Batch(nonce, 1)
	if err != nil {
		return sdk.Verification{}, err
	}
	if err := run(); err != nil {
		return sdk.Verification{}, err
	}
	v, err := c.describe()
	if !wantResult {
		v.Result = nil
	}
	return v, err
}

// Close implements sdk.Case.
func (c *graphCase) Close() error {
	c.program.Close()
	return nil
}
