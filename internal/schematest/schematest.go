// Package schematest holds a JSON Schema against the Go types that decode the
// files it describes: field by field, in both directions.
package schematest

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A Schema is a parsed JSON Schema.
type Schema struct {
	Doc      map[string]any
	compiled *jsonschema.Schema
}

// Parse reads and compiles a schema.
func Parse(t testing.TB, data []byte) *Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return &Schema{Doc: doc.(map[string]any), compiled: compiled}
}

// Validate says what the schema finds wrong with a decoded document.
func (s *Schema) Validate(v any) error { return s.compiled.Validate(v) }

// Def is a part of the schema by its name under $defs.
func (s *Schema) Def(name string) map[string]any {
	def, _ := s.Doc["$defs"].(map[string]any)[name].(map[string]any)
	return def
}

// Resolve follows references.
func (s *Schema) Resolve(node map[string]any) map[string]any {
	for {
		ref, ok := node["$ref"].(string)
		if !ok {
			return node
		}
		node = s.Def(strings.TrimPrefix(ref, "#/$defs/"))
	}
}

// Layout says what no reflection can know of the types that decode a file.
type Layout struct {
	// As are types that decode themselves, and what JSON types they take.
	As map[reflect.Type][]string
	// Like are types that decode themselves as another one.
	Like map[reflect.Type]reflect.Type
	// Elsewhere are fields that another package decodes: only their presence
	// is checked.
	Elsewhere []string
}

// Complete complains of every field of typ that the schema's node lacks or
// describes with another type, of every property that is no field, and of what
// has no description.
func (s *Schema) Complete(t testing.TB, at string, typ reflect.Type, node map[string]any, l Layout) {
	t.Helper()
	if node == nil {
		t.Errorf("%s is not in the schema", at)
		return
	}
	if like, ok := l.Like[typ]; ok {
		typ = like
	}
	resolved := s.Resolve(node)
	if typ.Kind() != reflect.Interface {
		s.sameTypes(t, at, jsonTypes(typ, l), node)
	}
	switch {
	case l.As[typ] != nil:
	case typ.Kind() == reflect.Pointer && typ.Elem().Kind() == reflect.Struct:
		s.fields(t, at, typ.Elem(), s.Resolve(notNull(resolved)), l)
	case typ.Kind() == reflect.Struct:
		s.fields(t, at, typ, resolved, l)
	case typ.Kind() == reflect.Slice:
		items, _ := resolved["items"].(map[string]any)
		s.Complete(t, at+"[]", typ.Elem(), items, l)
	case typ.Kind() == reflect.Map:
		values, _ := resolved["additionalProperties"].(map[string]any)
		s.Complete(t, at+"{}", typ.Elem(), values, l)
	}
}

func (s *Schema) fields(t testing.TB, at string, typ reflect.Type, node map[string]any, l Layout) {
	t.Helper()
	properties, _ := node["properties"].(map[string]any)
	if node["additionalProperties"] != false {
		t.Errorf("%s: the schema lets unknown fields through", at)
	}
	known := yamlFields(typ)
	for _, name := range slices.Sorted(maps.Keys(known)) {
		property, ok := properties[name].(map[string]any)
		if d, _ := property["description"].(string); ok && len(d) < 8 {
			t.Errorf("%s.%s has no description in the schema", at, name)
		}
		switch {
		case !ok:
			t.Errorf("%s.%s can be configured and is not in the schema (docs/schema/xbench.schema.json)", at, name)
		case !slices.Contains(l.Elsewhere, at+"."+name):
			s.Complete(t, at+"."+name, known[name], property, l)
		}
	}
	for name := range properties {
		if _, ok := known[name]; !ok {
			t.Errorf("%s.%s is in the schema, and no field", at, name)
		}
	}
}

// yamlFields are the fields of a struct as strictyaml knows them.
func yamlFields(typ reflect.Type) map[string]reflect.Type {
	out := make(map[string]reflect.Type)
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case name == "-":
		case strings.Contains(options, "inline"):
			for inner, t := range yamlFields(f.Type) {
				if _, hidden := out[inner]; !hidden {
					out[inner] = t
				}
			}
		default:
			out[name] = f.Type
		}
	}
	return out
}

// jsonTypes are what a field of a type takes. An empty list, map or pointer is
// left at its default.
func jsonTypes(typ reflect.Type, l Layout) []string {
	if own, ok := l.As[typ]; ok {
		return own
	}
	if typ == reflect.TypeFor[time.Duration]() {
		return []string{"integer", "string"} // 0 needs no unit
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return append(jsonTypes(typ.Elem(), l), "null")
	case reflect.Slice:
		return []string{"array", "null"}
	case reflect.Map:
		return []string{"null", "object"}
	case reflect.Struct:
		return []string{"object"}
	case reflect.String:
		return []string{"string"}
	case reflect.Bool:
		return []string{"boolean"}
	case reflect.Float64:
		return []string{"number"}
	}
	return []string{"integer"}
}

// sameTypes compares the types that a field takes with those that the schema
// lets through. A list that must not be empty cannot be null, and a time that
// must be longer than nothing cannot be 0.
func (s *Schema) sameTypes(t testing.TB, at string, want []string, node map[string]any) {
	t.Helper()
	got := s.types(node)
	slices.Sort(want)
	ok := slices.Equal(got, slices.Compact(want)) ||
		slices.Equal(got, []string{"array"}) && slices.Contains(want, "array") && s.Resolve(node)["minItems"] != nil ||
		slices.Equal(got, []string{"string"}) && slices.Equal(want, []string{"integer", "string"}) && s.Resolve(node)["allOf"] != nil
	if !ok {
		t.Errorf("%s: the schema says %s, the field takes %s", at, strings.Join(got, " or "), strings.Join(want, " or "))
	}
}

func (s *Schema) types(node map[string]any) []string {
	node = s.Resolve(node)
	var out []string
	switch typ := node["type"].(type) {
	case string:
		out = append(out, typ)
	case []any:
		for _, x := range typ {
			out = append(out, fmt.Sprint(x))
		}
	default:
		choices, _ := node["anyOf"].([]any)
		for _, c := range choices {
			out = append(out, s.types(c.(map[string]any))...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// notNull is the alternative that is not null.
func notNull(node map[string]any) map[string]any {
	choices, _ := node["anyOf"].([]any)
	for _, c := range choices {
		if c := c.(map[string]any); c["type"] != "null" {
			return c
		}
	}
	return node
}
