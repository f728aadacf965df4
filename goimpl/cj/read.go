package cj

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth of lists and maps inside one another bounds the stack.
const maxDepth = 10000

// A Reader takes a JSON text apart. It is stricter than encoding/json, in that
// text must be valid Unicode and keys must not repeat, and it keeps integers
// of 64 bits whole. White space and any order of keys are accepted, for people
// who edit. Errors are *Error and say at which byte.
type Reader struct {
	data  []byte
	pos   int
	depth int
}

// NewReader returns a reader of data, which must not change meanwhile.
func NewReader(data []byte) *Reader { return &Reader{data: data} }

// NewReaderAt returns a reader that starts at a byte of data, as counted by
// Offset and by errors.
func NewReaderAt(data []byte, offset int) *Reader { return &Reader{data: data, pos: offset} }

// Offset returns where the next value begins.
func (r *Reader) Offset() int {
	r.peek()
	return r.pos
}

// peek returns the first byte of the next value, 0 at the end.
func (r *Reader) peek() byte {
	for r.pos < len(r.data) {
		switch c := r.data[r.pos]; c {
		case ' ', '\n', '\r', '\t':
			r.pos++
		default:
			return c
		}
	}
	return 0
}

// want is the error of finding something else at the place reached.
func (r *Reader) want(what string) error {
	r.peek()
	rest := r.data[r.pos:]
	if len(rest) == 0 {
		return &Error{Reason: fmt.Sprintf("byte %d: want %s, but the text ends", r.pos, what)}
	}
	const quoted = 20
	if len(rest) > quoted {
		return &Error{Reason: fmt.Sprintf("byte %d: want %s, have %s...", r.pos, what, rest[:quoted])}
	}
	return &Error{Reason: fmt.Sprintf("byte %d: want %s, have %s", r.pos, what, rest)}
}

// word takes one of the three words of JSON.
func (r *Reader) word(w string) bool {
	r.peek()
	if !bytes.HasPrefix(r.data[r.pos:], []byte(w)) {
		return false
	}
	r.pos += len(w)
	return true
}

// Null takes a null if one is next, and reports that.
func (r *Reader) Null() bool { return r.word("null") }

// Bool takes true or false.
func (r *Reader) Bool() (bool, error) {
	switch {
	case r.word("true"):
		return true, nil
	case r.word("false"):
		return false, nil
	}
	return false, r.want("true or false")
}

// Int takes an integer of 64 bits.
func (r *Reader) Int() (int64, error) {
	const what = "an integer of 64 bits"
	token, whole := r.number()
	if !whole {
		return 0, r.want(what)
	}
	n, err := strconv.ParseInt(string(token), 10, 64)
	if err != nil {
		return 0, r.want(what)
	}
	r.pos += len(token)
	return n, nil
}

// Float takes a number.
func (r *Reader) Float() (float64, error) {
	token, _ := r.number()
	f, err := strconv.ParseFloat(string(token), 64)
	if err != nil { // also of an empty token
		return 0, r.want("a number of 64 bits")
	}
	r.pos += len(token)
	return f, nil
}

// number returns the text of the number that is next, empty if there is none,
// and whether it is written as an integer. It takes nothing.
func (r *Reader) number() (token []byte, whole bool) {
	r.peek()
	d := r.data[r.pos:]
	i := 0
	if i < len(d) && d[i] == '-' {
		i++
	}
	start := i
	i = digits(d, i)
	if i == start || d[start] == '0' && i > start+1 {
		return nil, false
	}
	whole = true
	if i < len(d) && d[i] == '.' {
		whole = false
		start = i + 1
		if i = digits(d, start); i == start {
			return nil, false
		}
	}
	if i < len(d) && (d[i] == 'e' || d[i] == 'E') {
		whole = false
		i++
		if i < len(d) && (d[i] == '+' || d[i] == '-') {
			i++
		}
		start = i
		if i = digits(d, start); i == start {
			return nil, false
		}
	}
	return d[:i], whole
}

// digits returns where the digits that begin at i end.
func digits(d []byte, i int) int {
	for i < len(d) && d[i] >= '0' && d[i] <= '9' {
		i++
	}
	return i
}

// String takes a text.
func (r *Reader) String() (string, error) {
	if r.peek() != '"' {
		return "", r.want("a text")
	}
	for i := r.pos + 1; i < len(r.data); i++ {
		c := r.data[i]
		if c == '"' {
			s := string(r.data[r.pos+1 : i])
			r.pos = i + 1
			return s, nil
		}
		if c < 0x20 || c >= utf8.RuneSelf || c == '\\' {
			break
		}
	}
	return r.unusual()
}

// unusual takes a text that has escapes or is not all ASCII.
func (r *Reader) unusual() (string, error) {
	var out []byte
	i := r.pos + 1
	for i < len(r.data) {
		switch c := r.data[i]; {
		case c == '"':
			r.pos = i + 1
			return string(out), nil
		case c < 0x20:
			r.pos = i
			return "", &Error{Reason: fmt.Sprintf("byte %d: control character in a text", i)}
		case c == '\\':
			ch, n := unescape(r.data[i:])
			if n == 0 {
				r.pos = i
				return "", r.want("an escape")
			}
			out = utf8.AppendRune(out, ch)
			i += n
		default:
			ch, n := utf8.DecodeRune(r.data[i:])
			if ch == utf8.RuneError && n == 1 {
				r.pos = i
				return "", &Error{Reason: fmt.Sprintf("byte %d: text is not valid UTF-8", i)}
			}
			out = append(out, r.data[i:i+n]...)
			i += n
		}
	}
	r.pos = len(r.data)
	return "", r.want(`"`)
}

