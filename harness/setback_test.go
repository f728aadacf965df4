package harness

import (
	"testing"
	"testing/synctest"
	"time"

	"xbench/harness/record"
)

// A clock that was set back by a day since the run ended keeps nobody waiting,
// and neither spends nor returns the budget.
func TestClockSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const spacing = 5 * time.Second
		f := newFakeRun(2, 4, spacing)
		f.decide = all
		whole := f.rounds(&record.Record{Plan: f.plan}, newPace(f.cals))
		whole.rec.Plan.Started = time.Now().Format(time.RFC3339Nano)
		if err := whole.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		const cut = 5 // in the second round
		past := &record.Record{Plan: whole.rec.Plan}
		ahead := func(s string) string {
			at, ok := moment(s)
			if !ok {
				t.Fatal(s)
			}
			return at.Add(24 * time.Hour).Format(time.RFC3339Nano)
		}
		past.Plan.Started = ahead(past.Plan.Started)
		for _, p := range whole.rec.Processes[:cut] {
			p.Started = ahead(p.Started)
			past.Processes = append(past.Processes, p)
		}
		// A round of two rows took two seconds, the next began after five.
		if spent := Spent(past); spent.Round(time.Millisecond) != 5500*time.Millisecond {
			t.Errorf("spent %v, want 5.5s", spent)
		}
		rest, err := Unfinished(past, all)
		if err != nil || rest.Next > 2*spacing {
			t.Errorf("the rest of the round takes %v, %v", rest.Next, err)
		}
		began := time.Now()
		r := f.rounds(before(past), newPace(f.cals))
		r.takeUpAt(past, began)
		if err := r.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("the rest of four rounds took %v", took)
		}
		if got := lastRoundOf(r.rec, "r1"); got != 4 {
			t.Errorf("%d rounds", got)
		}
		// What was measured since counts by today's clock, what was before by tomorrow's.
		rest2 := time.Since(began)
		if spent := Spent(r.rec); (spent - rest2 - 5500*time.Millisecond).Abs() > time.Millisecond {
			t.Errorf("spent %v, of it %v since", spent, rest2)
		}
	})
}

// A row whose sides were measured apart says nothing of how long it takes: the
// gap may be hours.
func TestTook(t *testing.T) {
	check := func(what string, past time.Duration, recalled, launched int, want time.Duration) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			v := visit{began: time.Now(), past: past, recalled: recalled, launched: launched}
			time.Sleep(3 * time.Second)
			if got := v.took(); got != want {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
		})
	}
	check("all past", time.Second, 2, 0, time.Second)
	check("all new", 0, 0, 2, 3*time.Second)
	check("cut in two", time.Second, 1, 1, 0)
	check("neither", 0, 0, 0, 0)
}
