package protocol

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// A Param is one named value. Value is nil, bool, int64, float64, string,
// []any or map[string]any.
type Param struct {
	Name  string
	Value any
}

// Params is an ordered set of parameters; on the wire it is a JSON object
// whose members keep their order.
type Params []Param

// Get returns the value of the named parameter.
func (p Params) Get(name string) (any, bool) {
	for _, q := range p {
		if q.Name == name {
			return q.Value, true
		}
	}
	return nil, false
}

// With returns a copy of p in which name has value, in its old place if p had
// it and at the end otherwise.
func (p Params) With(name string, value any) Params {
	out := append(Params(nil), p...)
	for i := range out {
		if out[i].Name == name {
			out[i].Value = value
			return out
		}
	}
	return append(out, Param{name, value})
}

// MarshalJSON writes the parameters as an object, in order.
func (p Params) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, q := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := writeJSON(&b, q.Name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := writeJSON(&b, q.Value); err != nil {
			return nil, fmt.Errorf("parameter %s: %w", q.Name, err)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// writeJSON writes v without a newline and leaves <, > and & readable.
func writeJSON(b *bytes.Buffer, v any) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1)
	return nil
}

// UnmarshalJSON reads an object, keeping the order of its members and the
// full precision of integers.
func (p *Params) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	tok, err := dec.Token()
	if err != nil {
		return err
	}
	if tok == nil {
		*p = nil
		return nil
	}
	if tok != json.Delim('{') {
		return fmt.Errorf("params must be an object, not %v", tok)
	}
	out := Params{}
	seen := make(map[string]bool)
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return err
		}
		name := tok.(string)
		if seen[name] {
			return fmt.Errorf("params: duplicate name %q", name)
		}
		seen[name] = true
		var v any
		if err := dec.Decode(&v); err != nil {
			return err
		}
		v, err = plainNumbers(v)
		if err != nil {
			return fmt.Errorf("parameter %s: %w", name, err)
		}
		out = append(out, Param{name, v})
	}
	*p = out
	return nil
}

// plainNumbers turns json.Number into int64 where it is an integer and into
// float64 otherwise, at any depth.
func plainNumbers(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return n, nil
		}
		return v.Float64()
	case []any:
		for i := range v {
			x, err := plainNumbers(v[i])
			if err != nil {
				return nil, err
			}
			v[i] = x
		}
	case map[string]any:
		for k := range v {
			x, err := plainNumbers(v[k])
			if err != nil {
				return nil, err
			}
			v[k] = x
		}
	}
	return v, nil
}