// unescape reads the escape at the start of b; its length is 0 if it is none.
// Half of a surrogate pair is none: it is no character.
func unescape(b []byte) (rune, int) {
	if len(b) < 2 {
		return 0, 0
	}
	switch b[1] {
	case '"', '\\', '/':
		return rune(b[1]), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		hi, ok := unit(b)
		if !ok {
			return 0, 0
		}
		if !utf16.IsSurrogate(hi) {
			return hi, 6
		}
		lo, ok := unit(b[6:])
		if c := utf16.DecodeRune(hi, lo); ok && c != utf8.RuneError {
			return c, 12
		}
	}
	return 0, 0
}

// unit reads \uXXXX.
func unit(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil
}

// List takes a list, calling item for each to take it.
func (r *Reader) List(item func(i int) error) error {
	if r.peek() != '[' {
		return r.want("a list")
	}
	i := 0
	return r.each(']', "the next item or ]", func() error {
		if err := item(i); err != nil {
			return At(err, "["+strconv.Itoa(i)+"]")
		}
		i++
		return nil
	})
}

// Map takes a map, calling member after each key to take the value.
func (r *Reader) Map(member func(key string) error) error {
	if r.peek() != '{' {
		return r.want("a map")
	}
	var seen keys
	return r.each('}', "the next key or }", func() error {
		r.peek()
		at := r.pos
		key, err := r.String()
		if err != nil {
			return err
		}
		if !seen.add(key) {
			return &Error{Reason: fmt.Sprintf("byte %d: key %q is there twice", at, key)}
		}
		if r.peek() != ':' {
			return r.want(":")
		}
		r.pos++
		if err := member(key); err != nil {
			return At(err, "."+key)
		}
		return nil
	})
}

// each takes what stands between the bracket at hand and its end, separated by
// commas.
func (r *Reader) each(end byte, what string, one func() error) error {
	if r.depth++; r.depth > maxDepth {
		return &Error{Reason: fmt.Sprintf("byte %d: more than %d lists and maps inside one another", r.pos, maxDepth)}
	}
	r.pos++
	if r.peek() != end {
		for {
			if err := one(); err != nil {
				return err
			}
			if r.peek() != ',' {
				break
			}
			r.pos++
		}
	}
	if r.peek() != end {
		return r.want(what)
	}
	r.pos++
	r.depth--
	return nil
}

// keys tells whether a key came before. As long as they ascend, as canonical
// ones do, it only has to look at the last.
type keys struct {
	list     []string
	unsorted map[string]bool
}

func (k *keys) add(key string) bool {
	n := len(k.list)
	if k.unsorted == nil && (n == 0 || k.list[n-1] < key) {
		k.list = append(k.list, key)
		return true
	}
	if k.unsorted == nil {
		k.unsorted = make(map[string]bool)
		for _, old := range k.list {
			k.unsorted[old] = true
		}
	}
	if k.unsorted[key] {
		return false
	}
	k.unsorted[key] = true
	return true
}

// Value takes any value: nil, bool, string, int64, float64, []any or
// map[string]any. A number is an int64 if it is written as an integer and fits.
func (r *Reader) Value() (any, error) {
	switch c := r.peek(); c {
	case '"':
		return r.String()
	case '[':
		list := []any{}
		err := r.List(func(int) error {
			v, err := r.Value()
			list = append(list, v)
			return err
		})
		return list, err
	case '{':
		m := make(map[string]any)
		err := r.Map(func(key string) (err error) {
			m[key], err = r.Value()
			return err
		})
		return m, err
	case 't', 'f':
		return r.Bool()
	}
	if r.Null() {
		return nil, nil
	}
	token, whole := r.number()
	if len(token) == 0 {
		return nil, r.want("a value")
	}
	if whole {
		if n, err := strconv.ParseInt(string(token), 10, 64); err == nil {
			r.pos += len(token)
			return n, nil
		}
	}
	return r.Float()
}

// Raw takes any value and returns its text, which is part of the reader's data.
func (r *Reader) Raw() ([]byte, error) {
	r.peek()
	start := r.pos
	if err := r.skip(); err != nil {
		return nil, err
	}
	return slices.Clip(r.data[start:r.pos]), nil
}

func (r *Reader) skip() error {
	switch r.peek() {
	case '[':
		return r.List(func(int) error { return r.skip() })
	case '{':
		return r.Map(func(string) error { return r.skip() })
	}
	_, err := r.Value()
	return err
}

// End reports that something follows the values taken.
func (r *Reader) End() error {
	if r.peek() != 0 || r.pos < len(r.data) {
		return r.want("the end")
	}
	return nil
}

// Parse reads a text that holds one value, as Value does.
func Parse(data []byte) (any, error) {
	r := NewReader(data)
	v, err := r.Value()
	if err == nil {
		err = r.End()
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}
