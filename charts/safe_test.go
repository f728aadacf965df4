package charts

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
)

// A sketch is a figure of some data.
type sketch struct {
	name string
	draw func(w io.Writer, opt Options) error
}

// An ordeal is what data can be like: names of any kind, numbers of any size,
// any number of rows.
type ordeal struct {
	names  []string
	values []float64 // positive and finite where the data is to be drawn
	rows   int
	wide   int    // columns, bars or lines
	mixed  uint64 // picks states and what is left out
}

// The number of a figure's rows, columns and so on is what asks for names and
// values in turn.
func (o ordeal) name(i int) string   { return o.names[i%len(o.names)] }
func (o ordeal) value(i int) float64 { return o.values[i%len(o.values)] }
func (o ordeal) yes(i int) bool      { return o.pick(i, 2) == 1 }

// pick is the same for the same ordeal and number (splitmix64).
func (o ordeal) pick(i, n int) int {
	x := o.mixed + uint64(i+1)*0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return int((x ^ x>>31) % uint64(n))
}

// around is an interval that holds a value, unless the value has none around
// it.
func around(v float64) (lo, hi float64) {
	lo, hi = v/1.5, v*1.5
	if !(lo >= 1e-30) {
		lo = v
	}
	if !(hi <= 1e30) {
		hi = v
	}
	return lo, hi
}

// drawings are all figures of the package.
func (o ordeal) drawings() []sketch {
	return []sketch{
		{"speedup", func(w io.Writer, opt Options) error { return Speedup(w, o.speedup(), opt) }},
		{"distribution", func(w io.Writer, opt Options) error { return Distribution(w, o.distribution(), opt) }},
		{"scaling", func(w io.Writer, opt Options) error { return Scaling(w, o.scaling(), opt) }},
		{"heat", func(w io.Writer, opt Options) error { return Heat(w, o.heat(), opt) }},
		{"executors", func(w io.Writer, opt Options) error { return Executors(w, o.executors(), opt) }},
	}
}

func (o ordeal) speedup() SpeedupData {
	d := SpeedupData{Reference: o.name(0)}
	for j := range o.wide {
		d.Candidates = append(d.Candidates, o.name(j+1))
	}
	group := SpeedupGroup{Name: o.name(1), Summary: o.yes(1)}
	for i := range o.rows {
		row := SpeedupRow{Label: o.name(i), Name: o.name(i + 1)}
		for j := range o.wide {
			k := i + j
			b := SpeedupBar{Candidate: o.name(j), Outcome: Outcome(o.pick(k, 6)), Ratio: o.value(k), Value: o.name(k + 2), Detail: o.name(k + 3), Note: o.name(k + 4)}
			if o.yes(k + 1) {
				b.Lo, b.Hi = around(b.Ratio)
			}
			if o.yes(k + 2) {
				b.Goals = []float64{o.value(k + 1), o.value(k + 2)}
			}
			row.Bars = append(row.Bars, b)
		}
		group.Rows = append(group.Rows, row)
		if o.yes(i+5) && len(group.Rows) > 1 {
			d.Groups = append(d.Groups, group)
			group = SpeedupGroup{Name: o.name(i)}
		}
	}
	if len(group.Rows) > 0 {
		d.Groups = append(d.Groups, group)
	}
	return d
}

func (o ordeal) distribution() DistributionData {
	d := DistributionData{Benchmark: o.name(0), Time: o.name(1)}
	for j := range min(o.wide, 8) {
		s := DistributionSide{Name: o.name(j), Note: o.name(j + 1), MedianNS: o.value(j)}
		for i := range o.rows {
			p := DistributionProcess{Round: i + 1, MedianNS: o.value(i), Text: o.name(i)}
			for k := range 1 + o.pick(i, 12) {
				p.SamplesNS = append(p.SamplesNS, o.value(i+j+k))
			}
			s.Processes = append(s.Processes, p)
		}
		d.Sides = append(d.Sides, s)
	}
	return d
}

