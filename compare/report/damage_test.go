package report

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"xbench/compare"
)

// Texts that may be anything. All others must be refused when they are none of
// the words that the schema lists.
var freeTexts = wordsByType(`
	summaryJSON: reasons chosen_after_the_run run tool suite filter reference candidates by recommendations advice what_to_check reproduce
	sideJSON: name version language runtime mode flags settings command unmatched
	goalJSON: claim candidate than suite over worst culprits reason
	lookJSON: worst
	meanJSON: candidate group weighs_most
	categoryJSON: name candidate
	apartJSON: of control not_accepted_because two_machines
	originJSON: implementation format tool path sha256 command host started
	differenceJSON: kind candidate what reference_value candidate_value benchmarks meaning than
	evidenceJSON: same_output fixed_input nothing_to_compare
	exitJSON: benchmark implementation
	startupJSON: benchmark candidate too_little_left_of not_started
	rowJSON: benchmark category group description params names
	cellJSON: candidate than
	versusJSON: candidate than
	detailJSON: implementation digest failure
	failureJSON: message
	contestJSON: scenario category implementation best
	variantJSON: variant benchmark why
	finalJSON: scenario category candidate reference_best candidate_best
	scalingJSON: benchmark category knob rows
	growthJSON: implementation
	ratioJSON: candidate
	crossoverJSON: benchmark category knob implementation from to task_from
	warningJSON: benchmark implementation text remedy
	hostJSON: os arch cpu kernel governor virtual fs id`)

// Numbers that may be negative: what a fit comes to, and values of a knob.
var signedNumbers = wordsByType(`
	estimateJSON: value lo hi
	scalingJSON: values left_out_of_exponents
	stretchJSON: from to
	pointJSON: value
	ratioPointJSON: value
	crossoverJSON: slower_up_to faster_from
	sizeJSON: size
	detailJSON: counters
	factsJSON: other_cpu_ns`)

// Numbers that are written as null where they are 0, and may be 0 all the same.
var zeros = wordsByType(`
	lookJSON: chance_of_a_verdict
	categoryJSON: variation`)

// What else must be refused.
var beyond = map[string][]any{
	"summaryJSON.schema":           {"xbench-summary/2"},
	"summaryJSON.exit":             {2, 130},
	"summaryJSON.started":          {"yesterday", "2026-03-14", "2026-03-14T09:26:53+01:00", "2026-13-41T09:26:53Z"},
	"summaryJSON.taken_up_again":   {0},
	"summaryJSON.seed":             {json.Number("18446744073709551616")},
	"intervalJSON.ratio":           {nil},
	"goalJSON.needed":              {0},
	"lookJSON.round":               {0},
	"lookJSON.chance_of_a_verdict": {1.01},
	"apartJSON.assumed_spread":     {0, 1},
	"cellJSON.reference_processes": {0},
	"cellJSON.candidate_processes": {0},
	"contestJSON.level":            {0, 1},
}

func wordsByType(s string) map[string]bool {
	out := make(map[string]bool)
	for _, line := range strings.Split(strings.TrimSpace(s), "\n") {
		typ, names, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for _, name := range strings.Fields(names) {
			out[typ+"."+name] = true
		}
	}
	return out
}

// Whatever single value of a real summary is damaged, the schema refuses it.
// What it must hold follows from the Go types and the lists above, not from the
// schema: a constraint that is dropped there is missed here.
func TestSchemaRefusesDamage(t *testing.T) {
	d := &damager{t: t, schema: compileSchema(t, readSchema(t)), done: make(map[string]bool)}
	all := judgedViews(t)
	maps.Copy(all, views())
	for _, name := range slices.Sorted(maps.Keys(all)) {
		v := all[name]
		v.Resumed = 2
		v.Chosen = []string{"--gate"}
		v.Host.Scaling, v.By = 1.9, "executor"
		d.doc = summaryOf(t, v)
		thin(d.doc) // thousands of checks
		if err := d.schema.Validate(d.doc); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		d.object(reflect.TypeFor[summaryJSON](), d.doc)
	}
	for _, list := range []map[string]bool{freeTexts, signedNumbers, zeros} {
		for name := range list {
			if !d.done[name] {
				t.Errorf("%s is in none of the summaries", name)
			}
		}
	}
	for name := range beyond {
		if !d.done[name] {
			t.Errorf("%s is in none of the summaries", name)
		}
	}
	d.complete(reflect.TypeFor[summaryJSON](), make(map[reflect.Type]bool))
}

// thin leaves the first and the last few of what a list holds.
func thin(node any) any {
	switch x := node.(type) {
	case map[string]any:
		for name, value := range x {
			x[name] = thin(value)
		}
	case []any:
		if len(x) > 6 {
			x = append(x[:3:3], x[len(x)-3:]...)
		}
		for i, value := range x {
			x[i] = thin(value)
		}
		return x
	}
	return node
}

type damager struct {
	t      *testing.T
	schema *jsonschema.Schema
	doc    map[string]any
	done   map[string]bool // by type and field
}

// object damages every field of an object that was not damaged before, one at a
// time.
func (d *damager) object(typ reflect.Type, m map[string]any) {
	for _, f := range fieldsOf(typ) {
		was, ok := m[f.name]
		if !ok {
			continue
		}
		key := typ.Name() + "." + f.name
		set := func(bad any) {
			m[f.name] = bad
			if d.schema.Validate(d.doc) == nil {
				d.t.Errorf("%s: %#v is accepted", key, bad)
			}
			m[f.name] = was
		}
		if !d.done[key] {
			d.done[key] = true
			if !f.optional {
				delete(m, f.name)
				if d.schema.Validate(d.doc) == nil {
					d.t.Errorf("%s: may be absent", key)
				}
				m[f.name] = was
			}
			for _, bad := range beyond[key] {
				set(bad)
			}
			d.field(key, f.typ, set)
		}
		d.inside(key, f.typ, was)
	}
}

