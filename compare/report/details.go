package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"xbench/compare"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

// A SideDetail is what one implementation's processes did on one row, for
// those who want to see what a number comes from. Times are nanoseconds of one
// iteration; 0 is not known.
type SideDetail struct {
	Implementation       string
	MedianNS, LoNS, HiNS float64         // typical time over processes, as in the table, with its interval
	MinNS, P99NS, MaxNS  float64         // over all samples
	CPUNS, RSS, StartNS  float64         // medians over processes: CPU time, peak resident bytes, launch to ready
	RSSAtMost            bool            // the size is an upper bound only
	Processes            []ProcessDetail // by round
	Counters             [][2]string     // name and value, of the last process that was data
	Digest               string          // ... and of its result
	Phases               [][2]string     // name and median time: launch, prepare, first call, ...
	Stderr               string          // tail, of the first process that failed; may have several lines
	Failure              string          // why the side is no data, "" if it is
}

// A ProcessDetail is one launch. One that failed has no samples and says why.
type ProcessDetail struct {
	Round, Position, Seq int // Position 0 was the first of its round
	K                    int64
	SamplesNS            []float64 // of one iteration each, in the order they were taken
	SumNS                float64   // that the samples took together
	MedianNS             float64
	CPUNS, RSS           float64
	Load                 float64 // load average when the round began, 0 = not known
	Exit, Failure        string
	Warnings             []string
}

// A detailer finds the processes of a row and side. Names are the record's.
type detailer struct {
	rec       *record.Record
	processes map[[2]string][]*record.Process // by row and implementation, in the order they were written
	load      map[int]float64                 // by round
	commands  map[string]bool                 // implementations whose processes are their samples
}

func newDetailer(rec *record.Record) *detailer {
	d := &detailer{rec: rec, processes: make(map[[2]string][]*record.Process), load: make(map[int]float64), commands: make(map[string]bool)}
	for i := range rec.Processes {
		p := &rec.Processes[i]
		at := [2]string{p.Row, p.Impl}
		d.processes[at] = append(d.processes[at], p)
	}
	for _, r := range rec.Rounds {
		d.load[r.Round] = r.Load1
	}
	for _, i := range rec.Plan.Implementations {
		d.commands[i.Name] = i.Kind == "command"
	}
	return d
}

// sides are the details of a row, the reference first.
func (d *detailer) sides(row record.Row, res *compare.Result) []SideDetail {
	names := res.Candidates
	if res.Reference != "" {
		names = append([]string{res.Reference}, names...)
	}
	var out []SideDetail
	for _, name := range names {
		out = append(out, d.side(row, name))
	}
	return out
}

func (d *detailer) side(row record.Row, name string) SideDetail {
	s := SideDetail{Implementation: clean(name)}
	counted := d.counted(row.Name, name)
	var good []*record.Process
	for _, p := range counted {
		s.Processes = append(s.Processes, d.process(p))
		if sampled(p) {
			good = append(good, p)
		} else if s.Failure == "" {
			s.Failure, s.Stderr = failureText(p.Failure), cleanLines(p.Stderr)
		}
	}
	s.overSamples()
	s.medians()
	s.Phases = phases(good)
	if len(good) > 0 {
		last := good[len(good)-1]
		s.Counters, s.Digest = counters(last.Counters), clean(last.Digest)
	}
	if s.Failure == "" {
		s.Failure, s.Stderr = d.declared(row, name)
	}
	return s
}

// counted are the processes that a judgment looks at, by round: of a round that
// was measured again the later one replaces the other. Those that failed stay,
// since one of them makes a row invalid.
func (d *detailer) counted(row, name string) []*record.Process {
	var out []*record.Process
	for _, p := range d.processes[[2]string{row, name}] {
		if p.Round < 1 || p.Round > d.rec.Plan.RMax {
			continue
		}
		if i := slices.IndexFunc(out, func(q *record.Process) bool { return q.Round == p.Round && sampled(q) && sampled(p) }); i >= 0 {
			out[i] = p
			continue
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b *record.Process) int { return cmp.Or(a.Round-b.Round, a.Seq-b.Seq) })
	return out
}

// sampled is whether a process has samples that count.
func sampled(p *record.Process) bool {
	return p.Failure == nil && p.Sampled()
}

func (d *detailer) process(p *record.Process) ProcessDetail {
	out := ProcessDetail{
		Round: p.Round, Position: p.Position, Seq: p.Seq, K: p.K,
		RSS: float64(p.Usage.MaxRSS), Load: d.load[p.Round],
		Exit: clean(p.Exit), Warnings: cleanAll(p.Warnings),
	}
	if !sampled(p) {
		out.Failure = failureText(p.Failure)
		return out
	}
	out.SamplesNS, out.SumNS = p.Times(), p.SumNS()
	out.MedianNS = p.NSPerOp()
	out.CPUNS = p.CPUNSPerOp()
	if out.CPUNS == 0 && d.commands[p.Impl] && len(p.SamplesNS) == 1 {
		out.CPUNS = float64(p.Usage.UserNS + p.Usage.SystemNS)
	}
	return out
}

// failureText is why a process is no data, in one line.
func failureText(f *record.Failure) string {
	if f == nil {
		return "no samples"
	}
	return failureLine(record.Failure{Kind: f.Kind, Message: clean(f.Message)})
}

