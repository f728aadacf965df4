package docs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"xbench/compare"
	"xbench/docs/schema"
	"xbench/harness/config"
	"xbench/harness/record"
	"xbench/harness/strictyaml"
	"xbench/internal/schematest"
)

// The schema and the decoders judge the same configurations. What xbench
// accepts the schema must accept: an editor that underlines what works is worse
// than none. What the schema refuses xbench then refuses as well. The other way
// round no schema can know everything; beyondSchema lists what it cannot.

// beyondSchema are the rules that only the decoders know, each by the words of
// its message.
var beyondSchema = map[string]*regexp.Regexp{
	"names are unique":                         regexp.MustCompile(`is given twice|sets .* (twice|already)|are both`),
	"placeholders exist":                       regexp.MustCompile(`unknown placeholder|placeholder that nothing closes|closes no placeholder`),
	"cargo criterion is no cargo bench":        regexp.MustCompile(`cargo criterion keeps its samples elsewhere`),
	"than is another side":                     regexp.MustCompile(`than is .*, the candidate itself`),
	"patterns match a benchmark":               regexp.MustCompile(`no benchmark (is called|matches|of suite)|no benchmarks of suite`),
	"candidates exist":                         regexp.MustCompile(`unknown implementation|is the reference`),
	"the suite exists":                         regexp.MustCompile(`unknown suite`),
	"a range is not upside down":               regexp.MustCompile(`is below min`),
	"5.0 is no whole number":                   regexp.MustCompile(`want a whole number(?: from 0)?, found the number \d+\.0|wants a whole number or the name`),
	"a whole number has at most 64 bits":       regexp.MustCompile(`does not fit in a signed 64-bit integer|want a whole number(?: from 0)?, found the number \d{19,}`),
	"a time has at most 292 years":             regexp.MustCompile(`want a duration .* found the text "\d{8,}h"`),
	"a time is above 0 when rounded to 1 ns":   regexp.MustCompile(`a sample takes time|a run needs time`),
	"only commands are prepared":               regexp.MustCompile(`goes with a command that is timed from outside`),
	"a start-up is of a benchmark":             regexp.MustCompile(`startup is launched for a benchmark`),
	"100% is no tolerance":                     regexp.MustCompile(`is no share`),
	"a bound in text is above 0, and a number": regexp.MustCompile(`is no bound`),
}

// judge holds one configuration against both and returns what the decoders say.
func judge(t *testing.T, s *schematest.Schema, text string) (decoder, editor error) {
	t.Helper()
	decoder = decodeAll(text)
	var v any
	if err := strictyaml.Decode("xbench.yaml", []byte(text), &v); err != nil {
		return decoder, err // no YAML at all: both refuse
	}
	return decoder, s.Validate(plain(t, v))
}

// decodeAll is all that is read of a configuration before anything runs.
func decodeAll(text string) error {
	c, err := config.Load("xbench.yaml", []byte(text))
	if err != nil {
		return err
	}
	var scope compare.Scope
	for _, im := range c.Implementations {
		if im.Reference {
			scope.Reference = im.Name
		} else {
			scope.Candidates = append(scope.Candidates, im.Name)
		}
	}
	for _, b := range c.Benchmarks {
		scope.Rows = append(scope.Rows, record.Removed{Name: b.Name, Group: b.Group})
	}
	if !strings.Contains(text, "goals:") {
		return nil
	}
	_, err = scope.DecodeGoals("xbench.yaml", []byte(text))
	return err
}

// plain is a value as JSON has it.
func plain(t *testing.T, v any) any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// agree complains where the two disagree otherwise than by a rule that is
// beyond any schema, and notes which rules those were.
func agree(t *testing.T, s *schematest.Schema, text string, used map[string]bool) {
	t.Helper()
	decoder, editor := judge(t, s, text)
	switch {
	case decoder == nil && editor != nil:
		t.Errorf("xbench accepts, the schema refuses:\n%s\n%v", text, editor)
	case decoder != nil && editor == nil:
		for _, line := range strings.Split(decoder.Error(), "\n") {
			if rule := ruleOf(line); rule != "" {
				used[rule] = true
			} else if strings.HasPrefix(line, "xbench.yaml") {
				t.Errorf("only xbench refuses, by a rule that is not listed:\n%s\n%s", text, line)
			}
		}
	}
}

