package strictyaml

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

type level string

func (l *level) UnmarshalText(text []byte) error {
	if *l = level(text); *l != "minimum" && *l != "target" {
		return fmt.Errorf("no level %q", text)
	}
	return nil
}

type keys []string // of a map, in order

func (k *keys) UnmarshalNode(n *Node) error {
	if n.Kind != Map {
		return errors.New("want a map of keys")
	}
	for _, p := range n.Pairs {
		*k = append(*k, p.Key)
	}
	return nil
}

type oneOrMany []string

func (o *oneOrMany) UnmarshalYAML(decode func(any) error) error {
	var one string
	if decode(&one) == nil {
		*o = oneOrMany{one}
		return nil
	}
	return decode((*[]string)(o))
}

type common struct {
	Name string `yaml:"name"`
}

type suite struct {
	common  `yaml:",inline"`
	Samples int           `yaml:"samples"`
	Spacing time.Duration `yaml:"spacing"`
	Limit   float64       `yaml:"limit"`
	Seed    uint64        `yaml:"seed"`
	Shown   bool          `yaml:"shown"`
	Level   level         `yaml:"level"`
	Members []string      `yaml:"members"`
	Env     map[string]string
	Keys    keys      `yaml:"keys"`
	Some    oneOrMany `yaml:"some"`
	Needs   *common   `yaml:"needs"`
	Any     any       `yaml:"any"`
	Hidden  string    `yaml:"-"`
}

type file struct {
	Anchors any     `yaml:"anchors"`
	Suites  []suite `yaml:"suites"`
}

func TestDecode(t *testing.T) {
	const text = `
anchors:
  base: &base {samples: 3, spacing: 5s, env: {A: "1"}}
suites:
  - name: quick      # a comment
    samples: 0x10
    spacing: 1m30s
    limit: 3
    seed: 18446744073709551615
    shown: true
    level: target
    members: [a, "b c", 'd']
    env: {PYTHONHASHSEED: "0", a.b: x}
    keys: {z: 1, a: 2, M: 3}
    some: one
    needs: {name: python}
    any: {n: 1, f: 1.5, s: x, l: [true, null]}
  - <<: *base
    name: full
    samples: 7
    some: [one, two]
    members:
    needs:
`
	var got file
	if err := Decode("x.yaml", []byte(text), &got); err != nil {
		t.Fatal(err)
	}
	want := []suite{{
		common: common{"quick"}, Samples: 16, Spacing: 90 * time.Second, Limit: 3,
		Seed: 1<<64 - 1, Shown: true, Level: "target", Members: []string{"a", "b c", "d"},
		Env:  map[string]string{"PYTHONHASHSEED": "0", "a.b": "x"},
		Keys: keys{"z", "a", "M"}, Some: oneOrMany{"one"}, Needs: &common{"python"},
		Any: map[string]any{"n": int64(1), "f": 1.5, "s": "x", "l": []any{true, nil}},
	}, {
		common: common{"full"}, Samples: 7, Spacing: 5 * time.Second,
		Env: map[string]string{"A": "1"}, Some: oneOrMany{"one", "two"},
	}}
	if !reflect.DeepEqual(got.Suites, want) {
		t.Errorf("got  %+v\nwant %+v", got.Suites, want)
	}
}

// 1e-9 is a number in YAML 1.2 and in every reader's eyes; in quotes it is text.
func TestExponents(t *testing.T) {
	check := func(text string, want float64) {
		t.Helper()
		var got suite
		if err := Decode("x", []byte("limit: "+text+"\n"), &got); err != nil || got.Limit != want {
			t.Errorf("%s: %v, %v", text, got.Limit, err)
		}
	}
	check("1e-9", 1e-9)
	check("1E+3", 1000)
	check("-.5e1", -5)
	check("1.0e-9", 1e-9)
	var got suite
	if err := Decode("x", []byte("name: \"1e-9\"\n"), &got); err != nil || got.Name != "1e-9" {
		t.Errorf("%q, %v", got.Name, err)
	}
	for _, text := range []string{"limit: \"1e-9\"\n", "limit: 1e\n", "limit: e9\n", "limit: 1e999\n", "name: 1e9\n"} {
		if err := Decode("x", []byte(text), &got); err == nil {
			t.Errorf("%q is decoded", text)
		}
	}
}

