package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"xbench/compare"
	"xbench/harness/host"
	"xbench/harness/record"
)

// What doctor says that so many rounds show nine times in ten, a run of that
// plan shows as often: of two programs that differ by as much, the faster one
// is called so.
func TestDoctorsRoundsAreThoseOfTheVerdict(t *testing.T) {
	const runs, spread = 600, 0.06
	for _, rounds := range []int{5, 8, 10, 13, 20, 30} {
		rng := rand.New(rand.NewPCG(uint64(rounds), 1))
		truth := math.Log1p(host.Smallest(rounds, spread))
		found := 0
		for range runs {
			res, err := compare.Analyze(normalRounds(rng, rounds, truth, spread), compare.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if res.Verdict == compare.Pass {
				found++
			}
		}
		share := float64(found) / runs
		t.Logf("%d rounds: %.1f %% found in %.1f %% of %d runs", rounds, 100*math.Expm1(truth), 100*share, runs)
		if math.Abs(share-.9) > .03 {
			t.Errorf("%d rounds: a difference of %.1f %% is found in %.1f %% of %d runs, want 90 %%", rounds, 100*math.Expm1(truth), 100*share, runs)
		}
	}
}

// normalRounds is a run of one benchmark whose log speedups are independent
// and normal.
func normalRounds(rng *rand.Rand, rounds int, mean, spread float64) *record.Record {
	looks, shares := compare.PlanLooks(rounds)
	rec := &record.Record{Plan: record.Plan{
		Version: 1, Alpha: 0.05, RMax: rounds, Looks: looks, Shares: shares, Gate: "minimum", Reference: "old",
		Implementations: []record.Implementation{{Name: "old", Kind: "command"}, {Name: "new", Kind: "command"}},
		Rows:            []record.Row{{Name: "row", ID: "row", Category: "row", Samples: 1}},
		Goals:           []record.Goal{{Claim: "not slower", Level: "minimum", Over: "*", Speedup: 1, Gate: true, Inconclusive: "fail"}},
	}}
	for round := 1; round <= rounds; round++ {
		for i, ns := range []float64{1e9 * math.Exp(mean+spread*rng.NormFloat64()), 1e9} {
			rec.Processes = append(rec.Processes, record.Process{Row: "row", Impl: []string{"old", "new"}[i], Round: round, Seq: len(rec.Processes),
				K: 1, Nonce: fmt.Sprint(round), SamplesNS: []float64{float64(int64(ns))}, Exit: "exit status 0", Digest: "d"})
		}
	}
	return rec
}
