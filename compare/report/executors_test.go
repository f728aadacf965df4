package report

import (
	"encoding/json"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
)

// What --by prints: in a column for each variant where there is room, else one
// below the other.
func TestGoldenByKnob(t *testing.T) {
	v := variantsView()
	v.By = "executor"
	print := func(width int, color bool) func(io.Writer) error {
		return func(w io.Writer) error { return v.Terminal(w, TerminalOptions{Width: width, Color: color, Head: true}) }
	}
	golden(t, "by-80.txt", print(80, false))
	golden(t, "by-140.txt", print(140, false))
	golden(t, "by-colour.txt", print(140, true))
}

// The file for programs says which knob, and holds what was printed.
func TestSummaryByKnob(t *testing.T) {
	v := variantsView()
	v.By = "executor"
	var b strings.Builder
	if err := v.Summary(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		By       string
		Variants []struct {
			Implementation string
			Variants       []struct {
				Standing string
				Why      string
				Ratio    *struct{ Lo float64 } `json:"times_as_long"`
			}
		}
		Recommendations []string
		Best            []struct{ Same bool } `json:"best_against_best"`
	}
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	if got.By != "executor" || len(got.Variants) != len(v.Contests) || len(got.Best) != len(v.Finals) || !slices.Equal(got.Recommendations, v.Picks) {
		t.Errorf("by %q, %d contests of %d, %d finals of %d, recommendations %q", got.By, len(got.Variants), len(v.Contests), len(got.Best), len(v.Finals), got.Recommendations)
	}
	count := make(map[string]int)
	for _, c := range got.Variants {
		for _, x := range c.Variants {
			count[x.Standing]++
			if (x.Standing == "slower") != (x.Ratio != nil && x.Ratio.Lo > 1) || (x.Standing == "not compared") != (x.Why != "") {
				t.Errorf("%s: %+v", c.Implementation, x)
			}
		}
	}
	if count["best"] != len(v.Contests) || count["not compared"] != 2 || count["equal"] == 0 || count["open"] == 0 || count["slower"] == 0 {
		t.Errorf("standings %v", count)
	}
}

// No table is wider than the terminal.
func TestByKnobKeepsWithinTheTerminal(t *testing.T) {
	v := variantsView()
	v.By = "executor"
	for width := 80; width < 180; width += 7 {
		var b strings.Builder
		if err := v.Terminal(&b, TerminalOptions{Width: width}); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(b.String(), "\n")[1:] {
			if textWidth(line) > width {
				t.Errorf("width %d: %d columns: %s", width, textWidth(line), line)
			}
		}
	}
}

