// Package cj writes and reads canonical JSON: one text for one value, so that equal
// values have equal bytes and equal digests in every language.
//
// The value model is null, boolean, signed 64-bit integer, finite 64-bit float,
// Unicode string, list, and map with string keys. Keys are sorted by code
// point, there is no white space, and only what JSON demands is escaped. An
// integer and a float of equal value are written alike.
//
// Append allocates nothing but the growth of the buffer it is given (and room
// for the entries of maps with more than 32 of them), so that it can stand inside
// a timed loop. encoding/json cannot serve: it escapes < > & and U+2028, routes
// any number through one format, and sorts keys through reflection.
//
// A Reader takes such texts apart again, and Decode fills Go values from them.
package cj

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"
)

// An Appender writes itself as canonical JSON. Types of fixed shape implement
// it to avoid being turned into maps. On an error the returned slice is
// ignored.
type Appender interface {
	AppendCJ(dst []byte) ([]byte, error)
}

// An Error says where in a value something cannot be written, and why.
type Error struct {
	Path   string // such as ".messages[3]"; empty for the value itself
	Reason string
	// Unsupported says that the reason is the value's type.
	Unsupported bool
}

func (e *Error) Error() string {
	if e.Path == "" {
		return "canonical json: " + e.Reason
	}
	return "canonical json: at " + e.Path + ": " + e.Reason
}

// Append appends the canonical form of v to dst. It takes nil, bool, the
// integer types, float64, string, []any, []string, []int, []int64, []float64,
// [][]byte, map[string]any, map[string]string, []byte (a list of integers) and
// any Appender. On an error (always an *Error unless an Appender returns
// another) it returns dst as it was.
func Append(dst []byte, v any) ([]byte, error) {
	out, err := appendValue(dst, v)
	if err != nil {
		return dst, err
	}
	return out, nil
}

// Marshal returns the canonical form of v in a buffer of its own, of just its
// size. As in encoding/json it is written to one that is kept for the next:
// growing a new one copies a large text several times.
func Marshal(v any) ([]byte, error) {
	scratch := scratches.Get().(*[]byte)
	defer scratches.Put(scratch)
	text, err := appendValue((*scratch)[:0], v)
	if err != nil {
		return nil, err
	}
	*scratch = text
	return bytes.Clone(text), nil
}

// scratches are buffers for texts that are copied when they are complete. The
// collector clears them away.
var scratches = sync.Pool{New: func() any { return new([]byte) }}

// Digest is the lower-case hexadecimal SHA-256 of the canonical form of v.
func Digest(v any) (string, error) {
	b, err := Append(nil, v)
	if err != nil {
		return "", err
	}
	return DigestBytes(b), nil
}

// DigestBytes is the lower-case hexadecimal SHA-256 of b.
func DigestBytes(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func appendValue(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case string:
		return AppendString(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case float64:
		return AppendFloat(dst, v)
	case []any:
		return AppendList(dst, v, appendValue)
	case []string:
		return AppendStrings(dst, v)
	case map[string]any:
		return AppendMap(dst, v, appendValue)
	case map[string]string:
		return AppendMap(dst, v, AppendString)
	case []byte:
		return AppendBytes(dst, v), nil
	case Appender:
		return v.AppendCJ(dst)
	}
	return appendRare(dst, v)
}

// appendRare is apart so that the switch above stays short: the order of its
// cases is the order of their tests.
func appendRare(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case []int:
		return AppendList(dst, v, appendInt[int])
	case []int64:
		return AppendList(dst, v, appendInt[int64])
	case []float64:
		return AppendList(dst, v, AppendFloat)
	case [][]byte:
		return AppendList(dst, v, func(dst, b []byte) ([]byte, error) { return AppendBytes(dst, b), nil })
	case int8:
		return appendInt(dst, v)
	case int16:
		return appendInt(dst, v)
	case int32:
		return appendInt(dst, v)
	case uint8:
		return appendInt(dst, v)
	case uint16:
		return appendInt(dst, v)
	case uint32:
		return appendInt(dst, v)
	case uint:
		return appendUint(dst, uint64(v))
	case uint64:
		return appendUint(dst, v)
	}
	return nil, &Error{Reason: fmt.Sprintf("type %T is not in the value model", v), Unsupported: true}
}

