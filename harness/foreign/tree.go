package foreign

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"xbench/harness/protocol"
)

// Bounds on what is read. Files of real suites are far below them; a file
// beyond is refused instead of exhausting the memory.
const (
	maxBytes = 128 << 20
	maxDepth = 100
)

// An Error is something in a file that is not what its format promises.
type Error struct {
	File         string // as the caller named it
	Line, Column int    // from 1; 0 = the file as a whole. Columns count bytes
	Path         string // of the value inside a JSON document: benchmarks[3].stats.data; "" = the document
	Msg          string
}

// Error gives place, path and message, in this order.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	switch {
	case e.Line > 0 && e.Column > 0:
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	case e.Line > 0:
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	b.WriteString(": ")
	if e.Path != "" {
		b.WriteString(protocol.Escape(e.Path, 200) + ": ")
	}
	b.WriteString(e.Msg)
	return b.String()
}

// A document is a JSON file with the place of every value. Its first problem
// is kept in err, so that readers can go on without looking after each step:
// whatever is asked of a value that is not there is empty.
type document struct {
	file string
	data []byte
	root *node
	err  error
}

// A node is one value of a document. A nil node is one that is missing.
type node struct {
	doc    *document
	parent *node
	key    string // in an object
	index  int    // in a list
	offset int    // of its first byte
	kind   kind
	text   string // of a number as written, of text decoded
	yes    bool   // of a boolean
	items  []*node
}

type kind string

// Kinds of values, as messages call them.
const (
	kindNull   kind = "null"
	kindBool   kind = "true or false"
	kindNumber kind = "a number"
	kindText   kind = "text"
	kindList   kind = "a list"
	kindObject kind = "an object"
)

// readAll reads a whole file within bounds, as UTF-8.
func readAll(name string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case len(data) > maxBytes:
		return nil, &Error{File: name, Msg: fmt.Sprintf("larger than %d MiB", maxBytes>>20)}
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return nil, &Error{File: name, Line: 1, Column: 1, Msg: "is UTF-16, as PowerShell's > writes it; save it as UTF-8"}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		return nil, at(name, data, invalidAt(data), "is not UTF-8 text")
	}
	return data, nil
}

// invalidAt is where the first broken character begins.
func invalidAt(data []byte) int {
	i := 0
	for i < len(data) {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	return i
}

func parse(name string, r io.Reader) (*document, error) {
	data, err := readAll(name, r)
	if err != nil {
		return nil, err
	}
	d := &document{file: name, data: data}
	if err := d.valid(); err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	d.root, err = d.value(dec, nil, 0)
	return d, err
}

// valid locates what is not JSON. The decoder of tokens would notice as well,
// but not say where.
func (d *document) valid() error {
	var whole json.RawMessage
	err := json.Unmarshal(d.data, &whole)
	var s *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case len(bytes.TrimSpace(d.data)) == 0:
		return &Error{File: d.file, Msg: "is empty"}
	case !errors.As(err, &s):
		return &Error{File: d.file, Msg: "not JSON: " + err.Error()}
	case strings.Contains(s.Error(), "unexpected end"):
		return at(d.file, d.data, len(d.data), "not JSON: ends in the middle")
	}
	return at(d.file, d.data, int(s.Offset)-1, "not JSON: "+s.Error())
}

// value reads one value and all below it.
func (d *document) value(dec *json.Decoder, parent *node, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, at(d.file, d.data, skipTo(d.data, int(dec.InputOffset())), fmt.Sprintf("nested more than %d levels deep", maxDepth))
	}
	before := int(dec.InputOffset())
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	n := &node{doc: d, parent: parent, offset: skipTo(d.data, before)}
	switch t := token.(type) {
	case nil:
		n.kind = kindNull
	case bool:
		n.kind, n.yes = kindBool, t
	case json.Number:
		n.kind, n.text = kindNumber, t.String()
	case string:
		n.kind, n.text = kindText, t
	case json.Delim:
		n.kind = kindList
		if t == '{' {
			n.kind = kindObject
		}
		return n, d.below(dec, n, depth)
	}
	return n, nil
}

// below reads the items of a list or the members of an object.
func (d *document) below(dec *json.Decoder, n *node, depth int) error {
	seen := make(map[string]bool)
	for dec.More() {
		key := ""
		if n.kind == kindObject {
			offset := skipTo(d.data, int(dec.InputOffset()))
			token, err := dec.Token()
			if err != nil {
				return err
			}
			key, _ = token.(string)
			if seen[key] {
				return at(d.file, d.data, offset, fmt.Sprintf("the key %s is there twice", quote(key)))
			}
			seen[key] = true
		}
		item, err := d.value(dec, n, depth+1)
		if err != nil {
			return err
		}
		item.key, item.index = key, len(n.items)
		n.items = append(n.items, item)
	}
	_, err := dec.Token()
	return err
}

// skipTo passes the white space and punctuation before a value.
func skipTo(data []byte, offset int) int {
	for offset < len(data) && strings.IndexByte(" \t\r\n,:", data[offset]) >= 0 {
		offset++
	}
	return offset
}

