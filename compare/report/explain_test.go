package report

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// A scene is a small run for explanations: rows of which the true speedups are
// given, with scatter between processes, and goals on a level each.
type scene struct {
	rMax, rounds int
	ratios       []float64
	sd           float64
	drift        float64 // how much of a round's deviation the next one keeps
	seed         uint64
	goals        []record.Goal
	candidates   []string
}

func (s scene) record() *record.Record {
	if s.candidates == nil {
		s.candidates = []string{"go"}
	}
	var specs []spec
	for i, ratio := range s.ratios {
		specs = append(specs, spec{category: "c", id: "c/row" + string(rune('a'+i%26)) + strings.Repeat("x", i/26), ref: 2345.6 * float64(i+1), ratio: ratio})
	}
	rec, _ := fixture(specs, s.candidates...)
	p := &rec.Plan
	p.RMax = s.rMax
	p.Looks, p.Shares = compare.PlanLooks(s.rMax)
	p.Goals = s.goals
	rng := rand.New(rand.NewPCG(s.seed, 99))
	deviation := make([]float64, len(specs))
	for round := 1; round <= s.rounds; round++ {
		for i := range specs {
			row := p.Rows[i]
			row.Iterations = map[string]int64{"python": 100, "go": 1000}
			p.Rows[i].Iterations = row.Iterations
			deviation[i] = s.drift*deviation[i] + s.sd*rng.NormFloat64()
			for position, impl := range append([]string{"python"}, s.candidates...) {
				ns := specs[i].ref
				if impl != "python" {
					ns = ns / specs[i].ratio * (1 + deviation[i])
				}
				row.Iterations[impl] = 100
				rec.Processes = append(rec.Processes, process(rng, row, impl, round, position, len(rec.Processes), ns, 1))
			}
		}
	}
	return rec
}

var (
	meanTwice = record.Goal{Claim: "mean at least 2x", Level: "minimum", Over: "*", Speedup: 2, Gate: true, Inconclusive: "fail"}
	noSlower  = record.Goal{Claim: "no benchmark more than 5% slower", Level: "minimum", Over: "*", Each: 1, Tolerance: 0.05, Gate: true, Inconclusive: "fail"}
	stretched = record.Goal{Claim: "mean at least 5x", Level: "stretch", Over: "*", Speedup: 5, Gate: true, Inconclusive: "fail"}
)

func explained(t *testing.T, s scene, what string) string {
	t.Helper()
	es, err := compare.Explain(s.record(), compare.Options{}, what, "")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := Explain(&b, es); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExplanations(t *testing.T) {
	check := func(name, what string, s scene) {
		t.Helper()
		text := explained(t, s, what)
		golden(t, "explain-"+name+".txt", func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
		for i, line := range strings.Split(text, "\n") {
			if textWidth(line) > explainWidth || strings.TrimRight(line, " ") != line {
				t.Errorf("%s: line %d does not fit: %q", name, i+1, line)
			}
		}
	}
	goals := []record.Goal{meanTwice, noSlower, stretched}
	check("pass", "c/rowa", scene{rMax: 8, rounds: 8, ratios: []float64{1.1, 3, 4}, sd: .03, seed: 1, goals: goals})
	check("fail", "goal: no benchmark more than 5% slower", scene{rMax: 8, rounds: 8, ratios: []float64{.8, 3, 4}, sd: .02, seed: 2, goals: goals})
	check("open", "c/rowa", scene{rMax: 30, rounds: 20, ratios: []float64{1 / 1.045, 3, 4}, sd: .04, drift: .4, seed: 3, goals: goals})
	check("far", "c/rowa", scene{rMax: 8, rounds: 8, ratios: []float64{1.01, 3, 4}, sd: .06, seed: 4, goals: goals})
	check("mean", "mean", scene{rMax: 13, rounds: 13, ratios: []float64{1.9, 2.1, 2.05, 2.2}, sd: .05, seed: 5, goals: goals})
	check("early", "rowb", scene{rMax: 8, rounds: 2, ratios: []float64{1.9, 2.1}, sd: .05, seed: 6, goals: goals})
	check("nogoal", "c/rowa", scene{rMax: 5, rounds: 5, ratios: []float64{1.9}, sd: .02, seed: 7})
	check("two", "c/rowb", scene{rMax: 5, rounds: 5, ratios: []float64{1.9, 1.2}, sd: .02, seed: 8, goals: goals, candidates: []string{"go", "rust"}})

	rec := scene{rMax: 5, rounds: 5, ratios: []float64{1.9}, sd: .02, seed: 7, goals: goals}.record()
	rec.Processes[3].Digest = "another\x1b[31m"
	es, err := compare.Explain(rec, compare.Options{}, "c/rowa", "go")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "explain-invalid.txt", func(w io.Writer) error { return Explain(w, es) })
}

// The structure is JSON in every case, with numbers only where there are some.
func TestExplanationsAsJSON(t *testing.T) {
	for _, rounds := range []int{0, 1, 2, 3, 8} {
		for _, what := range []string{"c/rowa", "mean", "goal: " + noSlower.Claim} {
			s := scene{rMax: 8, rounds: rounds, ratios: []float64{.8, 3}, sd: .03, seed: 1, goals: []record.Goal{meanTwice, noSlower}}
			es, err := compare.Explain(s.record(), compare.Options{}, what, "")
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			if err := ExplainJSON(&b, es); err != nil {
				t.Fatalf("%d rounds, %s: %v", rounds, what, err)
			}
			var back []map[string]any
			if err := json.Unmarshal([]byte(b.String()), &back); err != nil || len(back) != 1 {
				t.Fatalf("%d rounds, %s: %v, %d explanations", rounds, what, err, len(back))
			}
			for _, key := range []string{"rounds", "looks", "tests"} {
				if _, ok := back[0][key].([]any); !ok {
					t.Errorf("%d rounds, %s: %s is %v, want a list", rounds, what, key, back[0][key])
				}
			}
		}
	}
}
