package harness

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"xbench/compare"
	"xbench/harness/record"
)

// A fakeRun runs rounds whose processes only let time pass, in a bubble whose
// clock is not that of the machine.
type fakeRun struct {
	plan   record.Plan
	cals   map[string]Calibration
	budget time.Duration
	speed  func(row string) float64                  // of the candidate; nil = 3
	takes  func(row string, round int) time.Duration // one process; nil = half of what calibration said
	decide func(*record.Record) Decision             // nil = compare's
	save   *memory
	fails  string // "row impl round" of a process that fails
}

// newFakeRun plans so many rounds of rows r0, r1, ... that take a second each.
func newFakeRun(rows, rMax int, spacing time.Duration) *fakeRun {
	looks, shares := compare.PlanLooks(rMax)
	f := &fakeRun{cals: make(map[string]Calibration), save: new(memory), plan: record.Plan{
		Version: 1, Alpha: 0.05, RMax: rMax, Looks: looks, Shares: shares, Gate: "minimum", Reference: "base", Seed: 7,
		SpacingNS: int64(spacing), SampleNS: int64(time.Millisecond),
		Implementations: []record.Implementation{{Name: "base", Kind: kindWorker, Nonce: true}, {Name: "cand", Kind: kindWorker, Nonce: true}},
	}}
	for i := range rows {
		name := fmt.Sprintf("r%d", i)
		f.plan.Rows = append(f.plan.Rows, record.Row{Name: name, ID: name, Category: "c", Samples: 1, Nonce: true,
			Iterations: map[string]int64{"base": 1, "cand": 1}})
		f.cals[name] = Calibration{Round: time.Second}
	}
	return f
}

// rounds is the run, ready to go.
func (f *fakeRun) rounds(rec *record.Record, pc *pace) *rounds {
	opt := RunOptions{Decide: f.decide, Save: f.save, Probe: func() record.Round { return record.Round{SpinNS: 1} }}
	if f.decide == nil {
		opt.Decide = func(rec *record.Record) Decision {
			p := compare.Open(rec)
			return Decision{Done: p.Done, Rows: p.Rows}
		}
	}
	if f.budget > 0 {
		opt.Deadline, opt.Grace = time.Now().Add(f.budget), f.budget/20
	}
	r := newRounds(rec, pc, opt)
	r.launch = f.launch
	return r
}

func (f *fakeRun) launch(ctx context.Context, impl int, row *record.Row, j job) (record.Process, error) {
	s := &subject{Implementation: f.plan.Implementations[impl]}
	p := newProcess(row, s, j, time.Now())
	took := f.cals[row.Name].Round / 2
	if f.takes != nil {
		took = f.takes(row.Name, j.round)
	}
	time.Sleep(took)
	p.Phases.TotalNS = int64(took)
	if fmt.Sprintf("%s %s %d", row.Name, s.Name, j.round) == f.fails {
		p.Failure = &record.Failure{Kind: record.FailCrash, Message: "as planned"}
		return p, ctx.Err()
	}
	// A little noise, drawn from the input: judged alike wherever it is measured.
	ns := 1e6 * (1 + float64(j.nonce%101)/2000)
	if s.Name != f.plan.Reference {
		ns = 1e6 * (1 + float64(j.nonce%97)/2000) / f.factor(row.Name)
	}
	p.SamplesNS, p.Digest = []float64{float64(int64(ns))}, "d"
	return p, ctx.Err()
}

func (f *fakeRun) factor(row string) float64 {
	if f.speed == nil {
		return 3
	}
	return f.speed(row)
}

// run carries the whole plan out and returns how long that took.
func (f *fakeRun) run(t *testing.T) (rec *record.Record, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		r := f.rounds(&record.Record{Plan: f.plan}, newPace(f.cals))
		if err := r.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		rec, took = r.rec, time.Since(began)
	})
	return rec, took
}

// all never has enough.
func all(rec *record.Record) Decision {
	var d Decision
	for _, r := range rec.Plan.Rows {
		d.Rows = append(d.Rows, r.Name)
	}
	return d
}

