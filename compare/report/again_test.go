package report

import (
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// A longer run is the one that was typed, whatever bounded that.
func TestNewRunIsTheOldOneLonger(t *testing.T) {
	check := func(want string, p record.Plan) {
		t.Helper()
		v := &View{Goals: []compare.Goal{
			{Goal: record.Goal{Claim: "a", Speedup: 2}, Gated: true, Verdict: compare.Inconclusive, MoreRounds: 12},
			{Goal: record.Goal{Claim: "b", Speedup: 3}, Gated: true, Verdict: compare.Inconclusive, MoreRounds: 30, TooClose: true},
			{Goal: record.Goal{Claim: "c", Speedup: 4}, Verdict: compare.Inconclusive, MoreRounds: 40},
		}}
		if got := v.newRun(&p); got != want {
			t.Errorf("%q: got %q, want %q", p.Args, got, want)
		}
	}
	args := func(a ...string) record.Plan { return record.Plan{Args: a, Seed: 7} }
	check("xbench run --rounds 12", args("run"))
	check("xbench run --suite s --rounds 12", args("run", "--budget", "90s", "--suite", "s", "--seed=9"))
	check("xbench run --rounds 12", args("run", "-q", "--rounds=5"))
	check("xbench run --command 'a --seed 3' --name --budget --rounds 12", args("run", "--rounds", "5", "--command", "a --seed 3", "--name", "--budget"))
	check("xbench run -i --command a --rounds 12", args("run", "-i", "-r", "5", "--command", "a", "--runs=7"))
	check("xbench run --suite s --filter 'a b' --rounds 12", record.Plan{Suite: "s", Filter: "a b", BudgetNS: 6e10, Seed: 7, RMax: 9})
}

// Whoever reads that a longer run would settle it finds the command there.
func TestNewRunIsGivenWhereItIsAdvised(t *testing.T) {
	v := inconclusiveView()
	v.Goals[1].MoreRounds = 21
	v.NewRun = v.newRun(&record.Plan{Args: []string{"run", "--filter", "a name that is longer than the line that it is on", "--budget", "1m"}})
	if !strings.HasSuffix(v.NewRun, "is on' --rounds 26") {
		t.Fatalf("%q", v.NewRun)
	}
	var text strings.Builder
	if err := v.Terminal(&text, TerminalOptions{Width: 60}); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(strings.Split(text.String(), "\n"), "         "+v.NewRun) {
		t.Errorf("the command is not whole on a line of its own:\n%s", text.String())
	}
	_, markdown := rendered(t, v)
	_, reproduce, _ := strings.Cut(markdown, "## How to reproduce")
	expect(t, reproduce, "a new run of about ")
	expect(t, reproduce, v.NewRun)

	for _, settled := range []*View{passView(), failView()} {
		if settled.NewRun != "" {
			t.Errorf("%s: %q", settled.Verdict, settled.NewRun)
		}
	}
}