func (o ordeal) scaling() ScalingData {
	d := ScalingData{Benchmark: o.name(0), Knob: o.name(1), Time: o.name(2)}
	for j := range o.wide {
		l := ScalingLine{Name: o.name(j), Note: o.name(j + 1)}
		for i := range min(o.rows+1, 60) {
			p := ScalingPoint{Size: math.Pow(1.7, float64(i)), NS: o.value(i + j), Text: o.name(i)}
			if o.yes(i) {
				p.Lo, p.Hi = around(p.NS)
			}
			l.Points = append(l.Points, p)
		}
		d.Lines = append(d.Lines, l)
	}
	if o.yes(3) {
		m := ScalingMark{Size: o.value(0), Text: o.name(3)}
		m.Lo, m.Hi = around(m.Size)
		d.Marks = append(d.Marks, m)
	}
	return d
}

func (o ordeal) heat() HeatData {
	d := HeatData{Reference: o.name(0), Bold: o.name(1)}
	for j := range o.wide {
		d.Columns = append(d.Columns, o.name(j))
	}
	for i := range o.rows {
		row := HeatRow{Label: o.name(i), Name: o.name(i + 1)}
		for j := range o.wide {
			k := i + j
			row.Cells = append(row.Cells, HeatCell{State: HeatState(o.pick(k, int(heatStates))), Ratio: o.value(k), Value: o.name(k + 1), Bold: o.yes(k), Text: o.name(k + 2)})
		}
		d.Rows = append(d.Rows, row)
	}
	return d
}

func (o ordeal) executors() ExecutorsData {
	d := ExecutorsData{Implementation: o.name(0), Knob: o.name(1)}
	for j := range o.wide {
		d.Variants = append(d.Variants, o.name(j))
	}
	for i := range o.rows {
		l := ExecutorsLine{Label: o.name(i), Name: o.name(i + 1)}
		if o.yes(i) {
			l.MinimumNS, l.Minimum = o.value(i+3), o.name(i+2)
		}
		for j := range o.wide {
			k := i + j
			c := ExecutorsCell{NS: o.value(k), Value: o.name(k), Detail: o.name(k + 1), Text: o.name(k + 2), Best: o.pick(i, o.wide) == j, Tied: o.yes(k), Open: o.yes(k + 2)}
			if o.yes(k + 1) {
				c.Lo, c.Hi = around(c.NS)
			}
			l.Cells = append(l.Cells, c)
		}
		d.Lines = append(d.Lines, l)
	}
	return d
}

// Names that strangers can give.
var strangers = map[string][]string{
	"plain":     {"threadpool", "asyncio_queue", "6.31x", "multiprocess fork"},
	"empty":     {""},
	"markup":    {`<&"'>`, "]]>", "<!--", "</svg><script>alert(1)</script>", "&#0;", "{{.}}"},
	"control":   {"\x00\x1b[2J", "a\nb\tc", "\xff\xfe", "\u0085\u2028\u2029", "\ufffe\uffff"},
	"direction": {"\u202eevil\u202c", "\u2066x", "\u200f\u200e", "قياس الأداء", "בדיקת ביצועים 3.5x", "abc קצר 12"},
	"combining": {"e\u0301a\u0300o\u0302", strings.Repeat("z\u0351\u0327\u0342\u034b", 30), "नमस्ते दुनिया", "\u0301\u0302"},
	"wide":      {"日本語のベンチマーク", "🚀🔥", strings.Repeat("W", 40), "ｆｕｌｌ"},
	"long":      {strings.Repeat("long_name/", 12), strings.Repeat("x", 120), strings.Repeat("two words ", 12)},
	"endless":   {strings.Repeat("a very long name_", 2000), "b"},
}

// Numbers that are measured, or that a broken clock makes of them.
var magnitudes = map[string][]float64{
	"plain": {1e6, 2.5e6, 1.2e6, 9e5},
	"one":   {1},
	"equal": {12345, 12345, 12345},
	"near":  {1, 1 + 1e-15, 1 - 1e-16},
	"tiny":  {1e-30, 2e-30, 5e-29},
	"huge":  {1e30, 3e29, 1e29},
	"far":   {1e-30, 1, 1e30},
}

