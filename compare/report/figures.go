package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"xbench/charts"
)

// A Figure is a picture of the report. Its files are charts/NAME.svg, which
// follows the reader's theme, NAME-light.svg, NAME-dark.svg and NAME.png.
type Figure struct {
	Name  string // safe in any file system, and no other figure's
	Title string
	Alt   string // what it shows, for those who do not see it
	Draw  func(w io.Writer, opt charts.Options) error
}

// mostFigures is how many charts of sweeps a report has: a grid of two long
// sweeps has dozens of lines, and their tables say the same.
const mostFigures = 24

// Figures are the figures that the data supports, in the order of the report.
// Those of single rows come from [View.Distribution].
func (v *View) Figures() []Figure {
	var out []Figure
	add := func(f Figure, ok bool) {
		if ok {
			out = append(out, f)
		}
	}
	add(v.speedupFigure())
	add(v.heatFigure())
	for i := range v.Tables {
		add(v.executorsFigure(i))
	}
	sweeps := len(out)
	for i := range v.Scalings {
		if len(out)-sweeps < mostFigures {
			add(v.scalingFigure(i))
		}
	}
	for i := range v.Crossings {
		if len(out)-sweeps < mostFigures {
			add(v.crossingFigure(i))
		}
	}
	return out
}

func (v *View) speedupFigure() (Figure, bool) {
	data := v.SpeedupChart()
	return Figure{
		Name: "speedup", Title: fmt.Sprintf("Speedup of %s over %s", list(v.Candidates, 3), v.Reference), Alt: v.speedupAlt(),
		Draw: func(w io.Writer, opt charts.Options) error { return charts.Speedup(w, data, opt) },
	}, len(data.Groups) > 0 && v.hasSpeedup()
}

func (v *View) heatFigure() (Figure, bool) {
	data, title := v.heatData(), v.heatTitle()
	return Figure{
		Name: "heat", Title: title, Alt: heatAlt(data),
		Draw: func(w io.Writer, opt charts.Options) error {
			opt.Title = cmp.Or(opt.Title, title)
			return charts.Heat(w, data, opt)
		},
	}, len(data.Rows) > 0 && v.hasSpeedup()
}

func (v *View) executorsFigure(i int) (Figure, bool) {
	data := v.executorsData(v.Tables[i])
	return Figure{
		Name: v.executorsName(i), Title: fmt.Sprintf("%s by %s", data.Implementation, data.Knob), Alt: executorsAlt(data),
		Draw: func(w io.Writer, opt charts.Options) error { return charts.Executors(w, data, opt) },
	}, len(data.Lines) > 0
}

func (v *View) scalingFigure(i int) (Figure, bool) {
	s := v.Scalings[i]
	data := v.timed(s.data())
	return Figure{
		Name: fmt.Sprintf("scaling-%d", i+1), Title: fmt.Sprintf("%s: time against %s", s.Label, s.Knob), Alt: s.alt(),
		Draw: func(w io.Writer, opt charts.Options) error { return charts.Scaling(w, data, opt) },
	}, len(data.Lines) > 0
}

func (v *View) crossingFigure(i int) (Figure, bool) {
	x := v.Crossings[i]
	data := v.timed(x.data())
	return Figure{
		Name: fmt.Sprintf("crossover-%d", i+1), Alt: x.alt(),
		Title: fmt.Sprintf("%s of %s: time of each way against %s", x.Label, x.Crossovers[0].Implementation, x.Crossovers[0].Knob),
		Draw:  func(w io.Writer, opt charts.Options) error { return charts.Scaling(w, data, opt) },
	}, len(data.Lines) > 0
}

// timed says what the times of plain commands are of.
func (v *View) timed(data charts.ScalingData) charts.ScalingData {
	if v.Commands {
		data.Time = launched
	}
	return data
}

// launched is what the time of a plain command is of.
const launched = "launch to exit"

// executorsName tells the figures of implementations apart whose names are not
// fit for a file.
func (v *View) executorsName(i int) string {
	var names []string
	for _, t := range v.Tables {
		name := "executors"
		if s := fileWord(t.Implementation); s != "" {
			name += "-" + s
		}
		for n := 2; slices.Contains(names, name); n++ {
			name = fmt.Sprintf("executors-%s-%d", fileWord(t.Implementation), n)
		}
		names = append(names, name)
	}
	return names[i]
}

// fileWord is what of a name can be part of a file's on any system, in lower
// case since some systems know no other: "g-o" of "<G/o>".
func fileWord(s string) string {
	const most = 40
	var b strings.Builder
	for _, c := range strings.ToLower(s) {
		switch {
		case b.Len() == most:
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}
