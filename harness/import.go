package harness

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"xbench/harness/config"
	"xbench/harness/foreign"
	"xbench/harness/record"
)

// An ImportSide is one implementation, and the file of another tool that holds
// what was measured of it.
type ImportSide struct {
	Name   string // of the implementation
	Impl   string // what the file calls it, where it holds several; else ""
	Path   string // as given
	SHA256 string
	Result *foreign.Result
	Names  map[string]string // benchmark -> what the tool calls it, where told
}

// benchmarks are those of the side.
func (s *ImportSide) benchmarks() []foreign.Benchmark {
	var out []foreign.Benchmark
	for _, b := range s.Result.Benchmarks {
		if s.Impl == "" || b.Impl == s.Impl {
			out = append(out, b)
		}
	}
	return out
}

// ImportOptions says what becomes of the sides.
type ImportOptions struct {
	// Rows are those of a configuration. Nil: they are told by the names that
	// the sides' benchmarks have.
	Rows []record.Row
	// Mapped says that somebody has told which names belong together, so that
	// what is left over is left out on purpose, and listed.
	Mapped       bool
	Spread       float64 // assumed between processes of a side
	Gate         string
	Inconclusive string
	Args         []string
	Dir          string
	Tool         string
	At           time.Time
}

// An Imported is a record made of other tools' files, before its goals are
// known.
type Imported struct {
	Plan      record.Plan
	Processes []record.Process
	Notes     []record.Note
}

// Import makes a record of sides that were not measured in common rounds: the
// first is the reference. Each process of a tool is one of xbench's, in rounds
// of its own; a file that does not tell processes apart has one.
func Import(sides []ImportSide, opt ImportOptions) (*Imported, error) {
	m, err := matchSides(sides, opt)
	if err != nil {
		return nil, err
	}
	out := &Imported{Plan: record.Plan{
		Version: record.Version, Run: opt.At.UTC().Format("20060102T150405Z"), Started: opt.At.UTC().Format(time.RFC3339),
		Tool: opt.Tool, Args: opt.Args, Dir: opt.Dir, Alpha: 0.05, Gate: opt.Gate, Inconclusive: opt.Inconclusive, Rows: m.rows,
		Unpaired: &record.Unpaired{Why: record.UnpairedImported, Spread: opt.Spread},
	}}
	if len(sides) > 1 {
		out.Plan.Reference = sides[0].Name
	}
	for i := range sides {
		out.Plan.Implementations = append(out.Plan.Implementations, m.implementation(i))
		for _, w := range sides[i].Result.Warnings {
			note := record.Note{Kind: "doubt", Impl: sides[i].Name, Message: fmt.Sprintf("%s: %s", sides[i].Path, w)}
			if !slices.ContainsFunc(out.Notes, func(n record.Note) bool { return n.Message == note.Message }) {
				out.Notes = append(out.Notes, note)
			}
		}
	}
	if out.Plan.Unpaired.Machines = twoMachines(sides); out.Plan.Unpaired.Machines != "" {
		out.Notes = append(out.Notes, record.Note{Kind: "host", Message: "two machines: " + out.Plan.Unpaired.Machines + "; what differs between the machines is in every ratio"})
	} else {
		out.Notes = append(out.Notes, silentNotes(sides)...)
	}
	out.Notes = slices.Concat(out.Notes, m.fewValues(), m.failures(), m.nothingTimed())
	out.processes(m)
	return out, nil
}

// processes numbers every side's launches from 1, and plans one look at them
// all.
func (out *Imported) processes(m *matched) {
	out.Plan.RMax = 1 // even where all failed
	for _, of := range m.found {
		for _, b := range of {
			if b != nil {
				out.Plan.RMax = max(out.Plan.RMax, len(b.Runs))
			}
		}
	}
	out.Plan.Looks, out.Plan.Shares = []int{out.Plan.RMax}, []float64{1}
	for round := 1; round <= out.Plan.RMax; round++ {
		for r, row := range m.rows {
			for s, b := range m.found[r] {
				if b != nil && round <= len(b.Runs) {
					p := importedProcess(b.Runs[round-1])
					p.Row, p.Impl, p.Round, p.Position, p.Seq = row.Name, m.sides[s].Name, round, s, len(out.Processes)
					out.Processes = append(out.Processes, p)
				}
			}
		}
	}
}