// Every sentence says what the verdicts say, and no more.
func TestRecommendations(t *testing.T) {
	entrant := func(name string, cores, efficiency float64) compare.Entrant {
		return compare.Entrant{Row: name, Variant: name, NS: 1, Cores: cores, Efficiency: efficiency}
	}
	rival := func(name string, s compare.Standing, ratio, lo, hi float64) compare.Rival {
		return compare.Rival{Entrant: entrant(name, 1, 0), Standing: s, Ratio: compare.Interval{Ratio: ratio, Lo: lo, Hi: hi}}
	}
	contest := func(scenario string, best compare.Entrant, others ...compare.Rival) compare.Contest {
		return compare.Contest{Scenario: scenario, Category: "build/io", Implementation: "go", Best: best, Others: others}
	}
	check := func(want string, contests ...compare.Contest) {
		t.Helper()
		var got []string
		for _, r := range compare.Recommend(contests) {
			got = append(got, subject(r)+": "+recommendation(r))
		}
		if text := strings.Join(got, "\n"); text != want {
			t.Errorf("\ngot  %s\nwant %s", text, want)
		}
	}
	equal, open, slower := compare.StandingEqual, compare.StandingOpen, compare.StandingSlower
	pool := entrant("threadpool", 1, 0)

	check("build/io_static: threadpool, asyncio and asyncio_queue are tied (within 2%); multiprocess takes 1.04 times as long (1.02 - 1.07)",
		contest("build/io_static", pool, rival("asyncio", equal, 1.005, 0.99, 1.02), rival("asyncio_queue", equal, 1.008, 0.998, 1.018), rival("multiprocess", slower, 1.04, 1.02, 1.07)))
	check("s: multiprocess is the fastest; it reaches 96% of the lower bound; it keeps 1.9 cores busy, the others at most 1.0; threadpool takes 1.80 times as long (1.70 - 1.90)",
		contest("s", entrant("multiprocess", 1.9, 0.96), rival("threadpool", slower, 1.8, 1.7, 1.9)))
	check("s: threadpool came out first, not told apart from asyncio (at most 30% either way)",
		contest("s", pool, rival("asyncio", open, 1.1, 0.9, 1.3)))
	check("s: threadpool and asyncio are tied (within 3%), multiprocess is not told apart from them (at most a factor of 3 either way)",
		contest("s", pool, rival("asyncio", equal, 1.01, 0.99, 1.03), rival("multiprocess", open, 1.2, 0.4, 3)))
	check("s: threadpool came out first, not told apart from asyncio (too few rounds)",
		contest("s", pool, rival("asyncio", open, 1.1, 0, math.Inf(1))))
	stepped := rival("asyncio", slower, 1.03, math.Nextafter(1, 2), 1.07)
	stepped.Stepped = true
	check("s: threadpool is the fastest; asyncio takes 1.03 times as long (above 1 - 1.07)", contest("s", pool, stepped))
	check("build/io, static and dynamic: threadpool is the fastest; asyncio takes 1.10 to 1.20 times as long (1.05 - 1.25)",
		contest("build/io_static", pool, rival("asyncio", slower, 1.1, 1.05, 1.15)), contest("build/io_dynamic", pool, rival("asyncio", slower, 1.2, 1.15, 1.25)))
	check("build/io, static and dynamic: threadpool came out first; asyncio takes 1.20 times as long (1.15 - 1.25) in 1 of 2, tied (within 5%) in the rest",
		contest("build/io_static", pool, rival("asyncio", equal, 1.01, 0.99, 1.03)), contest("build/io_dynamic", pool, rival("asyncio", slower, 1.2, 1.15, 1.25)))
	check("build/io, static and dynamic: threadpool came out first; asyncio takes 1.20 times as long (1.15 - 1.25) in 1 of 2, not told apart in the rest",
		contest("build/io_static", pool, rival("asyncio", open, 1.01, 0.8, 1.3)), contest("build/io_dynamic", pool, rival("asyncio", slower, 1.2, 1.15, 1.25)))
	check("build/io, static and dynamic: threadpool came out first; fork is not told apart from the best (at most 12% either way) where it could be compared (1 of 2); asyncio takes 1.20 times as long (1.15 - 1.25) where it could be compared (1 of 2)",
		contest("build/io_static", pool, rival("fork", open, 1.01, 0.9, 1.12)), contest("build/io_dynamic", pool, rival("asyncio", slower, 1.2, 1.15, 1.25)))
	check("build/io, static and dynamic: threadpool came out first; fork is tied (within 5%) with the best where it could be compared (1 of 2)",
		contest("build/io_static", pool, rival("fork", equal, 1.01, 0.99, 1.03)), contest("build/io_dynamic", pool))
	check("build/io_static: threadpool is the fastest; asyncio takes 1.10 times as long (1.05 - 1.15)\nbuild/io_dynamic: asyncio is the fastest; threadpool takes 1.20 times as long (1.15 - 1.25)",
		contest("build/io_static", pool, rival("asyncio", slower, 1.1, 1.05, 1.15)), contest("build/io_dynamic", entrant("asyncio", 1, 0), rival("threadpool", slower, 1.2, 1.15, 1.25)))
	check("build/io, static and dynamic: threadpool is the fastest; asyncio takes 1.10 times as long (1.05 - 1.15) where it could be compared (1 of 2); fork takes 1.50 times as long (1.40 - 1.60) where it could be compared (1 of 2)",
		contest("build/io_static", pool, rival("asyncio", slower, 1.1, 1.05, 1.15)), contest("build/io_dynamic", pool, rival("fork", slower, 1.5, 1.4, 1.6)))

	broken := contest("s", pool)
	broken.Left = []compare.Left{{Row: "s/asyncio", Variant: "asyncio", Why: "not valid: round 1: result"}}
	check("s: only threadpool could be measured; not compared: asyncio (not valid: round 1: result)", broken)
	broken.Best = compare.Entrant{}
	check("s: nothing could be compared; not compared: asyncio (not valid: round 1: result)", broken)
}

// What the two sides do best with is said where one variant does not serve
// both.
func TestRecommendationsAcrossImplementations(t *testing.T) {
	v := &View{Reference: "python", Finals: []compare.Final{
		{Scenario: "s1", Candidate: "go", Ref: compare.Entrant{Variant: "multiprocess"}, Cand: compare.Entrant{Variant: "threadpool"}, Speedup: compare.Interval{Ratio: 3.1, Lo: 2.9, Hi: 3.3}},
		{Scenario: "s2", Candidate: "go", Same: true}}}
	want := "s1: python does best with multiprocess, go with threadpool: best against best 3.10x (2.90 - 3.30)."
	if got := v.recommended(nil); len(got) != 1 || got[0] != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// With several candidates each is named where it meets the reference.
func TestFinalsOfSeveralCandidates(t *testing.T) {
	v := variantsView()
	v.By, v.Candidates = "executor", []string{"go", "rust"}
	f := v.Finals[0]
	f.Candidate, f.Cand.Variant, f.Speedup = "rust", "fibers", compare.Interval{Ratio: 3, Hi: math.Inf(1)}
	v.Finals = append(v.Finals[:1:1], f)
	var text, markdown strings.Builder
	if err := v.Terminal(&text, TerminalOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := v.Markdown(&markdown); err != nil {
		t.Fatal(err)
	}
	check := func(in, want string) {
		t.Helper()
		if !strings.Contains(strings.Join(strings.Fields(in), " "), want) {
			t.Errorf("no %q in\n%s", want, in)
		}
	}
	check(text.String(), "best against best best of python best of the candidate speedup 95% interval build/io_bound_static/sleep_ms=5 threadpool go threadpool 1.02x 0.989 - 1.07")
	check(text.String(), "threadpool rust fibers 3.00x -")
	check(markdown.String(), "| `build/io_bound_static/sleep_ms=5` | rust | threadpool | 26.18 ms | fibers | 25.66 ms | 3.00x | 5 |")
}
