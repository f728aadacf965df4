package compare

import (
	"math"
	"slices"

	"xbench/harness/record"
)

// A Startup is how much of a command's time is its start-up, and what the
// ratio is without it. It describes: the verdict is about whole processes.
//
// The start-up was measured in the same rounds, as a row of its own. What is
// left of each side in a round is the difference of its two launches, and the
// speedup is paired as ever: the mean over rounds of the difference of the two
// logarithms.
type Startup struct {
	Row       string // that it is a part of
	Candidate string
	Rounds    int // in which both rows were measured

	RefNS, CandNS       float64 // start-up; the reference's 0 where only one implementation ran
	RefShare, CandShare float64 // of the time of the row

	// Without is the speedup of what is left, with a plain 95 % t interval; zero
	// where TooSmall names the side of which next to nothing is left, or after
	// fewer than three rounds.
	Without  Interval
	TooSmall string

	// Slower names the sides that took clearly longer in the row that is to
	// measure their start-up: what was launched there does not start them, and
	// nothing else here means anything.
	Slower []string
}

// clearlySlower is how many times as long as the whole a start-up may take, as
// a mean over rounds, before it is taken to be that of something else. A start
// that is all of a program's time goes a little over on a noisy machine.
const clearlySlower = 1.25

// leastLeft is how many times its own standard deviation over rounds a side's
// time without start-up must be for its logarithm to mean anything. At three,
// the logarithm is off by a twentieth (half the square of a third), a sixth of
// the interval's half width after ten rounds; below, a round in which nothing
// is left is a matter of time.
const leastLeft = 3

// startups are those of every row of commands, where the plan has a row that
// measures start-up.
func (a *analysis) startups() []Startup {
	at := slices.IndexFunc(a.plan.Rows, func(r record.Row) bool { return r.Startup })
	if at < 0 || a.unpaired() {
		return nil
	}
	starts := make(map[string]*pair)
	for _, p := range a.ofRow[&a.plan.Rows[at]] {
		if !p.invalid() && p.than == "" {
			starts[p.candidate] = p
		}
	}
	var out []Startup
	for _, p := range a.pairs {
		if start := starts[p.candidate]; start != nil && !p.row.Startup && !p.invalid() {
			if s, ok := startupOf(a.sched, p, start); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

func startupOf(sched *schedule, p, start *pair) (Startup, bool) {
	s := Startup{Row: p.row.Name, Candidate: p.candidate}
	ref, cand := remainder{}, remainder{}
	for _, r := range p.rounds {
		if !slices.Contains(start.rounds, r) {
			continue
		}
		s.Rounds++
		cand.add(p.cand, start.cand, r)
		if p.ref != nil {
			ref.add(p.ref, start.ref, r)
		}
	}
	if s.Rounds == 0 {
		return s, false
	}
	s.CandNS, s.CandShare = math.Exp(mean(cand.start)), math.Exp(mean(cand.share))
	if p.ref != nil && ref.slower() {
		s.Slower = append(s.Slower, p.ref.impl)
	}
	if cand.slower() {
		s.Slower = append(s.Slower, p.cand.impl)
	}
	if p.ref == nil {
		return s, true
	}
	s.RefNS, s.RefShare = math.Exp(mean(ref.start)), math.Exp(mean(ref.share))
	switch {
	case len(s.Slower) > 0:
	case ref.small():
		s.TooSmall = p.ref.impl
	case cand.small():
		s.TooSmall = p.cand.impl
	case s.Rounds >= minLook:
		var d []float64
		for i := range ref.left {
			d = append(d, math.Log(ref.left[i])-math.Log(cand.left[i]))
		}
		lo, hi := sched.tInterval(d)
		s.Without = Interval{math.Exp(mean(d)), math.Exp(lo), math.Exp(hi)}
	}
	return s, true
}

// A remainder is what is left of one side without its start-up, by round.
type remainder struct {
	start, share []float64 // logarithms
	left         []float64 // ns
}

func (m *remainder) add(whole, start *cell, round int) {
	w, s := whole.launches[round].logNS, start.launches[round].logNS
	m.start = append(m.start, s)
	m.share = append(m.share, s-w)
	m.left = append(m.left, math.Exp(w)-math.Exp(s))
}

// slower reports whether the start-up took longer than the whole in every round,
// and clearly so.
func (m *remainder) slower() bool {
	return slices.Min(m.share) > 0 && mean(m.share) > math.Log(clearlySlower)
}

// small reports whether what is left is not told from nothing.
func (m *remainder) small() bool {
	return slices.Min(m.left) <= 0 || len(m.left) > 1 && mean(m.left) < leastLeft*sd(m.left)
}
