package compare

import (
	"math"
	"slices"
	"testing"

	"xbench/harness/record"
)

// started is a run of two commands and of what starts them, whose times in
// round i (from 0) are given in milliseconds.
func started(whole, start map[string][]float64) *record.Record {
	run := newRun(2, 5, "old", "new")
	run.samples = 1
	for i := range run.plan.Rows {
		run.plan.Rows[i].Samples = 1
	}
	run.plan.Rows[1].Name, run.plan.Rows[1].ID = "noop", "noop"
	run.plan.Rows[1].Startup, run.plan.Rows[1].ShownOnly = true, true
	for i := range run.plan.Implementations {
		run.plan.Implementations[i].Kind = record.KindCommand
	}
	rec := run.record()
	for i := range rec.Processes {
		p := &rec.Processes[i]
		times := whole[p.Impl]
		if p.Row == "noop" {
			times, p.Digest, p.Counters = start[p.Impl], "", nil
		}
		p.SamplesNS = []float64{times[p.Round-1] * 1e6}
	}
	return rec
}

func TestStartupByHand(t *testing.T) {
	rec := started(
		map[string][]float64{"old": {30, 31, 29, 30, 32}, "new": {11, 12, 10, 11, 13}},
		map[string][]float64{"old": {10, 10, 10, 10, 10}, "new": {1, 1, 1, 1, 1}})
	res := analyzed(t, rec, Options{})
	if len(res.Startups) != 1 {
		t.Fatalf("got %+v", res.Startups)
	}
	s := res.Startups[0]
	d := []float64{math.Log(20. / 10), math.Log(21. / 11), math.Log(19. / 9), math.Log(20. / 10), math.Log(22. / 12)}
	half := 2.7764451051977987 * sd(d) / math.Sqrt(5)
	want := Interval{math.Exp(mean(d)), math.Exp(mean(d) - half), math.Exp(mean(d) + half)}
	if !near(s.Without.Ratio, want.Ratio) || !near(s.Without.Lo, want.Lo) || !near(s.Without.Hi, want.Hi) {
		t.Errorf("got %v, want %v", s.Without, want)
	}
	if s.Rounds != 5 || !near(s.RefNS, 10e6) || !near(s.CandNS, 1e6) || !near(s.RefShare, 10e6/math.Exp((math.Log(30e6)*2+math.Log(31e6)+math.Log(29e6)+math.Log(32e6))/5)) {
		t.Errorf("got %+v", s)
	}
	// The row itself is judged as a whole, and its start-up proves nothing.
	if r := res.Rows[0]; r.Speedup.Ratio < 2.5 || r.Speedup.Ratio > 2.8 {
		t.Errorf("the speedup of the whole is %v", r.Speedup)
	}
	for _, d := range res.Fairness {
		if d.Kind == "evidence" {
			t.Errorf("start-up has no result to compare, but: %+v", d)
		}
	}
	if res.Evidence.Pairs != 5 {
		t.Errorf("%d pairs were compared, want those of the row", res.Evidence.Pairs)
	}
	if early := analyzed(t, upTo(rec, 2), Options{}).Startups[0]; early.Without.Ratio != 0 || early.TooSmall != "" || early.Rounds != 2 {
		t.Errorf("two rounds make no interval: %+v", early)
	}
}

// What is left after the start-up has no logarithm when it may be nothing.
func TestStartupThatIsAllThereIs(t *testing.T) {
	check := func(whole, start []float64, want string) {
		t.Helper()
		rec := started(map[string][]float64{"old": {30, 30, 30, 30, 30}, "new": whole}, map[string][]float64{"old": {10, 10, 10, 10, 10}, "new": start})
		s := analyzed(t, rec, Options{}).Startups[0]
		if s.TooSmall != want || (s.Without.Ratio > 0) != (want == "") {
			t.Errorf("%v less %v: got %+v, want too small %q", whole, start, s, want)
		}
	}
	check([]float64{5, 5, 5, 5, 5}, []float64{4, 4, 4, 4, 5.1}, "new") // less than nothing once
	check([]float64{5, 5, 5, 5, 5}, []float64{5, 5, 5, 5, 5}, "new")   // exactly nothing
	check([]float64{5, 6, 5, 6, 5}, []float64{4.9, 4, 4.9, 4, 4.9}, "new")
	check([]float64{5, 5.1, 5, 5.1, 5}, []float64{4, 4, 4, 4, 4}, "")
}

// Known start-up and known work, with noise on both: in 95 of 100 runs the
// interval holds the ratio of the work.
func TestStartupIntervalHoldsTheTruth(t *testing.T) {
	const runs, truth = 2000, 3.0
	run := newRun(1, 5, "old").seed(11)
	noisy := func(base float64) float64 { return base * math.Exp(0.02*run.rng.NormFloat64()) }
	hit := 0
	for range runs {
		whole, start := make(map[string][]float64), make(map[string][]float64)
		for range 5 {
			start["old"], whole["old"] = append(start["old"], noisy(30)), append(whole["old"], noisy(30+60))
			start["new"], whole["new"] = append(start["new"], noisy(5)), append(whole["new"], noisy(5+60/truth))
		}
		s := analyzed(t, started(whole, start), Options{}).Startups[0]
		if s.Without.Lo <= truth && truth <= s.Without.Hi {
			hit++
		}
	}
	if hit < runs*93/100 || hit > runs*97/100 {
		t.Errorf("%d of %d intervals hold the truth, want about 95 %%", hit, runs)
	}
}

// A start-up clearly slower than the whole is that of another program.
func TestStartupOfAnotherProgram(t *testing.T) {
	check := func(start []float64, want ...string) {
		t.Helper()
		rec := started(map[string][]float64{"old": {30, 30, 30, 30, 30}, "new": {5, 5, 5, 5, 5}}, map[string][]float64{"old": {10, 10, 10, 10, 10}, "new": start})
		s := analyzed(t, rec, Options{}).Startups[0]
		if !slices.Equal(s.Slower, want) || len(want) > 0 && (s.TooSmall != "" || s.Without.Ratio != 0) {
			t.Errorf("%v: got %+v, want slower %q", start, s, want)
		}
	}
	check([]float64{14, 15, 14, 13, 14}, "new")
	check([]float64{6, 6, 6, 6, 6})       // a noisy machine
	check([]float64{14, 15, 14, 13, 4.9}) // not in every round
}
