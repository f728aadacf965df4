package compare

import (
	"math"

	"golang.org/x/perf/benchmath"
)

// A method turns a machine and the truth into the verdict on one goal.
type method struct {
	name  string
	judge func(l *lab, m machine, ratio, goal float64) Verdict
}

// The usual methods get what they ask for: one process per side, one right
// after the other, so that the machine hardly changes in between. Samples are
// as long as ours.
var (
	naive     = method{"script: ratio of mean times, 20 samples of one process per side", judgeNaive}
	benchstat = method{"benchstat: 10 samples of one process per side, p < .05 and ratio of medians", judgeBenchstat}
)

// judgeNaive compares the ratio of the mean times with the goal.
func judgeNaive(l *lab, m machine, ratio, goal float64) Verdict {
	ref, cand := l.blocks(m, 20, ratio)
	if mean(ref)/mean(cand) >= goal {
		return Pass
	}
	return Fail
}

// judgeBenchstat does what benchstat does: Mann-Whitney's U test says whether
// the sides differ, the medians how much. Without a difference it prints "~".
func judgeBenchstat(l *lab, m machine, ratio, goal float64) Verdict {
	ref, cand := l.blocks(m, 10, ratio)
	thresholds := benchmath.DefaultThresholds
	a, b := benchmath.NewSample(ref, &thresholds), benchmath.NewSample(cand, &thresholds)
	if c := benchmath.AssumeNothing.Compare(a, b); c.P >= c.Alpha {
		return Inconclusive
	}
	if median(ref)/median(cand) >= goal {
		return Pass
	}
	return Fail
}

// blocks measures one process per side, the reference first.
func (l *lab) blocks(m machine, n int, ratio float64) (ref, cand []float64) {
	w := m.weather(l.rng)
	side := func(base float64) []float64 {
		ns := make([]float64, n)
		w.process(ns, base, 1)
		return ns
	}
	ref = side(math.Log(5e6))
	return ref, side(math.Log(5e6 / ratio))
}