func lastRoundOf(rec *record.Record, row string) int {
	last := 0
	for _, p := range rec.Processes {
		if p.Row == row {
			last = max(last, p.Round)
		}
	}
	return last
}

// A run takes what the budget has, and no round that would not fit, whatever
// the machine does meanwhile.
func TestBudgetIsKept(t *testing.T) {
	const budget = 60 * time.Second
	check := func(what string, rows int, spacing time.Duration, takes func(row string, round int) time.Duration, wantRounds int, wantNote string) {
		t.Helper()
		opt := PlanOptions{Budget: budget, Spacing: spacing}
		rMax, err := lastRound(opt, time.Duration(rows)*time.Second, 0)
		if err != nil {
			t.Fatal(err)
		}
		f := newFakeRun(rows, rMax, spacing)
		f.budget, f.takes, f.decide = budget, takes, all
		rec, took := f.run(t)
		note := ""
		for _, n := range rec.Notes {
			note += n.Kind + ": " + n.Message
		}
		if took > budget+budget/10 {
			t.Errorf("%s: took %v of %v", what, took, budget)
		}
		if got := lastRoundOf(rec, "r0"); got != wantRounds || note != wantNote {
			t.Errorf("%s: %d rounds of %d in %v, note %q; want %d, %q", what, got, rMax, took, note, wantRounds, wantNote)
		}
	}
	ended := func(done, of int) string {
		return fmt.Sprintf("budget: the budget ended after %d of %d planned rounds; no look was added", done, of)
	}
	as := func(d time.Duration) func(string, int) time.Duration {
		return func(string, int) time.Duration { return d }
	}
	const second = time.Second
	check("as calibrated", 4, 0, nil, 13, "")
	check("faster than calibrated", 4, 0, as(second/8), 13, "")
	check("rounds apart", 2, 6*second, nil, 9, "")
	// 54 s are planned; with twice the time, 7 rounds of 8 s fit into 60 s.
	check("twice as slow", 4, 0, as(second), 7, ended(7, 13))
	// Calibration alone would begin a sixth round at 53 s.
	check("slow from the third round", 4, 0, func(_ string, round int) time.Duration {
		if round >= 3 {
			return 2 * second
		}
		return second / 2
	}, 5, ended(5, 13))
	// A round that was begun in time ends with the row that is in the grace.
	check("a round that does not end", 6, 0, func(_ string, round int) time.Duration {
		if round == 9 {
			return 4 * second
		}
		return second / 2
	}, 9, ended(8, 9))
}

// Without a budget the plan is carried out, however long it takes.
func TestNoBudget(t *testing.T) {
	f := newFakeRun(2, 7, 0)
	f.decide, f.takes = all, func(string, int) time.Duration { return time.Hour }
	rec, took := f.run(t)
	if len(rec.Processes) != 2*2*7 || len(rec.Notes) != 0 || took < 28*time.Hour {
		t.Errorf("%d processes, notes %v, %v", len(rec.Processes), rec.Notes, took)
	}
}

// Two rounds of a benchmark begin at least the spacing apart, nobody waits for
// longer than that, and without a spacing nobody waits.
func TestRoundsAreKeptApart(t *testing.T) {
	check := func(rows int, spacing, want time.Duration) {
		t.Helper()
		f := newFakeRun(rows, 4, spacing)
		f.decide = all
		rec, took := f.run(t)
		if took != want {
			t.Errorf("%d rows of a second, %v apart: 4 rounds took %v, want %v", rows, spacing, took, want)
		}
		apart(t, rec.Processes, spacing)
		if len(rec.Rounds) != 4 || rec.Rounds[3].Round != 4 || rec.Rounds[3].SpinNS != 1 {
			t.Errorf("round entries %+v", rec.Rounds)
		}
	}
	check(2, 0, 8*time.Second)
	check(2, time.Second, 8*time.Second)
	check(2, 5*time.Second, 17*time.Second) // three times 5 s, and the last round
	check(5, 5*time.Second, 20*time.Second)
}