func importedProcess(r foreign.Run) record.Process {
	p := record.Process{
		K: 1, SamplesNS: r.SamplesNS,
		Usage: record.Usage{UserNS: r.UserNS, SystemNS: r.SystemNS, MaxRSS: r.MaxRSS, MaxRSSAtMost: r.MaxRSSAtMost},
		CPUNS: r.UserNS + r.SystemNS,
	}
	switch {
	case len(r.Iterations) == 0:
	case slices.Min(r.Iterations) == slices.Max(r.Iterations):
		p.K = r.Iterations[0]
	default:
		p.K, p.Iterations = 0, r.Iterations
	}
	return p
}

// failures are about the benchmarks that failed by their tool's account: what
// one that crashed was timed at is not its work.
func (m *matched) failures() []record.Note {
	var notes []record.Note
	for r, row := range m.rows {
		for s, b := range m.found[r] {
			if b == nil || b.Failed == "" {
				continue
			}
			f := record.Failure{Kind: record.FailCrash, Message: fmt.Sprintf("%s: %s", m.sides[s].Name, foreign.Shown(b.Failed))}
			notes = append(notes, record.Note{Kind: "row-invalid", Row: row.Name, Impl: m.sides[s].Name, Failure: &f, Message: f.Message})
		}
	}
	return notes
}

// implementation describes a side as its file does.
func (m *matched) implementation(i int) record.Implementation {
	s := &m.sides[i]
	res := s.Result
	return record.Implementation{
		Name: s.Name, Kind: record.KindImported, Unmatched: m.unmatched[i],
		Source: &record.Source{
			Format: res.Format, Tool: res.Tool, Path: s.Path, SHA256: s.SHA256, Granularity: foreign.Granularity(s.benchmarks()),
			Command: orElse(res.Command, s.Impl), Host: res.Host, Started: res.Started,
		},
	}
}

// twoMachines says which sides come from two machines, as far as their files
// tell; "" where none do.
func twoMachines(sides []ImportSide) string {
	for i := range sides {
		for j := range sides[:i] {
			a, b := sides[j].Result, sides[i].Result
			if contradict(a.Node, b.Node) || contradict(a.CPU, b.CPU) {
				return fmt.Sprintf("%s was measured on %s, %s on %s", sides[j].Name, foreign.Shown(a.Host), sides[i].Name, foreign.Shown(b.Host))
			}
		}
	}
	return ""
}

// silentNotes are about files that do not say which machine they are of.
func silentNotes(sides []ImportSide) []record.Note {
	var silent []string
	for _, s := range sides {
		if s.Result.Node == "" && s.Result.CPU == "" && !slices.Contains(silent, s.Path) {
			silent = append(silent, s.Path)
		}
	}
	if len(silent) == 0 || len(sides) < 2 || oneFile(sides) {
		return nil
	}
	verb := "does"
	if len(silent) > 1 {
		verb = "do"
	}
	return []record.Note{{Kind: "host", Message: fmt.Sprintf(
		"%s %s not say which machine was measured: that it was one for all sides is for whoever imports them to know", strings.Join(silent, ", "), verb)}}
}

// contradict reports whether two facts are both known and not the same.
func contradict(a, b string) bool { return a != "" && b != "" && a != b }

// oneFile reports whether all sides come from one file, whose tool ran them on
// one machine.
func oneFile(sides []ImportSide) bool {
	return !slices.ContainsFunc(sides, func(s ImportSide) bool { return s.SHA256 != sides[0].SHA256 })
}

// RowName makes a benchmark's name of what a tool calls it: "Benchmark" in
// front of a name of Go is dropped; spaces, *, control characters and
// everything beyond ASCII become "_"; empty parts of the path go; and an "="
// becomes ":" where it does not set a knob.
func RowName(format, theirs string) (string, error) {
	name := theirs
	if format == foreign.FormatGoBench {
		if rest := strings.TrimPrefix(name, "Benchmark"); rest != "" {
			name = rest
		}
	}
	name = strings.Map(func(r rune) rune {
		if r <= ' ' || r == '*' || r >= 0x7f {
			return '_'
		}
		return r
	}, name)
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' })
	name = strings.Join(parts, "/")
	if config.CheckBenchmarkName(name) != nil {
		name = strings.ReplaceAll(name, "=", ":")
	}
	if err := config.CheckBenchmarkName(name); err != nil {
		return "", fmt.Errorf("no name can be made of %q: %w", theirs, err)
	}
	return name, nil
}
