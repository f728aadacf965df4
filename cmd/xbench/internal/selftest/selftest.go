// Package selftest proves the gate on the machine it runs on.
//
// It plants programs whose truth is known, because they are made here: equal
// ones, ones that do exactly ten percent more or less work, ones that cheat,
// and ones that cheat in a way that nothing outside a program can see. Each is
// taken the whole way that xbench run goes, as a real process, and its verdict
// is compared with the truth. Whatever should not have passed and did, or
// should have and did not, is a failure of the gate on this machine. Before
// them the judge alone is given thousands of records that are made up: errors
// that it may make in one run of forty cannot be counted in a handful of runs.
//
// What is planted is data (see [Cases]); measuring, judging and showing are one
// file each. Nothing here judges numbers by itself: that is what is tested.
package selftest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"xbench/harness"
	"xbench/harness/record"
)

// Options say how the selftest is run.
type Options struct {
	// Self starts a planted program when its name is added: the path of this
	// program, and [Command].
	Self   []string
	Tool   string // version, for the records
	Seed   uint64
	Budget time.Duration // for everything; without Rounds it must be set
	Rounds int           // of the cases that need many; > 0 switches the budget off
	Only   Group         // "" = all
	Dir    string        // keep the records here; "" = throw them away
	Host   record.Host
	// Observe is told what happens, between processes. Nil means nobody
	// listens.
	Observe func(Step)
}

// A Step is how far a selftest is.
type Step struct {
	Case  *Case
	Place int // of the case, from 1
	Of    int
	harness.Event
}

// A TooShortError says that a budget does not hold the whole selftest.
type TooShortError struct{ Budget, Need time.Duration }

func (e *TooShortError) Error() string {
	return fmt.Sprintf("--budget %s is too short: the fewest rounds that show anything need about %s; give --budget %s or more, set --rounds, or choose with --only",
		e.Budget, e.Need.Round(time.Second), (e.Need + 10*time.Second - 1).Truncate(10*time.Second))
}

// Run plants every case and judges what became of it. An error means that the
// selftest could not be carried out, not that something was found.
func Run(ctx context.Context, opt Options) (*Report, error) {
	return run(ctx, opt, only(Cases(), opt.Only))
}

func run(ctx context.Context, opt Options, cases []Case) (*Report, error) {
	t := &test{opt: opt, dir: opt.Dir, cases: cases, began: time.Now()}
	if need := t.least(); opt.Rounds == 0 && opt.Budget < need {
		return nil, &TooShortError{opt.Budget, need}
	}
	if t.dir == "" {
		dir, err := os.MkdirTemp("", "xbench-selftest-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		t.dir = dir
	}
	report := &Report{Seed: opt.Seed, Tool: opt.Tool, Host: opt.Host, Records: opt.Dir}
	for i := range t.cases {
		t.at = i
		began := time.Now()
		o, err := t.try(ctx, &t.cases[i])
		if err != nil {
			return nil, t.explain(err)
		}
		o.TookNS = int64(time.Since(began))
		report.Outcomes = append(report.Outcomes, o)
	}
	report.TookNS = int64(time.Since(t.began))
	report.sumUp()
	return report, nil
}

// test is a selftest that is under way.
type test struct {
	opt   Options
	dir   string
	cases []Case
	at    int // the case being measured
	began time.Time
}

// try carries out one case and judges it.
func (t *test) try(ctx context.Context, c *Case) (Outcome, error) {
	if c.Group == Judge {
		t.observe(c, harness.Event{})
		s, err := simulate(product, t.opt.Seed)
		return s.outcome(c), err
	}
	res, err := t.measure(ctx, c, t.share())
	if err != nil {
		return Outcome{}, err
	}
	return judge(c, res), nil
}

func (t *test) observe(c *Case, e harness.Event) {
	if t.opt.Observe != nil {
		t.opt.Observe(Step{Case: c, Place: t.at + 1, Of: len(t.cases), Event: e})
	}
}

// share is the part of the budget's rest for the case being measured: in
// proportion to how many processes a round of it has. Cases with few fixed
// rounds take what they need; 0 = no limit.
func (t *test) share() time.Duration {
	if t.opt.Rounds > 0 || t.cases[t.at].timing.rounds > 0 {
		return 0
	}
	all := 0
	for _, c := range t.cases[t.at:] {
		all += len(c.rows)
	}
	left := t.opt.Budget - time.Since(t.began)
	return max(left*time.Duration(len(t.cases[t.at].rows))/time.Duration(all), time.Nanosecond)
}

// fewestRounds are planned at least where the budget decides.
const fewestRounds = 5

// least is what the cases that follow the budget take on any host: warm-up and
// samples of the fewest rounds, and of three calibrations.
func (t *test) least() time.Duration {
	var need time.Duration
	for _, c := range t.cases {
		if tm := c.timing; tm.rounds == 0 {
			process := tm.Warmup + time.Duration(tm.Samples)*tm.Sample
			need += 2 * time.Duration(len(c.rows)) * (fewestRounds*process + 3*tm.Warmup)
		}
	}
	return need
}

// explain turns a case's budget that is too short into what all cases need.
func (t *test) explain(err error) error {
	var short *harness.BudgetError
	if !errors.As(err, &short) {
		return fmt.Errorf("%s: %w", t.cases[t.at].Name, err)
	}
	need, each := time.Since(t.began), short.Need/time.Duration(len(t.cases[t.at].rows))
	for _, c := range t.cases[t.at:] {
		need += each * time.Duration(len(c.rows))
	}
	return &TooShortError{Budget: t.opt.Budget, Need: need}
}
