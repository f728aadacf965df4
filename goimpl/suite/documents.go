package suite

import (
	"maps"
	"slices"
	"strconv"

	"xbench/goimpl/cj"
)

// A document is a state of fixed shape, for copies and encodings written for
// the type.
type document interface {
	cj.Appender
	// appendPB appends the document as packed binary.
	appendPB(dst []byte) []byte
	// sizes returns about how many bytes the document is as canonical JSON,
	// and exactly how many as packed binary.
	sizes() (cj, pb int)
	// plain is the document over the value model, for copies and encodings
	// that know no schema.
	plain() any
	clone() document
	// scribble changes every container.
	scribble()
}

type smallState struct {
	counter int
	status  string
	value   float64
}

func newSmall(nonce uint64) *smallState     { return &smallState{status: "ready" + suffix(nonce)} }
func makeSmall(nonce uint64) document       { return newSmall(nonce) }
func (s *smallState) scribble()             { *s = smallState{counter: -1} }
func (s *smallState) sizes() (json, pb int) { return 64 + len(s.status), 4 + textSize(s.status) + 8 }

func (s *smallState) plain() any {
	return map[string]any{"counter": int64(s.counter), "status": s.status, "value": s.value}
}

func (s *smallState) clone() document {
	out := *s
	return &out
}

func (s *smallState) AppendCJ(dst []byte) ([]byte, error) {
	dst = append(dst, `{"counter":`...)
	dst = strconv.AppendInt(dst, int64(s.counter), 10)
	dst = append(dst, `,"status":`...)
	dst, err := cj.AppendString(dst, s.status)
	if err != nil {
		return nil, err
	}
	dst = append(dst, `,"value":`...)
	if dst, err = cj.AppendFloat(dst, s.value); err != nil {
		return nil, err
	}
	return append(dst, '}'), nil
}

func (s *smallState) appendPB(dst []byte) []byte {
	dst = packUint32(dst, s.counter)
	dst = packText(dst, s.status)
	return packFloat(dst, s.value)
}

type mediumState struct {
	data     []string
	metadata map[string]string
	counters []int
}

func newMedium(nonce uint64) *mediumState {
	s := &mediumState{data: make([]string, 100), metadata: numbered(50), counters: make([]int, 100)}
	for i := range s.data {
		s.data[i] = "Item " + strconv.Itoa(i)
		s.counters[i] = i
	}
	s.data[0] += suffix(nonce)
	return s
}

// numbered is a map of n entries key{i}: value{i}.
func numbered(n int) map[string]string {
	m := make(map[string]string, n)
	for i := range n {
		m["key"+strconv.Itoa(i)] = "value" + strconv.Itoa(i)
	}
	return m
}

func makeMedium(nonce uint64) document { return newMedium(nonce) }

func (s *mediumState) plain() any {
	counters := make([]any, len(s.counters))
	for i, n := range s.counters {
		counters[i] = int64(n)
	}
	return map[string]any{"data": plainList(s.data), "metadata": plainMap(s.metadata), "counters": counters}
}

func (s *mediumState) AppendCJ(dst []byte) ([]byte, error) {
	dst = append(dst, `{"counters":[`...)
	for i, n := range s.counters {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	dst = append(dst, `],"data":`...)
	dst, err := cj.AppendStrings(dst, s.data)
	if err != nil {
		return nil, err
	}
	dst = append(dst, `,"metadata":`...)
	if dst, err = cj.AppendMap(dst, s.metadata, cj.AppendString); err != nil {
		return nil, err
	}
	return append(dst, '}'), nil
}

func (s *mediumState) appendPB(dst []byte) []byte {
	dst = packTexts(dst, s.data)
	dst = packTextMap(dst, s.metadata)
	dst = packUint64(dst, len(s.counters))
	for _, n := range s.counters {
		dst = packUint32(dst, n)
	}
	return dst
}

func (s *mediumState) sizes() (json, pb int) {
	json, pb = 64+8*len(s.counters), 8+4*len(s.counters)
	texts, entries := textsSize(s.data), textMapSize(s.metadata)
	return json + texts + entries, pb + texts + entries
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

func newLarge(nonce uint64) *largeState {
	s := &largeState{messages: make([]string, 1000), metadata: numbered(500), blocks: make([][]byte, 10)}
	for i := range s.messages {
		s.messages[i] = "Message " + strconv.Itoa(i)
	}
	s.messages[0] += suffix(nonce)
	for i := range s.blocks {
		s.blocks[i] = make([]byte, 10240)
	}
	return s
}

func makeLarge(nonce uint64) document { return newLarge(nonce) }

func (s *largeState) plain() any {
	blocks := make([]any, len(s.blocks))
	for i, b := range s.blocks {
		blocks[i] = slices.Clone(b)
	}
	return map[string]any{"messages": plainList(s.messages), "metadata": plainMap(s.metadata), "data_blocks": blocks}
}

func (s *largeState) AppendCJ(dst []byte) ([]byte, error) {
	dst = append(dst, `{"data_blocks":[`...)
	for i, b := range s.blocks {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = cj.AppendBytes(dst, b)
	}
	dst = append(dst, `],"messages":`...)
	dst, err := cj.AppendStrings(dst, s.messages)
	if err != nil {
		return nil, err
	}
	dst = append(dst, `,"metadata":`...)
	if dst, err = cj.AppendMap(dst, s.metadata, cj.AppendString); err != nil {
		return nil, err
	}
	return append(dst, '}'), nil
}

func (s *largeState) appendPB(dst []byte) []byte {
	dst = packTexts(dst, s.messages)
	dst = packTextMap(dst, s.metadata)
	dst = packUint64(dst, len(s.blocks))
	for _, b := range s.blocks {
		dst = packBlock(dst, b)
	}
	return dst
}

func (s *largeState) sizes() (json, pb int) {
	json = 64 + textsSize(s.messages) + textMapSize(s.metadata)
	pb = textsSize(s.messages) + textMapSize(s.metadata) + 8
	for _, b := range s.blocks {
		json += 2*len(b) + 2 // most bytes are one digit
		pb += 8 + len(b)
	}
	return json, pb
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
