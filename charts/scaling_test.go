package charts

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sweeps shows a power law, a fixed cost, a crossing, points without an
// interval and a hostile name.
func sweeps() ScalingData {
	line := func(name, note string, time func(float64) float64, half float64, sizes ...float64) ScalingLine {
		l := ScalingLine{Name: name, Note: note}
		for _, v := range sizes {
			p := ScalingPoint{Size: v, NS: time(v)}
			if half > 0 {
				p.Lo, p.Hi = p.NS*math.Exp(-half), p.NS*math.Exp(half)
			}
			p.Text = fmt.Sprintf("%.3g ns", p.NS)
			l.Points = append(l.Points, p)
		}
		return l
	}
	return ScalingData{Benchmark: "chain <long> & deep", Knob: "nodes", Lines: []ScalingLine{
		line("python", "nodes^0.98", func(v float64) float64 { return 800 * math.Pow(v, 0.98) }, 0.05, 1, 3, 10, 100, 1000),
		line("go", "no power law", func(v float64) float64 { return 3000 + 30*v }, 0.2, 1, 3, 10, 100, 1000),
		line("a name that is far too long to be put beside the end of a line", "", func(v float64) float64 { return 3100 + 29*v }, 0, 1, 10, 100, 1000),
	}, Marks: []ScalingMark{{Size: 4, Lo: 3, Hi: 5.2, Text: "go overtakes python at about 4 (3 to 5.2)"}}}
}

func drawScaling(t *testing.T, d ScalingData, opt Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Scaling(&b, d, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGoldenScaling(t *testing.T) {
	golden(t, "scaling.svg", drawScaling(t, sweeps(), Options{}))
	golden(t, "scaling-dark.svg", drawScaling(t, sweeps(), Options{Theme: ThemeDark, Title: "Ours & <theirs>", Subtitle: "as of today"}))
	flat := ScalingData{Benchmark: "b", Knob: "n", Lines: []ScalingLine{{Name: "go", Points: []ScalingPoint{{Size: 1, NS: 5}, {Size: 2, NS: 5}}}}}
	golden(t, "scaling-flat.svg", drawScaling(t, flat, Options{Theme: ThemeLight}))
}

func TestScalingPNG(t *testing.T) {
	for _, theme := range []Theme{ThemeAuto, ThemeDark} {
		img, err := png.Decode(bytes.NewReader(drawScaling(t, sweeps(), Options{Format: PNG, Theme: theme})))
		if err != nil {
			t.Fatal(err)
		}
		p := &pen{theme: theme, wider: 1}
		if p.fonts, err = loadFonts(); err != nil {
			t.Fatal(err)
		}
		f := &scalingFigure{ScalingData: sweeps()}
		w, h := f.size(p)
		if got, want := img.Bounds().Size(), image.Pt(units(w), units(h)); got != want {
			t.Errorf("size %v, want %v", got, want)
		}
		at := func(what string, x, y float64, r role) {
			t.Helper()
			k := theme.color(r)
			got := color.RGBAModel.Convert(img.At(units(x), units(y))).(color.RGBA)
			if want := (color.RGBA{k.R, k.G, k.B, 255}); got != want {
				t.Errorf("theme %d, %s at %g, %g: %v, want %v", theme, what, x, y, got, want)
			}
		}
		at("corner", 1, 1, background)
		for i := range f.Lines {
			for _, q := range f.Lines[i].Points {
				if i != 1 { // go's are under those of the third line
					at("point of "+f.Lines[i].Name, f.x(q.Size), f.y(q.NS), looksOf(i).role)
				}
			}
		}
		at("interval of the mark", f.x(3.2), f.top+3, band)
		at("beside it", f.x(2.8), f.top+3, background)
	}
}

// Names at the ends of lines keep their distance and stay within the picture,
// in the order of the lines.
func TestScalingEndsDoNotTouch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := ScalingData{Knob: "n"}
		for range rapid.IntRange(1, 30).Draw(t, "lines") {
			end := rapid.Float64Range(1, 1e3).Draw(t, "end")
			d.Lines = append(d.Lines, ScalingLine{Points: []ScalingPoint{{Size: 1, NS: 1}, {Size: 2, NS: end}}})
		}
		p := &pen{wider: 1}
		var err error
		if p.fonts, err = loadFonts(); err != nil {
			t.Fatal(err)
		}
		f := &scalingFigure{ScalingData: d}
		_, height := f.size(p)
		for i, y := range f.ends {
			if y < f.top-endPitch || y > height {
				t.Fatalf("the name of line %d is at %g of %g", i, y, height)
			}
			for j, z := range f.ends {
				if i != j && math.Abs(y-z) < endPitch-1e-9 {
					t.Fatalf("names of %d and %d are at %g and %g", i, j, y, z)
				}
				if a, b := f.y(d.Lines[i].Points[1].NS), f.y(d.Lines[j].Points[1].NS); a < b && y > z {
					t.Fatalf("line %d ends above line %d, its name below", i, j)
				}
			}
		}
	})
}

