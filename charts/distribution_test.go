package charts

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// side makes a side of so many processes: sample gives the times of a
// process.
func side(name string, processes, samples int, sample func(process, i int) float64) DistributionSide {
	s := DistributionSide{Name: name}
	var medians []float64
	for q := range processes {
		p := DistributionProcess{Round: q + 1}
		for i := range samples {
			p.SamplesNS = append(p.SamplesNS, math.Round(sample(q, i)))
		}
		p.MedianNS = median(p.SamplesNS)
		p.Text = fmt.Sprintf("round %d: %s, %d samples", p.Round, timeLabel(rough(p.MedianNS)), samples)
		medians = append(medians, p.MedianNS)
		s.Processes = append(s.Processes, p)
	}
	s.MedianNS = median(medians)
	s.Note = "median " + timeLabel(rough(s.MedianNS))
	return s
}

// rough is a number to three digits.
func rough(v float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	return r
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// modes shows two modes within processes, a slow process, two modes between
// processes, and a hostile name.
func modes() DistributionData {
	r := rand.New(rand.NewPCG(3, 4))
	return DistributionData{Benchmark: "fan <out> & in", Sides: []DistributionSide{
		side("python", 10, 20, func(q, i int) float64 { return 12.5e6 * math.Exp(0.04*r.NormFloat64()+0.3*float64(b2i(q == 3))) }),
		side("go", 10, 20, func(q, i int) float64 {
			return 3.1e6 * math.Exp(0.03*r.NormFloat64()+0.35*float64(b2i(r.Float64() < 0.3)))
		}),
		side("a name that is much too long to stand beside a strip", 10, 20, func(q, i int) float64 { return 0.95e6 * math.Exp(0.03*r.NormFloat64()+0.3*float64(q%2)) }),
		side("one", 1, 12, func(q, i int) float64 { return 1.5e6 * math.Exp(0.2*r.NormFloat64()) }),
	}}
}

// noisy is the usual: a few percent within processes and between them, and now
// and then a pause.
func noisy(processes, samples int) DistributionData {
	r := rand.New(rand.NewPCG(5, 6))
	sample := func(ns float64) func(int, int) float64 {
		var shift float64
		return func(_, i int) float64 {
			if i == 0 {
				shift = 0.03 * r.NormFloat64()
			}
			return ns * math.Exp(shift+0.03*r.NormFloat64()+0.8*float64(b2i(r.Float64() < 0.03)))
		}
	}
	return DistributionData{Benchmark: "graph/medium_state_parallel", Sides: []DistributionSide{
		side("python", processes, samples, sample(12.5e6)), side("go", processes, samples, sample(2.2e6))}}
}

func drawDistribution(t *testing.T, d DistributionData, opt Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Distribution(&b, d, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGoldenDistribution(t *testing.T) {
	golden(t, "distribution.svg", drawDistribution(t, modes(), Options{}))
	golden(t, "distribution-dark.svg", drawDistribution(t, modes(), Options{Theme: ThemeDark, Title: "Ours & <theirs>", Subtitle: "as of today"}))
	golden(t, "distribution-embedded.svg", drawDistribution(t, noisy(5, 10), Options{Embed: true, ID: "row-1"}))
	flat := DistributionData{Benchmark: "b", Sides: []DistributionSide{side("go", 1, 1, func(int, int) float64 { return 5 })}}
	golden(t, "distribution-flat.svg", drawDistribution(t, flat, Options{Theme: ThemeLight}))
}

func TestDistributionPNG(t *testing.T) {
	for _, theme := range []Theme{ThemeAuto, ThemeDark} {
		img, err := png.Decode(bytes.NewReader(drawDistribution(t, modes(), Options{Format: PNG, Theme: theme})))
		if err != nil {
			t.Fatal(err)
		}
		p, err := newPen(Options{Format: PNG, Theme: theme})
		if err != nil {
			t.Fatal(err)
		}
		f := &distributionFigure{DistributionData: modes()}
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
		at("strip", f.left+2, f.strips[0].top+2, band)
		// The slow process of the first side lies in its own lane alone.
		slow := f.Sides[0].Processes[3]
		x := f.x(slow.MedianNS)
		at("median of the slow process", x, f.strips[0].lane(3, 10), ink)
		at("the lane below it", x, f.strips[0].lane(5, 10), band)
		for i, s := range f.Sides {
			last := slices.Max(s.samples())
			at("end of the share of "+s.Name, f.x(last), f.share(1)+1, looksOf(i).role)
		}
	}
}

// Two modes are a step at the share of the first: a plateau between the two.
func TestDistributionStepsShowTwoModes(t *testing.T) {
	p, err := newPen(Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := &distributionFigure{DistributionData: DistributionData{Sides: []DistributionSide{
		side("go", 4, 10, func(_, i int) float64 { return []float64{1000, 2000}[b2i(i < 3)] })}}}
	f.size(p)
	got := f.steps(f.Sides[0].samples())
	want := [][2]float64{{f.x(1000), f.share(0)}, {f.x(1000), f.share(0.7)}, {f.x(2000), f.share(0.7)}, {f.x(2000), f.share(1)}}
	if len(got) != len(want) {
		t.Fatalf("corners %v, want %v", got, want)
	}
	for i := range want {
		if math.Hypot(got[i][0]-want[i][0], got[i][1]-want[i][1]) > 1e-9 {
			t.Errorf("corner %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// However many samples there are, the shares rise from none to all, and in no
// more corners than pixels.
func TestDistributionSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		samples := rapid.SliceOfN(rapid.Float64Range(1, 1e6), 1, 3000).Draw(t, "samples")
		p, err := newPen(Options{})
		if err != nil {
			t.Fatal(err)
		}
		f := &distributionFigure{DistributionData: DistributionData{Sides: []DistributionSide{{Processes: []DistributionProcess{{SamplesNS: samples}}}}}}
		f.size(p)
		steps := f.steps(samples)
		if first, last := steps[0][1], steps[len(steps)-1][1]; first != f.share(0) || last != f.share(1) {
			t.Fatalf("the shares go from %g to %g, want %g to %g", first, last, f.share(0), f.share(1))
		}
		for i := 1; i < len(steps); i++ {
			if steps[i][0] < steps[i-1][0] || steps[i][1] > steps[i-1][1] {
				t.Fatalf("corner %d, %v, does not come after %v", i, steps[i], steps[i-1])
			}
		}
		if most := 2 * (f.right - f.left + 1); float64(len(steps)) > most {
			t.Fatalf("%d corners, at most %g", len(steps), most)
		}
	})
}

func TestDistributionRefusesWhatItCannotDraw(t *testing.T) {
	check := func(want string, change func(*DistributionData)) {
		t.Helper()
		d := modes()
		change(&d)
		for _, format := range []Format{SVG, PNG} {
			var b bytes.Buffer
			err := Distribution(&b, d, Options{Format: format})
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got error %v, want one with %q", err, want)
			}
			if b.Len() > 0 {
				t.Errorf("%q: %d bytes written", want, b.Len())
			}
		}
	}
	check("no samples", func(d *DistributionData) { d.Sides = nil })
	check("no samples", func(d *DistributionData) {
		d.Sides = []DistributionSide{{Processes: []DistributionProcess{{Round: 1}}}}
	})
	check(`implementation "go": round 3: sample 5 is NaN`, func(d *DistributionData) { d.Sides[1].Processes[2].SamplesNS[4] = math.NaN() })
	check("sample 1 is +Inf", func(d *DistributionData) { d.Sides[1].Processes[2].SamplesNS[0] = math.Inf(1) })
	check("sample 1 is 0", func(d *DistributionData) { d.Sides[1].Processes[2].SamplesNS[0] = 0 })
	check("round 3: median is -1", func(d *DistributionData) { d.Sides[1].Processes[2].MedianNS = -1 })
	check(`"go": median is NaN`, func(d *DistributionData) { d.Sides[1].MedianNS = math.NaN() })
	check("1001 processes, at most 1000", func(d *DistributionData) { d.Sides[0].Processes = make([]DistributionProcess, maxProcesses+1) })
	check("41 implementations, at most 40", func(d *DistributionData) {
		for len(d.Sides) <= maxSides {
			d.Sides = append(d.Sides, d.Sides[0])
		}
	})
}

func TestDistributionPassesOnWriteErrors(t *testing.T) {
	full := errors.New("disk full")
	if err := Distribution(failing{full}, modes(), Options{}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
