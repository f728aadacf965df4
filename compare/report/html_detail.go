package report

import (
	"fmt"
	"slices"
	"strings"
)

// A htmlDetail is what a row opens: where its numbers come from.
type htmlDetail struct {
	Figure  *htmlFigure
	Facts   [][2]string
	Sides   *htmlTable
	Rounds  *htmlTable
	Notes   []string // what was left out, and where it is
	Failed  []htmlFailure
	Ran     [][2]string // implementation and command line
	Explain []string    // command lines
}

// A htmlFailure is why a side is no data, and what it said last.
type htmlFailure struct{ Who, Why, Stderr string }

// detail gathers the drill-down of the row at i.
func (p *htmlPage) detail(i int) htmlDetail {
	r := p.v.Rows[i]
	d := htmlDetail{Facts: p.facts(r), Sides: p.sidesTable(r), Failed: failed(r), Ran: p.ran(r), Explain: p.explains(r)}
	figure, left := p.distribution(i)
	if d.Figure = figure; left {
		d.Notes = append(d.Notes, "The drawing of the samples is left out to keep this page small; record.txt holds every sample.")
	}
	if rounds := roundsTable(p.v, r); rounds != nil {
		if p.cells -= len(rounds.Rows) * len(rounds.Heads); p.cells >= 0 {
			d.Rounds = rounds
		} else {
			d.Notes = append(d.Notes, fmt.Sprintf("The table of its %s is left out to keep this page small; processes.csv holds it.", plural(len(rounds.Rows), "round")))
		}
	}
	return d
}

// failed are the sides that are no data, with what they said last.
func failed(r Row) []htmlFailure {
	var out []htmlFailure
	for _, s := range r.Sides {
		if s.Failure != "" || s.Stderr != "" {
			out = append(out, htmlFailure{s.Implementation, s.Failure, s.Stderr})
		}
	}
	for _, c := range r.Cells {
		for _, f := range c.Failures {
			why := failureWord(f.Kind) + ": " + f.Message
			if !slices.ContainsFunc(out, func(x htmlFailure) bool { return x.Why == why }) {
				out = append(out, htmlFailure{Who: c.Candidate, Why: why})
			}
		}
	}
	return out
}

// facts are what is known of the row itself, and why measuring it ended.
func (p *htmlPage) facts(r Row) [][2]string {
	var out [][2]string
	add := func(name, value string) {
		if value != "" && value != none {
			out = append(out, [2]string{name, value})
		}
	}
	var params []string
	for _, kv := range r.Params {
		params = append(params, kv[0]+"="+kv[1])
	}
	add("parameters", strings.Join(params, " "))
	for _, n := range r.Named {
		add(n[0]+" calls it", n[1])
	}
	if r.Expected > 0 && p.v.hasSpeedup() {
		add("speedup expected beforehand", shortRatio(r.Expected))
	}
	add("no schedule can be faster than", FormatDuration(r.LowerBoundNS))
	if r.ShownOnly {
		add("goals", "part of none: shown only")
	}
	for _, c := range r.Cells {
		if c.Stopped == "" {
			continue
		}
		s := p.v.of(c.Candidate) + p.v.stoppedShort(c)
		if more := moreText(c.MoreRounds, c.TooClose); more != "" {
			s += "; to settle it takes " + more + ", in a new run"
		}
		add("measuring ended", s)
	}
	return append(out, alikeFacts(r)...)
}

// ran are the command lines of the sides.
func (p *htmlPage) ran(r Row) [][2]string {
	var out [][2]string
	for _, d := range r.Sides {
		for _, s := range p.v.Sides {
			if s.Name == d.Implementation && len(s.Command) > 0 {
				out = append(out, [2]string{s.Name, quoteAll(s.Command)})
			}
		}
	}
	return out
}

// explains are the commands that print the arithmetic of the row's results.
func (p *htmlPage) explains(r Row) []string {
	if p.v.Reference == "" {
		return nil
	}
	base := []string{"xbench", "compare", "record.txt", "--explain", r.Name}
	if len(r.Cells) < 2 {
		return []string{shellLine(base)}
	}
	var out []string
	for _, c := range r.Cells {
		out = append(out, shellLine(append(slices.Clone(base), "--impl", c.Candidate)))
	}
	return out
}
