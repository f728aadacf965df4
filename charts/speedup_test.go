package charts

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// all shows every outcome, several candidates, goals and a summary.
func all() SpeedupData {
	bar := func(candidate string, o Outcome, ratio, half float64, note string, goals ...float64) SpeedupBar {
		b := SpeedupBar{Candidate: candidate, Outcome: o, Ratio: ratio, Note: note, Goals: goals, Value: "-"}
		if o != OutcomeInvalid {
			b.Lo, b.Hi = ratio*math.Exp(-half), ratio*math.Exp(half)
			b.Value, b.Detail = fmt.Sprintf("%.3gx", ratio), fmt.Sprintf("(%.3g - %.3g)", b.Lo, b.Hi)
		}
		return b
	}
	return SpeedupData{Reference: "python", Candidates: []string{"go", "rust"}, Groups: []SpeedupGroup{
		{Name: "geometric mean", Summary: true, Rows: []SpeedupRow{
			{Label: "graph", Bars: []SpeedupBar{bar("go", OutcomeFast, 6.31, 0.05, "", 2, 3, 5), bar("rust", OutcomeMissed, 1.84, 0.05, "goal missed", 2)}},
		}},
		{Name: "scheduler <core> & dispatch", Rows: []SpeedupRow{
			{Label: "static chain nodes=1024", Name: "dispatch/static_chain/nodes=1024", Bars: []SpeedupBar{bar("go", OutcomeModest, 1.39, 0.1, ""), bar("rust", OutcomeUnclear, 1.02, 0.06, "about equal")}},
			{Label: "cancel", Bars: []SpeedupBar{bar("go", OutcomeSlower, 0.62, 0.06, "slower"), bar("rust", OutcomeInvalid, 0, 0, "invalid: different result")}},
			{Label: "a name that is much too long for the column and is therefore shortened in its middle/size=1MiB",
				Bars: []SpeedupBar{bar("go", OutcomeFast, 27.7, 0.2, "", 10), {Candidate: "rust", Outcome: OutcomeUnclear, Ratio: 3, Value: "3x", Note: "unclear"}}},
		}},
	}}
}

func one(ratio float64) SpeedupData {
	return SpeedupData{Reference: "old", Candidates: []string{"new"}, Groups: []SpeedupGroup{{Name: "parse", Rows: []SpeedupRow{
		{Label: "small", Bars: []SpeedupBar{{Candidate: "new", Outcome: OutcomeFast, Ratio: ratio, Value: "v"}}}}}}}
}