// Any data gives a picture that is well-formed, has no coordinate that is not
// a number, holds all its letters and marks within its edges and brings no
// style or script into a page.
func TestAnyDataIsSafe(t *testing.T) {
	check := func(what string, o ordeal) {
		t.Helper()
		for _, d := range o.drawings() {
			for _, opt := range []Options{{}, {Theme: ThemeDark, Title: o.name(0), Subtitle: o.name(1)}, {Embed: true, ID: "f1"}} {
				safe(t, fmt.Sprintf("%s of %s, %+v", d.name, what, opt), d, opt)
			}
		}
	}
	for kind, names := range strangers {
		check(kind+" names", ordeal{names: names, values: magnitudes["plain"], rows: 4, wide: 3, mixed: 0x5a3c96e1d2b4})
	}
	for kind, values := range magnitudes {
		for _, mixed := range []uint64{0, math.MaxUint64, 0x5a3c96e1d2b4} {
			check(kind+" values", ordeal{names: strangers["plain"], values: values, rows: 5, wide: 3, mixed: mixed})
			check("one point of "+kind+" values", ordeal{names: strangers["plain"], values: values, rows: 1, wide: 1, mixed: mixed})
		}
	}
	check("200 rows", ordeal{names: strangers["long"], values: magnitudes["plain"], rows: 200, wide: 5, mixed: 0xa5})
	check("many columns", ordeal{names: strangers["long"], values: magnitudes["plain"], rows: 3, wide: 40, mixed: 0xa5})
}

func safe(t testing.TB, what string, d sketch, opt Options) *picture {
	t.Helper()
	var b bytes.Buffer
	if err := d.draw(&b, opt); err != nil {
		t.Errorf("%s: %v", what, err)
		return &picture{}
	}
	return safeSVG(t, what, b.Bytes(), opt)
}

// No text lies on another, in data as it is measured and as it is named.
func TestTextsDoNotCollide(t *testing.T) {
	for _, names := range []string{"plain", "long", "wide", "direction"} {
		for _, size := range [][2]int{{1, 1}, {7, 5}, {30, 7}} {
			o := ordeal{names: strangers[names], values: magnitudes["plain"], rows: size[0], wide: size[1], mixed: 0x5a3c96e1d2b4}
			for _, d := range o.drawings() {
				for _, opt := range []Options{{}, {Embed: true, ID: "f1"}} {
					what := fmt.Sprintf("%s of %d x %d with %s names", d.name, size[0], size[1], names)
					for _, c := range safe(t, what, d, opt).collisions() {
						t.Errorf("%s: %s", what, c)
					}
				}
			}
		}
	}
}

// Thousands of samples in one picture.
func TestDistributionOfThousands(t *testing.T) {
	d := DistributionData{Benchmark: "b"}
	for _, name := range []string{"python", "go"} {
		s := DistributionSide{Name: name, MedianNS: 1e6}
		for i := range 30 {
			p := DistributionProcess{Round: i + 1, MedianNS: 1e6}
			for k := range 1000 {
				p.SamplesNS = append(p.SamplesNS, 1e6*math.Exp(math.Sin(float64(k*i))))
			}
			s.Processes = append(s.Processes, p)
		}
		d.Sides = append(d.Sides, s)
	}
	for _, opt := range []Options{{}, {Embed: true, ID: "f1"}} {
		safe(t, "60000 samples", sketch{"distribution", func(w io.Writer, opt Options) error { return Distribution(w, d, opt) }}, opt)
	}
}

// Equal data gives equal bytes, in every format.
func TestDrawingsAreDeterministic(t *testing.T) {
	for _, d := range sound.drawings() {
		for _, opt := range []Options{{}, {Embed: true, ID: "f1"}, {Format: PNG}} {
			var a, b bytes.Buffer
			if err := errors.Join(d.draw(&a, opt), d.draw(&b, opt)); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Errorf("%s, %+v: two drawings differ (%v)", d.name, opt, err)
			}
		}
	}
}

