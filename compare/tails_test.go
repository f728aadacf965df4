package compare

import (
	"math"
	"testing"
)

// Rare long pauses leave the speedup alone and show in mean and p99.
func TestTailsShowPauses(t *testing.T) {
	run := newRun(1, 8, "python", "go").by(2)
	run.samples = 25
	run.plan.Rows[0].Samples = 25
	rec := run.record()
	for i := range rec.Processes {
		p := &rec.Processes[i]
		p.K = 2 // samples of two iterations
		if p.Impl == "go" && p.Round <= 6 {
			p.SamplesNS[7] *= 41 // one of 25
		}
	}
	r := analyzed(t, rec, Options{}).Rows[0]
	if !close(r.Speedup.Ratio, 2, 1e-6) {
		t.Errorf("speedup %+v, want 2: the median does not see them", r.Speedup)
	}
	if want := (Tail{200, 0.5e9, 0.5e9}); r.RefTail != want {
		t.Errorf("python %+v, want %+v", r.RefTail, want)
	}
	// Six of 200 samples: beyond the 198th of them.
	if x := r.CandTail; x.Samples != 200 || !close(x.MeanNS, 0.25e9*(1+40.0*6/200), 1e-6) || !close(x.P99NS, 0.25e9*41, 1e-6) {
		t.Errorf("go %+v", x)
	}
	if got, want := r.MeanRatio(), 2/(1+40.0*6/200); !close(got, want, 1e-6) {
		t.Errorf("ratio of means %v, want %v", got, want)
	}
	// Two of 200 do not reach the 99th percentile.
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Impl == "go" && p.Round > 2 && p.Round <= 6 {
			p.SamplesNS[7] /= 41
		}
	}
	if x := analyzed(t, rec, Options{}).Rows[0].CandTail; !close(x.P99NS, 0.25e9, 1e-6) {
		t.Errorf("go %+v, want a p99 of 0.25 s", x)
	}
}

// Only complete rounds count, as for everything else of a row; a row that is
// not valid has no tail.
func TestTailsOfCompleteRounds(t *testing.T) {
	rec := newRun(1, 5, "python", "go").by(2).record()
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Impl == "python" && p.Round == 5 {
			rec.Processes = append(rec.Processes[:i], rec.Processes[i+1:]...)
			break
		}
	}
	r := analyzed(t, rec, Options{}).Rows[0]
	if r.RefTail.Samples != 20 || r.CandTail.Samples != 20 || r.MeanRatio() != 2 {
		t.Errorf("%+v, %+v", r.RefTail, r.CandTail)
	}
	rec.Processes[0].Digest = "other"
	if r := analyzed(t, rec, Options{}).Rows[0]; r.RefTail != (Tail{}) || r.MeanRatio() != 0 {
		t.Errorf("an invalid row has %+v", r.RefTail)
	}
	single := newRun(1, 5, "go")
	single.plan.Reference = ""
	if r := analyzed(t, single.record(), Options{}).Rows[0]; r.CandTail.Samples != 25 || r.MeanRatio() != 0 {
		t.Errorf("alone: %+v", r.CandTail)
	}
}

func TestSpread(t *testing.T) {
	check := func(in []float64, linear, log float64) {
		t.Helper()
		gotLinear, gotLog := Spread(in)
		if math.Abs(gotLinear-linear) > 1e-9 || math.Abs(gotLog-log) > 1e-9 {
			t.Errorf("%v: got %v and %v, want %v and %v", in, gotLinear, gotLog, linear, log)
		}
	}
	check(nil, 0, 0)
	check([]float64{3}, 0, 0)
	check([]float64{3, 3, 3}, 0, 0)
	check([]float64{2, 4, 8}, math.Sqrt(28.0/3)/(14.0/3), 1) // a factor of 2 is one standard deviation of the logs
	check([]float64{1, 3}, math.Sqrt2/2, math.Exp(math.Log(3)/math.Sqrt2)-1)
}