func draw(t *testing.T, d SpeedupData, opt Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Speedup(&b, d, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGoldenSpeedup(t *testing.T) {
	golden(t, "speedup.svg", draw(t, all(), Options{}))
	golden(t, "speedup-dark.svg", draw(t, all(), Options{Theme: ThemeDark, Title: "Ours & <theirs>", Subtitle: "as of today"}))
	golden(t, "speedup-one.svg", draw(t, one(1), Options{Theme: ThemeLight}))
}

func TestSpeedupPNG(t *testing.T) {
	for _, theme := range []Theme{ThemeAuto, ThemeDark} {
		data := draw(t, all(), Options{Format: PNG, Theme: theme})
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		p := &pen{theme: theme, wider: 1}
		if p.fonts, err = loadFonts(); err != nil {
			t.Fatal(err)
		}
		f := &speedupFigure{SpeedupData: all()}
		w, h := f.size(p)
		if got, want := img.Bounds().Size(), image.Pt(units(w), units(h)); got != want {
			t.Errorf("size %v, want %v", got, want)
		}
		if _, ok := img.(*image.Paletted); !ok {
			t.Errorf("a %T, want a palette: the file is three times as large without", img)
		}
		at := func(what string, x, y float64, r role) {
			t.Helper()
			k := theme.color(r)
			got := color.RGBAModel.Convert(img.At(units(x), units(y))).(color.RGBA)
			if want := (color.RGBA{k.R, k.G, k.B, 255}); got != want {
				t.Errorf("theme %d, %s at %g, %g: %v, want %v", theme, what, x, y, got, want)
			}
		}
		first := f.top + headingHeight + rowGap/2 + barPitch/2 // middle of the first bar
		at("corner", 1, 1, background)
		at("band", margin-5, f.top+20, band)
		at("bar of the mean", f.x(1.5), first+4, fast)
		at("goal of the mean", f.x(2), first, goal)
		at("beyond the bar", f.x(9), first+4, band)
		// The second group's second row: slower, so to the left of 1x.
		slow := first + f.rowHeight(all().Groups[0].Rows[0]) + headingHeight + f.rowHeight(all().Groups[1].Rows[0])
		at("slower bar", f.x(0.8), slow+4, slower)
		at("right of a slower bar", f.x(1.2), slow+4, background)
	}
}

// Nothing reaches the writer unless the whole chart does.
func TestSpeedupRefusesWhatItCannotDraw(t *testing.T) {
	check := func(d SpeedupData, want string) {
		t.Helper()
		for _, format := range []Format{SVG, PNG} {
			var b bytes.Buffer
			err := Speedup(&b, d, Options{Format: format})
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got error %v, want one with %q", err, want)
			}
			if b.Len() > 0 {
				t.Errorf("%q: %d bytes written", want, b.Len())
			}
		}
	}
	check(SpeedupData{}, "no rows")
	check(one(0), "ratio is 0")
	check(one(-1), "ratio is -1")
	check(one(math.NaN()), `row "small", candidate "new": ratio is NaN`)
	check(one(math.Inf(1)), "ratio is +Inf")
	bar := func(change func(*SpeedupBar)) SpeedupData {
		d := one(2)
		change(&d.Groups[0].Rows[0].Bars[0])
		return d
	}
	check(bar(func(b *SpeedupBar) { b.Lo, b.Hi = 1, math.NaN() }), "upper bound is NaN")
	check(bar(func(b *SpeedupBar) { b.Lo, b.Hi = math.Inf(1), math.Inf(1) }), "lower bound is +Inf")
	check(bar(func(b *SpeedupBar) { b.Lo, b.Hi = -1, 2 }), "lower bound is -1")
	check(bar(func(b *SpeedupBar) { b.Lo, b.Hi = 3, 2 }), "lower bound 3 is above the upper one, 2")
	check(bar(func(b *SpeedupBar) { b.Goals = []float64{math.NaN()} }), "goal is NaN")
	many := one(2)
	for range maxBars {
		many.Groups[0].Rows = append(many.Groups[0].Rows, many.Groups[0].Rows[0])
	}
	check(many, "1001 bars, at most 1000")
	empty := one(2)
	empty.Groups[0].Rows[0].Bars = nil
	check(empty, `row "small" has no bar`)
}

func TestSpeedupPassesOnWriteErrors(t *testing.T) {
	full := errors.New("disk full")
	if err := Speedup(failing{full}, one(2), Options{}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// Any data that passes the check gives well-formed XML within its bounds.
func TestSpeedupDrawsAnyData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{`<&"'>`, "]]>", "\x00\x1b[2J", "\xff\xfe", strings.Repeat("long_name/", 12), "日本語", ""}))
		ratio := rapid.OneOf(rapid.Float64Range(1e-6, 1e6), rapid.SampledFrom([]float64{1, 2, 5e-324, 1e-300, math.MaxFloat64}))
		d := SpeedupData{Reference: name.Draw(t, "reference"), Candidates: rapid.SliceOfN(name, 0, 3).Draw(t, "candidates")}
		for range rapid.IntRange(1, 3).Draw(t, "groups") {
			g := SpeedupGroup{Name: name.Draw(t, "group"), Summary: rapid.Bool().Draw(t, "summary")}
			for range rapid.IntRange(1, 4).Draw(t, "rows") {
				row := SpeedupRow{Label: name.Draw(t, "label")}
				for range rapid.IntRange(1, 3).Draw(t, "bars") {
					b := SpeedupBar{Candidate: name.Draw(t, "candidate"), Outcome: Outcome(rapid.IntRange(0, 5).Draw(t, "outcome")),
						Ratio: ratio.Draw(t, "ratio"), Value: name.Draw(t, "value"), Note: name.Draw(t, "note")}
					if rapid.Bool().Draw(t, "whisker") {
						b.Lo, b.Hi = b.Ratio/2, b.Ratio
						if b.Lo == 0 {
							b.Lo = b.Hi
						}
					}
					if rapid.Bool().Draw(t, "goal") {
						b.Goals = []float64{ratio.Draw(t, "goal at")}
					}
					row.Bars = append(row.Bars, b)
				}
				g.Rows = append(g.Rows, row)
			}
			d.Groups = append(d.Groups, g)
		}
		var b bytes.Buffer
		if err := Speedup(&b, d, Options{}); err != nil {
			t.Fatal(err)
		}
		if err := wellFormed(b.Bytes()); err != nil {
			t.Fatalf("%v in\n%s", err, b.String())
		}
		if s := b.String(); strings.Contains(s, "NaN") && !strings.Contains(fmt.Sprint(d), "NaN") || strings.Contains(s, "+Inf") {
			t.Fatalf("a coordinate is not a number in\n%s", s)
		}
	})
}

