package sdk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// orderedKnobs is written as an object of defaults, in order: the order is
// that of the knobs in a benchmark's name.
type orderedKnobs []Param

func (knobs orderedKnobs) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range knobs {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(compact(p.Name))
		b.WriteByte(':')
		b.WriteString(compact(p.Default))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// resolve overlays the defaults of b with what was given.
func resolve(b *Benchmark, given map[string]any) (Params, error) {
	out := make(Params, len(b.Params))
	names := make([]string, 0, len(b.Params))
	for _, p := range b.Params {
		names = append(names, p.Name)
		value, ok := given[p.Name]
		if !ok {
			value = p.Default
		}
		value, err := fit(value, p.Default)
		if err != nil {
			return nil, fmt.Errorf("parameter %q %w", p.Name, err)
		}
		out[p.Name] = value
	}
	var unknown []string
	for name := range given {
		if _, ok := out[name]; !ok {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return out, nil
	}
	slices.Sort(unknown)
	if len(names) == 0 {
		return nil, fmt.Errorf("unknown parameter %q: it has none", unknown[0])
	}
	hint := suggest(unknown[0], names)
	if hint == "" {
		hint = "; it has " + strings.Join(names, ", ")
	}
	return nil, fmt.Errorf("unknown parameter %q%s", unknown[0], hint)
}

// fit turns a decoded value into the type of the knob's default, or says that
// it is of another type. A knob without a default takes any type but null.
func fit(value, like any) (any, error) {
	value, err := plain(value)
	if err != nil {
		return nil, err
	}
	like, _ = plain(like)
	switch like.(type) {
	case nil:
		if value == nil {
			return nil, fmt.Errorf("must be given: it has no default")
		}
		return value, nil
	case float64:
		if n, ok := value.(int64); ok {
			return float64(n), nil
		}
	}
	if typeName(value) != typeName(like) {
		return nil, fmt.Errorf("must be %s (default %s), not %s", typeName(like), compact(like), compact(value))
	}
	return value, nil
}

// plain turns JSON numbers, and the integer types that a worker's author may
// use for defaults, into int64 and float64, at any depth.
func plain(v any) (any, error) {
	switch v := v.(type) {
	case int:
		return int64(v), nil
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return n, nil
		}
		f, err := v.Float64()
		if err != nil || !strings.ContainsAny(v.String(), ".eE") {
			return nil, fmt.Errorf("is out of range: %s", v)
		}
		return f, nil
	case []any:
		out := make([]any, len(v))
		for i := range v {
			x, err := plain(v[i])
			if err != nil {
				return nil, err
			}
			out[i] = x
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			x, err := plain(v[k])
			if err != nil {
				return nil, err
			}
			out[k] = x
		}
		return out, nil
	}
	return v, nil
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case int64:
		return "an integer"
	case float64:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprintf("a %T", v)
}

// compact is v as JSON, for messages.
func compact(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