// What holds for SVG has to hold for the pixels of a PNG: it is drawn, at its
// size, whatever the data.
func TestAnyDataIsSafeAsPNG(t *testing.T) {
	for _, o := range []ordeal{
		{names: strangers["combining"], values: magnitudes["far"], rows: 2, wide: 2, mixed: math.MaxUint64},
		{names: strangers["control"], values: magnitudes["one"], rows: 1, wide: 1},
	} {
		for _, d := range o.drawings() {
			var b bytes.Buffer
			if err := d.draw(&b, Options{Format: PNG}); err != nil {
				t.Errorf("%s: %v", d.name, err)
				continue
			}
			if c, err := png.DecodeConfig(&b); err != nil || c.Width < 100 || c.Height < 50 {
				t.Errorf("%s: %d by %d, %v", d.name, c.Width, c.Height, err)
			}
		}
	}
}

// sound is data whose every row has a name of its own.
var sound = ordeal{names: []string{"row-a", "row-b", "row-c", "row-d", "row-e"}, values: []float64{2, 3, 5, 7}, rows: 3, wide: 2, mixed: math.MaxUint64}

// Numbers that are none, infinite or negative are refused wherever they stand,
// by an error that names the row, and before anything is written.
func TestNumbersThatAreNoneAreRefused(t *testing.T) {
	refuse := func(name string, fresh func() any, draw func(io.Writer, any, Options) error) {
		t.Helper()
		n := len(numbers(reflect.ValueOf(fresh()).Elem(), "", ""))
		if n < 5 {
			t.Fatalf("%s: only %d numbers found", name, n)
		}
		for i := range n {
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1} {
				data := fresh()
				at := numbers(reflect.ValueOf(data).Elem(), "", "")[i]
				if bad == math.Inf(1) && openEnded(name, at.path) {
					continue
				}
				at.value.SetFloat(bad)
				var b bytes.Buffer
				err := draw(&b, data, Options{})
				switch {
				case err == nil:
					t.Errorf("%s: %g as %s is drawn", name, bad, at.path)
				case !strings.Contains(err.Error(), at.owner):
					t.Errorf("%s: %g as %s: error %q does not name %q", name, bad, at.path, err, at.owner)
				}
				if b.Len() > 0 {
					t.Errorf("%s: %g as %s: %d bytes written", name, bad, at.path, b.Len())
				}
			}
		}
	}
	refuse("speedup", func() any { d := sound.speedup(); return &d }, func(w io.Writer, d any, o Options) error { return Speedup(w, *d.(*SpeedupData), o) })
	refuse("distribution", func() any { d := sound.distribution(); return &d }, func(w io.Writer, d any, o Options) error { return Distribution(w, *d.(*DistributionData), o) })
	refuse("scaling", func() any { d := sound.scaling(); return &d }, func(w io.Writer, d any, o Options) error { return Scaling(w, *d.(*ScalingData), o) })
	refuse("heat", func() any { d := sound.heat(); return &d }, func(w io.Writer, d any, o Options) error { return Heat(w, *d.(*HeatData), o) })
	refuse("executors", func() any { d := sound.executors(); return &d }, func(w io.Writer, d any, o Options) error { return Executors(w, *d.(*ExecutorsData), o) })
}

// openEnded are the numbers that may be infinite: upper ends of intervals that
// have none.
func openEnded(figure, path string) bool {
	return strings.HasSuffix(path, ".Hi") && (figure == "speedup" || strings.Contains(path, ".Marks"))
}

// A number is a float of some data, where it is and what row it is of.
type number struct {
	value       reflect.Value
	path, owner string
}

