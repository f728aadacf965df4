package record

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xbench/harness/protocol"
)

var update = flag.Bool("update", false, "rewrite golden files")

// sample is a record with one of everything: two rows, three rounds, a failed
// process, warnings and notes.
func sample() *Record {
	rec := &Record{
		Config: []ConfigLine{
			{"run", "20260102T030405Z-1f"}, {"seed", "42"}, {"xbench", "0.1"},
			{"goos", "linux"}, {"goarch", "amd64"}, {"cpu", "Some CPU @ 2.5GHz: rev 2"},
		},
		Plan: Plan{
			Version: 1, Run: "20260102T030405Z-1f", Started: "2026-01-02T03:04:05Z", Tool: "0.1",
			Suite: "quick", Seed: 1<<64 - 1, Alpha: 0.05, RMax: 3, Looks: []int{3}, Shares: []float64{1},
			Gate: "minimum", Reference: "python",
			Implementations: []Implementation{
				{Name: "python", Kind: "worker", Command: []string{"python3", "-m", "pyref"}, Nonce: true},
				{Name: "go", Kind: "worker", Command: []string{"xbench", "a\u2028 <b>"}, Nonce: true},
			},
			Rows: []Row{
				{Name: "build/light/executor=threadpool", ID: "build/light", Category: "build/light",
					Params: protocol.Params{{Name: "executor", Value: "threadpool"}}, Samples: 3,
					Iterations: map[string]int64{"go": 4, "python": 1}, Bounded: map[string][2]int64{"max_running": {1, 4}}},
				{Name: "loop/five", ID: "loop/five", Category: "loop", Params: protocol.Params{}, Samples: 2,
					Iterations: map[string]int64{"go": 10, "python": 2}},
			},
			Goals: []Goal{{Claim: "2x", Level: "minimum", Over: "*", Speedup: 2, Gate: true, Inconclusive: "fail"}},
			Host:  Host{OS: "linux", Arch: "amd64", Cores: 2, ID: "h1"},
		},
	}
	seq := 0
	for round := 1; round <= 3; round++ {
		rec.Rounds = append(rec.Rounds, Round{Round: round, Started: fmt.Sprintf("2026-01-02T03:04:%02d.25Z", 6+seq), SpinNS: int64(10_000_000 + round), Load1: 0.5})
		for r, row := range rec.Plan.Rows {
			for i, impl := range []string{"python", "go"} {
				k := row.Iterations[impl]
				base := int64(1000*(2-i)*(r+1) + 10*round)
				p := Process{
					Row: row.Name, Impl: impl, Round: round, Position: (i + round) % 2, Seq: seq,
					Started: fmt.Sprintf("2026-01-02T03:04:%02d.5Z", 6+seq), Nonce: "18446744073709551615", K: k,
					Counters: map[string]int64{"nodes": 5}, Digest: "ab12", CPUNS: 900 * k,
					Discarded: []Discard{{Why: "warm-up", K: k, SamplesNS: []int64{7 * k}}},
					Usage:     Usage{UserNS: 5, SystemNS: 6, MaxRSS: int64(1+i) << 20}, Exit: "exit status 0",
				}
				for s := range row.Samples {
					p.SamplesNS = append(p.SamplesNS, float64(k*(base+int64(s))))
				}
				rec.Processes = append(rec.Processes, p)
				seq++
			}
		}
	}
	rec.Processes = append(rec.Processes, Process{
		Row: "loop/five", Impl: "go", Round: 4, Seq: seq, K: 10, Exit: "signal: killed",
		Stderr: "panic: \"x\"\nBenchmarkfake 1 1 ns/op\n", Failure: &Failure{Kind: FailCrash, Message: "killed"},
	})
	rec.Notes = []Note{{Kind: "interrupt", Message: "after round 3"}}
	return rec
}

func write(t testing.TB, w *Writer, rec *Record) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(w.Config(rec.Config...))
	check(w.Plan(rec.Plan))
	rounds := rec.Rounds
	for _, p := range rec.Processes {
		if len(rounds) > 0 && rounds[0].Round <= p.Round {
			check(w.Round(rounds[0]))
			rounds = rounds[1:]
		}
		check(w.Process(p))
	}
	for _, n := range rec.Notes {
		check(w.Note(n))
	}
}

func bytesOf(t testing.TB, rec *Record) []byte {
	t.Helper()
	var b bytes.Buffer
	write(t, NewWriter(&b), rec)
	return b.Bytes()
}

func TestRoundTrip(t *testing.T) {
	want := sample()
	data := bytesOf(t, want)
	got, err := Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	want.Size = int64(len(data))
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("read back differs (-wrote +read):\n%s", d)
	}
}

