package charts

import (
	"cmp"
	"fmt"
	"math"
	"strings"
)

// A heatFigure is a heat chart laid out. All lengths are pixels.
type heatFigure struct {
	HeatData
	opt Options

	headings      headings
	legend        flow
	labelWidth    float64
	cellWidth     float64
	left, top     float64 // of the cells
	bottom        float64
	width, height float64
}

// Measures of the chart.
const (
	heatPitch    = 31.0 // from row to row
	heatGap      = 2.0  // between cells
	heatMinCell  = 62.0
	heatMaxCell  = 124.0
	heatMinWidth = 620.0
	heatPadding  = 18.0 // of a cell, both sides together
	heatLabelGap = 12.0
	heatRepeat   = 25 // rows after which the headings come again at the end
	swatchHeight = 21.0
	swatchPitch  = 28.0
)

var (
	heatLetter = letter{size: 12.5, role: ink, anchor: middle}
	heatBold   = letter{size: 12.5, bold: true, role: ink, anchor: middle}
	heatFaint  = letter{size: 12, role: faint, anchor: middle}
	heatWord   = letter{size: 10.5, role: ink, anchor: middle}
	binLetter  = letter{size: 11.5, role: ink, anchor: middle}
)

func (f *heatFigure) size(p *pen) (width, height float64) {
	for _, r := range f.Rows {
		f.labelWidth = math.Max(f.labelWidth, p.measure(printable(r.Label), labelLetter))
		for _, c := range r.Cells {
			f.cellWidth = math.Max(f.cellWidth, heatPadding+f.contentWidth(p, c))
		}
	}
	f.labelWidth = math.Min(f.labelWidth, maxLabel)
	f.cellWidth = math.Max(f.cellWidth, headingPiece(p, f.Columns)+heatPadding/2)
	f.cellWidth = math.Min(math.Max(f.cellWidth, heatMinCell), heatMaxCell)
	f.headings = headingsOf(p, f.Columns, f.cellWidth-heatPadding/2)
	f.left = margin + f.labelWidth + heatLabelGap
	f.width = math.Max(f.left+f.cellWidth*float64(len(f.Columns))+margin, heatMinWidth)
	f.legend = f.legendOf(p)
	f.top = f.legend.place(headerEnd(f.opt), f.width-2*margin) + 14 + f.headings.height()
	f.bottom = f.top + heatPitch*float64(len(f.Rows))
	f.height = f.bottom + margin
	if f.repeated() {
		f.height += f.headings.height()
	}
	return f.width, f.height
}

// repeated is whether the headings are needed below too.
func (f *heatFigure) repeated() bool { return len(f.Rows) > heatRepeat }

func (f *heatFigure) contentWidth(p *pen, c HeatCell) float64 {
	shown, word := f.shown(c)
	return math.Max(p.measure(shown, f.letterOf(c)), p.measure(word, heatWord))
}

// shown is what stands in a cell, and beneath it.
func (f *heatFigure) shown(c HeatCell) (value, word string) {
	value = printable(c.Value)
	switch c.State {
	case HeatNotRun, HeatInvalid:
		return c.State.look().word, ""
	case HeatUnclear:
		if value == "" {
			return "unclear", ""
		}
		return value, "unclear"
	case HeatEqual:
		return strings.TrimSpace("≈ " + value), ""
	}
	return value, ""
}

func (f *heatFigure) letterOf(c HeatCell) letter {
	l := c.State.look().text
	if c.State == HeatRatio {
		l = heatLetter
		l.role = heatBins[c.bin()].text
	}
	if f.bold(c) {
		l.bold = true
	}
	return l
}

// bold is whether a cell has what bold stands for.
func (f *heatFigure) bold(c HeatCell) bool {
	return c.Bold && f.Bold != "" && c.State != HeatNotRun && c.State != HeatInvalid
}

func (f *heatFigure) title() string {
	if f.opt.Title != "" {
		return f.opt.Title
	}
	return "Speedup over " + f.Reference
}

func (f *heatFigure) subtitle() string {
	if f.opt.Subtitle != "" {
		return f.opt.Subtitle
	}
	s := fmt.Sprintf("times faster than %s; below 1x is slower", f.Reference)
	if f.sure() {
		s += "; coloured by the end of the 95% interval that is nearer to 1x"
	}
	return s
}

// sure is whether colours stand for what is sure of the ratios.
func (f *heatFigure) sure() bool {
	for _, r := range f.Rows {
		for _, c := range r.Cells {
			if c.State == HeatRatio && c.Sure > 0 {
				return true
			}
		}
	}
	return false
}

// describe is the chart in words, for those who do not see it.
func (f *heatFigure) describe() (title, desc string) {
	var b strings.Builder
	b.WriteString(f.subtitle() + ".")
	for _, r := range f.Rows {
		before := " " + isolate(r.Label) + ": "
		for i, c := range r.Cells {
			b.WriteString(before + isolate(f.Columns[i]) + " " + f.words(c))
			before = ", "
		}
		b.WriteString(".")
	}
	return f.title(), b.String()
}

// words is a cell as it would be said.
func (f *heatFigure) words(c HeatCell) string {
	value, word := f.shown(c)
	switch {
	case c.State == HeatEqual:
		value = strings.TrimSpace("about equal " + printable(c.Value))
	case word != "":
		value = word + " " + value
	}
	if f.bold(c) {
		value += " (" + f.Bold + ")"
	}
	return value
}

// pointed is what a pointer says of a cell.
func (f *heatFigure) pointed(r HeatRow, i int) string {
	return cmp.Or(r.Cells[i].Text, isolate(cmp.Or(r.Name, r.Label))+", "+isolate(f.Columns[i])+": "+f.words(r.Cells[i]))
}
