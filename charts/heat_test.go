package charts

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/wcharczuk/go-chart/v2/drawing"
)

// heats shows every bin, every state, a long name, a hostile one and a heading
// that has to be wrapped.
func heats() HeatData {
	cell := func(ratio float64, bold bool) HeatCell {
		return HeatCell{State: HeatRatio, Ratio: ratio, Value: fmt.Sprintf("%.3gx", ratio), Bold: bold}
	}
	d := HeatData{Reference: "python", Columns: []string{"sequential", "threadpool", "asyncio_queue", "multiprocess fork", "a way of running that nobody would give such a name"}, Bold: "goal met"}
	d.Rows = []HeatRow{
		{Label: "io_bound static sleep_ms=5", Name: "build/io_bound_static/sleep_ms=5", Cells: []HeatCell{
			{State: HeatEqual, Ratio: 1.02, Value: "1.02x"}, {State: HeatUnclear, Ratio: 1.38, Value: "1.38x"}, {State: HeatUnclear}, {}, {State: HeatInvalid}}},
		{Label: "faster <core> & more", Cells: []HeatCell{cell(1.4, false), cell(2.4, false), cell(3.9, true), cell(7.77, true), cell(93.1, true)}},
		{Label: "slower", Cells: []HeatCell{cell(0.83, false), cell(0.41, false), cell(0.25, false), cell(0.13, false), cell(0.064, false)}},
		{Label: "a name that is much too long for the column and is therefore shortened in its middle/size=1MiB", Cells: []HeatCell{cell(1, false), cell(5, true), cell(12345, true),
			{State: HeatUnclear, Ratio: 3.1, Value: "3.10x", Bold: true, Text: "one round"}, {State: HeatEqual}}},
	}
	return d
}

