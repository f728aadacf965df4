package charts

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A scalingFigure is a scaling chart laid out. All lengths are pixels.
type scalingFigure struct {
	ScalingData
	opt Options

	xs, ys                   *logRange
	left, right, top, bottom float64 // of the plot
	sizes                    []float64
	ends                     []float64 // by line: where its name stands
	width, height            float64
}

// Measures of the chart.
const (
	plotHeight  = 400.0
	maxYTicks   = 11
	plotWidth   = 640.0
	unitHeight  = 20.0
	xAxisHeight = 60.0
	maxEndLabel = 300.0
	endPitch    = 20.0 // between names at the lines' ends
	endLeader   = 30.0 // from a line's end to its name
	markHeight  = 20.0 // of the texts of marks
	dotRadius   = 3.5
	ringRadius  = 7.0
)

var (
	endLetter  = letter{size: 13, bold: true, role: ink}
	noteEnd    = letter{size: 12.5, role: faint}
	yLetter    = letter{size: 12, role: faint, anchor: end}
	unitLetter = letter{size: 12, role: faint}
	markLetter = letter{size: 12, role: ink}
)

func (f *scalingFigure) size(p *pen) (width, height float64) {
	f.ranges()
	names, ticks := 0.0, 0.0
	for _, l := range f.Lines {
		names = math.Max(names, f.endWidth(p, l))
	}
	for _, v := range f.yTicks() {
		ticks = math.Max(ticks, p.measure(timeLabel(v), yLetter))
	}
	f.left = margin + ticks + 12
	f.right = f.left + plotWidth
	f.width = f.right + endLeader + names + margin
	f.top = headerEnd(f.opt) + unitHeight + markHeight*float64(len(f.Marks))
	f.bottom = f.top + plotHeight
	f.height = f.bottom + xAxisHeight
	f.placeEnds()
	f.height = math.Max(f.height, slices.Max(f.ends)+margin)
	return f.width, f.height
}

func (f *scalingFigure) endWidth(p *pen, l ScalingLine) float64 {
	w := p.measure(p.fit(l.Name, endLetter, maxEndLabel), endLetter)
	if l.Note != "" {
		w += noteGap + p.measure(p.fit(l.Note, noteEnd, maxEndLabel), noteEnd)
	}
	return w
}

// ranges holds all points and their intervals.
func (f *scalingFigure) ranges() {
	var xs, ys []float64
	for _, l := range f.Lines {
		for _, p := range l.Points {
			xs, ys = append(xs, p.Size), append(ys, p.NS)
			if p.interval() {
				ys = append(ys, p.Lo, p.Hi)
			}
		}
	}
	f.xs, f.ys = padded(xs, 0.03), padded(ys, 0.06)
	slices.Sort(xs)
	f.sizes = slices.Compact(xs)
}

// padded is a range with room at both ends, and some width if all values are
// the same.
func padded(values []float64, room float64) *logRange {
	lo, hi := math.Log(slices.Min(values)), math.Log(slices.Max(values))
	pad := math.Max(room*(hi-lo), 0.02)
	return &logRange{min: math.Exp(lo - pad), max: math.Exp(hi + pad)}
}

func (f *scalingFigure) x(v float64) float64 { return f.left + f.xs.at(v)*(f.right-f.left) }
func (f *scalingFigure) y(v float64) float64 { return f.bottom - f.ys.at(v)*(f.bottom-f.top) }

func (f *scalingFigure) yTicks() []float64 { return f.ys.fineTicks(maxYTicks) }

// placeEnds puts each name as near to its line's end as the others allow:
// from the top, pushed down where they would touch, and up again as a whole
// if that leaves the plot.
func (f *scalingFigure) placeEnds() {
	order := make([]int, len(f.Lines))
	f.ends = make([]float64, len(f.Lines))
	for i, l := range f.Lines {
		order[i], f.ends[i] = i, f.y(l.Points[len(l.Points)-1].NS)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case f.ends[a] < f.ends[b]:
			return -1
		case f.ends[a] > f.ends[b]:
			return 1
		}
		return 0
	})
	for k := 1; k < len(order); k++ {
		f.ends[order[k]] = math.Max(f.ends[order[k]], f.ends[order[k-1]]+endPitch)
	}
	for k, limit := len(order)-1, f.bottom; k >= 0; k-- {
		f.ends[order[k]] = math.Max(math.Min(f.ends[order[k]], limit), f.top+endPitch*float64(k))
		limit = f.ends[order[k]] - endPitch
	}
}

func (f *scalingFigure) title() string {
	if f.opt.Title != "" {
		return f.opt.Title
	}
	return fmt.Sprintf("Time of %s against %s", isolate(f.Benchmark), isolate(f.Knob))
}

func (f *scalingFigure) subtitle() string {
	if f.opt.Subtitle != "" {
		return f.opt.Subtitle
	}
	s := "both axes logarithmic: a power law is a straight line; between points nothing was measured"
	interval := func(p ScalingPoint) bool { return p.interval() }
	if slices.ContainsFunc(f.Lines, func(l ScalingLine) bool { return slices.ContainsFunc(l.Points, interval) }) {
		s += "; bands are 95% intervals"
	}
	return s
}

// describe is the chart in words, for those who do not see it.
func (f *scalingFigure) describe() (title, desc string) {
	var b strings.Builder
	b.WriteString(f.subtitle() + ".")
	for _, l := range f.Lines {
		b.WriteString(" " + strings.TrimSpace(isolate(l.Name)+" "+isolate(l.Note)) + ":")
		before := " "
		for _, p := range l.Points {
			b.WriteString(before + f.pointText(p))
			before = "; "
		}
		b.WriteString(".")
	}
	for _, m := range f.Marks {
		b.WriteString(" " + isolate(m.Text) + ".")
	}
	return f.title(), b.String()
}

// pointText is a point in words.
func (f *scalingFigure) pointText(p ScalingPoint) string {
	text := p.Text
	if text == "" {
		text = timeLabel(p.NS)
	}
	return isolate(f.Knob) + "=" + sizeLabel(p.Size) + " " + isolate(text)
}

// timeLabel words a tick on the time axis, "200 ns", "5 us".
func timeLabel(ns float64) string {
	unit, name := 1.0, "ns"
	for _, u := range []struct {
		ns   float64
		name string
	}{{1e3, "us"}, {1e6, "ms"}, {1e9, "s"}} {
		if ns >= u.ns {
			unit, name = u.ns, u.name
		}
	}
	return strconv.FormatFloat(ns/unit, 'g', 6, 64) + " " + name
}

// sizeLabel words a size in full up to a million.
func sizeLabel(v float64) string {
	if v >= 0.001 && v < 1e7 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
