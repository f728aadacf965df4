package compare

import (
	"fmt"
	"strings"
	"testing"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// variantRows is two or more variants of one scenario with the times given,
// whose rounds share a drift far larger than what sets them apart.
func variantRows(rounds int, noise, drift float64, ns ...float64) *record.Record {
	s := newSweep(1).noise(noise, drift)
	s.rounds = rounds
	s.ways = nil
	for i := range ns {
		s.ways = append(s.ways, way(fmt.Sprintf("v%d", i)))
	}
	s.time = func(_ string, way protocol.Params, _ int64) float64 {
		x, _ := way.Get("executor")
		var i int
		fmt.Sscanf(x.(string), "v%d", &i)
		return ns[i]
	}
	rec := s.record()
	for i := range rec.Plan.Rows {
		rec.Plan.Rows[i].Table, rec.Plan.Rows[i].Variant = "chain/long", fmt.Sprintf("v%d", i)
	}
	return rec
}

func contestText(c Contest) string {
	out := []string{c.Best[strings.Index(c.Best, "=")+1 : strings.LastIndex(c.Best, "/")]}
	for _, r := range c.Others {
		out = append(out, string(r.Standing))
	}
	return strings.Join(out, " ")
}

// Variants are told apart by what differs within a round: a drift that widens
// the interval of each time hides nothing, and a wide difference is never
// equality.
func TestContests(t *testing.T) {
	check := func(what string, rec *record.Record, want string) {
		t.Helper()
		got := analyzed(t, rec, Options{}).Contests
		if len(got) != 2 || got[0].Implementation != "python" || got[1].Implementation != "go" {
			t.Fatalf("%s: %d contests: %+v", what, len(got), got)
		}
		if text := contestText(got[0]); text != want {
			t.Errorf("%s: got %s, want %s; %+v", what, text, want, got[0])
		}
	}
	check("a fifth apart under a drift of a half", variantRows(5, 0.01, 0.5, 1e6, 1.2e6), "v0 slower")
	check("the second is the best", variantRows(5, 0.01, 0.5, 1.2e6, 1e6), "v1 slower")
	check("nothing but noise", variantRows(5, 0.5, 0.1, 1e6, 1.05e6), "v0 open")
	check("the same", variantRows(8, 0, 0.5, 1e6, 1e6, 3e6), "v0 equal slower")
	check("two rounds", variantRows(2, 0.01, 0.1, 1e6, 5e6), "v0 open")
	// Five times slower, however few the rounds, is not put into words that the
	// table of intervals would contradict.
	c := analyzed(t, variantRows(5, 0.01, 0.5, 1e6, 5e6), Options{}).Contests[0]
	if r := c.Others[0]; !close(r.Ratio.Ratio, 5, 0.05) || !(r.Ratio.Lo > 4.5 && r.Ratio.Hi < 5.5) || r.Rounds != 5 {
		t.Errorf("got %+v", r)
	}
}

// A variant that is not valid takes part in nothing, and one alone is no
// contest.
func TestContestsLeaveOutWhatIsNotValid(t *testing.T) {
	rec := variantRows(5, 0.01, 0.1, 1e6, 2e6, 3e6)
	for i := range rec.Processes {
		if p := &rec.Processes[i]; p.Impl == "go" && strings.Contains(p.Row, "=v0/") {
			p.Digest = "another"
		}
	}
	for _, c := range analyzed(t, rec, Options{}).Contests {
		if got := contestText(c); got != "v1 slower" {
			t.Errorf("%s: %s", c.Implementation, got)
		}
	}
	if got := analyzed(t, variantRows(5, 0.01, 0.1, 1e6), Options{}).Contests; len(got) != 0 {
		t.Errorf("alone: %+v", got)
	}
}

// What a crossover calls slower is not the equal of the best in its contest.
func TestContestsAgreeWithCrossovers(t *testing.T) {
	s := pools(100, 1000, 10000, 100000).noise(0.05, 0.5)
	rec := s.record()
	for i := range rec.Plan.Rows {
		row := &rec.Plan.Rows[i]
		v, _ := row.Params.Get("iterations")
		x, _ := row.Params.Get("executor")
		start, _ := row.Params.Get("start_method")
		row.Table, row.Variant = fmt.Sprintf("chain/long/iterations=%v", v), strings.TrimSuffix(fmt.Sprint(x, " ", start), " <nil>")
	}
	res := analyzed(t, rec, Options{})
	standing := make(map[string]Standing)
	best := make(map[string]bool)
	for _, c := range res.Contests {
		best[c.Implementation+c.Best] = true
		for _, r := range c.Others {
			standing[c.Implementation+r.Row] = r.Standing
		}
	}
	n := 0
	for _, c := range res.Crossovers {
		for _, size := range c.Sizes {
			from := fmt.Sprintf("%schain/long/executor=threadpool/iterations=%v", c.Implementation, size.Size)
			to := strings.Replace(from, "threadpool", strings.Replace(c.To, " ", "/start_method=", 1), 1)
			if size.Ratio.Hi < 1 && best[from] {
				n++
				if standing[to] != StandingSlower {
					t.Errorf("%s: %s, and the crossover says slower, %+v", to, standing[to], size.Ratio)
				}
			}
		}
	}
	if n < 4 {
		t.Errorf("%d sizes compared, want at least 4", n)
	}
}
