package cj

import (
	"encoding/json"
	"fmt"
	"math"
)

// A Decoder reads itself from canonical JSON: the counterpart of an Appender.
// It must not keep data.
type Decoder interface {
	DecodeCJ(data []byte) error
}

// AppendJSON appends the canonical form of what encoding/json makes of v, for
// types that are neither in the model nor Appenders. It is slow.
func AppendJSON(dst []byte, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return dst, &Error{Reason: err.Error()}
	}
	plain, err := Parse(text)
	if err != nil {
		return dst, err
	}
	return Append(dst, plain)
}

// Decode reads a value of any type from a text that holds one value: by
// DecodeCJ if *T has it, []byte from a list of integers, values of the model
// as Value does, and other types as encoding/json does.
func Decode[T any](r *Reader, x *T) error { return DecodeInto(r, x) }

// DecodeInto is Decode for a pointer to a type that is not known at compile
// time.
func DecodeInto(r *Reader, pointer any) (err error) {
	switch p := pointer.(type) {
	case *string:
		*p, err = r.String()
	case *int:
		var n int64
		if n, err = r.Int(); err == nil && (n > math.MaxInt || n < math.MinInt) {
			return &Error{Reason: fmt.Sprintf("integer %d does not fit", n)}
		}
		*p = int(n)
	case *int64:
		*p, err = r.Int()
	case *float64:
		*p, err = r.Float()
	case *bool:
		*p, err = r.Bool()
	case *any:
		*p, err = r.Value()
	case *[]string:
		*p, err = decodeList[string](r)
	case *[]any:
		*p, err = decodeList[any](r)
	case *[][]byte:
		*p, err = decodeList[[]byte](r)
	case *[]byte:
		err = decodeBytes(r, p)
	case *map[string]any:
		*p = make(map[string]any)
		err = r.Map(func(key string) (err error) {
			(*p)[key], err = r.Value()
			return err
		})
	default:
		return decodeOther(r, p)
	}
	return err
}

func decodeList[T any](r *Reader) ([]T, error) {
	list := []T{}
	err := r.List(func(int) error {
		var x T
		err := Decode(r, &x)
		list = append(list, x)
		return err
	})
	return list, err
}

func decodeBytes(r *Reader, p *[]byte) error {
	*p = []byte{}
	return r.List(func(int) error {
		n, err := r.Int()
		if err == nil && (n < 0 || n > math.MaxUint8) {
			err = &Error{Reason: fmt.Sprintf("%d is not a byte", n)}
		}
		*p = append(*p, byte(n))
		return err
	})
}

func decodeOther(r *Reader, p any) error {
	at := r.pos
	text, err := r.Raw()
	if err != nil {
		return err
	}
	if d, ok := p.(Decoder); ok {
		return d.DecodeCJ(text)
	}
	if err := json.Unmarshal(text, p); err != nil {
		return &Error{Reason: fmt.Sprintf("byte %d: %v", at, err)}
	}
	return nil
}