func TestErrorsLocateQuoteAndSuggest(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		var got file
		err := Decode("xbench.yaml", []byte(text), &got)
		if err == nil {
			t.Errorf("no error for %q", text)
			return
		}
		if first, _, _ := strings.Cut(err.Error(), "\n"); first != want {
			t.Errorf("decode %q:\ngot  %s\nwant %s", text, first, want)
		}
	}
	check("suites:\n- name: a\n  smaples: 3\n", `xbench.yaml:3:3: unknown field "smaples" (did you mean "samples"?)`)
	check("suites:\n- {name: a, need: 1}\n", `xbench.yaml:2:13: unknown field "need" (did you mean "needs"?)`)
	check("suits: []\n", `xbench.yaml:1:1: unknown field "suits" (did you mean "suites"?)`)
	check("colour: red\n", `xbench.yaml:1:1: unknown field "colour" (known here: anchors, suites)`)
	check("suites: [{hidden: x}]\n", `xbench.yaml:1:11: unknown field "hidden" (known here: name, samples, spacing, limit, seed, shown, level, members, env, keys, some, needs, any)`)
	check("suites: [{needs: {nam: x}}]\n", `xbench.yaml:1:19: unknown field "nam" (did you mean "name"?)`)
	check("suites: [{Name: x}]\n", `xbench.yaml:1:11: unknown field "Name" (did you mean "name"?)`)

	check("suites:\n- samples: ten\n", `xbench.yaml:2:12: samples: want a whole number, found the text "ten"`)
	check("suites:\n- samples: 1.5\n", `xbench.yaml:2:12: samples: want a whole number, found the number 1.5`)
	check("suites:\n- samples: \"5\"\n", `xbench.yaml:2:12: samples: want a whole number, found the text "5"`)
	check("suites:\n- samples:\n", `xbench.yaml:2:3: samples: want a whole number, found nothing`)
	check("suites:\n- samples: 9223372036854775808\n", `xbench.yaml:2:12: samples: want a whole number, found the number 9223372036854775808`)
	check("suites:\n- seed: -1\n", `xbench.yaml:2:9: seed: want a whole number from 0, found the number -1`)
	check("suites:\n- limit: x\n", `xbench.yaml:2:10: limit: want a number, found the text "x"`)
	check("suites:\n- limit: .nan\n", `xbench.yaml:2:10: .nan is not a number that can be used here`)
	check("suites:\n- shown: yes\n", `xbench.yaml:2:10: shown: want true or false, found the text "yes"`)
	check("suites:\n- name: 3.10\n", `xbench.yaml:2:9: name: want text, found the number 3.10; put it in quotes`)
	check("suites:\n- env: {A: true}\n", `xbench.yaml:2:12: A: want text, found true; put it in quotes`)
	check("suites:\n- spacing: 5\n", `xbench.yaml:2:12: spacing: want a duration such as 5s or 200ms, found the number 5`)
	check("suites:\n- spacing: [5s]\n", `xbench.yaml:2:12: spacing: want a duration such as 5s or 200ms, found a list`)
	check("suites:\n- members: a\n", `xbench.yaml:2:12: members: want a list, found the text "a"; in brackets: [a]`)
	check("suites:\n- members: a b  c\n", `xbench.yaml:2:12: members: want a list, found the text "a b  c"; in brackets: [a, b, c]`)
	check("suites:\n- members: \"*/x 30 {n}\"\n", `xbench.yaml:2:12: members: want a list, found the text "*/x 30 {n}"; in brackets: ["*/x", "30", "{n}"]`)
	check("suites:\n- members: [a, [b]]\n", `xbench.yaml:2:16: members: want text, found a list`)
	check("suites: {a: 1}\n", `xbench.yaml:1:9: suites: want a list, found a map`)
	check("suites: [a]\n", `xbench.yaml:1:10: suites: want a map, found the text "a"; give it as {name: a}`)
	check("suites: [{level: maximum}]\n", `xbench.yaml:1:18: level: no level "maximum"`)
	check("suites: [{level: [x]}]\n", `xbench.yaml:1:18: level: want text, found a list`)
	check("suites: [{keys: 1}]\n", `xbench.yaml:1:17: keys: want a map of keys`)
	check("suites: [{some: {a: 1}}]\n", `xbench.yaml:1:17: want a list, found a map`)
	check("- a\n", `xbench.yaml:1:1: want a map, found a list`)

	check("suites: []\nsuites: []\n", `xbench.yaml:2:1: mapping key "suites" already defined at [1:1]`)
	check("", `xbench.yaml:1:1: the file is empty`)
	check("# only a comment\n", `xbench.yaml:1:1: the file is empty`)
	check("suites: []\n---\nsuites: []\n", `xbench.yaml:3:1: a second document starts here; one file holds one document`)
	check("suites:\n\t- name: a\n", `xbench.yaml:2:1: a tab indents this line; YAML wants spaces`)
	check("suites: [{name: \"a\xff\"}]\n", `xbench.yaml:1:19: the file is not valid UTF-8`)
	check("suites: *none\n", `xbench.yaml:1:9: alias *none refers to no anchor above it; if it is a pattern, put it in quotes`)
	const star = `a value that begins with * refers to an anchor; for the pattern put it in quotes: "*"`
	check("suites: *\n", "xbench.yaml:1:9: "+star)
	check("suites:\n  - name: *\n    sample: 1s\n", "xbench.yaml:2:11: "+star)
	check("suites: [{name: *, sample: 1s}]\n", "xbench.yaml:1:17: "+star)
	check("suites:\n  - *\n  - a\n", "xbench.yaml:2:5: "+star)
	check("suites: &a [*a]\n", `xbench.yaml:1:13: alias *a refers to itself`)
	check("suites: !!set {a}\n", `xbench.yaml:1:9: tags such as !!set are not used here`)
	check("suites: [{<<: 3}]\n", `xbench.yaml:1:15: << wants a map, found the number 3`)
	check("suites: [\n", `xbench.yaml:1:9: sequence end token ']' not found`)
}