func TestGolden(t *testing.T) {
	const path = "testdata/sample.txt"
	got := bytesOf(t, sample())
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		out := filepath.Join(t.ArtifactDir(), "sample.txt")
		if err := os.WriteFile(out, got, 0o644); err != nil {
			t.Error(err)
		}
		t.Errorf("record differs from %s, see %s; rerun with -update if that is meant\n%s", path, out, cmp.Diff(string(want), string(got)))
	}
}

type countingWriter struct {
	bytes.Buffer
	writes []int // where each began
}

func (w *countingWriter) Write(p []byte) (int, error) {
	w.writes = append(w.writes, w.Len())
	return w.Buffer.Write(p)
}

// A run can be killed anywhere. Whatever is left reads as the entries that
// were whole, and what was torn is counted.
func TestTornAnywhere(t *testing.T) {
	rec := sample()
	var w countingWriter
	write(t, NewWriter(&w), rec)
	if got, want := len(w.writes), 2+len(rec.Rounds)+len(rec.Processes)+len(rec.Notes); got != want {
		t.Fatalf("%d writes for %d entries; each entry is one write", got, want)
	}
	data := w.Bytes()
	planEnd := w.writes[2]
	ends := append(w.writes[3:], len(data)) // of rounds, processes and notes
	near := func(cut int) bool {            // an end of an entry, where it matters most
		return slices.ContainsFunc(ends, func(end int) bool { return end-80 <= cut && cut <= end+20 })
	}
	for cut := planEnd; cut <= len(data); cut++ {
		if cut%5 != 0 && !near(cut) {
			continue
		}
		got, err := Read(bytes.NewReader(data[:cut]))
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		whole := 0
		for whole < len(ends) && ends[whole] <= cut {
			whole++
		}
		size := planEnd
		if whole > 0 {
			size = ends[whole-1]
		}
		if n := len(got.Rounds) + len(got.Processes) + len(got.Notes); n != whole {
			t.Fatalf("cut at %d: %d entries read, %d are whole", cut, n, whole)
		}
		if torn := cut > size; torn != (got.Dropped == 1) || got.Size != int64(size) {
			t.Fatalf("cut at %d: dropped %d, size %d, want size %d", cut, got.Dropped, got.Size, size)
		}
	}
	for cut := 0; cut < planEnd-1; cut += 3 {
		if _, err := Read(bytes.NewReader(data[:cut])); !errors.Is(err, ErrNoPlan) {
			t.Fatalf("cut at %d, inside the plan: got %v", cut, err)
		}
	}
}

