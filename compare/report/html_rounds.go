package report

import (
	"fmt"
	"slices"
	"strings"
)

// roundsTable has a line per round: the processes of all sides, who ran first,
// and how loaded the host was. nil where no process is known.
func roundsTable(v *View, r Row) *htmlTable {
	if v.Apart != nil {
		return processesTable(v, r)
	}
	t := newHTMLTable("Round by round", ">round")
	for _, s := range r.Sides {
		t.Heads = append(t.Heads, htmlHead{s.Implementation, true}, htmlHead{s.Implementation + " samples", true},
			htmlHead{s.Implementation + " CPU", true}, htmlHead{s.Implementation + " memory", true})
	}
	compared := v.Reference != ""
	if compared {
		for _, c := range r.Cells {
			t.Heads = append(t.Heads, htmlHead{strings.TrimSpace("ratio " + strings.TrimSuffix(v.of(c.Candidate), ": ")), true})
		}
	}
	t.Heads = append(t.Heads, htmlHead{"first", true}, htmlHead{"load", true}, htmlHead{"notes", false})
	for _, round := range roundsOf(r) {
		t.add(roundCells(r, round, compared)...)
	}
	t.hoistUnits()
	return t.done()
}

// roundsOf are the numbers of the rounds of which there is a process.
func roundsOf(r Row) []int {
	var out []int
	for _, s := range r.Sides {
		for _, p := range s.Processes {
			if !slices.Contains(out, p.Round) {
				out = append(out, p.Round)
			}
		}
	}
	slices.Sort(out)
	return out
}

func roundCells(r Row, round int, compared bool) []any {
	cells := []any{round}
	var notes []string
	var medians []float64
	first, load := none, 0.0
	for _, s := range r.Sides {
		p, said := s.ofRound(round)
		lo, hi := p.span()
		cells = append(cells, FormatDuration(p.MedianNS), durationBounds(lo, hi), FormatDuration(p.CPUNS), FormatBytes(p.RSS))
		medians, load = append(medians, p.MedianNS), max(load, p.Load)
		if p.Round > 0 && p.Position == 0 {
			first = s.Implementation
		}
		for _, note := range said {
			notes = append(notes, s.Implementation+": "+note)
		}
	}
	if compared {
		for i := range r.Cells {
			ratio := none
			if i+1 < len(medians) && medians[i+1] > 0 {
				ratio = FormatRatio(medians[0] / medians[i+1])
			}
			cells = append(cells, ratio)
		}
	}
	loaded := none
	if load > 0 {
		loaded = fmt.Sprintf("%.2f", load)
	}
	return append(cells, first, loaded, orNone(strings.Join(notes, "; ")))
}

// ofRound is a side's process of a round, and what there is to say of it and of
// others that failed before it; the zero value where there is none.
func (s SideDetail) ofRound(round int) (last ProcessDetail, said []string) {
	for _, p := range s.Processes {
		if p.Round != round {
			continue
		}
		last = p
		said = append(said, p.Warnings...)
		if p.Failure != "" {
			said = append(said, p.Failure)
		}
	}
	return last, said
}

// span is a process's fastest and slowest sample, 0 without any.
func (p ProcessDetail) span() (lo, hi float64) {
	if len(p.SamplesNS) == 0 {
		return 0, 0
	}
	return slices.Min(p.SamplesNS), slices.Max(p.SamplesNS)
}