func TestErrorShowsTheLine(t *testing.T) {
	var got file
	err := Decode("xbench.yaml", []byte("suites:\r\n- {name: é, smaples: 3}\r\n"), &got)
	want := `xbench.yaml:2:13: unknown field "smaples" (did you mean "samples"?)
    2 | - {name: é, smaples: 3}
      |             ^`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	var e *Error
	if !errors.As(err, &e) || e.Line != 2 || e.Column != 13 || e.File != "xbench.yaml" {
		t.Errorf("got %#v", e)
	}
}

// All that is wrong comes at once, each with its place: one edit can mend it.
func TestErrorsComeTogether(t *testing.T) {
	check := func(text string, want ...string) {
		t.Helper()
		var got file
		err := Decode("f", []byte(text), &got)
		if err == nil {
			t.Fatalf("no error for %q", text)
		}
		var places []string
		for _, line := range strings.Split(err.Error(), "\n") {
			if !strings.Contains(line, "|") { // neither the line in question nor its caret
				places = append(places, line)
			}
		}
		if !reflect.DeepEqual(places, want) {
			t.Errorf("%q:\ngot  %q\nwant %q", text, places, want)
		}
	}
	check("suits: 1\nsuites:\n- {smaples: 1, samples: x}\n- {env: {A: 1, B: 2}}\n",
		`f:1:1: unknown field "suits" (did you mean "suites"?)`,
		`f:3:4: unknown field "smaples" (did you mean "samples"?)`,
		`f:3:25: samples: want a whole number, found the text "x"`,
		`f:4:13: A: want text, found the number 1; put it in quotes`,
		`f:4:19: B: want text, found the number 2; put it in quotes`)
	// What an alias repeats stands in the file once, and is one problem.
	check("anchors: &a {smaples: 1}\nsuites: [{<<: *a}, {<<: *a}]\n", `f:1:14: unknown field "smaples" (did you mean "samples"?)`)
	many := "suites:\n" + strings.Repeat("- {smaples: 1}\n", 12)
	want := make([]string, 10, 11)
	for i := range want {
		want[i] = fmt.Sprintf("f:%d:4: unknown field \"smaples\" (did you mean \"samples\"?)", i+2)
	}
	check(many, append(want, "and 2 more like these")...)
}