// failureLine is "crashed: exit status 2".
func failureLine(f record.Failure) string {
	if f.Message == "" {
		return failureWord(clean(f.Kind))
	}
	return failureWord(clean(f.Kind)) + ": " + f.Message
}

// declared is why a side is no data though none of its processes failed: it
// does not have the benchmark, or a note of the run says so, with the tail of
// what was printed.
func (d *detailer) declared(row record.Row, name string) (why, stderr string) {
	if reason, ok := row.Unsupported[name]; ok {
		return failureText(&record.Failure{Kind: record.FailUnsupported, Message: reason}), ""
	}
	for _, n := range d.rec.Notes {
		if n.Failure != nil && n.Row == row.Name && (n.Impl == name || n.Impl == "") {
			return failureText(n.Failure), cleanLines(n.Stderr)
		}
	}
	return "", ""
}

// overSamples fills in what all samples say.
func (s *SideDetail) overSamples() {
	var all []float64
	for _, p := range s.Processes {
		all = append(all, p.SamplesNS...)
	}
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	s.MinNS, s.MaxNS = all[0], all[len(all)-1]
	s.P99NS = all[int(math.Ceil(0.99*float64(len(all))))-1]
}

// medians fills in what a judgment may replace by its own figure, which is
// over complete rounds only; a row that is invalid has none.
func (s *SideDetail) medians() {
	var logs, cpu, rss []float64
	for _, p := range s.Processes {
		if p.MedianNS > 0 {
			logs = append(logs, math.Log(p.MedianNS))
		}
		cpu, rss = append(cpu, p.CPUNS), append(rss, p.RSS)
	}
	if len(logs) > 0 {
		sum := 0.0
		for _, x := range logs {
			sum += x
		}
		s.MedianNS = math.Exp(sum / float64(len(logs)))
	}
	s.CPUNS, s.RSS = medianKnown(cpu), medianKnown(rss)
}

// judged takes over a judgment's figures, so that no two tables differ.
func (r *Row) judged(c Cell) {
	for i := range r.Sides {
		s := &r.Sides[i]
		switch {
		case s.Implementation == c.Candidate:
			s.take(c.CandNS, c.CandLoNS, c.CandHiNS, c.CandCPUNS, c.CandRSS, c.CandStartNS, c.CandTail.P99NS, c.CandRSSAtMost)
		case i == 0 && s.LoNS == 0:
			// Candidates that have other complete rounds have another reference
			// beside them; the first that has an interval speaks for all.
			s.take(c.RefNS, c.RefLoNS, c.RefHiNS, c.RefCPUNS, c.RefRSS, c.RefStartNS, c.RefTail.P99NS, c.RefRSSAtMost)
		}
	}
}

func (s *SideDetail) take(ns, lo, hi, cpu, rss, start, p99 float64, atMost bool) {
	replace := func(old *float64, by float64) {
		if by > 0 && !math.IsInf(by, 0) {
			*old = by
		}
	}
	replace(&s.MedianNS, ns)
	if lo > 0 && hi >= lo && !math.IsInf(hi, 0) {
		s.LoNS, s.HiNS = lo, hi
	}
	replace(&s.CPUNS, cpu)
	replace(&s.StartNS, start)
	replace(&s.P99NS, p99)
	if replace(&s.RSS, rss); rss > 0 {
		s.RSSAtMost = atMost
	}
}

// phases are what the processes spent their time on, as medians.
func phases(in []*record.Process) [][2]string {
	var out [][2]string
	add := func(name string, of func(*record.Process) int64) {
		var ns []float64
		for _, p := range in {
			ns = append(ns, float64(of(p)))
		}
		if x := medianKnown(ns); x > 0 {
			out = append(out, [2]string{name, FormatDuration(x)})
		}
	}
	add("launch to ready", func(p *record.Process) int64 { return p.Phases.StartNS })
	add("prepare", func(p *record.Process) int64 { return p.Phases.PrepareNS })
	add("first call", func(p *record.Process) int64 { return p.Phases.FirstNS })
	add("warm-up", func(p *record.Process) int64 {
		var sum int64
		for _, d := range p.Discarded {
			for _, ns := range d.SamplesNS {
				if d.Why == "warm-up" {
					sum += ns
				}
			}
		}
		return sum
	})
	add("call with the samples", func(p *record.Process) int64 { return p.Phases.RunNS })
	add("launch to exit", func(p *record.Process) int64 { return p.Phases.TotalNS })
	return out
}

// counters lists them by name.
func counters(in map[string]int64) [][2]string {
	var out [][2]string
	for _, name := range slices.Sorted(maps.Keys(in)) {
		out = append(out, [2]string{clean(name), strconv.FormatInt(in[name], 10)})
	}
	return out
}

// viewParams lists a row's parameters in the order they were given.
func viewParams(in protocol.Params) [][2]string {
	var out [][2]string
	for _, p := range in {
		out = append(out, [2]string{clean(p.Name), clean(paramText(p.Value))})
	}
	return out
}

func paramText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return formatSize(v)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}

// cleanLines is clean for text of several lines, each of which is printable.
func cleanLines(s string) string {
	var lines []string
	for _, line := range strings.Split(strings.TrimRight(s, "\r\n"), "\n") {
		lines = append(lines, clean(strings.ReplaceAll(strings.TrimSuffix(line, "\r"), "\t", "    ")))
	}
	return strings.Join(lines, "\n")
}