func TestScalingRefusesWhatItCannotDraw(t *testing.T) {
	check := func(want string, change func(*ScalingData)) {
		t.Helper()
		d := sweeps()
		change(&d)
		for _, format := range []Format{SVG, PNG} {
			var b bytes.Buffer
			err := Scaling(&b, d, Options{Format: format})
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got error %v, want one with %q", err, want)
			}
			if b.Len() > 0 {
				t.Errorf("%q: %d bytes written", want, b.Len())
			}
		}
	}
	point := func(d *ScalingData) *ScalingPoint { return &d.Lines[0].Points[2] }
	check("no lines", func(d *ScalingData) { d.Lines = nil })
	check("201 lines, at most 200", func(d *ScalingData) {
		for len(d.Lines) <= maxLines {
			d.Lines = append(d.Lines, d.Lines[0])
		}
	})
	check(`line "python" has 1 points, not 2 to 10000`, func(d *ScalingData) { d.Lines[0].Points = d.Lines[0].Points[:1] })
	check("size is 0", func(d *ScalingData) { d.Lines[0].Points[0].Size = 0 })
	check("size 3 does not come after 3", func(d *ScalingData) { point(d).Size = 3 })
	check(`line "python": time is NaN`, func(d *ScalingData) { point(d).NS = math.NaN() })
	check("time is +Inf", func(d *ScalingData) { point(d).NS = math.Inf(1) })
	check("lower bound is -1", func(d *ScalingData) { point(d).Lo = -1 })
	check("upper bound is NaN", func(d *ScalingData) { point(d).Hi = math.NaN() })
	check("is not within", func(d *ScalingData) { point(d).Hi = point(d).NS / 1.01 })
	check(`mark "go overtakes`, func(d *ScalingData) { d.Marks[0].Size = math.Inf(1) })
	check("size 4 is not within 5 and 6", func(d *ScalingData) { d.Marks[0].Lo, d.Marks[0].Hi = 5, 6 })
}

