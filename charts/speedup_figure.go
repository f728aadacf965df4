package charts

import (
	"fmt"
	"math"
	"strings"
)

// A speedupFigure is a speedup chart laid out. All lengths are pixels.
type speedupFigure struct {
	SpeedupData
	opt Options

	rng           *logRange
	cut           bool    // a whisker goes on beyond the axis
	left, right   float64 // of the plot
	top, bottom   float64
	labelWidth    float64
	valueX        float64 // of the column of values
	valueWidth    float64
	candidateX    float64
	width, height float64
}

// Measures of the chart.
const (
	chartWidth    = 980.0
	margin        = 24.0
	maxLabel      = 330.0
	maxCandidate  = 110.0
	headingHeight = 32.0
	barHeight     = 12.0
	barPitch      = 16.0 // between the bars of a row
	rowGap        = 7.0
	headerHeight  = 104.0
	axisHeight    = 52.0
	noteGap       = 8.0

	headingOutdent = 26.0 // from the left edge of a heading to that of a label, and from a label to the plot
	headingGap     = 11.0 // between a heading and the plot
)

var (
	titleLetter     = letter{size: 20, bold: true, role: ink}
	subtitleLetter  = letter{size: 13, role: faint}
	legendLetter    = letter{size: 12.5, role: ink}
	headingLetter   = letter{size: 13, bold: true, role: ink}
	labelLetter     = letter{size: 12.5, role: ink, anchor: end}
	valueLetter     = letter{size: 12, bold: true, role: ink, anchor: end}
	detailLetter    = letter{size: 12, role: faint}
	noteLetter      = letter{size: 12, role: ink}
	candidateLetter = letter{size: 12, role: faint}
	tickLetter      = letter{size: 12, role: faint, anchor: middle}
)

func (f *speedupFigure) size(p *pen) (width, height float64) {
	var bars []SpeedupBar
	var value, after, candidate float64
	height = headerHeight
	for _, g := range f.Groups {
		height += headingHeight
		// Headings count as labels do, with what they save by standing further
		// left: "geometric mean" was cut where all labels were short.
		heading := p.measure(printable(g.Name), headingLetter) - (headingOutdent - headingGap)
		f.labelWidth = math.Max(f.labelWidth, heading)
		for _, r := range g.Rows {
			height += f.rowHeight(r)
			f.labelWidth = math.Max(f.labelWidth, p.measure(printable(r.Label), labelLetter))
			for _, b := range r.Bars {
				bars = append(bars, b)
				value = math.Max(value, p.measure(b.Value, valueLetter))
				after = math.Max(after, f.afterValue(p, b))
				candidate = math.Max(candidate, p.measure(printable(b.Candidate), candidateLetter))
			}
		}
	}
	f.rng, f.cut = axisOver(bars)
	f.labelWidth = math.Min(f.labelWidth, maxLabel)
	candidate = math.Min(candidate, maxCandidate)
	if len(f.Candidates) < 2 {
		candidate = 0
	}
	f.valueWidth = value
	f.left = margin + headingOutdent + f.labelWidth
	f.width = chartWidth
	texts := value + 6 + after + 12
	total := texts
	if candidate > 0 {
		total += candidate + 10
	}
	// The plot keeps a decent share, whatever the texts take.
	f.right = math.Max(f.width-margin-total-14, f.left+300)
	f.valueX = f.right + 14
	if candidate > 0 {
		f.candidateX = f.valueX
		f.valueX += candidate + 10
	}
	f.width = math.Max(f.width, f.valueX+texts+margin-12)
	f.top = headerHeight
	f.bottom = height + 6
	f.height = f.bottom + axisHeight
	return f.width, f.height
}

// afterValue is the width of what follows a value.
func (f *speedupFigure) afterValue(p *pen, b SpeedupBar) float64 {
	w := p.measure(b.Detail, detailLetter) + p.measure(b.Note, noteLetter)
	if b.Detail != "" && b.Note != "" {
		w += noteGap
	}
	return w
}

// beyond is how many times further than the outermost bar or goal the axis
// goes for the sake of whiskers.
//
// Note: an axis that held all whiskers was tried; one interval to 4760x
// squeezed every bar into a corner.
const beyond = 3

// axisOver is an axis that holds all bars and goals, and whiskers as far as is
// sane; cut is whether one goes on beyond it.
func axisOver(bars []SpeedupBar) (r *logRange, cut bool) {
	lo, hi := 1.0, 1.0
	for _, b := range bars {
		for _, v := range append([]float64{b.Ratio}, b.Goals...) {
			if v > 0 {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
	}
	least, most := lo/beyond, hi*beyond
	for _, b := range bars {
		if b.Outcome == OutcomeInvalid || !b.whisker() {
			continue
		}
		lo, hi = math.Min(lo, math.Max(b.Lo, least)), math.Max(hi, math.Min(b.Hi, most))
	}
	r = rangeOver([]float64{lo, hi})
	for _, b := range bars {
		cut = cut || b.Outcome != OutcomeInvalid && b.whisker() && (b.Lo < r.min || b.Hi > r.max)
	}
	return r, cut
}

func (f *speedupFigure) roles() role { return judged }

func (f *speedupFigure) rowHeight(r SpeedupRow) float64 {
	return barPitch*float64(len(r.Bars)) + rowGap
}

func (f *speedupFigure) x(v float64) float64 {
	return f.left + f.rng.at(v)*(f.right-f.left)
}

func (f *speedupFigure) title() string {
	if f.opt.Title != "" {
		return f.opt.Title
	}
	return fmt.Sprintf("Speedup of %s over %s", strings.Join(f.Candidates, ", "), f.Reference)
}

func (f *speedupFigure) subtitle() string {
	if f.opt.Subtitle != "" {
		return f.opt.Subtitle
	}
	rows := 0
	for _, g := range f.Groups {
		if !g.Summary {
			rows += len(g.Rows)
		}
	}
	noun := "benchmarks"
	if rows == 1 {
		noun = "benchmark"
	}
	return fmt.Sprintf("%d %s; bars start at 1x, longer to the right is faster", rows, noun)
}

// describe is the chart in words, for those who do not see it.
func (f *speedupFigure) describe() (title, desc string) {
	var b strings.Builder
	b.WriteString(f.subtitle() + ".")
	for _, g := range f.Groups {
		for _, r := range g.Rows {
			for _, bar := range r.Bars {
				b.WriteString(" " + barText(r, bar) + ".")
			}
		}
	}
	return f.title(), b.String()
}

// barText is a bar in words.
func barText(r SpeedupRow, b SpeedupBar) string {
	name := r.Name
	if name == "" {
		name = r.Label
	}
	var parts []string
	for _, s := range []string{b.Candidate, b.Value, b.Detail, b.Note} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return name + ": " + strings.Join(parts, " ")
}