// at makes an error about a place in a file.
func at(name string, data []byte, offset int, msg string) *Error {
	offset = min(max(offset, 0), len(data))
	before := data[:offset]
	return &Error{
		File: name,
		Line: 1 + bytes.Count(before, []byte("\n")), Column: offset - bytes.LastIndexByte(before, '\n'),
		Msg: msg,
	}
}

// quote shows text of a file within a message.
func quote(s string) string { return `"` + protocol.Escape(s, 80) + `"` }

// path says where a value is: benchmarks[3].stats.data.
func (n *node) path() string {
	if n.parent == nil {
		return ""
	}
	above := n.parent.path()
	switch {
	case n.parent.kind == kindList:
		return above + "[" + strconv.Itoa(n.index) + "]"
	case above == "":
		return n.key
	}
	return above + "." + n.key
}

// errorf is an error about the value.
func (n *node) errorf(format string, args ...any) error {
	e := at(n.doc.file, n.doc.data, n.offset, fmt.Sprintf(format, args...))
	e.Path = n.path()
	return e
}

// fail keeps the first problem of the document.
func (n *node) fail(format string, args ...any) {
	if n != nil && n.doc.err == nil {
		n.doc.err = n.errorf(format, args...)
	}
}

// shown is the value as a message quotes it.
func (n *node) shown() string {
	if n == nil {
		return "nothing"
	}
	switch n.kind {
	case kindText:
		return quote(n.text)
	case kindNumber:
		return protocol.Escape(n.text, 40)
	case kindBool:
		return strconv.FormatBool(n.yes)
	}
	return string(n.kind)
}

// get is a member of an object: nil where it is missing or null.
func (n *node) get(key string) *node {
	if n == nil || n.kind != kindObject {
		return nil
	}
	for _, m := range n.items {
		if m.key == key && m.kind != kindNull {
			return m
		}
	}
	return nil
}

// need is a member that has to be there.
func (n *node) need(key string) *node {
	if n == nil || !n.is(kindObject) {
		return nil
	}
	m := n.get(key)
	if m == nil {
		n.fail("has no %q", key)
	}
	return m
}

// is reports whether the value is of a kind, and has the document fail if not.
func (n *node) is(k kind) bool {
	if n == nil {
		return false
	}
	if n.kind != k {
		n.fail("want %s, found %s", k, n.shown())
	}
	return n.kind == k
}

// list is the items of a list.
func (n *node) list() []*node {
	if n == nil || !n.is(kindList) {
		return nil
	}
	return n.items
}

// str is text; "" of a missing value.
func (n *node) str() string {
	if n == nil || !n.is(kindText) {
		return ""
	}
	return n.text
}

// name is text that names something.
func (n *node) name() string {
	s := n.str()
	if n != nil && n.kind == kindText && strings.TrimSpace(s) == "" {
		n.fail("is an empty name")
	}
	return s
}

// number is a finite number.
func (n *node) number() float64 {
	if n == nil || !n.is(kindNumber) {
		return 0
	}
	v, err := strconv.ParseFloat(n.text, 64)
	if err != nil || math.IsInf(v, 0) {
		n.fail("%s is too large", n.shown())
		return 0
	}
	return v
}

// Bounds of a duration in nanoseconds: longer than three centuries and shorter
// than any clock can tell are mistakes in the unit.
const (
	longestNS  = 1e19
	shortestNS = 1e-6
)

// duration is a time in the given unit (nanoseconds per unit), above zero.
func (n *node) duration(unit float64) float64 {
	v := n.number() * unit
	if n == nil || n.kind != kindNumber {
		return 0
	}
	if msg := badDuration(v); msg != "" {
		n.fail("%s %s", n.shown(), msg)
	}
	return v
}

// badDuration says what is wrong with a time in nanoseconds, "" if nothing is.
func badDuration(ns float64) string {
	switch {
	case math.IsNaN(ns) || math.IsInf(ns, 0):
		return "is no duration"
	case ns < 0:
		return "is no duration: it is negative"
	case ns == 0:
		return "is no duration: the clock was too coarse for so short a sample, take more iterations"
	case ns > longestNS:
		return "is no duration: it is longer than three centuries"
	case ns < shortestNS:
		return "is no duration: no clock can tell it from zero"
	}
	return ""
}

// durations are the times of a list, which may not be empty.
func (n *node) durations(unit float64) []float64 {
	items := n.list()
	if n != nil && n.kind == kindList && len(items) == 0 {
		n.fail("is empty")
	}
	out := make([]float64, 0, len(items))
	for _, item := range items {
		out = append(out, item.duration(unit))
	}
	return out
}

// maxIterations bounds counts, so that the sum of a million of them fits an
// int64: at a nanosecond each they take more than two hours.
const maxIterations = 1 << 43

// count is a whole number above zero, such as iterations.
func (n *node) count() int64 {
	v := n.number()
	if n == nil || n.kind != kindNumber {
		return 0
	}
	if v < 1 || v > maxIterations || v != math.Trunc(v) {
		n.fail("%s is no number of iterations", n.shown())
		return 0
	}
	return int64(v)
}
