package main

import (
	"strings"
	"testing"
	"time"

	"xbench/harness"
	"xbench/harness/record"
)

// What is left of a budget has to hold the next round.
func TestEnough(t *testing.T) {
	rec := &record.Record{Plan: record.Plan{BudgetNS: int64(5 * time.Minute), RMax: 11}}
	rest := harness.Rest{Rounds: 6, Round: 7, Next: 40 * time.Second}
	check := func(left time.Duration, want string) {
		t.Helper()
		err := enough(rec, rest, left)
		switch {
		case want == "" && err != nil:
			t.Errorf("%v left: %v", left, err)
		case want != "" && (err == nil || !strings.HasPrefix(err.Error(), want+" after 6 of at most 11 rounds, and the next needs about 40s; give the rest a --budget of its own")):
			t.Errorf("%v left: %v; want %s ...", left, err, want)
		}
	}
	check(time.Minute, "")
	check(40*time.Second, "")
	check(39*time.Second, "39s of its budget of 5m are left")
	check(-time.Second, "its budget of 5m is spent")
}

func TestHowToGoOn(t *testing.T) {
	check := func(budget time.Duration, want string, kinds ...string) {
		t.Helper()
		rec := &record.Record{Plan: record.Plan{BudgetNS: int64(budget)}}
		for _, k := range kinds {
			rec.Notes = append(rec.Notes, record.Note{Kind: k})
		}
		if got := howToGoOn(rec, "out/x"); got != want {
			t.Errorf("%v %q: got %q, want %q", budget, kinds, got, want)
		}
	}
	const line = "go on with: xbench run --resume out/x"
	check(time.Minute, "")
	check(time.Minute, "", "host")
	check(time.Minute, line, "interrupt")
	check(5*time.Minute, line+" --budget 5m", "budget")
	check(90*time.Second, line+" --budget 90s", "host", "budget", "mismatch")
	check(2*time.Hour, line+" --budget 2h", "budget")
	check(0, line, "budget")
	check(time.Minute, "", "interrupt", "resume")
	check(time.Minute, line, "budget", "resume", "interrupt")
}