func wellFormed(data []byte) error {
	for dec := xml.NewDecoder(bytes.NewReader(data)); ; {
		if _, err := dec.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Two hundred rows with long names are drawn in full. As a PNG fewer will do:
// the race detector takes a minute over thirty million bytes of pixels.
func TestSpeedupOfManyRows(t *testing.T) {
	d := one(2)
	for i := range 199 {
		d.Groups[0].Rows = append(d.Groups[0].Rows, SpeedupRow{Label: fmt.Sprintf("%03d ", i) + strings.Repeat("x", 116),
			Bars: []SpeedupBar{{Candidate: "new", Outcome: OutcomeModest, Ratio: 1 + float64(i)/100, Value: "v"}}})
	}
	svg := draw(t, d, Options{})
	if got := bytes.Count(svg, []byte("<title>")); got != 200 {
		t.Errorf("%d rows drawn, want 200", got)
	}
	d.Groups[0].Rows = d.Groups[0].Rows[:12]
	if _, err := png.DecodeConfig(bytes.NewReader(draw(t, d, Options{Format: PNG}))); err != nil {
		t.Error(err)
	}
}

func TestSpeedupIsDeterministic(t *testing.T) {
	for _, format := range []Format{SVG, PNG} {
		if !bytes.Equal(draw(t, one(3), Options{Format: format}), draw(t, one(3), Options{Format: format})) {
			t.Errorf("format %d: two drawings of the same data differ", format)
		}
	}
}

// What a PNG measures is what it draws: labels end at the plot, not in it.
func TestPNGTextIsAsWideAsMeasured(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	p := &pen{theme: ThemeLight, fonts: fonts, wider: 1}
	f := &textFigure{text: "MMMMMMMMMMMMMMMMMMMMMMMMM"}
	var b bytes.Buffer
	if err := render(&b, f, Options{Format: PNG}); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	white := color.RGBAModel.Convert(color.White)
	last := 0
	for x := range img.Bounds().Dx() {
		for y := range img.Bounds().Dy() {
			if color.RGBAModel.Convert(img.At(x, y)) != white {
				last = x
			}
		}
	}
	got, want := float64(last)/scale, 10+p.measure(f.text, titleLetter)
	if math.Abs(got-want) > 3 {
		t.Errorf("text ends at %g, measured to end at %g", got, want)
	}
}

type textFigure struct{ text string }

func (*textFigure) size(*pen) (width, height float64) { return 800, 60 }
func (*textFigure) describe() (title, desc string)    { return "", "" }
func (f *textFigure) paint(p *pen) {
	p.rect(0, 0, 800, 60, background)
	p.text(f.text, 10, 40, titleLetter)
}

// One interval that nobody could read must not squeeze all the others: the axis
// ends at a few times the longest bar, and an arrow says that it goes on.
func TestSpeedupAxisIsSane(t *testing.T) {
	bar := func(ratio, lo, hi float64, goals ...float64) SpeedupBar {
		return SpeedupBar{Outcome: OutcomeFast, Ratio: ratio, Lo: lo, Hi: hi, Goals: goals}
	}
	check := func(what string, lo, hi float64, cut bool, bars ...SpeedupBar) {
		t.Helper()
		r, got := axisOver(bars)
		want := rangeOver([]float64{lo, hi})
		if math.Abs(r.min/want.min-1) > 1e-9 || math.Abs(r.max/want.max-1) > 1e-9 || got != cut {
			t.Errorf("%s: %g to %g, cut %v, want %g to %g, cut %v", what, r.min, r.max, got, want.min, want.max, cut)
		}
	}
	inf := math.Inf(1)
	check("whiskers that fit", 1, 12, false, bar(5, 3, 12))
	check("a wild upper end", 1, 30, true, bar(10, 9.8, 4760), bar(5, 3, 12))
	check("no upper end", 1, 15, true, bar(5, 2, inf))
	check("a wild lower end", 1.0/3, 5, true, bar(4, 0.001, 5))
	check("no lower end", 0.8/3, 1, true, bar(0.8, 0, 0.9))
	check("goals are always on it", 1, 100, false, bar(2, 1, 3, 100))
	check("nothing to draw", 1, 1, false, SpeedupBar{Outcome: OutcomeInvalid, Lo: 2, Hi: 9})
	check("one bar without a whisker", 1, 4, false, bar(4, 0, 0))

	d := all()
	d.Groups[1].Rows[0].Bars[0].Hi = inf
	for _, format := range []Format{SVG, PNG} {
		if got := draw(t, d, Options{Format: format}); format == SVG && !strings.Contains(string(got), "goes on") {
			t.Error("an interval without an end is not explained in the legend")
		}
	}
}
