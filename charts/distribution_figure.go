package charts

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A distributionFigure is a distribution chart laid out. All lengths are
// pixels.
type distributionFigure struct {
	DistributionData
	opt Options

	xs                    *logRange
	left, right, top      float64 // of the plot
	strips                []strip // by side
	shareTop, shareBottom float64 // of the shares of samples
	nameWidth, noteWidth  float64
	width, height         float64
}

// A strip is the place of a side's samples.
type strip struct {
	top, height float64
	pitch       float64 // from lane to lane
}

// Measures of the chart.
const (
	maxSideName   = 190.0
	maxSideNote   = 250.0
	sideGap       = 14.0 // from a name to the plot, and from the plot to a note
	stripGap      = 12.0
	lanesHeight   = 84.0 // of a strip of many lanes
	minStrip      = 22.0
	maxPitch      = 8.0
	maxSpeck      = 4.5
	minSpeck      = 2.5
	shareGap      = 36.0 // from the last strip to the shares
	shareHeight   = 150.0
	timeAxis      = 50.0 // below the plot
	medianOverlap = 3.0  // of a side's median beyond its strip
)

var (
	sideLetter  = letter{size: 13.5, bold: true, role: ink, anchor: end}
	countLetter = letter{size: 11.5, role: faint, anchor: end}
	shareLetter = letter{size: 12, role: faint, anchor: end}
)

func (f *distributionFigure) size(p *pen) (width, height float64) {
	ticks := p.measure("100 %", shareLetter)
	f.nameWidth = ticks
	for _, s := range f.Sides {
		f.nameWidth = math.Max(f.nameWidth, p.measure(printable(s.Name), sideLetter))
		f.nameWidth = math.Max(f.nameWidth, p.measure(s.count(), countLetter))
		f.noteWidth = math.Max(f.noteWidth, p.measure(printable(s.Note), detailLetter))
	}
	f.nameWidth = math.Min(f.nameWidth, maxSideName)
	f.noteWidth = math.Min(f.noteWidth, maxSideNote)
	f.width = chartWidth
	f.left = margin + f.nameWidth + sideGap
	f.right = f.width - margin - f.noteWidth - sideGap
	f.xs = padded(f.values(), 0.03)

	f.top = headerEnd(f.opt) + 8
	y := f.top
	f.strips = f.strips[:0]
	for _, s := range f.Sides {
		at := stripOf(y, len(s.Processes))
		f.strips = append(f.strips, at)
		y += at.height + stripGap
	}
	f.shareTop = y - stripGap + shareGap
	f.shareBottom = f.shareTop + shareHeight
	f.height = f.shareBottom + timeAxis
	return f.width, f.height
}

// stripOf gives few processes wide lanes and many narrow ones.
func stripOf(top float64, lanes int) strip {
	pitch := math.Min(maxPitch, lanesHeight/float64(max(lanes, 1)))
	return strip{top: top, height: math.Max(minStrip, pitch*float64(lanes)+4), pitch: pitch}
}

// lane is the middle of a process's lane.
func (s strip) lane(i, lanes int) float64 {
	return s.top + s.height/2 + s.pitch*(float64(i)-float64(lanes-1)/2)
}

func (s strip) speck() float64 {
	return math.Min(maxSpeck, math.Max(minSpeck, s.pitch-0.5))
}

// values is all that must be on the axis.
func (f *distributionFigure) values() []float64 {
	var all []float64
	for _, s := range f.Sides {
		for _, v := range append([]float64{s.MedianNS}, s.medians()...) {
			if v > 0 {
				all = append(all, v)
			}
		}
		all = append(all, s.samples()...)
	}
	return all
}

func (s DistributionSide) medians() []float64 {
	var all []float64
	for _, p := range s.Processes {
		all = append(all, p.MedianNS)
	}
	return all
}

// samples are those of all processes.
func (s DistributionSide) samples() []float64 {
	var all []float64
	for _, p := range s.Processes {
		all = append(all, p.SamplesNS...)
	}
	return all
}

// count says how much a strip holds.
func (s DistributionSide) count() string {
	return counted(len(s.Processes), "process", "processes")
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (f *distributionFigure) x(v float64) float64 { return f.left + f.xs.at(v)*(f.right-f.left) }

// share is the height of a share between 0 and 1.
func (f *distributionFigure) share(v float64) float64 {
	return f.shareBottom - v*(f.shareBottom-f.shareTop)
}

func (f *distributionFigure) title() string {
	return cmp.Or(f.opt.Title, "Times of "+isolate(f.Benchmark))
}

func (f *distributionFigure) time() string { return cmp.Or(f.Time, "time of one iteration") }

func (f *distributionFigure) subtitle() string {
	return cmp.Or(f.opt.Subtitle, "every sample: a row of dots is a process, the first on top, with its median; lines are the medians of processes")
}

// describe is the chart in words, for those who do not see it.
func (f *distributionFigure) describe() (title, desc string) {
	words := []string{f.subtitle() + "."}
	if f.opt.Embed {
		words = nil // it stands above the strips, in each of hundreds
	}
	for _, s := range f.Sides {
		words = append(words, s.words()+".")
	}
	return f.title(), strings.Join(words, " ")
}

// words is a side in words.
func (s DistributionSide) words() string {
	words := isolate(s.Name) + ": " + counted(len(s.samples()), "sample", "samples") + " of " + s.count()
	if s.Note != "" {
		words += ", " + isolate(s.Note)
	}
	return words
}

// steps is the share of samples at or below each time: the corners of a stair
// from no share to all, in pixels. Those that nobody could tell apart are one.
func (f *distributionFigure) steps(samples []float64) [][2]float64 {
	const apart = 1.5
	sorted := slices.Sorted(slices.Values(samples))
	var out [][2]float64
	below, last := f.share(0), math.Inf(-1)
	for i, v := range sorted {
		above := f.share(float64(i+1) / float64(len(sorted)))
		if x := f.x(v); x-last >= apart || len(out) == 0 {
			out = append(out, [2]float64{x, below}, [2]float64{x, above})
			last = x
		} else {
			out[len(out)-1][1] = above
		}
		below = above
	}
	return out
}
