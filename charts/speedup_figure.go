package charts

import (
	"cmp"
	"fmt"
	"math"
	"strings"
)

// A speedupFigure is a speedup chart laid out. All lengths are pixels.
type speedupFigure struct {
	SpeedupData
	opt Options

	rng           *logRange
	cut           bool // a whisker goes on beyond the axis
	tall          bool // too long to see both ends at once
	legend        flow
	left, right   float64 // of the plot
	top, bottom   float64
	labelWidth    float64
	valueX        float64 // of the column of values
	valueWidth    float64
	detailX       float64
	noteX         float64
	candidateX    float64
	width, height float64
}

// Measures of the chart.
const (
	chartWidth    = 980.0
	margin        = 24.0
	maxLabel      = 330.0
	maxCandidate  = 110.0
	maxValue      = 120.0
	maxDetail     = 220.0
	maxNote       = 240.0
	headingHeight = 32.0
	barHeight     = 12.0
	barPitch      = 16.0 // between the bars of a row
	rowGap        = 7.0
	axisHeight    = 52.0
	valueGap      = 6.0
	noteGap       = 8.0
	minPlot       = 400.0
	tallHeight    = 800.0
	topAxis       = 18.0 // for the numbers of a tall chart's axis on top

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
	f.eachBar(func(b placedBar) { bars = append(bars, b.SpeedupBar) })
	f.rng, f.cut = axisOver(bars)
	f.columns(p, bars)
	f.legend = f.legendOf(p)
	f.top = f.legend.place(headerEnd(f.opt)-2, f.width-2*margin) + 12
	for _, g := range f.Groups {
		height += headingHeight
		for _, r := range g.Rows {
			height += f.rowHeight(r)
		}
	}
	if f.tall = height > tallHeight; f.tall {
		f.top += topAxis
	}
	f.bottom = f.top + height + 6
	f.height = f.bottom + axisHeight
	return f.width, f.height
}

// columns lays out what stands side by side: labels, plot and texts.
func (f *speedupFigure) columns(p *pen, bars []SpeedupBar) {
	for _, g := range f.Groups {
		// Headings count as labels do, with what they save by standing further
		// left: "geometric mean" was cut where all labels were short.
		heading := p.measure(p.fit(g.Name, headingLetter, maxLabel), headingLetter) - (headingOutdent - headingGap)
		f.labelWidth = math.Max(f.labelWidth, heading)
		for _, r := range g.Rows {
			f.labelWidth = math.Max(f.labelWidth, p.measure(p.fit(r.Label, labelLetter, maxLabel), labelLetter))
		}
	}
	var detail, note, candidate float64
	for _, b := range bars {
		f.valueWidth = math.Max(f.valueWidth, p.measure(p.fit(b.Value, valueLetter, maxValue), valueLetter))
		detail = math.Max(detail, p.measure(p.fit(b.Detail, detailLetter, maxDetail), detailLetter))
		note = math.Max(note, p.measure(p.fit(b.Note, noteLetter, maxNote), noteLetter))
		if len(f.Candidates) > 1 {
			candidate = math.Max(candidate, p.measure(p.fit(b.Candidate, candidateLetter, maxCandidate), candidateLetter))
		}
	}
	if detail > 0 && note > 0 {
		detail += noteGap
	}
	f.left = margin + headingOutdent + f.labelWidth
	texts := f.valueWidth + valueGap + detail + note
	if candidate > 0 {
		texts += candidate + 10
	}
	// The plot keeps a decent share, whatever the texts take.
	f.right = math.Max(chartWidth-margin-texts-14, f.left+minPlot)
	f.width = f.right + 14 + texts + margin
	f.valueX = f.right + 14
	if candidate > 0 {
		f.candidateX = f.valueX
		f.valueX += candidate + 10
	}
	f.detailX = f.valueX + f.valueWidth + valueGap
	f.noteX = f.detailX + detail
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
		if !b.interval() {
			continue
		}
		lo, hi = math.Min(lo, math.Max(b.Lo, least)), math.Max(hi, math.Min(b.Hi, most))
	}
	r = rangeOver([]float64{lo, hi})
	for _, b := range bars {
		cut = cut || b.interval() && (b.Lo < r.min || b.Hi > r.max)
	}
	return r, cut
}

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
	var names []string
	for _, c := range f.Candidates {
		names = append(names, isolate(c))
	}
	return fmt.Sprintf("Speedup of %s over %s", strings.Join(names, ", "), isolate(f.Reference))
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
	return counted(rows, "benchmark", "benchmarks") + "; bars start at 1x, longer to the right is faster"
}

// describe is the chart in words, for those who do not see it. In a page, whose
// table has every number, it is a count.
func (f *speedupFigure) describe() (title, desc string) {
	var b strings.Builder
	b.WriteString(f.subtitle() + ".")
	if f.opt.Embed {
		b.WriteString(f.counts())
		return f.title(), b.String()
	}
	f.eachBar(func(bar placedBar) { b.WriteString(" " + barText(*bar.row, bar.SpeedupBar) + ".") })
	return f.title(), b.String()
}

// counts says how many bars have each outcome.
func (f *speedupFigure) counts() string {
	n := make(map[Outcome]int)
	f.eachBar(func(b placedBar) { n[b.Outcome]++ })
	var parts []string
	for _, o := range outcomes {
		if n[o.Outcome] > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", o.word, n[o.Outcome]))
		}
	}
	if n[OutcomeInvalid] > 0 {
		parts = append(parts, fmt.Sprintf("no result: %d", n[OutcomeInvalid]))
	}
	return " " + strings.Join(parts, "; ") + "."
}

// barText is a bar in words.
func barText(r SpeedupRow, b SpeedupBar) string {
	var parts []string
	for _, s := range []string{isolate(b.Candidate), isolate(b.Value), isolate(b.Detail), isolate(b.Note)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return isolate(cmp.Or(r.Name, r.Label)) + ": " + strings.Join(parts, " ")
}