// Two readers of one file stumble over some things together.
func TestJoin(t *testing.T) {
	doc, err := Parse("f", []byte("a: 1\nb: 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	check := func(first, second error, want ...string) {
		t.Helper()
		var got []string
		if err := Join(first, second); err != nil {
			for _, line := range strings.Split(err.Error(), "\n") {
				if strings.HasPrefix(line, "f:") {
					got = append(got, line)
				}
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	one, two, same := doc.Errorf("a", "one"), doc.Errorf("b", "two"), doc.Errorf("a", "in other words")
	check(nil, nil)
	check(one, nil, "f:1:4: one")
	check(nil, two, "f:2:4: two")
	check(one, two, "f:1:4: one", "f:2:4: two")
	check(one, same, "f:1:4: one")
	check(errors.Join(one, two), errors.Join(same, two), "f:1:4: one", "f:2:4: two")
}

func TestDocumentErrorf(t *testing.T) {
	doc, err := Parse("f", []byte("suites:\n  - name: a\n    members: [x, y]\n  - name: b\n"))
	if err != nil {
		t.Fatal(err)
	}
	check := func(path, want string) {
		t.Helper()
		got, _, _ := strings.Cut(doc.Errorf(path, "bad %d", 1).Error(), "\n")
		if got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	check("suites[1].name", "f:4:11: bad 1")
	check("suites[0].members[1]", "f:3:18: bad 1")
	check("suites[1].members[1]", "f:4:5: bad 1") // its suite
	check("suites[7].name", "f:2:3: bad 1")
	check("", "f:1:1: bad 1")
	check("suites[x", "f:2:3: bad 1")
}

// A few hundred bytes of aliases must not become gigabytes of values.
func TestAliasesAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), i-1)
	}
	var v any
	err := Decode("bomb.yaml", []byte(b.String()), &v)
	if err == nil || !strings.Contains(err.Error(), "aliases expand") {
		t.Errorf("got %v", err)
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"samples", "suite", "spacing", "threadpool", "asyncio", "asyncio_queue"}
	check := func(got, want string) {
		t.Helper()
		if s := Suggest(got, known); s != want {
			t.Errorf("Suggest(%q) = %q, want %q", got, s, want)
		}
	}
	check("smaples", "samples")
	check("sample", "samples")
	check("SUITE", "suite")
	check("thread-pool", "threadpool")
	check("asyncioqueue", "asyncio_queue")
	check("async", "asyncio")
	check("s", "") // one letter could be anything
	check("kangaroo", "")
	check("", "")
}

func TestEditDistance(t *testing.T) {
	check := func(a, b string, want int) {
		t.Helper()
		if got := editDistance(a, b); got != want {
			t.Errorf("distance %q %q = %d, want %d", a, b, got, want)
		}
		if got := editDistance(b, a); got != want {
			t.Errorf("distance %q %q = %d, want %d", b, a, got, want)
		}
	}
	check("", "", 0)
	check("", "abc", 3)
	check("kitten", "sitting", 3)
	check("smaples", "samples", 1)
	check("ca", "abc", 3) // optimal string alignment: no substring is edited twice
}

// Whatever the input, the decoder answers with a value or with a located
// error; it does not panic and it does not hang.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("suites:\n  - {name: a, samples: 3, env: {A: b}}\n"))
	f.Add([]byte("a: &a [1, *a]\n<<: {b: c}\n"))
	f.Add([]byte("suites:\n\t- x\n--- \n? [a]\n: b\n"))
	f.Add([]byte("suites: |\n  text\n  more\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var got file
		err := Decode("f", data, &got)
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("error without a place: %v", err)
		}
	})
}

// An error is read by a person: of many names it lists a few.
func TestUnknownListsAFew(t *testing.T) {
	known := []string{"aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "ii", "jj"}
	if got, want := Unknown("thing", "xyzzy", known).Error(), `unknown thing "xyzzy" (there are: aa, bb, cc, dd, ee, ff, gg, hh and 2 more)`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := Unknown("thing", "xyzzy", known[:2]).Error(), `unknown thing "xyzzy" (there are: aa, bb)`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