func TestScalingPassesOnWriteErrors(t *testing.T) {
	full := errors.New("disk full")
	if err := Scaling(failing{full}, sweeps(), Options{}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

// Any data that passes the check gives well-formed XML without a coordinate
// that is no number.
func TestScalingDrawsAnyData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.StringMatching(`[a-z]{0,40}`), rapid.SampledFrom([]string{`<&"'>`, "]]>", "\x00\x1b[2J", "\xff\xfe", "日本語", ""}))
		positive := rapid.OneOf(rapid.Float64Range(1e-6, 1e6), rapid.SampledFrom([]float64{1, 1e-30, 1e30}))
		d := ScalingData{Benchmark: name.Draw(t, "benchmark"), Knob: name.Draw(t, "knob")}
		for range rapid.IntRange(1, 8).Draw(t, "lines") {
			l := ScalingLine{Name: name.Draw(t, "name"), Note: name.Draw(t, "note")}
			size := rapid.Float64Range(1e-3, 1e3).Draw(t, "first")
			for range rapid.IntRange(2, 6).Draw(t, "points") {
				p := ScalingPoint{Size: size, NS: positive.Draw(t, "time"), Text: name.Draw(t, "text")}
				if rapid.Bool().Draw(t, "interval") {
					p.Lo, p.Hi = math.Max(p.NS/2, 1e-30), math.Min(p.NS*2, 1e30)
				}
				l.Points = append(l.Points, p)
				size *= 1 + rapid.Float64Range(1e-6, 9).Draw(t, "step")
			}
			d.Lines = append(d.Lines, l)
		}
		if rapid.Bool().Draw(t, "mark") {
			size := positive.Draw(t, "at")
			d.Marks = append(d.Marks, ScalingMark{Size: size, Lo: rapid.SampledFrom([]float64{0, size}).Draw(t, "lo"),
				Hi: rapid.SampledFrom([]float64{size, math.Inf(1)}).Draw(t, "hi"), Text: name.Draw(t, "mark text")})
		}
		var b bytes.Buffer
		if err := Scaling(&b, d, Options{}); err != nil {
			t.Fatal(err)
		}
		if err := wellFormed(b.Bytes()); err != nil {
			t.Fatalf("%v in\n%s", err, b.String())
		}
		if s := b.String(); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
			t.Fatalf("a coordinate is not a number in\n%s", s)
		}
	})
}

// A ring lies where two lines cross at a mark's size, and nowhere else.
func TestScalingCrossing(t *testing.T) {
	p, err := newPen(Options{})
	if err != nil {
		t.Fatal(err)
	}
	line := func(from, to float64) ScalingLine {
		return ScalingLine{Points: []ScalingPoint{{Size: 1, NS: from}, {Size: 100, NS: to}}}
	}
	f := &scalingFigure{ScalingData: ScalingData{Lines: []ScalingLine{line(10, 1000), line(1000, 10), line(1e5, 1e5)}}}
	f.size(p)
	if y, ok := f.crossing(10); !ok || math.Abs(y-f.y(100)) > 0.01 {
		t.Errorf("the lines cross at %g, %v, want %g", y, ok, f.y(100))
	}
	for _, size := range []float64{1, 2, 50, 100, 200} {
		if y, ok := f.crossing(size); ok {
			t.Errorf("at %g, where no lines cross, a ring at %g", size, y)
		}
	}
}

// Only what is a number is raised: names may hold a ^ too.
func TestExponentOf(t *testing.T) {
	check := func(note, base, exponent string) {
		t.Helper()
		if b, e := exponentOf(note); b != base || e != exponent {
			t.Errorf("%q: got %q and %q, want %q and %q", note, b, e, base, exponent)
		}
	}
	check("nodes^0.98", "nodes", "0.98")
	check("nodes^-1.02", "nodes", "-1.02")
	check("linear", "linear", "")
	check("^2", "^2", "")
	check("a^b", "a^b", "")
	check("n^", "n^", "")
}

// Texts of marks hang each on a line of its own, the leftmost on top, and stay
// within the picture.
func TestScalingMarksDoNotTouch(t *testing.T) {
	p, err := newPen(Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := sweeps()
	d.Marks = nil
	for _, size := range []float64{900, 2, 30} {
		d.Marks = append(d.Marks, ScalingMark{Size: size, Text: fmt.Sprintf("go overtakes python at about %g, a task of a millisecond or so", size)})
	}
	f := &scalingFigure{ScalingData: d}
	width, _ := f.size(p)
	marks := f.placeMarks(p)
	for i, m := range marks {
		if end := m.textX + p.measure(m.text, markLetter); m.textX < 0 || end > width {
			t.Errorf("%q from %g to %g of %g", m.text, m.textX, end, width)
		}
		if i > 0 && (m.x < marks[i-1].x || m.base-marks[i-1].base < markHeight) {
			t.Errorf("%q at %g, %g does not hang right of and below %q at %g, %g", m.text, m.x, m.base, marks[i-1].text, marks[i-1].x, marks[i-1].base)
		}
	}
}