// All rows are measured until what is claimed of their mean is settled, then
// those that are open for themselves.
func TestWhoIsMeasured(t *testing.T) {
	f := newFakeRun(3, 30, 0)
	f.speed = func(row string) float64 { return map[string]float64{"r0": 4, "r1": 1.02, "r2": 2}[row] }
	f.plan.Goals = []record.Goal{
		{Claim: "mean", Level: "minimum", Over: "*", Speedup: 1.3, Gate: true, Inconclusive: "fail"},
		{Claim: "each", Level: "minimum", Over: "*", Each: 1, Tolerance: 0.02, Gate: true, Inconclusive: "fail"},
	}
	rec, _ := f.run(t)
	a, b, c := lastRoundOf(rec, "r0"), lastRoundOf(rec, "r1"), lastRoundOf(rec, "r2")
	if a != c || a >= b || b < 8 {
		t.Errorf("rounds %d, %d and %d: the first and last should stop together, the middle one go on", a, b, c)
	}
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if g := res.Goals[0]; g.Verdict != compare.Pass || g.DecidedAt != a {
		t.Errorf("the mean is %s at round %d; the rows that only it needed stopped after %d", g.Verdict, g.DecidedAt, a)
	}
}

// A run that is cut anywhere and taken up again ends as if it had not been.
func TestResumeAnywhere(t *testing.T) {
	make := func() *fakeRun {
		f := newFakeRun(3, 13, 2*time.Second)
		f.speed = func(row string) float64 { return map[string]float64{"r0": 4, "r1": 1.02, "r2": 2}[row] }
		f.plan.Goals = []record.Goal{{Claim: "each", Level: "minimum", Over: "*", Each: 1, Tolerance: 0.02, Gate: true, Inconclusive: "fail"}}
		f.fails = "r2 cand 2"
		return f
	}
	whole, _ := make().run(t)
	n := len(whole.Processes)
	if n < 30 || lastRoundOf(whole, "r0") == lastRoundOf(whole, "r1") {
		t.Fatalf("%d processes: too easy", n)
	}
	splits := 0
	for cut := range n + 1 {
		synctest.Test(t, func(t *testing.T) {
			f := make()
			if cut > 0 { // go on at once
				last := whole.Processes[cut-1]
				at, _ := moment(last.Started)
				time.Sleep(time.Until(at.Add(time.Duration(last.Phases.TotalNS))))
			}
			past := &record.Record{Plan: f.plan, Processes: slices.Clone(whole.Processes[:cut]), Notes: []record.Note{{Kind: record.NoteInterrupt}}}
			decide := f.rounds(past, nil).opt.Decide
			rest, err := Unfinished(past, decide)
			if err != nil {
				t.Fatalf("cut at %d: %v", cut, err)
			}
			if rest.Done != (cut == n) {
				t.Fatalf("cut at %d of %d: rest %+v", cut, n, rest)
			}
			r := f.rounds(before(past), planPace(&f.plan))
			r.takeUpAt(past, time.Now())
			if err := r.run(t.Context()); err != nil {
				t.Fatalf("cut at %d: %v", cut, err)
			}
			if d := cmp.Diff(strip(whole.Processes), strip(r.rec.Processes)); d != "" {
				t.Fatalf("cut at %d (-whole +resumed):\n%s", cut, d)
			}
			apart(t, r.rec.Processes, 2*time.Second)
			if got := len(f.save.rec.Processes); got != n-cut {
				t.Fatalf("cut at %d: %d processes were measured, want %d", cut, got, n-cut)
			}
			if cut == n {
				if len(f.save.rec.Notes)+len(f.save.rec.Rounds) != 0 {
					t.Errorf("a finished run was written to: %+v", f.save.rec)
				}
				return
			}
			next := whole.Processes[cut]
			split := cut > 0 && whole.Processes[cut-1].Row == next.Row && whole.Processes[cut-1].Round == next.Round
			note := f.save.rec.Notes[0]
			if note.Kind != record.NoteResume || note.Round != next.Round || (note.Row == next.Row) != split || (rest.Row == next.Row) != split || rest.Round != next.Round {
				t.Errorf("cut at %d, before %s of round %d: note %+v, rest %+v", cut, next.Row, next.Round, note, rest)
			}
			if split {
				splits++
			}
			if got := f.save.rec.Rounds[0].Round; got != next.Round {
				t.Errorf("cut at %d: the first round entry is of round %d, want %d", cut, got, next.Round)
			}
		})
	}
	if splits < n/3 {
		t.Errorf("%d of %d cuts were between two sides", splits, n)
	}
}

