package suite

import (
	"errors"
	"maps"
	"slices"
	"strconv"

	"xbench/goimpl/cj"
	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

// A document is a state of fixed shape, for copies written for the type.
type document interface {
	cj.Appender
	// plain is the document over the value model, for copies that know no
	// schema.
	plain() any
	clone() document
	// scribble changes every container.
	scribble()
}

// A cloneCase times one deep copy of a state.
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

type smallState struct {
	counter int
	status  string
	value   float64
}

func makeSmall(nonce uint64) document { return &smallState{status: "ready" + suffix(nonce)} }

func (s *smallState) plain() any {
	return map[string]any{"counter": int64(s.counter), "status": s.status, "value": s.value}
}
func (s *smallState) AppendCJ(dst []byte) ([]byte, error) { return cj.Append(dst, s.plain()) }
func (s *smallState) scribble()                           { *s = smallState{counter: -1} }
func (s *smallState) clone() document {
	out := *s
	return &out
}

type mediumState struct {
	data     []string
	metadata map[string]string
	counters []int
}

func makeMedium(nonce uint64) document {
	s := &mediumState{data: make([]string, 100), metadata: make(map[string]string, 50), counters: make([]int, 100)}
	for i := range s.data {
		s.data[i] = "Item " + strconv.Itoa(i)
		s.counters[i] = i
	}
	s.data[0] += suffix(nonce)
	for i := range 50 {
		s.metadata["key"+strconv.Itoa(i)] = "value" + strconv.Itoa(i)
	}
	return s
}

func (s *mediumState) plain() any {
	counters := make([]any, len(s.counters))
	for i, n := range s.counters {
		counters[i] = int64(n)
	}
	return map[string]any{"data": plainList(s.data), "metadata": plainMap(s.metadata), "counters": counters}
}

func (s *mediumState) AppendCJ(dst []byte) ([]byte, error) {
	return cj.Append(dst, map[string]any{"data": s.data, "metadata": s.metadata, "counters": s.counters})
}

func (s *mediumState) clone() document {
	return &mediumState{slices.Clone(s.data), maps.Clone(s.metadata), slices.Clone(s.counters)}
}

func (s *mediumState) scribble() {
	clear(s.data)
	clear(s.metadata)
	clear(s.counters)
}

type largeState struct {
	messages []string
	metadata map[string]string
	blocks   [][]byte
}

func makeLarge(nonce uint64) document {
	s := &largeState{messages: make([]string, 1000), metadata: make(map[string]string, 500), blocks: make([][]byte, 10)}
	for i := range s.messages {
		s.messages[i] = "Message " + strconv.Itoa(i)
	}
	s.messages[0] += suffix(nonce)
	for i := range 500 {
		s.metadata["key"+strconv.Itoa(i)] = "value" + strconv.Itoa(i)
	}
	for i := range s.blocks {
		s.blocks[i] = make([]byte, 10240)
	}
	return s
}

func (s *largeState) plain() any {
	blocks := make([]any, len(s.blocks))
	for i, b := range s.blocks {
		blocks[i] = slices.Clone(b)
	}
	return map[string]any{"messages": plainList(s.messages), "metadata": plainMap(s.metadata), "data_blocks": blocks}
}

func (s *largeState) AppendCJ(dst []byte) ([]byte, error) {
	return cj.Append(dst, map[string]any{"messages": s.messages, "metadata": s.metadata, "data_blocks": s.blocks})
}

func (s *largeState) clone() document {
	out := &largeState{slices.Clone(s.messages), maps.Clone(s.metadata), make([][]byte, len(s.blocks))}
	for i, b := range s.blocks {
		out.blocks[i] = slices.Clone(b)
	}
	return out
}

func (s *largeState) scribble() {
	clear(s.messages)
	clear(s.metadata)
	for _, b := range s.blocks {
		for i := range b {
			b[i] ^= 0xff
		}
	}
}

func plainList(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

func plainMap(m map[string]string) map[string]any {
	out := make(map[string]any, len(m))
	for k, s := range m {
		out[k] = s
	}
	return out
}
