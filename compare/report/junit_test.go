package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xbench/compare"
)

// failing is a test, rapid's too.
type failing interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func readJUnit(t failing, v *View) (suite junitSuite, text string) {
	t.Helper()
	var b bytes.Buffer
	if err := v.JUnit(&b); err != nil {
		t.Fatal(err)
	}
	var doc junitSuites
	if err := xml.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	return doc.Suite, b.String()
}

func TestJUnitGolden(t *testing.T) {
	all := views()
	for _, name := range []string{"fail", "inconclusive", "invalid", "alone", "two", "hostile"} {
		golden(t, name+".junit.xml", all[name].JUnit)
	}
}

// A build is red by its tests if and only if the verdict is FAIL or INVALID,
// for which xbench exits 1 unless it is interrupted.
func TestJUnitIsRedWhereXbenchIs(t *testing.T) {
	for name, v := range judgedViews(t) {
		s, _ := readJUnit(t, v)
		want := v.Verdict == compare.Fail || v.Verdict == compare.Invalid
		if red := s.Failures+s.Errors > 0; red != want || want != (v.Exit == compare.ExitDisproved) {
			t.Errorf("%s: %s, exit %d, with %d failures and %d errors", name, v.Verdict, v.Exit, s.Failures, s.Errors)
		}
	}
}

// What dashboards count is what they find.
func TestJUnitCounts(t *testing.T) {
	for name, v := range views() {
		s, _ := readJUnit(t, v)
		var failures, errors, skipped int
		var sum float64
		for _, c := range s.Cases {
			n := 0
			for r, count := range map[*junitResult]*int{c.Failure: &failures, c.Error: &errors, c.Skipped: &skipped} {
				if r != nil {
					*count++
					n++
					if r.Message == "" || r.Type == "" {
						t.Errorf("%s: %s: no message or no type: %+v", name, c.Name, r)
					}
				}
			}
			if n > 1 {
				t.Errorf("%s: %s has %d outcomes", name, c.Name, n)
			}
			seconds, err := strconv.ParseFloat(c.Time, 64)
			if err != nil {
				t.Error(err)
			}
			sum += seconds
		}
		if s.Tests != len(s.Cases) || s.Failures != failures || s.Errors != errors || s.Skipped != skipped {
			t.Errorf("%s: says %d, %d, %d, %d; has %d, %d, %d, %d", name, s.Tests, s.Failures, s.Errors, s.Skipped, len(s.Cases), failures, errors, skipped)
		}
		if total, err := strconv.ParseFloat(s.Time, 64); err != nil || math.Abs(total-sum) > 1e-6*float64(len(s.Cases)+1) {
			t.Errorf("%s: suite took %s, its cases %v (%v)", name, s.Time, sum, err)
		}
	}
}

// A test took as long as its samples, all iterations of them.
func TestJUnitTimes(t *testing.T) {
	rec, v := lopsided(t)
	s, _ := readJUnit(t, v)
	seconds := func(text string) float64 {
		t.Helper()
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Error(err)
		}
		return x
	}
	var sum float64
	for _, c := range s.Cases[len(v.Goals):] {
		want := (summed(rec, c.Name, "python").wallNS + summed(rec, c.Name, "go").wallNS) / 1e9
		if got := seconds(c.Time); math.Abs(got-want) > 1e-6 || want < 0.1 {
			t.Errorf("%s took %v s, want %v", c.Name, got, want)
		}
		sum += want
	}
	if got := seconds(s.Time); math.Abs(got-sum) > 1e-6 {
		t.Errorf("the suite took %v s, want %v", got, sum)
	}
}

// A dashboard can tell a run that was cut short from a whole one.
func TestJUnitTellsAnInterruptedRun(t *testing.T) {
	for _, interrupted := range []bool{false, true} {
		v := passView()
		v.Interrupted = interrupted
		s, _ := readJUnit(t, v)
		var got []string
		for _, p := range s.Properties {
			if p.Name == "interrupted" {
				got = append(got, p.Value)
			}
		}
		if want := []string{strconv.FormatBool(interrupted)}; !slices.Equal(got, want) {
			t.Errorf("interrupted is %q, want %q", got, want)
		}
	}
}

// A dashboard follows a test from run to run by its class and name.
func TestJUnitNamesAreStableAndUnique(t *testing.T) {
	names := func(v *View) (out []string) {
		s, _ := readJUnit(t, v)
		for _, c := range s.Cases {
			out = append(out, c.Class+"\n"+c.Name)
		}
		return out
	}
	slow := draft()
	slow[3].ratio, slow[9].ratio = 0.8, 0.5
	first, second := names(judged(t, 8, draft(), "minimum", "")), names(judged(t, 3, slow, "minimum", "another"))
	if !slices.Equal(first, second) {
		t.Errorf("another outcome has other tests:\n%q\n%q", first, second)
	}
	for name, v := range views() {
		all := names(v)
		if slices.Sort(all); len(slices.Compact(slices.Clone(all))) != len(all) {
			t.Errorf("%s: a test is there twice: %q", name, all)
		}
	}
}

