package charts

import (
	"fmt"
	"io"
	"math"
)

// SpeedupData is how many times faster candidates ran than a reference, by
// benchmark.
type SpeedupData struct {
	Reference  string
	Candidates []string // named beside the bars when there are several
	Groups     []SpeedupGroup
}

// A SpeedupGroup is a block of rows under a heading.
type SpeedupGroup struct {
	Name    string
	Summary bool // means rather than benchmarks: set apart by a band
	Rows    []SpeedupRow
}

// A SpeedupRow is one benchmark with a bar per candidate.
type SpeedupRow struct {
	Label string // shown, shortened in the middle if need be
	Name  string // in full, for a pointer; "" means Label
	Bars  []SpeedupBar
}

// A SpeedupBar is one candidate's speedup. Numbers are ratios, above 1 is
// faster; the texts are printed as they are.
type SpeedupBar struct {
	Candidate string
	Outcome   Outcome
	Ratio     float64   // 0 when Outcome is OutcomeInvalid: no bar
	Lo, Hi    float64   // whisker; both 0 for none, Lo 0 or Hi +Inf where it has no end
	Goals     []float64 // ticks across the bar
	Value     string    // "6.31x"
	Detail    string    // "(6.02 - 6.60)"
	Note      string    // a word about the outcome, "slower"
}

// An Outcome gives a bar its colour and its entry in the legend.
type Outcome int

// The outcomes. The zero value is invalid, so that a forgotten one is seen.
const (
	OutcomeInvalid Outcome = iota // nothing to draw, the note says why
	OutcomeFast                   // the whole interval is 2x or more
	OutcomeModest                 // faster, 2x is not proved
	OutcomeMissed                 // faster, but a goal is disproved
	OutcomeUnclear                // unclear, or about equal
	OutcomeSlower                 // slower than the reference
)

var outcomes = []struct {
	Outcome
	role
	word string
}{
	{OutcomeFast, fast, "2x or more"},
	{OutcomeModest, modest, "faster, 2x not proved"},
	{OutcomeMissed, missed, "faster, goal missed"},
	{OutcomeUnclear, unclear, "unclear or about equal"},
	{OutcomeSlower, slower, "slower"},
}

func (o Outcome) role() role {
	for _, x := range outcomes {
		if x.Outcome == o {
			return x.role
		}
	}
	return unclear
}

// maxBars bounds a picture: beyond it nobody reads bars, and a PNG would take
// hundreds of megabytes.
const maxBars = 1000

// Speedup draws horizontal bars from 1x on a logarithmic axis: to the right is
// faster, to the left slower.
func Speedup(w io.Writer, data SpeedupData, opt Options) error {
	if err := data.check(); err != nil {
		return fmt.Errorf("speedup chart: %w", err)
	}
	if err := render(w, &speedupFigure{SpeedupData: data, opt: opt}, opt); err != nil {
		return fmt.Errorf("speedup chart: %w", err)
	}
	return nil
}

// check refuses what cannot be drawn.
func (d SpeedupData) check() error {
	bars := 0
	for _, g := range d.Groups {
		for _, r := range g.Rows {
			if len(r.Bars) == 0 {
				return fmt.Errorf("row %q has no bar", r.Label)
			}
			for _, b := range r.Bars {
				bars++
				if err := b.check(); err != nil {
					return fmt.Errorf("row %q, candidate %q: %w", r.Label, b.Candidate, err)
				}
			}
		}
	}
	switch {
	case bars == 0:
		return fmt.Errorf("no rows")
	case bars > maxBars:
		return fmt.Errorf("%d bars, at most %d", bars, maxBars)
	}
	return nil
}

func (b SpeedupBar) check() error {
	positive := func(what string, v float64) error {
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("%s is %g, not a positive finite ratio", what, v)
		}
		return nil
	}
	for _, g := range b.Goals {
		if err := positive("goal", g); err != nil {
			return err
		}
	}
	if b.Outcome != OutcomeInvalid || b.Ratio != 0 {
		if err := positive("ratio", b.Ratio); err != nil {
			return err
		}
	}
	if !b.whisker() {
		return nil
	}
	if b.Lo != 0 {
		if err := positive("lower bound", b.Lo); err != nil {
			return err
		}
	}
	if !math.IsInf(b.Hi, 1) {
		if err := positive("upper bound", b.Hi); err != nil {
			return err
		}
	}
	if b.Lo > b.Hi {
		return fmt.Errorf("lower bound %g is above the upper one, %g", b.Lo, b.Hi)
	}
	return nil
}

func (b SpeedupBar) whisker() bool { return b.Lo != 0 || b.Hi != 0 }

// interval is whether a whisker is drawn.
func (b SpeedupBar) interval() bool { return b.Outcome != OutcomeInvalid && b.whisker() }
