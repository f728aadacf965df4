package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"xbench/compare"
)

var schemaFile = filepath.Join("..", "..", "docs", "schema", "summary.schema.json")

func readSchema(t *testing.T) map[string]any {
	t.Helper()
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return doc.(map[string]any)
}

// strict refuses what the published schema lets later versions add. Conditions
// speak of some properties only.
func strict(node any) {
	switch x := node.(type) {
	case map[string]any:
		if _, ok := x["properties"].(map[string]any); ok {
			x["additionalProperties"] = false
		}
		for name, v := range x {
			if name != "allOf" {
				strict(v)
			}
		}
	case []any:
		for _, v := range x {
			strict(v)
		}
	}
}

func compileSchema(t *testing.T, doc any) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("summary.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("summary.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func summaryOf(t *testing.T, v *View) map[string]any {
	t.Helper()
	var b bytes.Buffer
	if err := v.Summary(&b); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	return doc.(map[string]any)
}

// judgedViews are views of whole records, as runs make them.
func judgedViews(t *testing.T) map[string]*View {
	t.Helper()
	out := make(map[string]*View)
	slow := draft()
	slow[3].ratio = 0.8
	for name, specs := range map[string][]spec{"pass": draft(), "fail": slow} {
		for _, rounds := range []int{1, 2, 3, 8} {
			for _, gate := range []string{"minimum", "none"} {
				out[fmt.Sprintf("%s, %d rounds, gate %s", name, rounds, gate)] = judged(t, rounds, specs, gate, "")
			}
		}
		out[name+", a digest differs"] = judged(t, 8, specs, "minimum", "another")
		out[name+", a digest differs and nothing gates"] = judged(t, 8, specs, "none", "another")
	}
	machines := importedRecord()
	machines.Plan.Unpaired.Machines = "python was measured on a, rust on b"
	out["two machines"] = unpairedView(t, machines, compare.Options{Accept: true})
	out["imported"], out["two records"] = unpairedView(t, importedRecord(), compare.Options{}), unpairedView(t, baselineRecord(t), compare.Options{})
	out["other tools"], out["start-up"] = judgedBy(t, elsewhere()), startedView()
	return out
}

func judged(t *testing.T, rounds int, specs []spec, gate, digest string) *View {
	t.Helper()
	rec := generated(rounds, specs)
	for i := range rec.Processes {
		if p := &rec.Processes[i]; digest != "" && p.Row == rec.Plan.Rows[2].Name && p.Impl == "go" {
			p.Digest = digest
		}
	}
	res, err := compare.Analyze(rec, compare.Options{Gate: gate})
	if err != nil {
		t.Fatal(err)
	}
	return New(rec, res)
}

func TestSummaryGolden(t *testing.T) {
	for name, v := range views() {
		golden(t, name+".json", v.Summary)
	}
	slow := draft()
	slow[3].ratio = 0.8
	golden(t, "e2e-pass.json", judged(t, 8, draft(), "minimum", "").Summary)
	golden(t, "e2e-fail.json", judged(t, 8, slow, "minimum", "").Summary)
	golden(t, "e2e-early.json", judged(t, 2, draft(), "minimum", "").Summary)
	golden(t, "e2e-invalid.json", judged(t, 8, draft(), "minimum", "another").Summary)
}

// Every summary.json is what the schema says, field by field and none more.
func TestSummaryIsValid(t *testing.T) {
	doc := readSchema(t)
	strict(doc)
	schema := compileSchema(t, doc)
	check := func(name string, v *View) {
		t.Helper()
		if err := schema.Validate(summaryOf(t, v)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, v := range views() {
		check(name, v)
	}
	for name, v := range judgedViews(t) {
		check(name, v)
	}
}

// The schema refuses what is not a summary, and lets later versions add.
func TestSchemaRefuses(t *testing.T) {
	schema := compileSchema(t, readSchema(t))
	check := func(change func(map[string]any), valid bool) {
		t.Helper()
		doc := summaryOf(t, passView())
		change(doc)
		if err := schema.Validate(doc); (err == nil) != valid {
			t.Errorf("valid is %v, want %v: %v", err == nil, valid, err)
		}
	}
	row := func(doc map[string]any) map[string]any { return doc["rows"].([]any)[0].(map[string]any) }
	check(func(map[string]any) {}, true)
	check(func(doc map[string]any) { doc["new_in_a_later_version"] = 1 }, true)
	check(func(doc map[string]any) { row(doc)["new_in_a_later_version"] = 1 }, true)
	check(func(doc map[string]any) { doc["schema"] = "xbench-summary/2" }, false)
	check(func(doc map[string]any) { delete(doc, "goals") }, false)
	check(func(doc map[string]any) { doc["verdict"] = "PASSED" }, false)
	check(func(doc map[string]any) { doc["exit"] = 2 }, false)
	check(func(doc map[string]any) { row(doc)["results"].([]any)[0].(map[string]any)["candidate_ns"] = 0 }, false)
	check(func(doc map[string]any) { row(doc)["results"].([]any)[0].(map[string]any)["candidate_ns"] = "1 ms" }, false)
	check(func(doc map[string]any) { row(doc)["waits"] = nil }, false)
}

// Every field that can be written is described, with what it means, and
// nothing is described that cannot be written.
func TestSchemaIsComplete(t *testing.T) {
	doc := readSchema(t)
	w := &schemaWalk{t: t, defs: doc["$defs"].(map[string]any), used: make(map[string]bool)}
	w.walk("summary", reflect.TypeFor[summaryJSON](), doc)
	for name := range w.defs {
		if !w.used[name] {
			t.Errorf("$defs/%s describes nothing", name)
		}
	}
}

type schemaWalk struct {
	t    *testing.T
	defs map[string]any
	used map[string]bool
}

// walk compares a Go type with the part of the schema that describes it.
func (w *schemaWalk) walk(at string, typ reflect.Type, node map[string]any) {
	if d, _ := node["description"].(string); len(d) < 5 {
		w.t.Errorf("%s is not described", at)
	}
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
		if choice, ok := node["anyOf"].([]any); ok {
			node = choice[0].(map[string]any) // the other is null
		} else {
			w.t.Errorf("%s can be null, and the schema does not say so", at)
		}
	}
	if ref, ok := node["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/$defs/")
		w.used[name] = true
		node, _ = w.defs[name].(map[string]any)
	}
	types := fmt.Sprint(node["type"])
	want := func(want string) {
		if !slices.Contains(strings.Fields(strings.Trim(types, "[]")), want) && node["const"] == nil && node["enum"] == nil {
			w.t.Errorf("%s: schema says %s, the field is %s", at, types, want)
		}
	}
	switch {
	case typ == reflect.TypeFor[number](), typ == reflect.TypeFor[known]():
		want("number")
		if typ == reflect.TypeFor[known]() {
			want("null")
		}
	case typ == reflect.TypeFor[json.Number]():
		want("integer")
	case typ.Kind() == reflect.Struct:
		w.fields(at, typ, node)
	case typ.Kind() == reflect.Slice:
		want("array")
		w.items(at, typ.Elem(), node["items"])
	case typ.Kind() == reflect.Map:
		want("object")
		w.items(at, typ.Elem(), node["additionalProperties"])
	case typ.Kind() == reflect.String:
		want("string")
	case typ.Kind() == reflect.Bool:
		want("boolean")
	default:
		want("integer")
	}
}

// items may do without a description of their own: their list has one.
func (w *schemaWalk) items(at string, typ reflect.Type, node any) {
	items, ok := node.(map[string]any)
	if !ok {
		w.t.Errorf("%s: what it holds is not described", at)
		return
	}
	items = maps.Clone(items)
	items["description"] = "an item of " + at
	w.walk(at+"[]", typ, items)
}

func (w *schemaWalk) fields(at string, typ reflect.Type, node map[string]any) {
	properties, _ := node["properties"].(map[string]any)
	var required []string
	for _, x := range node["required"].([]any) {
		required = append(required, x.(string))
	}
	seen := make(map[string]bool)
	for _, f := range reflect.VisibleFields(typ) {
		if f.Anonymous {
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		seen[name] = true
		property, ok := properties[name].(map[string]any)
		if !ok {
			w.t.Errorf("%s.%s is written and not in the schema", at, name)
			continue
		}
		optional := strings.Contains(options, "omitempty")
		if slices.Contains(required, name) == optional {
			w.t.Errorf("%s.%s: can be left out: %v, required by the schema: %v", at, name, optional, !optional)
		}
		w.walk(at+"."+name, f.Type, property)
	}
	for name := range properties {
		if !seen[name] {
			w.t.Errorf("%s.%s is in the schema and never written", at, name)
		}
	}
}