func ruleOf(line string) string {
	for name, words := range beyondSchema {
		if strings.HasPrefix(line, "xbench.yaml") && words.MatchString(line) {
			return name
		}
	}
	return ""
}

// sections are parts of a configuration in which every field is given. What else
// a configuration cannot do without is in needed.
var sections = []string{`
implementations:
  - name: base
    reference: true
    worker: [python3, worker.py]
    dir: sub
    env: {PYTHONHASHSEED: "0"}
    build: [make]
    needs: {run: [python3, --version], version: ">= 3.10", hint: install it}
    timeouts: {initialize: 1s, prepare: 2m, verify: 1h30m, run: 0.5s, shutdown: 0}
  - {name: next, worker: ["{self}", go], build: , env: , needs: }
`, `
implementations:
  - name: base
    reference: true
    command: [./old, "{size}"]
    setup: [make]
    prepare: [rm, -f, "{size}.txt"]
    conclude: [rm, -f, out.txt]
    cleanup: [make, clean]
    startup: [./old, --version]
    input: in.txt
    ignore_failure: true
  - {name: next, command: [./new]}
benchmarks: [{name: parse/small/size=3}, {name: noop}]
`, `
implementations:
  - name: base
    reference: true
    adapter: pytest-benchmark
    command: [pytest]
    names: {parse/large: test_large}
    output: [./show, "{benchmark}"]
  - {name: next, adapter: gotest, names: , output: [./show]}
`, `
benchmarks:
  - name: parse/small/size=3
    params: {input: a.json, deep: {list: [1, x]}}
    description: a request
    category: parsing
    group: text
    table: parse
    variant: small
    expected: 8
    shown_only: false
    waits: true
    lower_bound: 20ms
    side_specific: [calls]
    samples: 3
  - {name: parse/large}
`, `
suite: quick
suites:
  - name: quick
    description: what a pull request runs
    sample: 5ms
    samples: 10
    warmup: 0s
    spacing: 10s
    budget: 5m
    min_rounds: 5
    rounds: 13
    gate: target
    benchmarks: ["parse/*"]
`, `
same_output: {as: json, float_tolerance: 1.0e-9}
counters:
  - {name: in_flight, over: "parse/*", min: 1, max: size}
anchors: [anything]
budget: 1m
seed: 18446744073709551615
gate: minimum
rounds: 0
output: out
inconclusive: pass
`, `
goals:
  - {claim: fast, over: "parse/*", suite: text, speedup: ">= 8x", level: target, against: next, than: base, gate: true, inconclusive: fail}
  - {each: 1, tolerance: 5%}
  - {consistency: "< 30%"}
  - {spread: 0.3, level: stretch}
`}

var needed = map[string]string{
	"implementations": "implementations: [{name: base, reference: true, worker: [a]}, {name: next, worker: [b]}]\n",
	"benchmarks":      "benchmarks: [{name: parse/small/size=3, group: text}, {name: parse/large}]\n",
}

// probes are values that stand in for each field in turn.
var probes = []string{"", "null", `""`, "text", `"two words"`, "0", "1", "2", "5.0", "0.5", "-1", "46", "99999999999999999999", "18446744073709551615", "true", "[]", "[x]", "[1]", "[null]", "{}", "{a: b}", "{a: 1}", "{a-b: c}",
	"5s", "-5s", "0s", ".5h", "99999999h", "0.1ns", "5 s", "+1m", `">= 8"`, `"≥8"`, `"> 8"`, `">= 1e3x"`, `">= -1"`, `"< 30%"`, `"30 %"`, "100%", "0%", `"-0%"`, `"0.5"`, `"1e-3"`, `"0x1p-3"`, "nan", `"inf"`,
	"minimum", "none", "stretch", "pass", "json", "base", "next", "parse/small/size=3", "zebra", `"{self}"`, `["{benchmark}"]`, `["{"]`, "a/b=", "a//b", "a=1/b", "a/impl=1", "a/b=1/b=2", "Upper", "x-1"}

