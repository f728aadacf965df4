package charts

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"
)

// executors shows bests, ties, minima, what was not run and why.
func executors() ExecutorsData {
	ms := func(value, detail string, v float64) ExecutorsCell {
		return ExecutorsCell{NS: v * 1e6, Lo: v * 0.97e6, Hi: v * 1.04e6, Value: value, Detail: detail}
	}
	best := func(c ExecutorsCell) ExecutorsCell { c.Best = true; return c }
	open := func(c ExecutorsCell) ExecutorsCell { c.Open = true; return c }
	tied := func(c ExecutorsCell) ExecutorsCell { c.Tied = true; return c }
	return ExecutorsData{Implementation: "python", Knob: "executor", Variants: []string{"sequential", "threadpool", "asyncio", "asyncio_queue", "multiprocess fork"}, Lines: []ExecutorsLine{
		{Label: "io_bound static sleep_ms=5", Name: "build/io_bound_static/sleep_ms=5", MinimumNS: 25e6, Minimum: "25.00 ms", Cells: []ExecutorsCell{
			ms("77.00 ms", "32%", 77), best(ms("26.18 ms", "96%", 26.18)), tied(ms("26.35 ms", "95%", 26.35)), tied(ms("26.52 ms", "94%", 26.52)), open(ms("31.70 ms", "79%", 31.7))}},
		{Label: "cpu_bound <static> & more", Cells: []ExecutorsCell{
			ms("9.400 ms", "", 9.4), ms("9.964 ms", "", 9.964), {Value: "invalid", Text: "invalid: different result"}, ms("11.09 ms", "", 11.09), best(ms("5.529 ms", "", 5.529))}},
		{Label: "a name that is much too long for the column and is therefore shortened in its middle/size=1MiB", MinimumNS: 1e3, Minimum: "1.000 us", Cells: []ExecutorsCell{
			best(ms("310.0 us", "0.3%", 0.31)), ms("328.6 us", "0.3%", 0.3286), ms("2.400 ms", "<0.1%", 2.4), {}, {Value: "unsupported"}}},
		{Label: "nothing was run", Cells: make([]ExecutorsCell, 5)},
	}}
}

