package report

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// elsewhere is a run whose samples other tools took, without and with outputs
// that were compared beforehand.
func elsewhere(output ...string) *record.Record {
	rec := generated(8, draft())
	for i, was := range rec.Plan.Implementations {
		now := record.Implementation{Name: was.Name, Kind: record.KindAdapter, Output: output, Adapter: "pytest-benchmark", Version: "pytest-benchmark 5.1.0"}
		if was.Name == "go" {
			now.Adapter, now.Version, now.Unmatched = "criterion", "criterion", []string{"parse/huge", "a<b"}
		}
		rec.Plan.Implementations[i] = now
	}
	for i := range rec.Plan.Rows {
		rec.Plan.Rows[i].Nonce = false
	}
	for i := range rec.Processes {
		p := &rec.Processes[i]
		p.Digest, p.Counters, p.Clock, p.CPUNS, p.Nonce = "", nil, nil, 0, "0"
		p.Phases = record.Phases{TotalNS: p.Phases.TotalNS}
	}
	return rec
}

// That nothing shows the same work stands in every kind of output, beside the
// verdict.
func TestWorkThatIsNotVerifiedIsSaid(t *testing.T) {
	check := func(rec *record.Record, words string, there bool) {
		t.Helper()
		v := judgedBy(t, rec)
		if v.Verdict != compare.Pass {
			t.Fatalf("%s: the words are for a verdict: %v", v.Verdict, v.Reasons)
		}
		var term, md, html, junit bytes.Buffer
		for _, err := range []error{v.Terminal(&term, TerminalOptions{Width: 200, Head: true}), v.Markdown(&md), v.HTML(&html), v.JUnit(&junit)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		summary := summaryOf(t, v)
		same := summary["same_work"].(map[string]any)
		last := strings.TrimSpace(term.String())
		last = last[strings.LastIndex(last, "\n")+1:]
		for where, text := range map[string]string{"terminal's last line": last, "markdown": md.String(), "html": html.String(), "junit": junit.String()} {
			if got := strings.Contains(text, words); got != there {
				t.Errorf("%q in %s: %v, want %v", words, where, got, there)
			}
		}
		if _, got := same["compared"]; got != there {
			t.Errorf("summary: same_work %v", same)
		}
		for where, text := range map[string]string{"terminal": term.String(), "markdown": md.String(), "html": html.String()} {
			if !strings.Contains(text, "go has 2 benchmarks of criterion that no row is about: parse/huge, a") && there {
				t.Errorf("%s: nothing of what no row is about", where)
			}
		}
		if strings.Contains(term.String(), "by CPU time") || v.Sides[0].Cores != 0 || there && v.Sides[0].RSS != 0 {
			t.Errorf("a figure of the tool stands for one of the program: %+v", v.Sides[0])
		}
	}
	check(elsewhere(), "same work not verified", true)
	check(elsewhere("cat", "out"), "outputs compared beforehand, not of the timed samples", true)
}

func TestSameWorkLineOfOtherTools(t *testing.T) {
	check := func(want string, output ...string) {
		t.Helper()
		if _, got := judgedBy(t, elsewhere(output...)).sameWork(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check("not verified: nothing shows that the sides did the same")
	check("14 of 14: outputs compared beforehand, not of the timed samples", "cat", "out")
}

func TestTerminalOfAdapters(t *testing.T) {
	v := judgedBy(t, elsewhere())
	golden(t, "adapters.txt", func(w io.Writer) error { return v.Terminal(w, TerminalOptions{Head: true}) })
}
