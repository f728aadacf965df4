package report

import (
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

func TestStartupIsShownApart(t *testing.T) {
	check := func(s compare.Startup, want string) {
		t.Helper()
		v := commandsView()
		v.StartRow = "noop"
		s.Row, s.Candidate, s.RefNS, s.CandNS = "command", "new", 10e6, 1e6
		v.Startups = []Startup{{Startup: s}}
		text, markdown := rendered(t, v)
		expect(t, text, "start "+want)
		expect(t, markdown, "- "+md(want))
		refuse(t, text, "not known")
	}
	check(compare.Startup{Rounds: 5, RefShare: 0.333, CandShare: 0.05, Without: compare.Interval{Ratio: 2, Lo: 1.8, Hi: 2.2}},
		"start-up takes old 10 ms (33 % of its time) and new 1 ms (5 % of its time); without it the speedup is 2.00x (1.80 - 2.20); the verdict is about the whole")
	check(compare.Startup{Rounds: 5, RefShare: 1.01, CandShare: 0.004, TooSmall: "old"},
		"start-up takes old 10 ms (all of its time) and new 1 ms (less than 1 % of its time); what is left of old without it is too little to be told from the noise")
	check(compare.Startup{Rounds: 2, RefShare: 0.5, CandShare: 0.5},
		"start-up takes old 10 ms (50 % of its time) and new 1 ms (50 % of its time); too few rounds to say what the speedup is without it")
}

// A run that could have told start-up apart says so once, where there is
// something to compare.
func TestStartupThatNobodyKnows(t *testing.T) {
	text, markdown := rendered(t, commandsView())
	if n := strings.Count(text, "start-up not known: --startup"); n != 1 {
		t.Errorf("said %d times:\n%s", n, text)
	}
	expect(t, markdown, "Start-up is part of these times, and not known apart")
	alone := commandsView()
	alone.Reference = ""
	text, _ = rendered(t, alone)
	refuse(t, text, "not known")
}

func TestLaunchesAreTold(t *testing.T) {
	got := launchTexts([]record.Implementation{
		{Name: "old", Launch: &record.Launch{Prepare: []string{"rm", "-f", "a b"}, Warmups: 3, Startup: []string{"python3", "-c", "pass"}}},
		{Name: "new", Launch: &record.Launch{Prepare: []string{"rm", "-f", "a b"}, Warmups: 3, Input: "in.txt", IgnoreFailure: true}},
	})
	want := []string{
		"old, new: before every launch, untimed: rm -f 'a b'",
		"old, new: launches to warm up before the first round: 3, in the record and no data",
		"old: start-up is that of: python3 -c pass",
		"new: standard input: in.txt",
		"new: exit statuses other than 0 are results, the same on all sides and in every launch",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// A start-up that is slower, or unclear, is nothing to look at before the work.
func TestStartupDoesNotLead(t *testing.T) {
	v := commandsView()
	start := v.Rows[0]
	start.Name, start.Label, start.Startup, start.ShownOnly = "noop", "noop", true, true
	start.Cells = slices.Clone(start.Cells)
	start.Cells[0].Mark = compare.MarkSlower
	v.Rows, v.StartRow = append([]Row{v.Rows[0]}, start), "noop"
	v.arrangeRows()
	if v.Rows[0].Startup {
		t.Error("start-up comes first")
	}
	text, _ := rendered(t, v)
	refuse(t, text, "look at these first")
	expect(t, text, "answer new is faster") // there is still one piece of work
	start.Cells[0].Mark = compare.MarkInvalid
	if start.rank() != rankInvalid {
		t.Error("a start-up that failed is hidden")
	}
}

// Start-up has no output to compare, and what was not compared is not equal.
func TestSameWorkOfCommands(t *testing.T) {
	v := commandsView()
	start := v.Rows[0]
	start.Name, start.Startup, start.ShownOnly = "noop", true, true
	v.Rows = append(slices.Clone(v.Rows), start)
	if same, text := v.sameWork(); same != 2 || text != "1 of 1: equal outputs" {
		t.Errorf("got %d, %q", same, text)
	}
	v.Evidence.Work = compare.WorkUnverified
	if _, text := v.sameWork(); text != "not verified: nothing shows that the sides did the same" {
		t.Errorf("got %q", text)
	}
}

// What is launched as a program's start-up and takes longer than the program is
// not its start-up: how much of its time that is means nothing, and there is a
// line to type.
func TestStartupOfAnotherProgram(t *testing.T) {
	launched := func(starts ...[]string) *record.Plan {
		p := &record.Plan{Suite: "command", Rows: []record.Row{{Name: "a"}, {Name: "b"}, {Name: "noop", Startup: true}}}
		for i, start := range starts {
			p.Implementations = append(p.Implementations, record.Implementation{Name: []string{"py", "rs"}[i], Launch: &record.Launch{Startup: start}})
		}
		return p
	}
	check := func(p *record.Plan, want string) {
		t.Helper()
		v := commandsView()
		s := compare.Startup{Row: "a", Candidate: "rs", Rounds: 5, RefNS: 14e7, CandNS: 14e7, RefShare: 0.9, CandShare: 100, Slower: []string{"rs"}}
		again := s
		again.Row, again.CandShare = "b", 90
		v.viewStartups(p, []compare.Startup{s, again})
		if texts := v.startupTexts(); len(texts) != 1 || texts[0] != "a: start-up not known, rs 140 ms there and 1.4 ms as a whole: "+want {
			t.Errorf("got %q, want once %q", texts, want)
		}
	}
	pass := []string{"python3", "-c", "pass"}
	check(launched(pass, pass), "python3 -c pass does not start rs: give --startup once per command, in order; true for one that starts at once")
	check(launched([]string{"true"}, pass), "python3 -c pass does not start rs: give it another --startup; true for one that starts at once")
	configured := launched(pass, pass)
	configured.Suite = ""
	check(configured, "python3 -c pass does not start rs: give it another startup:; true for one that starts at once")
	check(launched(nil, nil), "rs does more than start there: give it a startup:; true for one that starts at once")
}

// What all sizes of a command do is said once, above them, whatever start-up is.
func TestDescriptionBesideStartup(t *testing.T) {
	v := commandsView()
	size := func(name, does string) Row {
		r := v.Rows[0]
		r.Name, r.Label, r.Heading, r.Description = name, name, "command", does
		v.notes.does[name] = []string{does}
		return r
	}
	v.notes.does = make(map[string][]string)
	start := size("noop", "what starts it")
	start.Startup = true
	v.Rows, v.StartRow = []Row{size("n=1", "the whole process"), size("n=2", "the whole process"), start}, "noop"
	var b strings.Builder
	if err := v.Terminal(&b, TerminalOptions{Width: 78}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	expect(t, text, "command: the whole process\n")
	expect(t, text, "      what starts it\n")
	if n := strings.Count(text, "the whole process"); n != 1 {
		t.Errorf("said %d times:\n%s", n, text)
	}
}