func numbers(v reflect.Value, path, owner string) []number {
	var out []number
	switch v.Kind() {
	case reflect.Float64:
		return []number{{v, path, owner}}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, numbers(v.Index(i), fmt.Sprintf("%s[%d]", path, i), owner)...)
		}
	case reflect.Struct:
		for _, name := range []string{"Label", "Name"} {
			if f := v.FieldByName(name); f.IsValid() && f.String() != "" {
				owner = f.String()
				break
			}
		}
		for i := range v.NumField() {
			out = append(out, numbers(v.Field(i), path+"."+v.Type().Field(i).Name, owner)...)
		}
	}
	return out
}

// Nothing to draw is an error: an empty picture would look like a finding.
func TestNoRowsAreRefused(t *testing.T) {
	for _, d := range (ordeal{names: []string{"a"}, values: []float64{1}}).drawings() {
		for _, opt := range []Options{{}, {Format: PNG}, {Embed: true, ID: "f1"}} {
			var b bytes.Buffer
			if err := d.draw(&b, opt); err == nil || b.Len() > 0 {
				t.Errorf("%s: error %v, %d bytes", d.name, err, b.Len())
			}
		}
	}
}

// The ends of what a float can hold leave an axis with two ends.
func TestAxisOfTheLargestAndTheSmallest(t *testing.T) {
	r := rangeOver([]float64{5e-324, math.MaxFloat64})
	if !(r.min > 0) || math.IsInf(r.max, 0) {
		t.Errorf("an axis from %g to %g", r.min, r.max)
	}
	if least, one, most := r.at(5e-324), r.at(1), r.at(math.MaxFloat64); least != 0 || math.Abs(one-0.5) > 0.05 || most != 1 {
		t.Errorf("at %g, %g and %g, want 0, about a half and 1", least, one, most)
	}
}

// An embedded figure without ids of its own would break the page's.
func TestEmbeddingNeedsAnID(t *testing.T) {
	for _, d := range sound.drawings() {
		for _, id := range []string{"", "1", `a"b`, "a b", "é"} {
			var b bytes.Buffer
			if err := d.draw(&b, Options{Embed: true, ID: id}); err == nil || b.Len() > 0 {
				t.Errorf("%s with id %q: error %v, %d bytes", d.name, id, err, b.Len())
			}
		}
	}
}

// Whatever a record holds: a figure is refused before the first stroke, or it
// is safe.
func FuzzFigures(f *testing.F) {
	f.Add("threadpool", "asyncio", 1.0, 2.5, 7.0, uint8(3), uint8(2), uint64(0x5a3c))
	f.Add(`<&"'>`, "]]>", 1e-30, 1.0, 1e30, uint8(1), uint8(1), uint64(math.MaxUint64))
	f.Add("\x00\xff\u202e", "e\u0301", math.NaN(), 1.0, 2.0, uint8(2), uint8(2), uint64(7))
	f.Add("קצר 12", strings.Repeat("x", 120), math.Inf(1), -1.0, 0.0, uint8(2), uint8(2), uint64(1))
	f.Add("", "", 5e-324, math.MaxFloat64, 1.0, uint8(40), uint8(7), uint64(0xffff))
	f.Fuzz(func(t *testing.T, name, other string, a, b, c float64, rows, wide uint8, mixed uint64) {
		o := ordeal{names: []string{name, other, name + other}, values: []float64{a, b, c}, rows: int(rows % 48), wide: 1 + int(wide%8), mixed: mixed}
		bad := func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) || v < 0 }
		for _, d := range o.drawings() {
			for _, opt := range []Options{{}, {Embed: true, ID: "f1", Title: other}} {
				var out bytes.Buffer
				if err := d.draw(&out, opt); err != nil {
					if out.Len() > 0 {
						t.Errorf("%s: %v after %d bytes", d.name, err, out.Len())
					}
					continue
				}
				if o.rows > 0 && bad(a) && bad(b) && bad(c) {
					t.Errorf("%s of %g, %g, %g is drawn", d.name, a, b, c)
				}
				safeSVG(t, d.name, out.Bytes(), opt)
			}
		}
	})
}
