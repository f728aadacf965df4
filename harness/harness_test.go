package harness

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"xbench/compare"
	"xbench/harness/adapter/faketool"
	"xbench/harness/config"
	"xbench/harness/record"
	"xbench/harness/worker/badworker"
)

// TestMain turns the test binary into a worker, or into a command, when it is
// started as one.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "badworker" {
		os.Exit(badworker.Main(os.Args[2]))
	}
	if len(os.Args) >= 3 && os.Args[1] == "faketool" {
		os.Exit(faketool.Main(os.Args[2:]))
	}
	if len(os.Args) >= 2 && os.Args[1] == "print" {
		os.Stdout.WriteString(strings.Join(os.Args[2:], "\n") + "\n")
		os.Exit(0)
	}
	// A race-built child sleeps a second at its end unless told not to.
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	os.Exit(m.Run())
}

// testConfig is a reference without a vice and a candidate with one.
func testConfig(t *testing.T, vice string) *config.Config {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	side := func(name, mode string, ref bool) config.Implementation {
		return config.Implementation{Name: name, Reference: ref, Worker: []string{self, "badworker", mode},
			Timeouts: config.Timeouts{Initialize: 20 * time.Second, Run: 2 * time.Second, Shutdown: 5 * time.Second}}
	}
	return &config.Config{
		Implementations: []config.Implementation{side("base", "good", true), side("cand", vice, false)},
		Benchmarks:      []config.Benchmark{{Name: "demo/a"}, {Name: "demo/b"}},
	}
}

// testTiming is as short as rounds can be.
var testTiming = Timing{Sample: time.Millisecond, Warmup: time.Millisecond, Samples: 3}

// memory is a Saver that keeps everything.
type memory struct {
	rec  record.Record
	stop func() // called when a process is saved, if set
}

func (m *memory) Process(p record.Process) error {
	m.rec.Processes = append(m.rec.Processes, p)
	if m.stop != nil {
		m.stop()
	}
	return nil
}

func (m *memory) Round(r record.Round) error { m.rec.Rounds = append(m.rec.Rounds, r); return nil }

func (m *memory) Note(n record.Note) error { m.rec.Notes = append(m.rec.Notes, n); return nil }