// Each field in turn takes each value, and both judge what comes of it.
func TestSchemaAgreesFieldByField(t *testing.T) {
	s, used := schematest.Parse(t, schema.Config), make(map[string]bool)
	for _, section := range sections {
		rest := ""
		for name, text := range needed {
			if !strings.Contains(section, "\n"+name+":") {
				rest += text
			}
		}
		if err := decodeAll(section + rest); err != nil {
			t.Fatal(err)
		}
		root := tree(t, section)
		for _, path := range paths(root, nil) {
			for _, probe := range probes {
				agree(t, s, flow(root, path, probe)+rest, used)
			}
			agree(t, s, flow(root, path, without)+rest, used)
			agree(t, s, flow(root, append(slices.Clone(path), "unheard_of"), "1")+rest, used)
		}
	}
	for name := range beyondSchema {
		if !used[name] && !slices.Contains([]string{"cargo criterion is no cargo bench", "a range is not upside down", "a time is above 0 when rounded to 1 ns", "names are unique", "only commands are prepared"}, name) {
			t.Errorf("no configuration shows that the schema cannot know: %s", name)
		}
	}
}

// Every field of the schema stands in a section, or it would not be tried.
func TestSectionsAreComplete(t *testing.T) {
	s := schematest.Parse(t, schema.Config)
	all := strings.Join(sections, "")
	tried := func(name string) bool { return regexp.MustCompile(`\b` + name + `:`).MatchString(all) }
	for name := range s.Doc["properties"].(map[string]any) {
		if !tried(name) {
			t.Errorf("%s is in no section", name)
		}
	}
	for def, node := range s.Doc["$defs"].(map[string]any) {
		properties, _ := node.(map[string]any)["properties"].(map[string]any)
		for name := range properties {
			if !tried(name) {
				t.Errorf("%s of %s is in no section", name, def)
			}
		}
	}
}

func tree(t *testing.T, text string) *strictyaml.Node {
	t.Helper()
	var root capture
	if err := strictyaml.Decode("section", []byte(text), &root); err != nil {
		t.Fatal(err)
	}
	return (*strictyaml.Node)(&root)
}

// capture keeps a document as it is.
type capture strictyaml.Node

func (c *capture) UnmarshalNode(n *strictyaml.Node) error {
	*c = capture(*n)
	return nil
}

// paths lists every value of a document but the whole.
func paths(n *strictyaml.Node, at []string) [][]string {
	var out [][]string
	visit := func(key string, v *strictyaml.Node) {
		path := append(slices.Clone(at), key)
		out = append(append(out, path), paths(v, path)...)
	}
	for _, p := range n.Pairs {
		visit(p.Key, p.Value)
	}
	for i, v := range n.Items {
		visit(fmt.Sprint(i), v)
	}
	return out
}

// without is the value of a field that is left out.
const without = "left out"

// flow writes a section one entry to a line, each in flow style, with another
// value at one place. A last key that is not there is added.
func flow(root *strictyaml.Node, path []string, value string) string {
	var b strings.Builder
	for _, p := range root.Pairs {
		if len(path) == 0 || path[0] != p.Key {
			fmt.Fprintf(&b, "%s: %s\n", p.Key, flowNode(p.Value, nil, ""))
		} else if text := flowAt(p.Value, path[1:], value); text != without {
			fmt.Fprintf(&b, "%s: %s\n", p.Key, text)
		}
	}
	return b.String()
}

func flowAt(n *strictyaml.Node, path []string, value string) string {
	if len(path) == 0 {
		return value
	}
	return flowNode(n, path, value)
}

