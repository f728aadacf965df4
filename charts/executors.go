package charts

import (
	"fmt"
	"io"
)

// ExecutorsData is how long one implementation took over scenarios, each run
// in several ways.
type ExecutorsData struct {
	Implementation string
	Variants       []string // columns
	Knob           string   // what the variants are values of: "executor"
	Lines          []ExecutorsLine
}

// An ExecutorsLine is one scenario. Cells follow the variants.
type ExecutorsLine struct {
	Label     string  // shown, shortened in the middle if need be
	Name      string  // in full, for a pointer; "" means Label
	MinimumNS float64 // no way of running can take less, 0 = not known
	Minimum   string  // "300 ms"
	Cells     []ExecutorsCell
}

// An ExecutorsCell is a time in nanoseconds.
type ExecutorsCell struct {
	NS     float64 // 0: no time, Value may say why
	Lo, Hi float64 // interval; both 0 for none
	Value  string  // "507 ms"
	Detail string  // short, beside the value: the minimum's share of the time, "59%"
	Text   string  // all that a pointer says; "" means what is shown
	Best   bool
	Tied   bool // with the best
	Open   bool // not told apart from the best; without any of these a time is slower
}

// Executors draws a table of times. Under each time a dot says on a
// logarithmic scale, the same for all cells, how many times as long as the
// line's best it is, and where the theoretical minimum lies.
func Executors(w io.Writer, data ExecutorsData, opt Options) error {
	if err := data.check(); err != nil {
		return fmt.Errorf("executors chart: %w", err)
	}
	if err := render(w, &executorsFigure{ExecutorsData: data, opt: opt}, opt); err != nil {
		return fmt.Errorf("executors chart: %w", err)
	}
	return nil
}

// check refuses what cannot be drawn.
func (d ExecutorsData) check() error {
	if err := tableSize(len(d.Lines), len(d.Variants)); err != nil {
		return err
	}
	for _, l := range d.Lines {
		if len(l.Cells) != len(d.Variants) {
			return fmt.Errorf("row %q has %d cells for %d columns", l.Label, len(l.Cells), len(d.Variants))
		}
		if l.MinimumNS != 0 {
			if err := drawable("minimum", l.MinimumNS); err != nil {
				return fmt.Errorf("row %q: %w", l.Label, err)
			}
		}
		for i, c := range l.Cells {
			if err := c.check(); err != nil {
				return fmt.Errorf("row %q, column %q: %w", l.Label, d.Variants[i], err)
			}
		}
	}
	return nil
}

func (c ExecutorsCell) check() error {
	if c.NS == 0 {
		if c.interval() || c.Best || c.Tied || c.Open {
			return fmt.Errorf("a standing or an interval (%g to %g), but no time", c.Lo, c.Hi)
		}
		return nil
	}
	if err := drawable("time", c.NS); err != nil {
		return err
	}
	if !c.interval() {
		return nil
	}
	if err := drawable("lower bound", c.Lo); err != nil {
		return err
	}
	if err := drawable("upper bound", c.Hi); err != nil {
		return err
	}
	if c.Lo > c.NS || c.NS > c.Hi {
		return fmt.Errorf("time %g is not within %g and %g", c.NS, c.Lo, c.Hi)
	}
	return nil
}

func (c ExecutorsCell) interval() bool { return c.Lo != 0 || c.Hi != 0 }
