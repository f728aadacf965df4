package charts

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// embedded are figures as a page has them.
func embedded(t *testing.T) map[string]string {
	t.Helper()
	out := make(map[string]string)
	add := func(name string, draw func(io.Writer, Options) error) {
		var b bytes.Buffer
		if err := draw(&b, Options{Embed: true, ID: name}); err != nil {
			t.Fatal(err)
		}
		out[name] = b.String()
	}
	add("speedup", func(w io.Writer, opt Options) error { return Speedup(w, all(), opt) })
	add("scaling", func(w io.Writer, opt Options) error { return Scaling(w, sweeps(), opt) })
	add("distribution", func(w io.Writer, opt Options) error { return Distribution(w, modes(), opt) })
	return out
}

// A page forbids style attributes, carries the colours and holds many figures.
func TestEmbedded(t *testing.T) {
	known := StyleSheet()
	classes, ids := regexp.MustCompile(` class="([^"]*)"`), regexp.MustCompile(` id="([^"]*)"`)
	seen := make(map[string]bool)
	for name, s := range embedded(t) {
		if err := wellFormed([]byte(s)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(s, "style") || strings.Contains(s, "<script") || regexp.MustCompile(`="#[0-9a-f]{6}"`).MatchString(s) {
			t.Errorf("%s has a style or a colour of its own:\n%s", name, s)
		}
		if want := fmt.Sprintf(`role="img" aria-labelledby="%s-t %s-d"`, name, name); !strings.Contains(s, want) {
			t.Errorf("%s: no %s in\n%s", name, want, s)
		}
		for _, m := range classes.FindAllStringSubmatch(s, -1) {
			if !strings.Contains(known, "."+m[1]+"{") {
				t.Errorf("%s: the style sheet does not know the class %q", name, m[1])
			}
		}
		for _, m := range ids.FindAllStringSubmatch(s, -1) {
			if seen[m[1]] {
				t.Errorf("%s: the id %q is not the only one", name, m[1])
			}
			seen[m[1]] = true
		}
	}
}

func TestEmbeddingNeedsAnIDAndSVG(t *testing.T) {
	check := func(opt Options, want string) {
		t.Helper()
		if err := Speedup(io.Discard, all(), opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: got error %v, want one with %q", opt, err, want)
		}
	}
	check(Options{Embed: true}, `id ""`)
	check(Options{Embed: true, ID: "a b"}, `id "a b"`)
	check(Options{Embed: true, ID: `x"><script>`}, "is not a letter and then")
	check(Options{Embed: true, ID: "x", Format: PNG}, "only an SVG can be embedded")
}

// long is a speedup chart of so many rows as a record has them.
func long(rows int) SpeedupData {
	r := rand.New(rand.NewPCG(1, 2))
	d := SpeedupData{Reference: "python", Candidates: []string{"go"}}
	for i := range rows {
		if i%20 == 0 {
			d.Groups = append(d.Groups, SpeedupGroup{Name: fmt.Sprintf("category %d", i/20)})
		}
		ratio := math.Exp(r.NormFloat64() + 1)
		b := SpeedupBar{Candidate: "go", Outcome: OutcomeFast, Ratio: ratio, Lo: ratio * 0.93, Hi: ratio * 1.08, Goals: []float64{2}}
		if ratio < 1 {
			b.Outcome, b.Note = OutcomeSlower, "slower"
		}
		b.Value, b.Detail = fmt.Sprintf("%.3gx", ratio), fmt.Sprintf("(%.3g - %.3g)", b.Lo, b.Hi)
		g := &d.Groups[len(d.Groups)-1]
		g.Rows = append(g.Rows, SpeedupRow{Label: fmt.Sprintf("medium_state_parallel_%d workers=%d", i, i%9), Bars: []SpeedupBar{b},
			Name: fmt.Sprintf("graph/category_%d/medium_state_parallel_%d/workers=%d", i/20, i, i%9)})
	}
	return d
}

// A page with 200 benchmarks, each with its distribution, has to stay under 3
// MB.
func TestEmbeddedFiguresAreSmall(t *testing.T) {
	check := func(what string, most int, draw func(io.Writer, Options) error) {
		t.Helper()
		var b bytes.Buffer
		if err := draw(&b, Options{Embed: true, ID: "row-123"}); err != nil {
			t.Fatal(err)
		}
		if b.Len() > most {
			t.Errorf("%s takes %d bytes, want at most %d", what, b.Len(), most)
		}
		t.Logf("%s: %d bytes", what, b.Len())
	}
	check("a speedup chart of 200 rows", 120_000, func(w io.Writer, opt Options) error { return Speedup(w, long(200), opt) })
	check("a distribution of 2 sides, 30 processes, 10 samples", 9_000, func(w io.Writer, opt Options) error { return Distribution(w, noisy(30, 10), opt) })
	check("a distribution of 2 sides, 5 processes, 20 samples", 5_000, func(w io.Writer, opt Options) error { return Distribution(w, noisy(5, 20), opt) })
	check("a distribution of 2 sides, 40 processes, 1000 samples", 24_000, func(w io.Writer, opt Options) error { return Distribution(w, noisy(40, 1000), opt) })
}

func BenchmarkSpeedup200Rows(b *testing.B) {
	d := long(200)
	for _, c := range []struct {
		name string
		opt  Options
	}{{"svg", Options{}}, {"embedded", Options{Embed: true, ID: "a"}}, {"png", Options{Format: PNG}}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := Speedup(io.Discard, d, c.opt); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDistribution(b *testing.B) {
	d := noisy(30, 10)
	b.ReportAllocs()
	for b.Loop() {
		if err := Distribution(io.Discard, d, Options{Embed: true, ID: "a"}); err != nil {
			b.Fatal(err)
		}
	}
}