// A goal that does not gate never makes a build red, and is seen all the same;
// a goal that is met is a test that passed, whether it gates or not.
func TestJUnitGates(t *testing.T) {
	check := func(verdict compare.Verdict, gated bool, want string) {
		t.Helper()
		rec, res := fixture(draft()[:1], "go")
		res.Goals = goalsOf(res, "go")[:1]
		res.Goals[0].Verdict, res.Goals[0].Gated, res.Goals[0].Reason = verdict, gated, "this is why"
		s, _ := readJUnit(t, New(rec, res))
		c, got := s.Cases[0], "passed"
		for r, name := range map[*junitResult]string{c.Failure: "failure", c.Error: "error", c.Skipped: "skipped"} {
			if r != nil {
				got = name
				if !strings.Contains(r.Message, "this is why") || !strings.Contains(r.Message, string(verdict)) {
					t.Errorf("%s: message %q", verdict, r.Message)
				}
			}
		}
		if got != want {
			t.Errorf("%s, gated %v: got %s, want %s", verdict, gated, got, want)
		}
	}
	check(compare.Pass, true, "passed")
	check(compare.Fail, true, "failure")
	check(compare.Invalid, true, "error")
	check(compare.Inconclusive, true, "skipped")
	check(compare.NotEvaluated, true, "skipped")
	check(compare.Pass, false, "passed")
	check(compare.Fail, false, "skipped")
	check(compare.Invalid, false, "skipped")
	check(compare.Inconclusive, false, "skipped")
}

// A wrong result is seen with no goal at all.
func TestJUnitInvalidWithoutGoals(t *testing.T) {
	s, text := readJUnit(t, judged(t, 8, draft(), "none", "another"))
	if s.Errors == 0 {
		t.Errorf("no error in\n%s", text)
	}
	if !strings.Contains(text, "different result") {
		t.Errorf("the error does not say what is wrong:\n%s", text)
	}
}

// Whatever programs and configurations say, what is written is XML 1.0 and
// reads back as the same text.
func TestJUnitOfAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		any := func(label string) string { return string(rapid.SliceOfN(rapid.Byte(), 0, 30).Draw(t, label)) }
		rec, res := fixture([]spec{{id: "a/" + any("id"), category: any("category"), ref: 1e6, ratio: 2, half: 0.1}}, "go"+any("candidate"))
		res.Goals = goalsOf(res, res.Candidates[0])
		res.Goals[0].Verdict, res.Goals[0].Gated, res.Goals[0].Reason = compare.Fail, true, any("reason")+"]]>"
		rec.Plan.Suite, rec.Plan.Host.CPU, rec.Plan.Implementations[0].Runtime = any("suite"), any("cpu"), any("runtime")
		res.Warnings = []compare.Warning{{Text: any("warning") + "]]>"}}
		v := New(rec, res)
		s, _ := readJUnit(t, v)
		last := s.Cases[len(s.Cases)-1]
		if last.Name != v.Rows[0].Name {
			t.Errorf("got %q, want %q", last.Name, v.Rows[0].Name)
		}
		if !strings.Contains(s.Cases[0].Failure.Message, v.Goals[0].Reason) {
			t.Errorf("got %q, want %q in it", s.Cases[0].Failure.Message, v.Goals[0].Reason)
		}
		if !strings.Contains(s.Err.Text, v.Warnings[0].Text) {
			t.Errorf("got %q, want %q in it", s.Err.Text, v.Warnings[0].Text)
		}
	})
}

// Order and presence are as the schema of Ant's reports wants them.
func TestJUnitShape(t *testing.T) {
	var b bytes.Buffer
	if err := passView().JUnit(&b); err != nil {
		t.Fatal(err)
	}
	dec := xml.NewDecoder(&b)
	var order []string
	for {
		token, err := dec.Token()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		switch {
		case !ok:
		case start.Name.Local == "testsuites" && len(start.Attr) > 0:
			t.Error("the schema has no attributes of testsuites")
		case start.Name.Local == "testsuite":
			for _, a := range start.Attr {
				if a.Name.Local == "timestamp" && a.Value != "2026-03-14T09:26:53" {
					t.Errorf("timestamp is %s", a.Value)
				}
			}
		case start.Name.Local != "property" && (len(order) == 0 || order[len(order)-1] != start.Name.Local):
			order = append(order, start.Name.Local)
		}
	}
	if got, want := strings.Join(order, " "), "testsuites properties testcase skipped testcase system-out system-err"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
