package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// many is a run of 200 benchmarks that says as much of each as a real one.
func many(t testing.TB, rounds int) *View {
	var specs []spec
	for i := 0; len(specs) < 200; i++ {
		for _, s := range draft() {
			s.knobs += fmt.Sprintf("/copy=%d", i)
			specs = append(specs, s)
		}
	}
	rec := generated(rounds, specs[:200])
	rec.Plan.RMax = max(rounds, rec.Plan.RMax)
	rec.Plan.Looks, rec.Plan.Shares = compare.PlanLooks(rec.Plan.RMax)
	for round := range rounds {
		rec.Rounds = append(rec.Rounds, record.Round{Round: round + 1, SpinNS: 20e6, Load1: 0.7 + float64(round)/7})
	}
	for i := range rec.Plan.Rows {
		rec.Plan.Rows[i].Description = "15 tasks that read their inputs and write a file each, one after another in the caller"
	}
	for i := range rec.Processes {
		load(&rec.Processes[i], i)
	}
	return viewOf(t, rec)
}

// load gives a process all that a worker of the demonstration reports.
func load(p *record.Process, i int) {
	p.Digest = fmt.Sprintf("%x", sha256.Sum256([]byte(p.Digest)))
	p.Counters = map[string]int64{"tasks_run": 15, "targets_written": 15, "body_starts": 15, "checks_parent": 4711, "max_running": 1}
	for _, name := range []string{"checks_child", "failed", "ipc_bytes", "ipc_messages", "previously_complete", "re_executions", "skipped", "suspensions"} {
		p.Counters[name] = 0
	}
	rng := rand.New(rand.NewPCG(3, uint64(i)))
	for j := range p.SamplesNS {
		p.SamplesNS[j] += math.Trunc(0.3 * rng.Float64() * p.SamplesNS[j]) // drawn apart, each is a dot
	}
	p.Usage.SystemNS, p.Phases.PrepareNS = p.Usage.UserNS/9, p.Phases.PrepareNS+rng.Int64N(1e5)
	if i%60 == 0 {
		p.Warnings = []string{"3 of 10 samples were more than 3 times longer or shorter than planned"}
	}
}

func viewOf(t testing.TB, rec *record.Record) *View {
	t.Helper()
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return New(rec, res)
}

// ownRecord is the view of the repository's own record: the whole suite.
func ownRecord(t testing.TB) *View {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "docs", "performance", "full", "record.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rec, err := record.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return viewOf(t, rec)
}

// A report can be mailed.
func TestHTMLIsSmall(t *testing.T) {
	check := func(name string, v *View, most int) (row int) {
		t.Helper()
		text := page(t, v)
		t.Logf("%s: %d kB, of it drawings %d kB", name, len(text)/1000, drawings(text)/1000)
		if len(text) > most {
			t.Errorf("%s: %d bytes, at most %d", name, len(text), most)
		}
		_, rows, _ := strings.Cut(text, `<table class="results`)
		rows, _, _ = strings.Cut(rows, "</section>")
		return len(rows) / len(v.Rows)
	}
	check("14 benchmarks, 5 rounds", analyzed(t, 5, draft()), 250_000)
	own := ownRecord(t)
	usual := check("the record of docs/performance", own, 13_000*len(own.Rows))
	generated := check("200 benchmarks, 5 rounds", many(t, 5), 3_000_000)
	check("200 benchmarks, 30 rounds", many(t, 30), 3_000_000)
	if generated < usual {
		t.Errorf("a generated row takes %d bytes, a real one %d: the generated ones show nothing", generated, usual)
	}
}

func drawings(page string) int {
	n := 0
	for _, part := range strings.Split(page, `<svg class="figure"`)[1:] {
		svg, _, _ := strings.Cut(part, "</svg>")
		n += len(svg)
	}
	return n
}

// What is left out for size is said, and the rows that need it most keep it.
func TestHTMLThinsOut(t *testing.T) {
	p, err := newHTMLPage(many(t, 30))
	if err != nil {
		t.Fatal(err)
	}
	first, last := p.Rows[0].Detail, p.Rows[len(p.Rows)-1].Detail
	if first.Figure == nil || first.Rounds == nil || len(first.Notes) > 0 {
		t.Errorf("the first row has lost something: %q", first.Notes)
	}
	if last.Rounds != nil || len(last.Notes) == 0 {
		t.Errorf("the last row is thinned out without a word: %q", last.Notes)
	}
	if last.Sides == nil {
		t.Error("the last row has lost its table of sides")
	}
}

func BenchmarkHTML200(b *testing.B) {
	v := many(b, 5)
	for b.Loop() {
		if err := v.HTML(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