// apart checks that rounds of one row began far enough from each other.
func apart(t *testing.T, ps []record.Process, spacing time.Duration) {
	t.Helper()
	last := make(map[string]record.Process)
	for _, p := range ps {
		was, ok := last[p.Row]
		if ok && was.Round == p.Round {
			continue
		}
		from, _ := moment(was.Started)
		to, _ := moment(p.Started)
		if ok && to.Sub(from) < spacing {
			t.Errorf("%s: round %d began %v after the one before, want %v", p.Row, p.Round, to.Sub(from), spacing)
		}
		last[p.Row] = p
	}
}

func strip(ps []record.Process) []record.Process {
	out := slices.Clone(ps)
	for i := range out {
		out[i].Started = ""
	}
	return out
}

// A record that is not what its plan and data call for is not taken up.
func TestUnfinishedRefuses(t *testing.T) {
	f := newFakeRun(2, 5, 0)
	f.decide = all
	whole, _ := f.run(t)
	check := func(what string, change func(ps []record.Process) []record.Process, want string) {
		t.Helper()
		rec := &record.Record{Plan: f.plan, Processes: change(slices.Clone(whole.Processes))}
		_, err := Unfinished(rec, all)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want ...%s...", what, err, want)
		}
	}
	check("two swapped", func(ps []record.Process) []record.Process { ps[0], ps[1] = ps[1], ps[0]; return ps }, "in round 1, where plan and data call for")
	check("another input", func(ps []record.Process) []record.Process { ps[4].Nonce = "5"; return ps }, "process 4 is")
	check("other iterations", func(ps []record.Process) []record.Process { ps[4].K = 2; return ps }, "process 4 is")
	check("one too many", func(ps []record.Process) []record.Process { return append(ps, ps[0]) }, "the run was over before")
	check("no time", func(ps []record.Process) []record.Process { ps[3].Started = "noon"; return ps }, "process 3: started")
}

func TestSpent(t *testing.T) {
	at := func(s int) string {
		return time.Date(2026, 1, 2, 3, 0, s, 0, time.UTC).Format(time.RFC3339Nano)
	}
	p := func(s, took int) record.Process {
		return record.Process{Started: at(s), Phases: record.Phases{TotalNS: int64(took) * int64(time.Second)}}
	}
	rec := &record.Record{Plan: record.Plan{Started: at(0)}}
	check := func(what string, want time.Duration) {
		t.Helper()
		if got := Spent(rec); got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	check("nothing measured", 0)
	rec.Processes = append(rec.Processes, p(10, 2), p(12, 3))
	check("killed", 15*time.Second)
	rec.Notes = append(rec.Notes, record.Note{Kind: record.NoteInterrupt, Time: at(16)})
	check("interrupted", 16*time.Second)
	rec.Notes = append(rec.Notes, record.Note{Kind: record.NoteResume, Time: at(1000)})
	check("taken up, nothing measured yet", 16*time.Second)
	rec.Processes = append(rec.Processes, p(1004, 1), p(1010, 2))
	check("taken up and killed", 28*time.Second)
	rec.Notes = append(rec.Notes, record.Note{Kind: record.NoteResume, Time: at(5000)})
	rec.Processes = append(rec.Processes, p(5001, 4))
	rec.Notes = append(rec.Notes, record.Note{Kind: record.NoteBudget, Time: at(5007)})
	check("twice taken up", 35*time.Second)
}