func flowNode(n *strictyaml.Node, path []string, value string) string {
	var parts []string
	found := false
	add := func(label, key string, v *strictyaml.Node) {
		text := ""
		if len(path) > 0 && path[0] == key {
			found, text = true, flowAt(v, path[1:], value)
		} else {
			text = flowNode(v, nil, "")
		}
		if text != without {
			parts = append(parts, label+text)
		}
	}
	switch n.Kind {
	case strictyaml.Map:
		for _, p := range n.Pairs {
			add(p.Key+": ", p.Key, p.Value)
		}
		if len(path) == 1 && !found {
			parts = append(parts, path[0]+": "+value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case strictyaml.List:
		for i, v := range n.Items {
			add("", fmt.Sprint(i), v)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case strictyaml.Text:
		return strconv.Quote(n.Source)
	}
	return n.Source
}

// Whole configurations: what one field cannot show.
func TestSchemaAgreesOnConfigurations(t *testing.T) {
	s, used := schematest.Parse(t, schema.Config), make(map[string]bool)
	const two = "implementations: [{name: a, reference: true, worker: [a]}, {name: b, worker: [b]}]\n"
	const rows = "benchmarks: [{name: x/y}]\n"
	// both must refuse, and the schema must be able to.
	refused := func(text string) {
		t.Helper()
		decoder, editor := judge(t, s, text)
		if decoder == nil || editor == nil {
			t.Errorf("%s\nxbench: %v\nschema: %v", text, decoder, editor)
		}
	}
	// only xbench can know.
	beyond := func(rule, text string) {
		t.Helper()
		delete(used, rule)
		if agree(t, s, text, used); !used[rule] {
			t.Errorf("%s\nis not refused by %q alone", text, rule)
		}
	}
	accepted := func(text string) {
		t.Helper()
		if decoder, editor := judge(t, s, text); decoder != nil || editor != nil {
			t.Errorf("%s\nxbench: %v\nschema: %v", text, decoder, editor)
		}
	}
	accepted(two + rows)
	accepted("implementations: [{name: a, command: [a]}]\n" + rows)
	accepted(two + rows + "suites:\ngoals:\ncounters:\n")
	accepted("anchors:\n  a: &a {worker: [x]}\nimplementations: [{<<: *a, name: a, reference: true}, {<<: *a, name: b}]\n" + rows)
	accepted(two + rows + "same_output: {float_tolerance: 0}\n")
	refused(two)
	refused(rows)
	refused(two + rows + "implementatoins: []\n")
	refused("implementations: []\n" + rows)
	refused("implementations: [{name: a, worker: [a]}, {name: b, worker: [b]}]\n" + rows)
	refused("implementations: [{name: a, reference: true, worker: [a]}, {name: b, reference: true, worker: [b]}]\n" + rows)
	refused("implementations: [{name: a, reference: true, worker: [a]}, {name: b, command: [b]}]\n" + rows)
	refused("implementations: [{name: a, worker: [a], command: [a]}]\n" + rows)
	refused("implementations: [{name: a}]\n" + rows)
	refused("implementations: [{name: a, worker: []}]\n" + rows)
	refused(two + "benchmarks: [{name: x, table: t}]\n")
	refused(two + "benchmarks: [{name: x, variant: t}]\n")
	refused(two + rows + "same_output: {as: none, float_tolerance: 1}\n")
	refused(two + rows + "goals: [{claim: nothing}]\n")
	refused(two + rows + "goals: [{speedup: 2, each: 1}]\n")
	refused(two + rows + "goals: [{speedup: 2, tolerance: 5%}]\n")
	refused(two + rows + "goals: [{speedup: 8x faster}]\n")
	refused(two + rows + "goals: [{consistency: \"< 30\"}]\n")
	beyond("a range is not upside down", two+rows+"counters: [{name: c, min: 3, max: 2}]\n")
	beyond("only commands are prepared", "implementations: [{name: a, worker: [a], prepare: [x]}]\n"+rows)
	refused("implementations: [{name: a, reference: true, adapter: gotest}, {name: b, worker: [b]}]\n" + rows)
	refused("implementations: [{name: a, reference: true, adapter: gotest}, {name: b, command: [b]}]\n" + rows)
	refused("implementations: [{name: a, adapter: gotest, worker: [b]}]\n" + rows)
	refused("implementations: [{name: a, adapter: pyperf}]\n" + rows)
	refused("implementations: [{name: a, reference: true, adapter: gotest, output: [a]}, {name: b, adapter: gotest}]\n" + rows)
	refused("implementations: [{name: a, command: [a], names: {}}]\n" + rows)
	beyond("cargo criterion is no cargo bench", "implementations: [{name: a, adapter: criterion, command: [cargo, criterion]}]\n"+rows)
	beyond("names are unique", "implementations: [{name: a, reference: true, worker: [a]}, {name: a, worker: [b]}]\n"+rows)
	beyond("patterns match a benchmark", two+rows+"goals: [{over: \"z/*\", each: 1}]\n")
	beyond("a time is above 0 when rounded to 1 ns", two+rows+"suites: [{name: s, sample: 0.1ns, benchmarks: [\"*\"]}]\n")
}

// Every configuration that is shown or shipped is accepted by both.
func TestSchemaAcceptsWhatIsShown(t *testing.T) {
	s := schematest.Parse(t, schema.Config)
	shown := shownConfigurations(t)
	for name, text := range shown {
		if decoder, editor := judge(t, s, text); decoder != nil || editor != nil {
			t.Errorf("%s\nxbench: %v\nschema: %v", name, decoder, editor)
		}
	}
	if len(shown) < 5 {
		t.Errorf("only %d were found", len(shown))
	}
}

// shownConfigurations are the files in the repository, and the blocks of the
// documents that are a configuration.
func shownConfigurations(t *testing.T) map[string]string {
	t.Helper()
	out := make(map[string]string)
	for _, pattern := range []string{"../configs/demo.yaml", "../examples/*/xbench.yaml", "../examples/*/*/xbench.yaml", "../examples/ci/regression.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			out[f] = string(data)
		}
	}
	for _, doc := range documents(t) {
		for i, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(doc.text, -1) {
			if strings.Contains("\n"+block[1], "\nimplementations:") {
				out[fmt.Sprintf("%s, block %d", doc.name, i+1)] = block[1]
			}
		}
	}
	return out
}

// Examples and defaults in the schema are what it accepts, and so does xbench.
func TestSchemaExamples(t *testing.T) {
	s := schematest.Parse(t, schema.Config)
	seen := 0
	var walk func(at string, node any)
	walk = func(at string, node any) {
		switch x := node.(type) {
		case map[string]any:
			values, _ := x["examples"].([]any)
			if d, ok := x["default"]; ok && !strings.HasSuffix(at, "/properties") {
				values = append(values, d)
			}
			for _, v := range values {
				seen++
				if err := validPart(t, s, x, v); err != nil {
					t.Errorf("%s: %v: %v", at, v, err)
				}
			}
			for k, v := range x {
				walk(at+"/"+k, v)
			}
		case []any:
			for i, v := range x {
				walk(fmt.Sprintf("%s/%d", at, i), v)
			}
		}
	}
	walk("", s.Doc)
	if seen < 30 {
		t.Errorf("only %d examples and defaults", seen)
	}
}

// validPart holds a value against a part of the schema.
func validPart(t *testing.T, s *schematest.Schema, node map[string]any, v any) error {
	t.Helper()
	part := make(map[string]any)
	for k, x := range node {
		part[k] = x
	}
	part["$defs"] = s.Doc["$defs"]
	c := jsonschema.NewCompiler()
	if err := c.AddResource("part.json", part); err != nil {
		return err
	}
	compiled, err := c.Compile("part.json")
	if err != nil {
		return err
	}
	return compiled.Validate(v)
}

// docs/configuration.md has a word on every field of the schema.
func TestEveryFieldIsDocumented(t *testing.T) {
	s := schematest.Parse(t, schema.Config)
	data, err := os.ReadFile("configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	check := func(at string, node map[string]any) {
		for name := range node["properties"].(map[string]any) {
			if !strings.Contains(string(data), "`"+name+"`") && !strings.Contains(string(data), "\n## "+name+"\n") {
				t.Errorf("docs/configuration.md does not mention `%s` of %s", name, at)
			}
		}
	}
	check("the top level", s.Doc)
	for name, def := range s.Doc["$defs"].(map[string]any) {
		if node := def.(map[string]any); node["properties"] != nil {
			check(name, node)
		}
	}
}