func drawExecutors(t *testing.T, d ExecutorsData, opt Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Executors(&b, d, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGoldenExecutors(t *testing.T) {
	golden(t, "executors.svg", drawExecutors(t, executors(), Options{}))
	golden(t, "executors-dark.svg", drawExecutors(t, executors(), Options{Theme: ThemeDark, Title: "Ours & <theirs>", Subtitle: "as of today"}))
	golden(t, "executors-embedded.svg", drawExecutors(t, executors(), Options{Embed: true, ID: "ex"}))
	single := ExecutorsData{Implementation: "go", Variants: []string{"threads"}, Knob: "executor", Lines: []ExecutorsLine{{Label: "parse", Cells: []ExecutorsCell{{NS: 5, Value: "5.000 ns", Best: true}}}}}
	golden(t, "executors-one.svg", drawExecutors(t, single, Options{Theme: ThemeLight}))
}

// Dots are held against the best of their row, and where none was named
// against the shortest time.
func TestExecutorsBase(t *testing.T) {
	check := func(want float64, cells ...ExecutorsCell) {
		t.Helper()
		if got := (ExecutorsLine{Cells: cells}).base(); got != want {
			t.Errorf("%v: %g, want %g", cells, got, want)
		}
	}
	check(7, ExecutorsCell{NS: 5}, ExecutorsCell{NS: 7, Best: true}, ExecutorsCell{NS: 3})
	check(3, ExecutorsCell{NS: 5}, ExecutorsCell{}, ExecutorsCell{NS: 3})
	check(0, ExecutorsCell{}, ExecutorsCell{Value: "invalid"})
}

// A minimum far below the best does not squeeze the times into a corner; a
// time far above it is always on the axis.
func TestExecutorsAxis(t *testing.T) {
	check := func(lo, hi float64, l ExecutorsLine) {
		t.Helper()
		f := &executorsFigure{ExecutorsData: ExecutorsData{Lines: []ExecutorsLine{l}}}
		got, want := f.rangeOfRatios(), padded([]float64{lo, hi}, 0.05)
		if math.Abs(got.min/want.min-1) > 1e-9 || math.Abs(got.max/want.max-1) > 1e-9 {
			t.Errorf("%+v: %g to %g, want %g to %g", l, got.min, got.max, want.min, want.max)
		}
	}
	times := []ExecutorsCell{{NS: 10, Best: true}, {NS: 400}}
	check(1, 40, ExecutorsLine{Cells: times})
	check(0.9, 40, ExecutorsLine{Cells: times, MinimumNS: 9})
	check(0.5, 40, ExecutorsLine{Cells: times, MinimumNS: 1e-9})
	check(1, 40, ExecutorsLine{Cells: times, MinimumNS: 20})
	check(1, 1.5, ExecutorsLine{Cells: times[:1]})
	check(1, 1.5, ExecutorsLine{Cells: []ExecutorsCell{{}}, MinimumNS: 3})
}

func TestExecutorsWords(t *testing.T) {
	f := &executorsFigure{ExecutorsData: executors()}
	check := func(c ExecutorsCell, shown, said string) {
		t.Helper()
		if gotShown, gotSaid := f.shown(c), f.words(c); gotShown != shown || gotSaid != said {
			t.Errorf("%+v: %q, said %q, want %q, %q", c, gotShown, gotSaid, shown, said)
		}
	}
	check(ExecutorsCell{}, "not run", "not run")
	check(ExecutorsCell{Value: "invalid"}, "invalid", "invalid")
	check(ExecutorsCell{NS: 1, Value: "1 ns", Detail: "96%", Best: true}, "1 ns", "1 ns 96% best")
	check(ExecutorsCell{NS: 1, Value: "1 ns", Tied: true}, "= 1 ns", "1 ns tied with the best")
	check(ExecutorsCell{NS: 1, Value: "1 ns", Open: true}, "? 1 ns", "1 ns not told apart from the best")
}

func TestExecutorsPNG(t *testing.T) {
	for _, theme := range []Theme{ThemeAuto, ThemeDark} {
		img, err := png.Decode(bytes.NewReader(drawExecutors(t, executors(), Options{Format: PNG, Theme: theme})))
		if err != nil {
			t.Fatal(err)
		}
		p, err := newPen(Options{Format: PNG, Theme: theme})
		if err != nil {
			t.Fatal(err)
		}
		f := &executorsFigure{ExecutorsData: executors()}
		w, h := f.size(p)
		if got, want := img.Bounds().Size(), image.Pt(units(w), units(h)); got != want {
			t.Errorf("size %v, want %v", got, want)
		}
		at := func(what string, x, y float64, r role) {
			t.Helper()
			k := p.theme.color(r)
			got := color.RGBAModel.Convert(img.At(units(x), units(y))).(color.RGBA)
			if want := (color.RGBA{k.R, k.G, k.B, 255}); got != want {
				t.Errorf("theme %d, %s at %g, %g: %v, want %v", theme, what, x, y, got, want)
			}
		}
		dots := f.top + linePitch - dotsUp
		at("the best's dot", f.x(1, 1), dots, ink)
		at("the ring of what is tied", f.x(2, 26.35/26.18), dots, background)
		at("the dot of what is slower", f.x(0, 77/26.18), dots, axis)
	}
}

func TestExecutorsRefusesWhatItCannotDraw(t *testing.T) {
	check := func(want string, change func(*ExecutorsData)) {
		t.Helper()
		d := executors()
		change(&d)
		var b bytes.Buffer
		if err := Executors(&b, d, Options{}); err == nil || !strings.Contains(err.Error(), want) || b.Len() > 0 {
			t.Errorf("error %v and %d bytes, want %q and none", err, b.Len(), want)
		}
	}
	cell := func(d *ExecutorsData) *ExecutorsCell { return &d.Lines[0].Cells[1] }
	check("executors chart: no rows", func(d *ExecutorsData) { d.Lines = nil })
	check("no columns", func(d *ExecutorsData) { d.Variants = nil })
	check(`row "nothing was run" has 4 cells for 5 columns`, func(d *ExecutorsData) { d.Lines[3].Cells = d.Lines[3].Cells[1:] })
	check(`row "io_bound static sleep_ms=5", column "threadpool": time 2.618e+07 is not within`, func(d *ExecutorsData) { cell(d).Lo = cell(d).Hi })
	check("but no time", func(d *ExecutorsData) { cell(d).NS = 0 })
	check("at most 5000 cells", func(d *ExecutorsData) { d.Lines = slices.Repeat(d.Lines, 251) })

	full := errors.New("disk full")
	if err := Executors(failing{full}, executors(), Options{}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}
