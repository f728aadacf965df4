package harness

import (
	"fmt"
	"slices"
	"strings"

	"xbench/harness/config"
	"xbench/harness/foreign"
	"xbench/harness/protocol"
	"xbench/harness/record"
	"xbench/harness/strictyaml"
)

// matched is which benchmark of each side every row is about.
type matched struct {
	sides     []ImportSide
	rows      []record.Row
	found     [][]*foreign.Benchmark // by row and side; nil = the side does not have it
	unmatched [][]string             // by side: what no row is about
}

func matchSides(sides []ImportSide, opt ImportOptions) (*matched, error) {
	m := &matched{sides: sides, unmatched: make([][]string, len(sides))}
	named := make([]map[string]*foreign.Benchmark, len(sides)) // by the name of the row
	for i := range sides {
		var err error
		if named[i], err = sides[i].byRow(); err != nil {
			return nil, err
		}
	}
	m.rows = opt.Rows
	if m.rows == nil {
		m.rows = rowsOf(sides, named)
	}
	for _, row := range m.rows {
		of := make([]*foreign.Benchmark, len(sides))
		for i := range sides {
			of[i] = named[i][row.Name]
		}
		m.found = append(m.found, of)
	}
	if opt.Rows == nil && opt.Mapped {
		m.dropLone()
	}
	if err := m.nothingShared(); err != nil {
		return nil, err
	}
	m.leftOver()
	m.describe()
	return m, nil
}

// byRow are the side's benchmarks by the name of their row: the one told, else
// the one made of the tool's own.
func (s *ImportSide) byRow() (map[string]*foreign.Benchmark, error) {
	out := make(map[string]*foreign.Benchmark)
	told := make(map[string]bool) // full names that somebody has told a row of
	for ours, theirs := range s.Names {
		b, err := s.Find(theirs)
		if err != nil {
			return nil, err
		}
		if b != nil {
			out[ours] = b
			told[b.Name] = true
		}
	}
	all := s.benchmarks()
	for i := range all {
		b := &all[i]
		if told[b.Name] {
			continue
		}
		name, err := RowName(s.Result.Format, b.Name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w; give it one with --match '%s:%s=NAME'", s.Path, err, s.Name, foreign.Shown(b.Name))
		}
		other, taken := out[name]
		switch {
		case !taken:
			out[name] = b
		case s.Names[name] != "": // the name was given to another one
		default:
			return nil, fmt.Errorf("%s: %s and %s would both be called %s; name one: --match '%s:%s=NAME'",
				s.Path, foreign.Shown(other.Name), foreign.Shown(b.Name), name, s.Name, foreign.Shown(b.Name))
		}
	}
	return out, nil
}

// Find is the side's benchmark of a name that somebody wrote, nil if there is
// none.
func (s *ImportSide) Find(theirs string) (*foreign.Benchmark, error) {
	b, err := s.Result.Find(theirs, s.Impl)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Path, err)
	}
	return b, nil
}

// Missing says that the side has no benchmark of a name, and what may have
// been meant.
func (s *ImportSide) Missing(theirs string) error {
	var known, short []string
	for _, b := range s.benchmarks() {
		known = append(known, foreign.Shown(b.Name))
		if b.Alias != "" {
			short = append(short, foreign.Shown(b.Alias))
		}
	}
	if near := strictyaml.DidYouMean(theirs, short); near != "" {
		return fmt.Errorf("%s: unknown benchmark %q%s", s.Path, theirs, near)
	}
	return fmt.Errorf("%s: %w", s.Path, strictyaml.Unknown("benchmark", theirs, known))
}

// rowsOf makes a row of every name, in the order of the sides' files.
func rowsOf(sides []ImportSide, named []map[string]*foreign.Benchmark) []record.Row {
	var rows []record.Row
	seen := make(map[string]bool)
	for i := range sides {
		names := make(map[string]string) // tool's -> ours
		for ours, b := range named[i] {
			if have := names[b.Name]; have == "" || ours < have {
				names[b.Name] = ours
			}
		}
		for _, b := range sides[i].benchmarks() {
			if name := names[b.Name]; name != "" && !seen[name] {
				seen[name] = true
				rows = append(rows, importedRow(name))
			}
		}
	}
	return rows
}

func importedRow(name string) record.Row {
	id, params := config.ParseName(name)
	category, _, _ := strings.Cut(id, "/")
	return record.Row{Name: name, ID: id, Category: category, Params: params}
}

// dropLone leaves out the rows that no two sides have, once somebody has told
// which belong together.
func (m *matched) dropLone() {
	var rows []record.Row
	var found [][]*foreign.Benchmark
	for i, of := range m.found {
		if len(m.sides) == 1 || shared(of) {
			rows, found = append(rows, m.rows[i]), append(found, of)
		}
	}
	m.rows, m.found = rows, found
}

// shared reports whether two sides have the benchmark.
func shared(of []*foreign.Benchmark) bool {
	n := 0
	for _, b := range of {
		if b != nil {
			n++
		}
	}
	return n > 1
}

// nothingShared refuses sides that have nothing in common: their names differ,
// and which belong together is for the user to say.
func (m *matched) nothingShared() error {
	if len(m.sides) < 2 || slices.ContainsFunc(m.found, shared) {
		return nil
	}
	var has []string
	for i := range m.sides {
		var names []string
		for _, b := range m.sides[i].benchmarks() {
			names = append(names, foreign.Shown(b.Name))
		}
		const most = 6
		if n := len(names) - most; n > 0 {
			names = append(names[:most], fmt.Sprintf("%d more", n))
		}
		has = append(has, fmt.Sprintf("  %s: %s", m.sides[i].Name, strings.Join(names, ", ")))
	}
	return fmt.Errorf("no two sides have a benchmark of the same name\n%s\n%s", strings.Join(has, "\n"), matchHint(m.sides))
}

// leftOver lists what no row is about.
func (m *matched) leftOver() {
	for i := range m.sides {
		used := make(map[string]bool)
		for _, of := range m.found {
			if of[i] != nil {
				used[of[i].Name] = true
			}
		}
		for _, b := range m.sides[i].benchmarks() {
			if !used[b.Name] {
				m.unmatched[i] = append(m.unmatched[i], b.Name)
			}
		}
	}
}

// describe puts into the rows what the sides call them, and why one does not
// have them.
func (m *matched) describe() {
	for r := range m.rows {
		row := &m.rows[r]
		row.Iterations, row.Names, row.Unsupported = map[string]int64{}, map[string]string{}, nil
		for i, b := range m.found[r] {
			s := &m.sides[i]
			row.Iterations[s.Name] = 0
			if b != nil {
				row.Names[s.Name] = b.Called()
				continue
			}
			if row.Unsupported == nil {
				row.Unsupported = make(map[string]string)
			}
			of := ""
			if s.Impl != "" {
				of = " of " + foreign.Shown(s.Impl)
			}
			row.Unsupported[s.Name] = fmt.Sprintf("%s has no benchmark %q%s", s.Path, protocol.Escape(orElse(s.Names[row.Name], row.Name), 100), of)
		}
	}
}
