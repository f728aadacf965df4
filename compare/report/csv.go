package report

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"xbench/compare"
)

// ResultsCSV writes results.csv: one line per benchmark and candidate, in the
// order of the plan. The format is RFC 4180's. Numbers have all their digits;
// an empty field is what is not known, has no bound or does not apply.
//
// A text that a spreadsheet would take for a formula has an apostrophe before
// it, and so has one that starts with an apostrophe, so that taking one off
// always gives back what was there.
func (v *View) ResultsCSV(w io.Writer) error {
	t := newCSV("run", "suite", "benchmark", "category", "group", "waits", "shown_only",
		"reference", "candidate", "status", "mark", "rounds", "reference_processes", "candidate_processes",
		"reference_ns", "reference_lo_ns", "reference_hi_ns", "candidate_ns", "candidate_lo_ns", "candidate_hi_ns",
		"speedup", "speedup_lo", "speedup_hi", "you_can_claim", "expected",
		"reference_cpu_ns", "candidate_cpu_ns", "reference_cores", "candidate_cores",
		"reference_rss_bytes", "candidate_rss_bytes", "reference_rss_at_most", "candidate_rss_at_most",
		"reference_start_ns", "candidate_start_ns", "reference_mean_ns", "candidate_mean_ns", "reference_p99_ns", "candidate_p99_ns",
		"cold_speedup", "lower_bound_ns", "reference_efficiency", "candidate_efficiency",
		"decided_at_round", "stopped", "failure")
	for _, r := range v.planned() {
		for _, c := range slices.Concat(r.Cells, r.Others) {
			t.text(v.Run, v.Suite, r.Name, r.Category, r.Group)
			t.flag(r.Waits, r.ShownOnly)
			t.text(v.reference(c), c.Of, string(c.Status), c.word())
			t.count(c.Rounds, c.RefProcesses, c.CandProcesses)
			t.number(c.RefNS, c.RefLoNS, c.RefHiNS, c.CandNS, c.CandLoNS, c.CandHiNS)
			t.ratio(c)
			t.number(r.Expected, c.RefCPUNS, c.CandCPUNS, c.RefCores, c.CandCores, c.RefRSS, c.CandRSS)
			t.flag(c.RefRSSAtMost, c.CandRSSAtMost)
			t.number(c.RefStartNS, c.CandStartNS, c.RefTail.MeanNS, c.CandTail.MeanNS, c.RefTail.P99NS, c.CandTail.P99NS,
				c.Cold.Speedup.Ratio, r.LowerBoundNS, c.RefEfficiency, c.CandEfficiency, float64(c.DecidedAt))
			t.text(c.Stopped, c.failures())
			t.end()
		}
	}
	return t.write(w)
}

// failures are all reasons why a result is invalid, on one line.
func (c Cell) failures() string {
	var out []string
	for _, f := range c.Failures {
		out = append(out, failureLine(f))
	}
	return strings.Join(out, "; ")
}

// ProcessesCSV writes processes.csv: one line per process, from which the
// statistics can be done again. Its last field holds the samples, separated by
// blanks: the time of one iteration each, in the order they were taken.
// Otherwise it is as results.csv.
func (v *View) ProcessesCSV(w io.Writer) error {
	t := newCSV("run", "suite", "benchmark", "implementation", "is_reference", "round", "position", "seq",
		"iterations", "samples", "median_ns", "cpu_ns", "rss_bytes", "load1", "exit", "failure", "warnings", "samples_ns")
	for _, r := range v.planned() {
		for i, s := range r.Sides {
			for _, p := range s.Processes {
				t.text(v.Run, v.Suite, r.Name, s.Implementation)
				t.flag(i == 0 && v.Reference != "")
				t.count(p.Round, p.Position, p.Seq)
				t.line = append(t.line, strconv.FormatInt(p.K, 10))
				t.count(len(p.SamplesNS))
				t.number(p.MedianNS, p.CPUNS, p.RSS, p.Load)
				t.text(p.Exit, p.Failure, strings.Join(p.Warnings, "; "))
				t.line = append(t.line, sampleList(p.SamplesNS))
				t.end()
			}
		}
	}
	return t.write(w)
}

func sampleList(ns []float64) string {
	var out []string
	for _, x := range ns {
		out = append(out, csvNumber(x))
	}
	return strings.Join(out, " ")
}

// A csvTable collects lines, a field at a time.
type csvTable struct {
	lines [][]string
	line  []string
}

func newCSV(headings ...string) *csvTable { return &csvTable{lines: [][]string{headings}} }

// text adds what somebody else may have written.
func (t *csvTable) text(fields ...string) {
	for _, s := range fields {
		t.line = append(t.line, csvText(s))
	}
}

// csvText guards against spreadsheets that run what starts like a formula, in
// the letters of any keyboard.
func csvText(s string) string {
	if strings.HasPrefix(s, "'") || strings.IndexAny(strings.TrimLeft(s, " "), "=+-@＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}

func (t *csvTable) flag(fields ...bool) {
	for _, b := range fields {
		t.line = append(t.line, strconv.FormatBool(b))
	}
}

func (t *csvTable) count(fields ...int) {
	for _, n := range fields {
		t.line = append(t.line, strconv.Itoa(n))
	}
}

// number adds what is 0, or not finite, where nothing is known.
func (t *csvTable) number(fields ...float64) {
	for _, x := range fields {
		t.line = append(t.line, csvNumber(x))
	}
}

// ratio leaves out what times of different work would give.
func (t *csvTable) ratio(c Cell) {
	if c.invalid() || FormatRatio(c.Speedup.Ratio) == none {
		c.Speedup, c.Claim = compare.Interval{}, 0
	}
	t.number(c.Speedup.Ratio, c.Speedup.Lo, c.Speedup.Hi, c.Claim)
}

// csvNumber is the shortest text that reads back as the same number, without an
// exponent as long as people can read it.
func csvNumber(x float64) string {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return ""
	}
	return formatSize(x)
}

func (t *csvTable) end() {
	t.lines = append(t.lines, t.line)
	t.line = nil
}

func (t *csvTable) write(w io.Writer) error {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	out.UseCRLF = true
	if err := out.WriteAll(t.lines); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
