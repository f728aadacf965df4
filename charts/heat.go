package charts

import (
	"fmt"
	"io"
	"math"
)

// HeatData is how many times faster than a reference benchmarks ran, each in
// several ways: by executor, by implementation.
type HeatData struct {
	Reference string
	Columns   []string
	Rows      []HeatRow
	Bold      string // what bold means, for the legend, "goal met"; "" = nothing is bold
}

// A HeatRow is one benchmark. Cells follow the columns.
type HeatRow struct {
	Label string // shown, shortened in the middle if need be
	Name  string // in full, for a pointer; "" means Label
	Cells []HeatCell
}

// A HeatCell is one benchmark run in one way.
type HeatCell struct {
	State HeatState // zero value: HeatNotRun
	Ratio float64   // above 1 is faster; 0 is allowed for other states than HeatRatio
	Sure  float64   // what is sure of it: its bin gives the colour of HeatRatio; 0 means Ratio
	Value string    // "6.31x"
	Bold  bool
	Text  string // all that a pointer says: the row, the interval; "" means what is shown
}

// A HeatState is what is known of a cell. Every state is told by a word or a
// number in the cell, and not by its colour alone.
type HeatState int

// The states. The zero value is a cell that was not run, so that a forgotten
// one claims nothing.
const (
	HeatNotRun  HeatState = iota
	HeatInvalid           // run, but not comparable
	HeatUnclear           // too little is known to tell the sides apart
	HeatEqual             // shown to be about equal
	HeatRatio             // faster or slower
	heatStates
)

// maxCells bounds a picture: beyond it nobody reads cells, and a PNG would
// take hundreds of megabytes.
const maxCells = 5000

// Heat draws a table of ratios coloured by their size: the same factor up and
// down is as strong a colour, faster is blue and slower vermilion.
func Heat(w io.Writer, data HeatData, opt Options) error {
	if err := data.check(); err != nil {
		return fmt.Errorf("heat chart: %w", err)
	}
	if err := render(w, &heatFigure{HeatData: data, opt: opt}, opt); err != nil {
		return fmt.Errorf("heat chart: %w", err)
	}
	return nil
}

// check refuses what cannot be drawn.
func (d HeatData) check() error {
	if err := tableSize(len(d.Rows), len(d.Columns)); err != nil {
		return err
	}
	for _, r := range d.Rows {
		if len(r.Cells) != len(d.Columns) {
			return fmt.Errorf("row %q has %d cells for %d columns", r.Label, len(r.Cells), len(d.Columns))
		}
		for i, c := range r.Cells {
			if err := c.check(); err != nil {
				return fmt.Errorf("row %q, column %q: %w", r.Label, d.Columns[i], err)
			}
		}
	}
	return nil
}

// tableSize refuses tables with nothing in them and those nobody can read.
func tableSize(rows, columns int) error {
	switch {
	case rows == 0:
		return fmt.Errorf("no rows")
	case columns == 0:
		return fmt.Errorf("no columns")
	case rows > maxCells/columns:
		return fmt.Errorf("%d rows of %d cells, at most %d cells", rows, columns, maxCells)
	}
	return nil
}

func (c HeatCell) check() error {
	if c.State < 0 || c.State >= heatStates {
		return fmt.Errorf("state %d is not one of the %d states", c.State, heatStates)
	}
	if c.Sure != 0 && !positive(c.Sure) {
		return fmt.Errorf("what is sure is %g, not a positive finite number", c.Sure)
	}
	if c.State != HeatRatio && c.Ratio == 0 {
		return nil
	}
	if !positive(c.Ratio) {
		return fmt.Errorf("ratio is %g, not a positive finite number", c.Ratio)
	}
	return nil
}

func positive(x float64) bool { return x > 0 && !math.IsInf(x, 0) }

// bin is the place of the bin that colours a ratio.
func (c HeatCell) bin() int {
	if c.Sure > 0 {
		return binOf(c.Sure)
	}
	return binOf(c.Ratio)
}
