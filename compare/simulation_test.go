package compare

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"xbench/harness/record"
)

var (
	long   = flag.Bool("long", false, "simulate as many runs as the stated error rates need: minutes, or longer on a busy machine")
	only   = flag.String("rows", "", "with -long: simulate only rows of the tables whose names match this regular expression")
	update = flag.Bool("update", false, "with -long: write docs/error-rates.md")
)

// comparisons is how many of n a short test can afford.
func comparisons(n, short int) int {
	if *long {
		return n
	}
	return short
}

// The limit of 2.0 % for each wrong verdict on independent rounds is not one
// that nothing could pass: through Analyze, with multipliers a tenth too small,
// the same rounds go over it.
func TestSmallerMultipliersGoRed(t *testing.T) {
	n := comparisons(10000, 2000)
	imagined := tryRows(10, 30, []float64{2}, twice)
	wrong := func(scale float64) float64 {
		return simulate("multipliers", n, func(l *lab) []float64 {
			l.toTheEnd(imagined, iid5)
			return []float64{share(analyzed(t, &l.rec, Options{scale: scale}).Verdict != Inconclusive) / 2}
		})[0].mean
	}
	right, mutated := wrong(1), wrong(0.9)
	t.Logf("wrong verdicts per direction: %.2f%%; with multipliers of 0.9: %.2f%%", right, mutated)
	if right > 2.0 {
		t.Errorf("%.2f%% wrong, allowed 2.0%%", right)
	}
	if mutated <= 2.0 {
		t.Errorf("multipliers a tenth too small make %.2f%% wrong verdicts and nothing notices", mutated)
	}
}

// A run stops early and its rows drop out one by one, but what it ends with is
// what compare says of the record: no goal that a look decided is decided
// differently later, and nothing is open at the end.
func TestARunEndsWithTheVerdictOfCompare(t *testing.T) {
	l := &lab{rng: rand.New(rand.NewPCG(8, 8))}
	early := 0
	for i := range comparisons(200, 3) {
		for _, m := range machines {
			imagined := likeQuick(34, 5, quickBusy)
			if i%2 == 1 {
				imagined.ratio[5], imagined.ratio[20] = 1/1.05, .9
			}
			decided := make([]Goal, len(imagined.plan.Goals))
			l.begin(imagined, m)
			open := Open(&l.rec)
			for round := 1; !open.Done; round++ {
				l.round(imagined, round, open.Rows)
				open = Open(&l.rec)
				for j, g := range l.judge().Goals {
					if d := decided[j]; d.DecidedAt > 0 && g.Consistency == 0 && (g.Verdict != d.Verdict || g.DecidedAt != d.DecidedAt) {
						t.Fatalf("%s: %q was %s at %d, is %s at %d after round %d", m.name, g.Goal.Claim, d.Verdict, d.DecidedAt, g.Verdict, g.DecidedAt, round)
					}
					decided[j] = g
				}
			}
			final := l.judge()
			for j, g := range final.Goals {
				if g.Verdict != decided[j].Verdict {
					t.Errorf("%s: %q ended as %s, compare says %s", m.name, g.Goal.Claim, decided[j].Verdict, g.Verdict)
				}
			}
			for _, r := range final.Rows {
				if r.Stopped == "" {
					t.Errorf("%s: %s is open in a run that is done", m.name, r.Name)
				}
			}
			if len(l.rec.Processes) < 2*34*30 {
				early++
			}
		}
	}
	if early == 0 {
		t.Error("no run stopped early")
	}
}

// The same rounds give the same verdicts, numbers and words, byte by byte, from
// memory and from the file: nothing is resampled.
func TestTheSameRoundsGiveTheSameVerdicts(t *testing.T) {
	l := &lab{rng: rand.New(rand.NewPCG(9, 9))}
	for _, m := range machines {
		imagined := likeQuick(34, 5, quickBusy)
		l.follow(imagined, m)
		first := fmt.Sprintf("%+v", *l.judge())
		for range 5 {
			if again := fmt.Sprintf("%+v", *l.judge()); again != first {
				t.Fatalf("%s: first\n%s\nthen\n%s", m.name, first, again)
			}
		}
		res, err := Analyze(reread(t, &l.rec), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if again := fmt.Sprintf("%+v", *res); again != first {
			t.Errorf("%s: in memory\n%s\nread back\n%s", m.name, first, again)
		}
	}
}

// reread is a record written to a file and read back.
func reread(t *testing.T, rec *record.Record) *record.Record {
	t.Helper()
	var file bytes.Buffer
	w := record.NewWriter(&file)
	if err := w.Plan(rec.Plan); err != nil {
		t.Fatal(err)
	}
	for _, p := range rec.Processes {
		if err := w.Process(p); err != nil {
			t.Fatal(err)
		}
	}
	out, err := record.Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func BenchmarkAnalyze(b *testing.B) {
	for _, rows := range []int{1, 14, 500} {
		rec := newRun(rows, 30, "python", "go").noise(.05, .02).by(1.5).goal(notSlower, twice, record.Goal{Consistency: .3}).record()
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			for b.Loop() {
				if _, err := Analyze(rec, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
