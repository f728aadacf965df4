package report

import "strings"

// startsHead is the heading of the last column, which has room for a short one.
func (p *htmlPage) startsHead() string {
	if p.v.Apart != nil {
		return "starts" // of either side's processes
	}
	return p.v.countedHead()
}

// processesTable has a line per process, side by side: those of one number were
// not measured together, so that there is no ratio of theirs.
func processesTable(v *View, r Row) *htmlTable {
	t := newHTMLTable("Process by process", ">process")
	for _, s := range r.Sides {
		t.Heads = append(t.Heads, htmlHead{s.Implementation, true}, htmlHead{s.Implementation + " samples", true},
			htmlHead{s.Implementation + " CPU", true}, htmlHead{s.Implementation + " memory", true})
	}
	t.Heads = append(t.Heads, htmlHead{"notes", false})
	for _, n := range roundsOf(r) {
		cells := []any{n}
		var notes []string
		for _, s := range r.Sides {
			p, said := s.ofRound(n)
			lo, hi := p.span()
			cells = append(cells, FormatDuration(p.MedianNS), durationBounds(lo, hi), FormatDuration(p.CPUNS), FormatBytes(p.RSS))
			for _, note := range said {
				notes = append(notes, s.Implementation+": "+note)
			}
		}
		t.add(append(cells, orNone(strings.Join(notes, "; ")))...)
	}
	t.hoistUnits()
	return t.done()
}
