package charts

import (
	"fmt"
	"io"
	"math"
)

// ScalingData is how times grow with a size, a line per implementation or way
// of running.
type ScalingData struct {
	Benchmark string
	Knob      string // what the size is called
	Time      string // what the time is of; "" is "time of one iteration"
	Lines     []ScalingLine
	Marks     []ScalingMark
}

// A ScalingLine is one line of the chart.
type ScalingLine struct {
	Name   string // at the line's end
	Note   string // beside the name: the exponent, if there is one
	Points []ScalingPoint
}

// A ScalingPoint is a time in nanoseconds at a size, both positive.
type ScalingPoint struct {
	Size   float64
	NS     float64
	Lo, Hi float64 // interval; both 0 for none
	Text   string  // "2.412 us (2.40 - 2.43)", for a pointer
}

// A ScalingMark is a size that deserves a line of its own, such as that at
// which two lines cross.
type ScalingMark struct {
	Size   float64
	Lo, Hi float64 // interval; Lo 0 or Hi +Inf where it has no end, both 0 for none
	Text   string
}

// Bounds of a picture: beyond them nobody reads lines.
const (
	maxLines  = 200
	maxPoints = 10000 // of a line
)

// Scaling draws times against sizes, both axes logarithmic: a power law is a
// straight line and its exponent the slope.
func Scaling(w io.Writer, data ScalingData, opt Options) error {
	if err := data.check(); err != nil {
		return fmt.Errorf("scaling chart: %w", err)
	}
	if err := render(w, &scalingFigure{ScalingData: data, opt: opt}, opt); err != nil {
		return fmt.Errorf("scaling chart: %w", err)
	}
	return nil
}

// check refuses what cannot be drawn.
func (d ScalingData) check() error {
	switch {
	case len(d.Lines) == 0:
		return fmt.Errorf("no lines")
	case len(d.Lines) > maxLines:
		return fmt.Errorf("%d lines, at most %d", len(d.Lines), maxLines)
	}
	for _, l := range d.Lines {
		if n := len(l.Points); n < 2 || n > maxPoints {
			return fmt.Errorf("line %q has %d points, not 2 to %d", l.Name, n, maxPoints)
		}
		last := 0.0
		for _, p := range l.Points {
			if err := p.check(); err != nil {
				return fmt.Errorf("line %q: %w", l.Name, err)
			}
			if p.Size <= last {
				return fmt.Errorf("line %q: size %g does not come after %g", l.Name, p.Size, last)
			}
			last = p.Size
		}
	}
	for _, m := range d.Marks {
		if err := m.check(); err != nil {
			return fmt.Errorf("mark %q: %w", m.Text, err)
		}
	}
	return nil
}

func (p ScalingPoint) check() error {
	for _, v := range []struct {
		what string
		x    float64
	}{{"size", p.Size}, {"time", p.NS}} {
		if err := drawable(v.what, v.x); err != nil {
			return err
		}
	}
	if !p.interval() {
		return nil
	}
	if err := drawable("lower bound", p.Lo); err != nil {
		return err
	}
	if err := drawable("upper bound", p.Hi); err != nil {
		return err
	}
	if p.Lo > p.NS || p.NS > p.Hi {
		return fmt.Errorf("time %g is not within %g and %g", p.NS, p.Lo, p.Hi)
	}
	return nil
}

func (p ScalingPoint) interval() bool { return p.Lo != 0 || p.Hi != 0 }

func (m ScalingMark) check() error {
	if err := drawable("size", m.Size); err != nil {
		return err
	}
	if math.IsNaN(m.Lo) || math.IsNaN(m.Hi) || m.Lo < 0 || m.Hi != 0 && (m.Lo > m.Size || m.Hi < m.Size) {
		return fmt.Errorf("size %g is not within %g and %g", m.Size, m.Lo, m.Hi)
	}
	return nil
}

// drawable refuses what has no place on a logarithmic axis, and what is so far
// out that arithmetic on the way there is not finite.
func drawable(what string, v float64) error {
	if !(v >= 1e-30 && v <= 1e30) {
		return fmt.Errorf("%s is %g, not a positive finite number", what, v)
	}
	return nil
}