// field tries values that do not fit a type.
func (d *damager) field(key string, typ reflect.Type, set func(any)) {
	switch {
	case typ == reflect.TypeFor[number]():
		set("1")
		if !signedNumbers[key] {
			set(-1)
		}
	case typ == reflect.TypeFor[known]():
		set("1")
		if !signedNumbers[key] {
			set(-1)
			if !zeros[key] {
				set(0)
			}
		}
	case typ == reflect.TypeFor[json.Number]():
		set("1")
		set(1.5)
	case typ.Kind() == reflect.Pointer:
		set("x")
		set([]any{})
	case typ.Kind() == reflect.Slice:
		set("x")
		set(map[string]any{})
		if typ.Elem().Kind() != reflect.Struct || typ.Elem() != reflect.TypeFor[pointJSON]() && typ.Elem() != reflect.TypeFor[ratioPointJSON]() {
			set(nil)
		}
		d.field(key, typ.Elem(), func(bad any) { set([]any{bad}) })
	case typ.Kind() == reflect.Map:
		set("x")
		set(nil)
		d.field(key, typ.Elem(), func(bad any) { set(map[string]any{"x": bad}) })
	case typ.Kind() == reflect.Struct:
		set("x")
		set(nil)
	case typ.Kind() == reflect.String:
		set(7)
		set(nil)
		if !freeTexts[key] {
			set("banana")
		}
	case typ.Kind() == reflect.Bool:
		set("yes")
		set(nil)
	default:
		set("1")
		set(1.5)
		set(-1)
		set(nil)
	}
}

// inside goes on with the objects that a value holds.
func (d *damager) inside(key string, typ reflect.Type, value any) {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch value := value.(type) {
	case map[string]any:
		if typ.Kind() == reflect.Struct {
			d.object(typ, value)
		}
	case []any:
		for _, x := range value {
			d.inside(key, typ.Elem(), x)
		}
	}
}

// complete misses fields that no summary held.
func (d *damager) complete(typ reflect.Type, seen map[reflect.Type]bool) {
	for slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Map}, typ.Kind()) {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct || seen[typ] {
		return
	}
	seen[typ] = true
	for _, f := range fieldsOf(typ) {
		if !d.done[typ.Name()+"."+f.name] {
			d.t.Errorf("%s.%s is in none of the summaries", typ.Name(), f.name)
		}
		d.complete(f.typ, seen)
	}
}

type jsonField struct {
	name     string
	typ      reflect.Type
	optional bool
}

func fieldsOf(typ reflect.Type) []jsonField {
	var out []jsonField
	for _, f := range reflect.VisibleFields(typ) {
		if f.Anonymous {
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		out = append(out, jsonField{name, f.Type, strings.Contains(options, "omitempty")})
	}
	return out
}

// The exit code follows from the verdict, and from whose goals it is.
func TestSchemaTiesTheExitToTheVerdict(t *testing.T) {
	schema := compileSchema(t, readSchema(t))
	allowed := map[compare.Verdict]map[bool][]int{ // by whether the goals were chosen after the run
		compare.Pass:         {false: {0}, true: {3}},
		compare.NoGoals:      {false: {0}, true: {0, 3}},
		compare.Inconclusive: {false: {0, 3}, true: {3}}, // the user may let open goals pass
		compare.NotEvaluated: {false: {3}, true: {3}},
		compare.Fail:         {false: {1}, true: {1}},
		compare.Invalid:      {false: {1}, true: {1}},
	}
	doc := summaryOf(t, passView())
	for verdict, by := range allowed {
		for unplanned, exits := range by {
			for exit := range 4 {
				doc["verdict"], doc["unplanned"], doc["exit"] = string(verdict), unplanned, exit
				if got, want := schema.Validate(doc) == nil, slices.Contains(exits, exit); got != want {
					t.Errorf("%s, unplanned %v, exit %d: valid is %v, want %v", verdict, unplanned, exit, got, want)
				}
			}
		}
	}
}

// What a schema cannot say: no bound is on the wrong side of its estimate.
func TestSummaryBoundsAreInOrder(t *testing.T) {
	all := judgedViews(t)
	maps.Copy(all, views())
	n := 0
	var walk func(at string, node any)
	walk = func(at string, node any) {
		switch x := node.(type) {
		case map[string]any:
			ratio, ok := x["ratio"].(json.Number)
			if ok && len(x) == 3 {
				n++
				if lo, ok := x["lo"].(json.Number); ok && more(t, lo, ratio) {
					t.Errorf("%s: %s lies below %s", at, ratio, lo)
				}
				if hi, ok := x["hi"].(json.Number); ok && more(t, ratio, hi) {
					t.Errorf("%s: %s lies above %s", at, ratio, hi)
				}
			}
			for name, value := range x {
				walk(at+"."+name, value)
			}
		case []any:
			for i, value := range x {
				walk(fmt.Sprintf("%s[%d]", at, i), value)
			}
		}
	}
	for name, v := range all {
		walk(name, summaryOf(t, v))
	}
	if n < 500 {
		t.Errorf("only %d intervals", n)
	}
}

func more(t *testing.T, a, b json.Number) bool {
	t.Helper()
	x, err := a.Float64()
	if err != nil {
		t.Error(err)
	}
	y, err := b.Float64()
	if err != nil {
		t.Error(err)
	}
	return x > y
}
