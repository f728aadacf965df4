package charts

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// An executorsFigure is an executors chart laid out. All lengths are pixels.
type executorsFigure struct {
	ExecutorsData
	opt Options

	rng           *logRange // of times over that of the line's best
	headings      headings
	legend        flow
	labelWidth    float64
	cellWidth     float64
	valueWidth    float64
	minimumWidth  float64 // 0 where no line has a minimum
	left, top     float64 // of the cells
	bottom        float64
	width, height float64
}

// Measures of the chart.
const (
	linePitch      = 40.0
	dotsUp         = 11.0 // from the lower edge of a row to its dots
	minTimeCell    = 96.0
	maxTimeCell    = 168.0
	timePadding    = 30.0 // of a cell, both sides together
	detailGap      = 8.0
	maxMinimum     = 110.0
	executorsWidth = 700.0 // at least
	tickHalf       = 4.0
	trackTicks     = 34.0 // pixels that a tick's label needs
)

var (
	timeLetter    = letter{size: 12.5, role: ink, anchor: end}
	paceLetter    = letter{size: 11, role: faint}
	minimumLetter = letter{size: 12, role: faint, anchor: end}
	trackLetter   = letter{size: 10.5, role: faint, anchor: middle}
)

func (f *executorsFigure) size(p *pen) (width, height float64) {
	detail := 0.0
	for _, l := range f.Lines {
		f.labelWidth = math.Max(f.labelWidth, p.measure(printable(l.Label), labelLetter))
		if l.MinimumNS > 0 {
			f.minimumWidth = math.Max(f.minimumWidth, 12+math.Max(p.measure(printable(l.Minimum), minimumLetter), p.measure("minimum", columnLetter)))
		}
		for _, c := range l.Cells {
			f.valueWidth = math.Max(f.valueWidth, p.measure(f.shown(c), strong(timeLetter)))
			detail = math.Max(detail, p.measure(printable(c.Detail), paceLetter))
		}
	}
	f.labelWidth = math.Min(f.labelWidth, maxLabel)
	f.minimumWidth = math.Min(f.minimumWidth, maxMinimum)
	if detail > 0 {
		detail += detailGap + 1
	}
	f.cellWidth = math.Max(f.valueWidth+detail, headingPiece(p, f.Variants)) + timePadding
	f.cellWidth = math.Min(math.Max(f.cellWidth, minTimeCell), maxTimeCell)
	f.valueWidth = math.Min(f.valueWidth, f.cellWidth-timePadding-math.Min(detail, 60))
	f.headings = headingsOf(p, f.Variants, f.cellWidth-timePadding/2)
	f.rng = f.rangeOfRatios()
	f.left = margin + f.labelWidth + heatLabelGap + f.minimumWidth
	f.width = math.Max(f.left+f.cellWidth*float64(len(f.Variants))+margin, executorsWidth)
	f.legend = f.legendOf(p)
	f.top = f.legend.place(headerEnd(f.opt), f.width-2*margin) + 12 + f.headings.height()
	f.bottom = f.top + linePitch*float64(len(f.Lines))
	f.height = f.bottom + axisHeight
	if f.repeated() {
		f.height += f.headings.height()
	}
	return f.width, f.height
}

// strong is a letter in bold.
func strong(l letter) letter {
	l.bold = true
	return l
}

// repeated is whether the headings are needed below too.
func (f *executorsFigure) repeated() bool { return len(f.Lines) > heatRepeat }

// base is the time that a line's others are held against: its best, or where
// none was named the shortest; 0 where there is no time.
func (l ExecutorsLine) base() float64 {
	shortest := 0.0
	for _, c := range l.Cells {
		if c.Best {
			return c.NS
		}
		if c.NS > 0 && (shortest == 0 || c.NS < shortest) {
			shortest = c.NS
		}
	}
	return shortest
}

// leastShown is the share of the best that the axis goes down to for the sake
// of a minimum: one far below all times would squeeze them into a corner.
const leastShown = 0.5

// rangeOfRatios holds every time over its line's best, and minima that are
// near.
func (f *executorsFigure) rangeOfRatios() *logRange {
	values := []float64{1, 1.5}
	for _, l := range f.Lines {
		base := l.base()
		if base == 0 {
			continue
		}
		if l.MinimumNS > 0 {
			values = append(values, math.Max(l.MinimumNS/base, leastShown))
		}
		for _, c := range l.Cells {
			if c.NS > 0 {
				values = append(values, c.NS/base)
			}
		}
	}
	return padded(values, 0.05)
}

// shown is what stands in a cell.
func (f *executorsFigure) shown(c ExecutorsCell) string {
	value := printable(c.Value)
	switch {
	case c.NS == 0 && value == "":
		return "not run"
	case c.Tied:
		return "= " + value
	case c.Open:
		return "? " + value
	}
	return value
}

func (f *executorsFigure) title() string {
	if f.opt.Title != "" {
		return f.opt.Title
	}
	return fmt.Sprintf("Times of %s by %s", f.Implementation, f.Knob)
}

func (f *executorsFigure) subtitle() string {
	if f.opt.Subtitle != "" {
		return f.opt.Subtitle
	}
	return "time of one iteration; each dot is how many times as long as the best of its row, log scale"
}

// used says what the legend has to explain.
func (f *executorsFigure) used() (marks [standings]bool, minimum, details, intervals bool) {
	for _, l := range f.Lines {
		minimum = minimum || l.MinimumNS > 0
		for _, c := range l.Cells {
			if c.NS == 0 {
				continue
			}
			marks[c.standing()] = true
			details, intervals = details || c.Detail != "", intervals || c.interval()
		}
	}
	return marks, minimum, details, intervals
}

// A standing is how a time stands to the best of its line.
type standing int

const (
	standsBest standing = iota
	standsTied
	standsOpen
	standsSlower
	standings
)

func (c ExecutorsCell) standing() standing {
	switch {
	case c.Best:
		return standsBest
	case c.Tied:
		return standsTied
	case c.Open:
		return standsOpen
	}
	return standsSlower
}

// describe is the chart in words, for those who do not see it.
func (f *executorsFigure) describe() (title, desc string) {
	var b strings.Builder
	b.WriteString(f.subtitle() + ".")
	for _, l := range f.Lines {
		b.WriteString(" " + isolate(l.Label))
		if l.MinimumNS > 0 {
			b.WriteString(" (theoretical minimum " + l.Minimum + ")")
		}
		before := ": "
		for i, c := range l.Cells {
			b.WriteString(before + isolate(f.Variants[i]) + " " + f.words(c))
			before = ", "
		}
		b.WriteString(".")
	}
	return f.title(), b.String()
}

// words is a cell as it would be said.
func (f *executorsFigure) words(c ExecutorsCell) string {
	parts := []string{c.Value, c.Detail}
	switch {
	case c.NS == 0:
		parts = []string{f.shown(c)}
	case c.Best:
		parts = append(parts, "best")
	case c.Tied:
		parts = append(parts, "tied with the best")
	case c.Open:
		parts = append(parts, "not told apart from the best")
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// pointed is what a pointer says of a cell.
func (f *executorsFigure) pointed(l ExecutorsLine, i int) string {
	return cmp.Or(l.Cells[i].Text, isolate(cmp.Or(l.Name, l.Label))+", "+isolate(f.Variants[i])+": "+f.words(l.Cells[i]))
}
