package report

import (
	"slices"
	"testing"

	"xbench/compare"
)

// Two scripts that do not exist print the same: that their launches ended with
// status 2 stands beside "same work" and in every report.
func TestExitStatusesStandBesideSameWork(t *testing.T) {
	check := func(exits []compare.Exit, want string) {
		t.Helper()
		v := commandsView()
		other := v.Rows[0]
		other.Name = "other"
		v.Rows = append(slices.Clone(v.Rows), other)
		v.Exits = exits
		text, markdown := rendered(t, v)
		if _, same := v.sameWork(); want == "" {
			refuse(t, text+markdown+same, "exit status")
			return
		} else if got := "2 of 2: equal outputs; " + want; same != got {
			t.Errorf("got %q, want %q", same, got)
		}
		expect(t, text, "exit "+want)
		expect(t, markdown, "- "+md("E"+want[1:]))
		expect(t, page(t, v), "E"+want[1:])
		if n := len(v.summary().Exits); n != len(exits) {
			t.Errorf("%d exit statuses in the summary, want %d", n, len(exits))
		}
	}
	row := commandsView().Rows[0].Name
	check(nil, "")
	check([]compare.Exit{{Row: row, Implementation: "old", Status: 2}, {Row: row, Implementation: "new", Status: 2}, {Row: "other", Implementation: "old", Status: 2}, {Row: "other", Implementation: "new", Status: 2}},
		"every launch ended with exit status 2 (ignore_failure: a status is a result)")
	check([]compare.Exit{{Row: "other", Implementation: "old", Status: 1}, {Row: "other", Implementation: "new", Status: 1}},
		"exit status 1 in other (ignore_failure: a status is a result)")
}

// startedView is a run of commands whose start-up was measured, and which end
// with another status than 0.
func startedView() *View {
	v := commandsView()
	v.Startups = []Startup{{Startup: compare.Startup{Row: "command", Candidate: "new", Rounds: 5, RefNS: 10e6, CandNS: 1e6, RefShare: .5, CandShare: .1,
		Without: compare.Interval{Ratio: 2, Lo: 1.8, Hi: 2.2}}}, {Startup: compare.Startup{Row: "command", Candidate: "rust", Rounds: 5, CandNS: 1e6, CandShare: 1.4, TooSmall: "rust", Slower: []string{"rust"}}}}
	v.Exits = []compare.Exit{{Row: "command", Implementation: "new", Status: 2}}
	return v
}

// Start-up is in the summary, for programs.
func TestSummaryHasStartup(t *testing.T) {
	doc := readSchema(t)
	strict(doc)
	sum := summaryOf(t, startedView())
	if err := compileSchema(t, doc).Validate(sum); err != nil {
		t.Error(err)
	}
	start := sum["startup"].([]any)
	if first := start[0].(map[string]any); len(start) != 2 || first["speedup_without"].(map[string]any)["ratio"] == nil || first["rounds"] == nil {
		t.Errorf("got %v", start)
	}
	if second := start[1].(map[string]any); second["speedup_without"] != nil || second["reference_ns"] != nil || second["too_little_left_of"] != "rust" {
		t.Errorf("got %v", second)
	}
}
