package selftest

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"xbench/compare"
	"xbench/harness"
	"xbench/harness/record"
)

// The test binary is also the planted programs.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == Command {
		os.Exit(Main(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// options are those of a test: no budget, few rounds.
func options(t *testing.T) Options {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Options{Self: []string{self, Command}, Tool: "test", Seed: 1, Rounds: 5}
}

func caseNamed(t *testing.T, name string) Case {
	t.Helper()
	i := slices.IndexFunc(Cases(), func(c Case) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no case %q", name)
	}
	return Cases()[i]
}

func runCase(t *testing.T, c Case) Outcome {
	t.Helper()
	r, err := run(t.Context(), options(t), []Case{c})
	if err != nil {
		t.Fatal(err)
	}
	return r.Outcomes[0]
}

// A cheat is INVALID for the reason that it is one, and is not given a speedup.
// Here is one for each way to find it; the script of the command plants all.
func TestCheatsAreCaught(t *testing.T) {
	for _, c := range only(Cases(), Cheats) {
		if !slices.Contains([]string{"fixed-answer", "right-digest", "slow-clock", "long-breaks", "no-slowest", "crash"}, c.Name) {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			o := runCase(t, c)
			if o.State != Right || o.Verdict != compare.Invalid || o.Exit != compare.ExitDisproved || o.Speedup != 0 {
				t.Errorf("got %s, %s, exit %d, %vx: %s", o.State, o.Verdict, o.Exit, o.Speedup, o.Evidence)
			}
			i := slices.IndexFunc(o.Failures, func(f record.Failure) bool { return slices.Contains(c.kinds, f.Kind) })
			if i < 0 {
				t.Errorf("no failure of kind %v: %v", c.kinds, o.Failures)
			}
		})
	}
}

// A gate that lets through what it should not is found out: honest work is
// planted where a cheat is expected, and an expected reason is not the real one.
func TestABrokenGateIsFoundOut(t *testing.T) {
	check := func(c Case, want string) {
		t.Helper()
		o := runCase(t, c)
		if o.State != Wrong || !strings.Contains(o.Evidence, want) {
			t.Errorf("%s: got %s: %s; want %s: %s", c.program, o.State, o.Evidence, Wrong, want)
		}
	}
	passes := caseNamed(t, "other-work")
	passes.program = honest
	check(passes, "not caught: ")

	another := caseNamed(t, "right-digest")
	another.kinds = []string{record.FailClock}
	check(another, "INVALID for another reason: ")

	equal := caseNamed(t, "same")
	equal.program, equal.rows, equal.timing = "right-digest", names(1), coarse(cheatRounds)
	check(equal, "counter units")

	known := caseNamed(t, "slower")
	known.program, known.rows, known.timing = "right-digest", names(1), coarse(cheatRounds)
	check(known, "counter units")
}

// What gets through does so by far, on any host; so the text about limits is
// about something real.
func TestLimitsAreDemonstrated(t *testing.T) {
	if o := runCase(t, caseNamed(t, "cache")); o.State != Fooled || o.Verdict != compare.Pass || o.Speedup < 10 {
		t.Errorf("cache: got %s, %s, %vx", o.State, o.Verdict, o.Speedup)
	}
	if o := runCase(t, caseNamed(t, "memory")); o.State != Right || o.Verdict == compare.Pass {
		t.Errorf("memory: got %s, %s, %vx", o.State, o.Verdict, o.Speedup)
	}
}

// Equal programs and known differences take the same way. Few rounds on a busy
// machine may show nothing, but never the opposite.
func TestFewRoundsAreNeverWrong(t *testing.T) {
	for _, name := range []string{"same", "slower"} {
		c := caseNamed(t, name)
		c.rows, c.timing = names(1), coarse(cheatRounds)
		if o := runCase(t, c); o.State == Wrong || o.Rows != 1 || o.Rounds != cheatRounds || len(o.Failures) > 0 {
			t.Errorf("%s: got %s, %d rows, %d rounds: %s", name, o.State, o.Rows, o.Rounds, o.Evidence)
		}
	}
}

// The records are those of a run: they are judged again to the same end.
func TestRecordsAreKept(t *testing.T) {
	opt := options(t)
	opt.Dir = t.TempDir()
	r, err := run(t.Context(), opt, []Case{caseNamed(t, "right-digest")})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := harness.ReadRecord(filepath.Join(opt.Dir, "right-digest", "latest"))
	if err != nil {
		t.Fatal(err)
	}
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if o := r.Outcomes[0]; res.Verdict != o.Verdict || res.Exit != o.Exit {
		t.Errorf("the record says %s, exit %d; the selftest %s, exit %d", res.Verdict, res.Exit, o.Verdict, o.Exit)
	}
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Cases []struct{ Name, State string }
	}
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || len(back.Cases) != 1 || back.Cases[0].State != "right" {
		t.Errorf("got %+v, %v from %s", back, err, b.String())
	}
}

func TestABudgetThatIsTooShortIsRefused(t *testing.T) {
	opt := options(t)
	opt.Rounds, opt.Budget = 0, 20*time.Second
	began := time.Now()
	_, err := Run(t.Context(), opt)
	var short *TooShortError
	if !errors.As(err, &short) || short.Need <= opt.Budget {
		t.Fatalf("got %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("refused after %v", took)
	}
	// What a case says of its share is said of the whole.
	whole := &test{opt: opt, cases: only(Cases(), Known), began: time.Now()}
	err = whole.explain(&harness.BudgetError{Budget: time.Second, Need: 30 * time.Second, Rounds: 5})
	if !errors.As(err, &short) || short.Need.Round(time.Second) != time.Minute {
		t.Errorf("got %v", err)
	}
}

// The budget is handed out by processes, and nothing of it is lost.
func TestShares(t *testing.T) {
	opt := Options{Budget: 100 * time.Second}
	tt := &test{opt: opt, cases: Cases(), began: time.Now()}
	for tt.at = range tt.cases {
		c, share := tt.cases[tt.at], tt.share()
		switch {
		case c.timing.rounds > 0 && share != 0:
			t.Errorf("%s: fixed rounds, but a share of %v", c.Name, share)
		case c.Name == "same" && share.Round(time.Second) != 40*time.Second:
			t.Errorf("same: %v of 100 s for 8 of 20 rows", share)
		case c.Name == "faster" && share.Round(time.Second) != 100*time.Second:
			t.Errorf("faster, the last: %v of 100 s that are left", share)
		}
	}
}