func appendInt[T int | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](dst []byte, v T) ([]byte, error) {
	return strconv.AppendInt(dst, int64(v), 10), nil
}

func appendUint(dst []byte, v uint64) ([]byte, error) {
	if v > math.MaxInt64 {
		return nil, &Error{Reason: fmt.Sprintf("integer %d does not fit in 64 signed bits", v)}
	}
	return strconv.AppendUint(dst, v, 10), nil
}

// AppendFloat appends the shortest decimal that reads back as f: plain
// notation for 1e-6 <= |f| < 1e21, else d.ddde+N or d.ddde-N. An integral
// value has no point and minus zero is 0.
func AppendFloat(dst []byte, f float64) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, &Error{Reason: fmt.Sprintf("%v is not a finite number", f)}
	}
	abs := math.Abs(f)
	if abs < 1<<53 && f == math.Trunc(f) {
		return strconv.AppendInt(dst, int64(f), 10), nil // also turns -0 into 0
	}
	if abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64), nil
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	// strconv writes at least two digits of exponent, e-07; we want e-7.
	if n := len(dst); dst[n-2] == '0' && (dst[n-3] == '-' || dst[n-3] == '+') {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst, nil
}

// AppendStrings appends a list of strings.
func AppendStrings(dst []byte, list []string) ([]byte, error) {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = AppendString(dst, s); err != nil {
			return nil, At(err, "["+strconv.Itoa(i)+"]")
		}
	}
	return append(dst, ']'), nil
}

// AppendList appends a list whose items item writes.
func AppendList[T any](dst []byte, list []T, item func([]byte, T) ([]byte, error)) ([]byte, error) {
	dst = append(dst, '[')
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = item(dst, v); err != nil {
			return nil, At(err, "["+strconv.Itoa(i)+"]")
		}
	}
	return append(dst, ']'), nil
}

// AppendMap appends a map, sorted by key, whose values value writes.
func AppendMap[T any](dst []byte, m map[string]T, value func([]byte, T) ([]byte, error)) ([]byte, error) {
	if len(m) > few {
		return appendLargeMap(dst, m, value)
	}
	var room [few]string // on the stack
	keys := room[:0]
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	dst = append(dst, '{')
	for i, k := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = appendMember(dst, k, m[k], value); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// few is how many entries most maps have at most.
const few = 32

func appendLargeMap[T any](dst []byte, m map[string]T, value func([]byte, T) ([]byte, error)) ([]byte, error) {
	dst = append(dst, '{')
	for k, v := range Sorted(m) {
		var err error
		if dst, err = appendMember(dst, k, v, value); err != nil {
			return nil, err
		}
		dst = append(dst, ',')
	}
	dst[len(dst)-1] = '}' // the last comma
	return dst, nil
}

func appendMember[T any](dst []byte, key string, v T, value func([]byte, T) ([]byte, error)) ([]byte, error) {
	dst, err := AppendString(dst, key)
	if err != nil {
		return nil, At(err, "."+strconv.Quote(key))
	}
	dst = append(dst, ':')
	if dst, err = value(dst, v); err != nil {
		return nil, At(err, "."+key)
	}
	return dst, nil
}

// At returns err with step put before its path: "[3]" for an item, ".name"
// for a member. Appenders use it to say which of their parts is at fault.
func At(err error, step string) error {
	var e *Error
	if errors.As(err, &e) {
		return &Error{Path: step + e.Path, Reason: e.Reason, Unsupported: e.Unsupported}
	}
	return fmt.Errorf("canonical json: at %s: %w", step, err)
}