// wholeRun takes a configuration from its rows to the record.
func wholeRun(t *testing.T, ctx context.Context, cfg *config.Config, rounds int, save *memory) (*record.Record, []Cell, error) {
	t.Helper()
	lab, err := NewLab(ctx, LabOptions{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := cfg.Rows(config.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if rows, err = lab.Bind(rows); err != nil {
		t.Fatal(err)
	}
	cells, err := lab.Check(ctx, rows, []uint64{0, 7})
	if err != nil {
		t.Fatal(err)
	}
	bad := Invalid(cells)
	var notes []record.Note
	var valid []record.Row
	for _, r := range rows {
		if n, ok := bad[r.Name]; ok {
			notes = append(notes, n)
		} else {
			valid = append(valid, r)
		}
	}
	cals, failed, err := lab.Calibrate(ctx, valid, testTiming)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := lab.Plan(rows, cals, PlanOptions{Seed: 1, Gate: "none", Timing: testTiming, Rounds: rounds, SameOutput: cfg.SameOutput.As, Looks: compare.PlanLooks})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := lab.Run(ctx, plan, append(notes, failed...), cals, RunOptions{Save: save, Decide: func(rec *record.Record) Decision {
		p := compare.Open(rec)
		return Decision{Done: p.Done, Rows: p.Rows}
	}})
	save.rec.Plan = plan
	return rec, cells, err
}

func TestRunMeasuresEveryCellOncePerRound(t *testing.T) {
	save := new(memory)
	rec, cells, err := wholeRun(t, context.Background(), testConfig(t, "good"), 3, save)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(cells), 2*2*2; got != want {
		t.Errorf("%d cells checked, want %d (rows x sides x inputs)", got, want)
	}
	for _, c := range cells {
		if c.Status != StatusSame {
			t.Errorf("%s %s: %s %s", c.Benchmark, c.Impl, c.Status, c.Detail)
		}
	}
	if got, want := len(rec.Processes), 3*2*2; got != want {
		t.Fatalf("%d processes, want %d", got, want)
	}
	seen := make(map[string]int)
	for i, p := range rec.Processes {
		if p.Failure != nil {
			t.Errorf("%s %s: %s", p.Row, p.Impl, p.Failure.Message)
		}
		if p.Seq != i {
			t.Errorf("process %d has seq %d", i, p.Seq)
		}
		if len(p.SamplesNS) != 3 || p.K < 1 || p.Usage.MaxRSS <= 0 || p.Clock == nil || p.Phases.StartNS <= 0 {
			t.Errorf("process %d is incomplete: %+v", i, p)
		}
		seen[p.Row+p.Impl]++
	}
	for cell, n := range seen {
		if n != 3 {
			t.Errorf("%s: %d processes, want 3", cell, n)
		}
	}
	// Both sides of a round work on the same input, and no two rounds do.
	inputs := make(map[string]string)
	for _, p := range rec.Processes {
		key := p.Row + strconv.Itoa(p.Round)
		if was, ok := inputs[key]; ok && was != p.Nonce {
			t.Errorf("%s round %d: nonces %s and %s", p.Row, p.Round, was, p.Nonce)
		}
		inputs[key] = p.Nonce
	}
	distinct := make(map[string]bool)
	for _, n := range inputs {
		distinct[n] = true
	}
	if len(distinct) != len(inputs) {
		t.Errorf("%d distinct inputs in %d rounds", len(distinct), len(inputs))
	}
}

// What goes wrong on one side makes that row invalid, for the stated reason,
// and leaves the other row alone.
func TestBadImplementations(t *testing.T) {
	for _, c := range []struct{ vice, kind, says string }{
		{"wrong-digest", record.FailDigest, "digest"},
		{"wrong-counter", record.FailCounter, "counter items"},
		{"missing-counter", record.FailCounter, "missing"},
		{"missing-benchmark", record.FailUnsupported, ""},
		{"crash-on-verify", record.FailCrash, "exit status 3"},
		{"crash-in-run", record.FailCrash, "exit status 3"},
		{"hang-in-run", record.FailTimeout, "no reply in"},
		{"stray-print", record.FailProtocol, "not JSON"},
		{"extra-sample", record.FailProtocol, "sample"},
		{"zero-time", record.FailClock, ""},
		{"error-in-run", record.FailWork, ""},
	} {
		t.Run(c.vice, func(t *testing.T) {
			t.Parallel()
			rec, _, err := wholeRun(t, context.Background(), testConfig(t, c.vice), 2, new(memory))
			if err != nil {
				t.Fatal(err)
			}
			var found *record.Failure
			for _, n := range rec.Notes {
				if n.Row == "demo/b" {
					found = n.Failure
				}
				if n.Row == "demo/a" {
					t.Errorf("demo/a was hit too: %s", n.Message)
				}
			}
			good := 0
			for _, p := range rec.Processes {
				if p.Failure != nil && p.Row == "demo/b" {
					found = p.Failure
				} else if p.Row == "demo/a" && p.Failure == nil {
					good++
				}
			}
			if found == nil {
				t.Fatal("demo/b was not found out")
			}
			if found.Kind != c.kind || !strings.Contains(found.Message, c.says) {
				t.Errorf("got %s: %q, want %s: ...%s...", found.Kind, found.Message, c.kind, c.says)
			}
			if good != 4 {
				t.Errorf("demo/a has %d good processes, want 4: one bad benchmark must not stop the others", good)
			}
		})
	}
}

// A clock that runs at another speed is invalid in both directions.
func TestCheatingClocks(t *testing.T) {
	for _, vice := range []string{"slow-clock", "fast-clock"} {
		t.Run(vice, func(t *testing.T) {
			save := new(memory)
			if _, _, err := wholeRun(t, context.Background(), testConfig(t, vice), 3, save); err != nil {
				t.Fatal(err)
			}
			res, err := compare.Analyze(&save.rec, compare.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range res.Rows {
				bad := slices.ContainsFunc(row.Failures, func(f record.Failure) bool { return f.Kind == record.FailClock })
				if row.Name == "demo/b" && !bad {
					t.Errorf("demo/b: the clock was believed: %+v", row.Failures)
				}
			}
		})
	}
}

// An interrupt keeps what was measured, adds a note, and leaves no round half
// counted.
func TestInterruptKeepsWhatIsMeasured(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	save := new(memory)
	save.stop = func() {
		if len(save.rec.Processes) == 5 {
			cancel()
		}
	}
	rec, _, err := wholeRun(t, ctx, testConfig(t, "good"), 10, save)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want context.Canceled", err)
	}
	if len(rec.Processes) != 5 {
		t.Errorf("%d processes in the record, want the 5 that had finished", len(rec.Processes))
	}
	if n := rec.Notes[len(rec.Notes)-1]; n.Kind != "interrupt" {
		t.Errorf("last note is %q, want interrupt", n.Kind)
	}
}

func TestOrderIsDrawnFromTheSeed(t *testing.T) {
	perm := func(seed uint64, round int) []int { return rowRand(seed, "demo/a", round).Perm(2) }
	first := 0
	for round := 1; round <= 1000; round++ {
		if !slices.Equal(perm(1, round), perm(1, round)) {
			t.Fatal("the same seed gives another order")
		}
		if perm(1, round)[0] == 0 {
			first++
		}
	}
	if first < 440 || first > 560 { // 500 +- 3.8 standard deviations
		t.Errorf("the reference goes first in %d of 1000 rounds", first)
	}
}

func TestPlanFitsTheBudget(t *testing.T) {
	check := func(budget, spent, round, spacing time.Duration, want int) {
		t.Helper()
		got, err := lastRound(PlanOptions{Budget: budget, Spent: spent, Spacing: spacing}, round, 0)
		if err != nil || got != want {
			t.Errorf("budget %v, spent %v, round %v, spacing %v: %d rounds, %v; want %d", budget, spent, round, spacing, got, err, want)
		}
	}
	check(5*time.Minute, 20*time.Second, 7*time.Second, 5*time.Second, 30)
	check(90*time.Second, 20*time.Second, 7*time.Second, 5*time.Second, 9)
	check(90*time.Second, 20*time.Second, time.Second, 10*time.Second, 6) // spacing rules
	check(0, 0, time.Second, 0, 30)
	if got, err := lastRound(PlanOptions{Budget: 100 * time.Second}, 9*time.Second, 10*time.Second); err != nil || got != 6 {
		t.Errorf("three rounds with a clock check of 10 s: %d rounds, %v; want 6", got, err)
	}

	_, err := lastRound(PlanOptions{Budget: 20 * time.Second, Spent: 5 * time.Second}, 7*time.Second, 0)
	var short *BudgetError
	if !errors.As(err, &short) {
		t.Fatalf("error %v, want a BudgetError", err)
	}
	if got, err := lastRound(PlanOptions{Budget: short.Need, Spent: 5 * time.Second}, 7*time.Second, 0); err != nil || got != 5 {
		t.Errorf("the budget it asks for gives %d rounds, %v", got, err)
	}
	if !strings.Contains(err.Error(), "give --budget 1m or more") {
		t.Errorf("error %q does not say what would do", err)
	}
	if strings.Contains(err.Error(), "apart") {
		t.Errorf("error %q blames a spacing that is none", err)
	}
	_, err = lastRound(PlanOptions{Budget: 20 * time.Second, Spacing: 10 * time.Second}, time.Second, 0)
	if err == nil || !strings.Contains(err.Error(), "5 rounds 10s apart, ") || !strings.Contains(err.Error(), "set spacing in a suite") {
		t.Errorf("error %v does not name the spacing", err)
	}
}

func TestClockVerdict(t *testing.T) {
	check := func(claimed, outside int64, ok bool) {
		t.Helper()
		if got := clockVerdict(claimed, outside); got.OK != ok {
			t.Errorf("claimed %d, outside %d: ok %v, want %v", claimed, outside, got.OK, ok)
		}
	}
	check(100, 100, true)
	check(95, 100, true)
	check(50, 100, false)
	check(200, 100, false)
	check(89, 100, false)
	check(0, 100, false)
	check(100, 0, false)
}

func TestSetupErrorsAreOneLineWithTheRemedy(t *testing.T) {
	check := func(im config.Implementation, want ...string) {
		t.Helper()
		im.Name = "cand"
		_, err := NewLab(context.Background(), LabOptions{Config: &config.Config{Implementations: []config.Implementation{im}}})
		var setup *SetupError
		if !errors.As(err, &setup) {
			t.Fatalf("error %v, want a SetupError", err)
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("error %q does not contain %q", err, w)
			}
		}
	}
	self, _ := os.Executable()
	check(config.Implementation{Worker: []string{"no-such-program-here"}}, `"no-such-program-here" not found`)
	check(config.Implementation{Worker: []string{self}, Dir: filepath.Join(t.TempDir(), "nowhere")}, "is not a directory")
	check(config.Implementation{Worker: []string{self}, Needs: &config.Needs{Run: []string{self, "print", "Thing 3.8.1"}, Version: ">= 3.10", Hint: "install 3.10"}},
		">= 3.10", "3.8.1", "install 3.10")
	check(config.Implementation{Worker: []string{"{selv}"}}, "selv")
}