func drawHeat(t *testing.T, d HeatData, opt Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Heat(&b, d, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGoldenHeat(t *testing.T) {
	golden(t, "heat.svg", drawHeat(t, heats(), Options{}))
	golden(t, "heat-dark.svg", drawHeat(t, heats(), Options{Theme: ThemeDark, Title: "Ours & <theirs>", Subtitle: "as of today"}))
	golden(t, "heat-embedded.svg", drawHeat(t, heats(), Options{Embed: true, ID: "heat"}))
	single := HeatData{Reference: "old", Columns: []string{"new"}, Rows: []HeatRow{{Label: "parse", Cells: []HeatCell{{State: HeatRatio, Ratio: 1, Value: "1.00x"}}}}}
	golden(t, "heat-one.svg", drawHeat(t, single, Options{Theme: ThemeLight}))
}

// Text stands out 4.5:1 from whatever it can lie on, in both themes.
func TestHeatContrast(t *testing.T) {
	for _, theme := range []Theme{ThemeLight, ThemeDark} {
		check := func(what string, text role, on ...role) {
			t.Helper()
			for _, r := range on {
				if got := contrast(theme.color(text), theme.color(r)); got < 4.5 {
					t.Errorf("theme %d: %s on %s: %.2f:1, want 4.5:1", theme, what, r.class(), got)
				}
			}
		}
		for _, b := range heatBins {
			check(b.word, b.text, b.role)
		}
		for s := range heatStates {
			if s == HeatRatio {
				continue
			}
			look := s.look()
			check(look.word, look.text.role, look.fill)
			if look.hatch != noRole {
				check(look.word+" on its stripes", look.text.role, look.hatch)
			}
		}
		check("unclear beneath a number", heatWord.role, HeatUnclear.look().fill, HeatUnclear.look().hatch)
	}
}

// Neighbouring bins, and faster and slower at the same distance from 1x, are
// told apart with any kind of sight.
func TestHeatBinsAreToldApart(t *testing.T) {
	for _, theme := range []Theme{ThemeLight, ThemeDark} {
		for sight := range sights {
			check := func(a, b role, least float64) {
				t.Helper()
				if got := apart(theme.color(a), theme.color(b), sight); got < least {
					t.Errorf("theme %d, %s: %s and %s are %.3f apart, want %g", theme, sight, a.class(), b.class(), got, least)
				}
			}
			n := len(heatBins)
			for i := range n - 1 {
				check(heatBins[i].role, heatBins[i+1].role, 0.05)
			}
			for i := range n / 2 {
				check(heatBins[i].role, heatBins[n-1-i].role, 0.06)
			}
			check(slower1, level, 0.03)
			check(faster1, level, 0.03)
		}
	}
}

// sights are matrices on linear light for what people see who lack one kind of
// cone (Machado, Oliveira and Fernandes 2009, severity 1).
var sights = map[string][3][3]float64{
	"full colour vision": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":         {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia":       {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":         {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// apart is the distance of two colours in Oklab, where black and white are 1
// apart and 0.02 is just noticed.
func apart(a, b drawing.Color, sight string) float64 {
	x, y := oklab(seen(a, sight)), oklab(seen(b, sight))
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}

func seen(c drawing.Color, sight string) (out [3]float64) {
	linear := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	v := [3]float64{linear(c.R), linear(c.G), linear(c.B)}
	for i, row := range sights[sight] {
		out[i] = math.Min(1, math.Max(0, row[0]*v[0]+row[1]*v[1]+row[2]*v[2]))
	}
	return out
}

// oklab is Björn Ottosson's colour space (https://bottosson.github.io/posts/oklab/).
func oklab(v [3]float64) [3]float64 {
	l := math.Cbrt(0.4122214708*v[0] + 0.5363325363*v[1] + 0.0514459929*v[2])
	m := math.Cbrt(0.2119034982*v[0] + 0.6806995451*v[1] + 0.1073969566*v[2])
	s := math.Cbrt(0.0883024619*v[0] + 0.2817188376*v[1] + 0.6299787005*v[2])
	return [3]float64{0.2104542553*l + 0.7936177850*m - 0.0040720468*s, 1.9779984951*l - 2.4285922050*m + 0.4505937099*s, 0.0259040371*l + 0.7827717662*m - 0.8086757660*s}
}

// Swapping the sides swaps the colours: the scale favours nobody.
func TestHeatBinsMirror(t *testing.T) {
	n := len(heatBins)
	for i := 1; i < n; i++ {
		if got := heatBins[i].from * heatBins[n-i].from; math.Abs(got-1) > 1e-12 {
			t.Errorf("bounds %g and %g do not mirror each other", heatBins[i].from, heatBins[n-i].from)
		}
	}
	if heatBins[0].role != slower || heatBins[n-1].role != fast {
		t.Error("the ends are not the colours that mean slower and faster elsewhere")
	}
	check := func(ratio float64, want string) {
		t.Helper()
		if got := heatBins[binOf(ratio)].word; got != want {
			t.Errorf("%g: %q, want %q", ratio, got, want)
		}
	}
	check(5e-324, "below 0.1x")
	check(0.1, "0.1x to 0.2x")
	check(math.Nextafter(1, 0), "0.5x to 1x")
	check(1, "1x to 2x")
	check(math.Nextafter(2, 0), "1x to 2x")
	check(2, "2x to 3x")
	check(9.99, "5x to 10x")
	check(math.MaxFloat64, "10x or more")
}

// A cell says in words what its colour says, and bold only what was met.
func TestHeatWords(t *testing.T) {
	f := &heatFigure{HeatData: heats()}
	check := func(c HeatCell, shown, word, said string) {
		t.Helper()
		gotShown, gotWord := f.shown(c)
		if gotSaid := f.words(c); gotShown != shown || gotWord != word || gotSaid != said {
			t.Errorf("%+v: %q, %q, said %q, want %q, %q, %q", c, gotShown, gotWord, gotSaid, shown, word, said)
		}
	}
	check(HeatCell{Bold: true}, "not run", "", "not run")
	check(HeatCell{State: HeatInvalid, Value: "3x", Bold: true}, "invalid", "", "invalid")
	check(HeatCell{State: HeatUnclear}, "unclear", "", "unclear")
	check(HeatCell{State: HeatUnclear, Value: "3x"}, "3x", "unclear", "unclear 3x")
	check(HeatCell{State: HeatEqual, Value: "1.01x"}, "≈ 1.01x", "", "about equal 1.01x")
	check(HeatCell{State: HeatRatio, Ratio: 3, Value: "3x", Bold: true}, "3x", "", "3x (goal met)")
	f.Bold = ""
	check(HeatCell{State: HeatRatio, Ratio: 3, Value: "3x", Bold: true}, "3x", "", "3x")
}

// The legend has what the chart has, and nothing else.
func TestHeatLegend(t *testing.T) {
	check := func(want string, cells ...HeatCell) {
		t.Helper()
		d := HeatData{Reference: "r", Columns: make([]string, len(cells)), Rows: []HeatRow{{Cells: cells}}, Bold: "met"}
		var got []string
		p, err := inspect(drawHeat(t, d, Options{Theme: ThemeLight, Subtitle: "s"}), Options{Theme: ThemeLight})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range p.texts {
			if text.fontSize == scale*binLetter.size {
				got = append(got, text.body)
			}
		}
		slices.Sort(got)
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("legend %q, want %q", s, want)
		}
	}
	ratio := func(v float64) HeatCell { return HeatCell{State: HeatRatio, Ratio: v, Value: "v"} }
	check("not run", HeatCell{})
	check("1x to 2x", ratio(1.5))
	check("0.5x to 1x, 1x to 2x, 2x to 3x", ratio(2.5), ratio(0.6))
	check("1x to 2x, invalid, unclear, ≈ about equal", ratio(1.5), HeatCell{State: HeatInvalid}, HeatCell{State: HeatUnclear}, HeatCell{State: HeatEqual})
	check("1x to 2x, bold: met", HeatCell{State: HeatRatio, Ratio: 1.5, Bold: true})
}

func TestHeatPNG(t *testing.T) {
	for _, theme := range []Theme{ThemeAuto, ThemeDark} {
		img, err := png.Decode(bytes.NewReader(drawHeat(t, heats(), Options{Format: PNG, Theme: theme})))
		if err != nil {
			t.Fatal(err)
		}
		p, err := newPen(Options{Format: PNG, Theme: theme})
		if err != nil {
			t.Fatal(err)
		}
		f := &heatFigure{HeatData: heats()}
		w, h := f.size(p)
		if got, want := img.Bounds().Size(), image.Pt(units(w), units(h)); got != want {
			t.Errorf("size %v, want %v", got, want)
		}
		for i, r := range f.Rows {
			for j, c := range r.Cells {
				if c.State != HeatRatio {
					continue
				}
				// The lower left of a cell, clear of its number.
				x, y := f.left+f.cellWidth*float64(j)+4, f.top+heatPitch*float64(i+1)-4
				k := p.theme.color(heatBins[c.bin()].role)
				got := color.RGBAModel.Convert(img.At(units(x), units(y))).(color.RGBA)
				if want := (color.RGBA{k.R, k.G, k.B, 255}); got != want {
					t.Errorf("theme %d, %s in column %d: %v, want %v", theme, c.Value, j, got, want)
				}
			}
		}
	}
}

func TestHeatRefusesWhatItCannotDraw(t *testing.T) {
	check := func(want string, change func(*HeatData)) {
		t.Helper()
		d := heats()
		change(&d)
		var b bytes.Buffer
		if err := Heat(&b, d, Options{}); err == nil || !strings.Contains(err.Error(), want) || b.Len() > 0 {
			t.Errorf("error %v and %d bytes, want %q and none", err, b.Len(), want)
		}
	}
	check("heat chart: no rows", func(d *HeatData) { d.Rows = nil })
	check("no columns", func(d *HeatData) { d.Columns = nil })
	check(`row "slower" has 4 cells for 5 columns`, func(d *HeatData) { d.Rows[2].Cells = d.Rows[2].Cells[1:] })
	check(`row "slower", column "threadpool": ratio is 0, not a positive finite number`, func(d *HeatData) { d.Rows[2].Cells[1].Ratio = 0 })
	check("state 5 is not one of the 5 states", func(d *HeatData) { d.Rows[0].Cells[0].State = heatStates })
	check("what is sure is -1, not a positive finite number", func(d *HeatData) { d.Rows[1].Cells[0].Sure = -1 })
	check("1001 rows of 5 cells, at most 5000 cells", func(d *HeatData) { d.Rows = slices.Repeat(d.Rows[:1], 1001) })

	full := errors.New("disk full")
	if err := Heat(failing{full}, heats(), Options{}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

// Headings are wrapped where names are put together, and lose their middle
// where that is not enough.
func TestWrap(t *testing.T) {
	p, err := newPen(Options{})
	if err != nil {
		t.Fatal(err)
	}
	check := func(s string, pixels float64, want ...string) {
		t.Helper()
		got := p.wrap(s, columnLetter, pixels, 3)
		if !slices.Equal(got, want) {
			t.Errorf("%.60q in %g pixels: %q, want %q", s, pixels, got, want)
		}
		for _, line := range got {
			if w := p.measure(line, columnLetter); w > pixels && len(got) > 1 {
				t.Errorf("%q is %g wide, more than %g", line, w, pixels)
			}
		}
	}
	check("threadpool", 100, "threadpool")
	check("", 100, "")
	check("multiprocess fork", 100, "multiprocess", "fork")
	check("asyncio_queue", 70, "asyncio_", "queue")
	check("one_two_three_four_five_six_seven", 50, "one_", "tw…x_", "seven")
	check("unbreakableandlong", 60, "un…ong")
	check("W", 2, "…")
	check(strings.Repeat("x", 1<<20), 30, "x…x")
}

// Two hundred rows have their headings at both ends.
func TestHeatOfManyRows(t *testing.T) {
	d := heats()
	d.Rows = slices.Repeat(d.Rows, 50)
	got := drawHeat(t, d, Options{Theme: ThemeLight})
	if n := bytes.Count(got, []byte(">sequential<")); n != 2 {
		t.Errorf("%d headings, want 2", n)
	}
	if n := len(got); n > 400<<10 {
		t.Errorf("%d bytes for 1000 cells", n)
	}
}

// A cell has the colour of what is sure of it, and the figure says so.
func TestHeatColoursWhatIsSure(t *testing.T) {
	cell := HeatCell{State: HeatRatio, Ratio: 2.11, Sure: 1.23, Value: "2.11x"}
	if got := heatBins[cell.bin()].word; got != "1x to 2x" {
		t.Errorf("2.11x that is surely 1.23x has the colour of %s", got)
	}
	d := HeatData{Reference: "r", Columns: []string{"c"}, Rows: []HeatRow{{Label: "l", Cells: []HeatCell{cell}}}}
	const said = "coloured by the end of the 95% interval that is nearer to 1x"
	got := string(drawHeat(t, d, Options{}))
	if !strings.Contains(got, said) || strings.Contains(got, ">2x to 3x<") || !strings.Contains(got, ">1x to 2x<") {
		t.Errorf("the legend is not that of what is sure:\n%s", got)
	}
	if strings.Contains(string(drawHeat(t, heats(), Options{})), said) {
		t.Error("colours of the ratios are said to be of intervals")
	}
}