// Resuming appends after the last whole entry.
func TestAppendAfterTear(t *testing.T) {
	rec := sample()
	data := bytesOf(t, rec)
	torn, err := Read(bytes.NewReader(data[:len(data)-200]))
	if err != nil || torn.Dropped != 1 {
		t.Fatalf("dropped %d, %v", torn.Dropped, err)
	}
	b := bytes.NewBuffer(bytes.Clone(data[:torn.Size]))
	w := NewWriter(b)
	for _, p := range rec.Processes[len(torn.Processes):] {
		if err := w.Process(p); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range rec.Notes {
		if err := w.Note(n); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(b.Bytes(), data) {
		t.Error("a resumed record differs from one written in one go")
	}
}

func TestLongEntriesStayReadable(t *testing.T) {
	rec := sample()
	rec.Processes[len(rec.Processes)-1].Stderr = strings.Repeat("né \n", 40_000)
	for i := range 400 {
		row := rec.Plan.Rows[0]
		row.Name = fmt.Sprintf("many/row_%d", i)
		row.Description = strings.Repeat("ü ", 100)
		rec.Plan.Rows = append(rec.Plan.Rows, row)
	}
	data := bytesOf(t, rec)
	for i, line := range bytes.Split(data, []byte("\n")) {
		if len(line) >= 64<<10 {
			t.Errorf("line %d has %d bytes; Go's tools read less than 64 KiB", i+1, len(line))
		}
	}
	got, err := Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rec.Size = int64(len(data))
	if d := cmp.Diff(rec, got); d != "" {
		t.Errorf("read back differs (-wrote +read):\n%s", d)
	}
	// Torn between two lines of one entry: both end in a newline.
	i := bytes.LastIndex(data, []byte(keyMore))
	if got, err = Read(bytes.NewReader(data[:i])); err != nil || got.Dropped != 1 {
		t.Errorf("torn between lines: dropped %+v, %v", got, err)
	}
}

// A long entry goes on in more lines, and can be torn inside the key of one.
func TestTornInALongEntry(t *testing.T) {
	rec := sample()
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, err := range []error{w.Plan(rec.Plan), w.Note(Note{Kind: "host", Message: "short"})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	begins := b.Len()
	if err := w.Note(Note{Kind: "host", Message: strings.Repeat("x", 70_000)}); err != nil {
		t.Fatal(err)
	}
	ends := b.Len()
	if err := w.Note(Note{Kind: "host", Message: "last"}); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	more := bytes.Index(data, []byte(keyMore))
	if more < 0 {
		t.Fatal("the entry is on one line; the test is too easy")
	}
	for cut := begins; cut < len(data); cut++ {
		near := func(at int) bool { return at-100 <= cut && cut <= at+100 }
		if cut%13 != 0 && !near(begins) && !near(more) && !near(ends) {
			continue
		}
		got, err := Read(bytes.NewReader(data[:cut]))
		if err != nil {
			t.Fatalf("cut at %d, the entry is [%d, %d) and goes on at %d: %v", cut, begins, ends, more, err)
		}
		notes, size := 1, begins
		if cut >= ends {
			notes, size = 2, ends
		}
		if len(got.Notes) != notes || got.Size != int64(size) || (got.Dropped == 1) != (cut > size) {
			t.Fatalf("cut at %d: %d notes, size %d, dropped %d; want %d notes, size %d", cut, len(got.Notes), got.Size, got.Dropped, notes, size)
		}
	}
}

func TestDamage(t *testing.T) {
	data := string(bytesOf(t, sample()))
	check := func(name, old, new, want string) {
		t.Helper()
		if !strings.Contains(data, old) {
			t.Fatalf("%s: the record does not hold %q", name, old)
		}
		_, err := Read(strings.NewReader(strings.Replace(data, old, new, 1)))
		if err == nil || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", name, err, want)
		}
	}
	check("broken JSON", `"benchmark":"loop/five","impl":"go"`, `"benchmark":"loop/five","impl:"go"`, `record: line 16: Xbench-Process: invalid character 'g' after object key`)
	check("wrong type", `"position":1`, `"position":"1"`, `record: line 10: Xbench-Process: json: cannot unmarshal string into Go struct field Process.position of type int`)
	check("another time", "1011 ns/op", "1012 ns/op", `record: line 13: benchmark line does not agree with the samples above it, whose median is 1011 ns/op`)
	check("another name", "Benchmarkloop/five/impl=go", "Benchmarkloop/five/impl=rust", `record: line 17: benchmark line is about "loop/five/impl=rust", the process above it about "loop/five/impl=go"`)
	check("benchmark line gone", "Benchmarkloop/five/impl=go", "Xbenchmark", `record: line 17: unreadable benchmark line`)
	check("process line gone", "Xbench-Process: {", "Xbench-Procses: {", `record: line 11: a benchmark line without the process it belongs to`)
	check("stray line", "seed: 42\n", "seed: 42\nHello\x1b[1m there\n", `record: line 3: not a line of a record: "Hello\x1b[1m there"`)
	check("stray continuation", "seed: 42\n", "seed: 42\nXbench-More: {}\n", `record: line 3: an Xbench-More line that continues nothing`)
	check("changed configuration", "seed: 42\n", "seed: 42\nseed: 43\n", `record: line 3: seed changes from "42" to "43"; configuration is constant in a record`)
	check("no samples", `"samples_ns":[2010,2011,2012]`, `"samples_ns":[]`, `record: line 10: Xbench-Process: neither samples nor a failure`)
	check("round zero", `Xbench-Round: {"round":1`, `Xbench-Round: {"round":0`, `record: line 9: Xbench-Round: round 0; rounds count from 1`)
	check("later version", `Xbench-Plan: {"v":1`, `Xbench-Plan: {"v":2`, `record: line 7: the record has version 2, this xbench reads up to 1`)

	// Everything goes by the names of rows and implementations.
	named := func(what string, change func(*Plan), want string) {
		t.Helper()
		rec := sample()
		change(&rec.Plan)
		if _, err := Read(bytes.NewReader(bytesOf(t, rec))); err == nil || err.Error() != "record: line 7: Xbench-Plan: "+want {
			t.Errorf("%s: got %v, want %s", what, err, want)
		}
	}
	row, impl := sample().Plan.Rows[0].Name, sample().Plan.Implementations[0].Name
	named("row without a name", func(p *Plan) { p.Rows[0].Name = "" }, `rows[0] has no name`)
	named("row of a blank", func(p *Plan) { p.Rows[0].Name = " " }, `rows[0] has no name`)
	named("two rows of a name", func(p *Plan) { p.Rows = append(p.Rows, p.Rows[0]) }, fmt.Sprintf(`rows[%d] is called %q, as rows[0]`, len(sample().Plan.Rows), row))
	named("implementation without a name", func(p *Plan) { p.Implementations[1].Name = "" }, `implementations[1] has no name`)
	named("two implementations of a name", func(p *Plan) { p.Implementations[1].Name = p.Implementations[0].Name }, fmt.Sprintf(`implementations[1] is called %q, as implementations[0]`, impl))

	// Two runs in one file, even when the second has nothing but its plan.
	plan := data[strings.Index(data, keyPlan):]
	plan = plan[:strings.Index(plan, "\n")+1]
	_, err := Read(strings.NewReader(data + plan))
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || !strings.Contains(err.Error(), "a second plan: this file holds more than one run") {
		t.Errorf("two plans: got %v", err)
	}
	for _, text := range []string{"", "\n", "goos: linux\n"} {
		if _, err := Read(strings.NewReader(text)); !errors.Is(err, ErrNoPlan) {
			t.Errorf("%q: got %v, want ErrNoPlan", text, err)
		}
	}
}

func TestUnknownLinesAreSkipped(t *testing.T) {
	data := string(bytesOf(t, sample()))
	more := strings.Replace(data, "Xbench-Process: {", "Xbench-Weather: sunny\nXbench-More: and dry\nUnit ns/op better=lower\n\nXbench-Process: {\"new_field\":1,", 1)
	got, err := Read(strings.NewReader(strings.ReplaceAll(more, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	want := sample()
	want.Size = got.Size
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestWriterRefuses(t *testing.T) {
	good := sample()
	check := func(name string, do func(w *Writer) error, want string) {
		t.Helper()
		var b bytes.Buffer
		w := NewWriter(&b)
		if err := do(w); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
		if b.Len() != 0 {
			t.Errorf("%s: wrote %q all the same", name, b.Bytes())
		}
	}
	process := func(change func(*Process)) func(w *Writer) error {
		p := good.Processes[0]
		change(&p)
		return func(w *Writer) error { return w.Process(p) }
	}
	check("space", process(func(p *Process) { p.Row = "a b" }), `write record: benchmark name "a b": want printable characters without spaces`)
	check("newline", process(func(p *Process) { p.Impl = "go\nBenchmarkx" }), `write record: implementation name "go\nBenchmarkx": want printable characters without spaces`)
	check("no name", process(func(p *Process) { p.Row = "" }), `write record: benchmark has no name`)
	check("no samples", process(func(p *Process) { p.SamplesNS = nil }), `write record: build/light/executor=threadpool, python: a process without samples and without a failure`)
	check("round", func(w *Writer) error { return w.Round(Round{}) }, `write record: round 0; rounds count from 1`)
	check("key", func(w *Writer) error { return w.Config(ConfigLine{"Goos", "x"}) }, `write record: configuration key "Goos": want lower-case letters first and no spaces, capitals or colons`)
	check("value", func(w *Writer) error { return w.Config(ConfigLine{"goos", "a\nb"}) }, `write record: configuration goos: value "a\nb" is empty, not trimmed or more than one line`)

	w := NewWriter(new(bytes.Buffer))
	if err := w.Plan(good.Plan); err != nil {
		t.Fatal(err)
	}
	if err := w.Plan(good.Plan); err == nil {
		t.Error("a second plan was written")
	}
}

func TestNSPerOp(t *testing.T) {
	check := func(k int64, want float64, samples ...float64) {
		t.Helper()
		p := Process{K: k, SamplesNS: samples}
		if got := p.NSPerOp(); got != want {
			t.Errorf("k=%d %v: got %v, want %v", k, samples, got, want)
		}
	}
	check(1, 0)
	check(1, 7, 7)
	check(2, 2, 9, 4, 1)
	check(4, 1.25, 9, 4, 6, 1)
	p := Process{K: 1, SamplesNS: []float64{3, 1, 2}}
	p.NSPerOp()
	if p.SamplesNS[0] != 3 {
		t.Error("the samples were reordered; their order is data")
	}
}

// Whatever the bytes, Read answers; and what it reads, it can write and read
// again.
func FuzzRead(f *testing.F) {
	data := bytesOf(f, sample())
	f.Add(data)
	f.Add(data[:len(data)-30])
	f.Add([]byte("goos: linux\nXbench-Plan: {\"v\":1}\nXbench-Note: {\"kind\":\"stop\"}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		if rec.Size > int64(len(data)) {
			t.Fatalf("size %d of %d bytes", rec.Size, len(data))
		}
		var b bytes.Buffer
		w := NewWriter(&b)
		if w.Config(rec.Config...) != nil || w.Plan(rec.Plan) != nil {
			t.Fatal("read what cannot be written")
		}
		for _, p := range rec.Processes {
			if err := w.Process(p); err != nil {
				t.Fatal(err)
			}
		}
		again, err := Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		if len(again.Processes) != len(rec.Processes) {
			t.Errorf("%d processes became %d", len(rec.Processes), len(again.Processes))
		}
	})
}
