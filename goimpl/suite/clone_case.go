package suite

import (
	"errors"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// A cloneCase times one deep copy of a state. What Python's library has for it,
// copy=deepcopy, has no counterpart here: it is the generic copy again.
type cloneCase struct {
	make  func(nonce uint64) document
	typed bool

	lastTyped document
	lastPlain any
}

func newCloneCase(make func(nonce uint64) document) func(sdk.Params) (sdk.Case, error) {
	return func(p sdk.Params) (sdk.Case, error) {
		return &cloneCase{make: make, typed: p.Str("copy") == "typed"}, nil
	}
}

func (c *cloneCase) Batch(nonce uint64, k int64) (func() error, error) {
	input := c.make(nonce)
	if c.typed {
		return func() error {
			for range k {
				c.lastTyped = input.clone()
			}
			return nil
		}, nil
	}
	plain := input.plain()
	return func() error {
		for range k {
			c.lastPlain = graph.Clone(plain)
		}
		return nil
	}, nil
}

func (c *cloneCase) Outcome() (sdk.Outcome, error) {
	last := c.lastPlain
	if c.typed {
		last = c.lastTyped
	}
	digest, err := cj.Digest(last)
	return sdk.Outcome{Digest: &digest, Counters: countersOf(graph.Counters{})}, err
}

// Verify also makes sure that the copy is one: it equals the input, and when
// all of its containers are changed the input stays as it was.
func (c *cloneCase) Verify(nonce uint64, wantResult bool) (sdk.Verification, error) {
	var (
		input, copied any
		scribble      func()
	)
	if c.typed {
		in := c.make(nonce)
		out := in.clone()
		input, copied, scribble = in, out, out.scribble
	} else {
		input = c.make(nonce).plain()
		copied = graph.Clone(input)
		scribble = func() { scribbleOn(copied) }
	}
	before, err := cj.Digest(input)
	if err != nil {
		return sdk.Verification{}, err
	}
	text, err := cj.Append(nil, copied)
	if err != nil {
		return sdk.Verification{}, err
	}
	digest := cj.DigestBytes(text)
	if digest != before {
		return sdk.Verification{}, errors.New("clone: the copy differs from its input")
	}
	scribble()
	changed, err := cj.Digest(copied)
	if err != nil {
		return sdk.Verification{}, err
	}
	after, err := cj.Digest(input)
	switch {
	case err != nil:
		return sdk.Verification{}, err
	case changed == digest:
		return sdk.Verification{}, errors.New("clone: changing the copy changed nothing")
	case after != before:
		return sdk.Verification{}, errors.New("clone: changing the copy changed its input")
	}
	v := sdk.Verification{Digest: &digest, Digests: map[string]string{"state": digest}, Counters: countersOf(graph.Counters{})}
	if wantResult {
		v.Result = text
	}
	return v, nil
}

func (c *cloneCase) Close() error { return nil }

// scribbleOn changes every container of a value of the model, from the inside
// out.
func scribbleOn(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, x := range v {
			scribbleOn(x)
		}
		for k, x := range v {
			if !isContainer(x) {
				v[k] = "changed"
			}
		}
		v["added"] = "entry"
	case []any:
		for i, x := range v {
			scribbleOn(x)
			if !isContainer(x) {
				v[i] = "changed"
			}
		}
	case []byte:
		for i := range v {
			v[i] ^= 0xff
		}
	}
}

func isContainer(v any) bool {
	switch v.(type) {
	case map[string]any, []any, []byte:
		return true
	}
	return false
}
