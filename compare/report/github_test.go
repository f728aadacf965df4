package report

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"xbench/compare"
	"xbench/harness/record"
)

func TestGitHubGolden(t *testing.T) {
	all := views()
	for _, name := range []string{"pass", "fail", "inconclusive", "invalid", "alone", "two", "hostile"} {
		golden(t, name+".step.md", all[name].StepSummary)
		golden(t, name+".annotations.txt", all[name].Annotations)
	}
}

// A command is a line as GitHub's runner understands it.
type command struct{ name, title, data string }

// parseCommand does what the runner does: the first two colons end the
// properties, which are split at commas and equals signs and then unescaped.
func parseCommand(line string) (command, bool) {
	line, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "::")
	info, data, found := strings.Cut(line, "::")
	if !ok || !found {
		return command{}, false
	}
	name, properties, _ := strings.Cut(info, " ")
	c := command{name: name, data: unescape(data, "%0D", "\r", "%0A", "\n", "%25", "%")}
	for _, p := range strings.Split(strings.TrimSpace(properties), ",") {
		if key, value, ok := strings.Cut(p, "="); ok && key == "title" {
			c.title = unescape(value, "%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
		}
	}
	return c, true
}

// unescape replaces one thing after the other, as the runner does.
func unescape(s string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		s = strings.ReplaceAll(s, pairs[i], pairs[i+1])
	}
	return s
}

func TestAnnotationsComeThroughTheRunner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, 40, -1)
		title := "xbench: " + strings.TrimSpace(text.Draw(t, "title")) + "."
		data := text.Draw(t, "data")
		var b strings.Builder
		writeAnnotations(&b, "error", []annotation{{title, data}}, 9)
		line, ok := strings.CutSuffix(b.String(), "\n")
		if !ok || strings.ContainsAny(line, "\r\n") {
			t.Fatalf("not one line: %q", b.String())
		}
		got, ok := parseCommand(line)
		if want := (command{"error", title, data}); !ok || got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	})
	// What looks escaped, or like a command, is text.
	var b strings.Builder
	writeAnnotations(&b, "warning", []annotation{{"100%25 of a, b: c", "::error::%0A 50% done"}}, 9)
	if got, want := b.String(), "::warning title=100%2525 of a%2C b%3A c::::error::%250A 50%25 done\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// manyRows is a run whose every benchmark has a long name, is slower, or is
// invalid, under as many goals.
func manyRows(n int, invalid bool) *View {
	var specs []spec
	for i := range n {
		specs = append(specs, spec{category: "c", id: fmt.Sprintf("c/%d%s", i, repeat("<&|_", 100)), ref: 1e6, ratio: 0.5, half: 0.01})
	}
	rec, res := fixture(specs, "go"+repeat("`", 500))
	for i := range res.Rows {
		r := &res.Rows[i]
		if invalid {
			r.Mark, r.Status = compare.MarkInvalid, compare.Invalid
			r.Failures = []record.Failure{{Kind: record.FailCrash, Message: repeat("*", 5000)}}
		}
		res.Reasons = append(res.Reasons, repeat("[", 3000))
		res.Warnings = append(res.Warnings, compare.Warning{Kind: compare.WarnBusy, Row: r.Name, Text: repeat("`", 3000)})
		res.Goals = append(res.Goals, compare.Goal{Goal: record.Goal{Claim: repeat("$", 2000), Each: 1, Over: "*", Level: "minimum"}, Gated: true,
			Candidate: res.Candidates[0], Verdict: compare.Fail, Found: r.Speedup, Reason: repeat("%\n", 3000)})
	}
	res.Verdict, res.Exit = compare.Fail, compare.ExitDisproved
	return New(rec, res)
}

// Whatever a run is like, GitHub takes the summary, and older runners too.
func TestStepSummaryIsBounded(t *testing.T) {
	const older = 128 << 10
	for _, invalid := range []bool{false, true} {
		var b bytes.Buffer
		if err := manyRows(120, invalid).StepSummary(&b); err != nil {
			t.Fatal(err)
		}
		if b.Len() > older || !utf8.Valid(b.Bytes()) {
			t.Errorf("invalid %v: %d bytes, at most %d are shown", invalid, b.Len(), older)
		}
		expect(t, b.String(), "and 70 benchmarks more in PERFORMANCE.md")
	}
}

// The runner shows ten annotations of a kind, one of the errors being its own.
func TestAnnotationsAreBounded(t *testing.T) {
	for _, n := range []int{1, 4, 5, 60} {
		var b bytes.Buffer
		if err := manyRows(n, true).Annotations(&b); err != nil {
			t.Fatal(err)
		}
		count := make(map[string]int)
		for _, line := range strings.Split(strings.TrimSpace(b.String()), "\n") {
			c, ok := parseCommand(line)
			if !ok {
				t.Fatalf("no command: %q", line)
			}
			if len(c.data) > 4096 {
				t.Errorf("%d characters, the runner cuts at 4096", len(c.data))
			}
			count[c.name]++
		}
		if want := min(2*n, 9); count["error"] != want || count["warning"] > 10 || count["notice"] != 1 {
			t.Errorf("%d rows: %v, want %d errors", n, count, want)
		}
		if n == 60 {
			expect(t, b.String(), "::error title=xbench::and 112 more: see PERFORMANCE.md\n")
		}
	}
}

// There is an error if and only if xbench exits 1.
func TestAnnotationsFollowTheExitCode(t *testing.T) {
	for name, v := range judgedViews(t) {
		var b bytes.Buffer
		if err := v.Annotations(&b); err != nil {
			t.Fatal(err)
		}
		if red := strings.Contains(b.String(), "::error "); red != (v.Exit == compare.ExitDisproved) {
			t.Errorf("%s: exit %d with\n%s", name, v.Exit, b.String())
		}
	}
}

// The summary says what the report says, and no local picture.
func TestStepSummarySays(t *testing.T) {
	var b bytes.Buffer
	if err := failView().StepSummary(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	expect(t, text, "### ❌ FAIL: go against python, suite quick")
	expect(t, text, "| ❌ **FAIL** ")
	expect(t, text, "INCONCLUSIVE (not gated)")
	expect(t, text, "<details open><summary>14 benchmarks, 3 to look at first</summary>")
	expect(t, text, "`xbench run --suite quick --budget 5m0s --seed 42`")
	refuse(t, text, "charts/")
	refuse(t, text, "![")
	if i, j := strings.Index(text, "io_bound_dynamic"), strings.Index(text, "memory_checkpoint"); i < 0 || j < 0 || i > j {
		t.Errorf("slower rows do not come first:\n%s", text)
	}

	rec, res := fixture(draft(), "go")
	res.Means[0].Geometric = compare.Interval{Ratio: math.NaN()}
	b.Reset()
	if err := New(rec, res).StepSummary(&b); err != nil {
		t.Fatal(err)
	}
	refuse(t, b.String(), "NaN")
	expect(t, b.String(), "<details><summary>14 benchmarks</summary>")
}
