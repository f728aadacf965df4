package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"xbench/compare"
)

// A htmlRow is one benchmark of the table of results: a line per candidate and
// the drill-down. It is one <tbody>, so that sorting moves all of it.
type htmlRow struct {
	ID, Name, State, Description string
	Parts                        []string // of the name, between which a line may break
	Rank, Rounds                 int      // to sort by, as the numbers below: what needs attention first
	Speedup, Ref, Cand, Claim    string   // plain, "" = none
	Lines                        []htmlLine
	In                           string // what stands in for the drill-down on paper
	Detail                       htmlDetail
}

// A htmlLine is one candidate's result.
type htmlLine struct {
	First     bool
	Candidate string
	Ref, Cand string
	Speedup   string
	Bounds    string
	Spark     *htmlSpark
	Claim     string
	Sign      htmlSign
	Rounds    int
	Counted   string // rounds or, of sides that were not measured in turns, the processes of each
	Cores     string
	Memory    string
}

// rows are the table's, in the order of the view: what needs attention first.
func (p *htmlPage) rows() []htmlRow {
	axis := p.axis()
	var out []htmlRow
	for i, r := range p.v.Rows {
		row := htmlRow{ID: p.ids[r.Name], Name: r.Name, Parts: nameParts(r.Name), Description: r.Description, In: r.printed(), Rank: len(states) - 1}
		for j, c := range r.Cells {
			line := p.line(r, c, axis)
			line.First = j == 0
			row.Lines = append(row.Lines, line)
			row.Rank = min(row.Rank, c.stateIndex())
		}
		row.State = states[row.Rank].name
		if len(r.Cells) > 0 {
			row.sortBy(r)
		}
		row.Detail = p.detail(i)
		out = append(out, row)
	}
	return out
}

func (p *htmlPage) line(r Row, c Cell, axis htmlAxis) htmlLine {
	l := htmlLine{Candidate: c.Candidate, Ref: FormatDuration(c.RefNS), Cand: FormatDuration(c.CandNS),
		Sign: r.cellSign(c), Rounds: c.Rounds, Counted: p.v.counted(c), Speedup: none, Bounds: none, Claim: none}
	switch {
	case p.v.Reference == "":
		l.Bounds = durationBounds(c.CandLoNS, c.CandHiNS)
		l.Cores, l.Memory = formatCores(c.CandCores), size(c.CandRSS, c.CandRSSAtMost)
	case !c.invalid():
		l.Speedup, l.Bounds = FormatRatio(c.Speedup.Ratio), FormatBounds(c.Speedup.Lo, c.Speedup.Hi)
		l.Claim = orNone(atLeast(c.Claim))
		l.Spark = axis.spark(c.Speedup, p.v.rowBar(r, c).Goals, l.Sign.Color)
	}
	return l
}

// sortBy fills in the numbers that columns are sorted by: of several candidates
// those of the one with the smallest speedup.
func (h *htmlRow) sortBy(r Row) {
	c := r.Cells[0]
	for _, other := range r.Cells[1:] {
		if other.sortable() && (!c.sortable() || other.Speedup.Ratio < c.Speedup.Ratio) {
			c = other
		}
	}
	h.Ref, h.Cand, h.Rounds = plainNumber(c.RefNS), plainNumber(c.CandNS), c.Rounds
	if !c.sortable() {
		return
	}
	h.Speedup = plainNumber(c.Speedup.Ratio)
	if atLeast(c.Claim) != "" {
		h.Claim = plainNumber(c.Claim)
	}
}

// sortable is whether there is a speedup to show.
func (c Cell) sortable() bool { return !c.invalid() && FormatRatio(c.Speedup.Ratio) != none }

// nameParts cuts a name after the characters that names are made with.
func nameParts(name string) []string {
	var out []string
	start := 0
	for i, c := range name {
		if strings.ContainsRune("/_=", c) {
			out, start = append(out, name[start:i+1]), i+1
		}
	}
	return append(out, name[start:])
}

// plainNumber is a number for the script, "" where there is none.
func plainNumber(x float64) string {
	if !(x > 0) || math.IsInf(x, 0) {
		return ""
	}
	const digits = 4 // those of the texts
	short, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', digits, 64), 64)
	if err != nil {
		return ""
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// printed is what of a drill-down is on paper, where it cannot be opened.
func (r Row) printed() string {
	var parts []string
	for _, s := range r.Sides {
		text := s.Implementation + ":"
		for _, x := range []struct{ lead, s string }{
			{"p99 ", FormatDuration(s.P99NS)}, {"", size(s.RSS, s.RSSAtMost)}, {"CPU ", FormatDuration(s.CPUNS)}, {"failed: ", orNone(s.Failure)},
		} {
			if x.s != none {
				text += " " + x.lead + x.s + ","
			}
		}
		if parsed, ok := strings.CutSuffix(text, ","); ok {
			parts = append(parts, parsed)
		}
	}
	return strings.Join(parts, "; ")
}

// A htmlAxis is the logarithmic axis that all sparks share.
type htmlAxis struct{ lo, hi float64 }

const sparkWidth, sparkHeight = 132, 18

// axis spans the speedups and 1x, with room for their intervals up to a factor
// of 2: one interval without an end would press all others into a dot.
func (p *htmlPage) axis() htmlAxis {
	a := htmlAxis{1, 1}
	for _, r := range p.v.Rows {
		for _, c := range r.Cells {
			x := c.Speedup.Ratio
			if c.invalid() || !(x > 0) || math.IsInf(x, 0) {
				continue
			}
			a.lo, a.hi = min(a.lo, max(x/2, min(c.Speedup.Lo, x))), max(a.hi, min(2*x, max(c.Speedup.Hi, x)))
		}
	}
	return htmlAxis{max(a.lo/1.15, 1e-6), min(a.hi*1.15, 1e9)}
}

// at is the place of a ratio, and whether it is beyond an end.
func (a htmlAxis) at(x float64) (float64, bool) {
	const pad = 4
	if !(x > 0) {
		return pad, true
	}
	if math.IsInf(x, 1) {
		return sparkWidth - pad, true
	}
	f := math.Log(x/a.lo) / math.Log(a.hi/a.lo)
	return pad + (sparkWidth-2*pad)*min(1, max(0, f)), f < 0 || f > 1
}

// A htmlSpark is a row's interval, drawn. Its numbers are coordinates; what it
// shows stands beside it in words.
type htmlSpark struct {
	Color           string
	One, X          string // of the line at 1x and of the point
	Interval, Goals string // path data, "" = none
}

func (a htmlAxis) spark(i compare.Interval, goals []float64, color string) *htmlSpark {
	if FormatRatio(i.Ratio) == none {
		return nil
	}
	one, _ := a.at(1)
	x, _ := a.at(i.Ratio)
	s := &htmlSpark{Color: color, One: tenth(one), X: tenth(x)}
	const mid = sparkHeight / 2
	if FormatBounds(i.Lo, i.Hi) != none {
		lo, before := a.at(i.Lo)
		hi, beyond := a.at(i.Hi)
		s.Interval = fmt.Sprintf("M%s %dH%s", tenth(lo), mid, tenth(hi))
		if before {
			s.Interval += fmt.Sprintf("M%s %dl-3 3 3 3", tenth(lo+3), mid-3)
		}
		if beyond {
			s.Interval += fmt.Sprintf("M%s %dl3 3-3 3", tenth(hi-3), mid-3)
		}
	}
	for _, g := range goals {
		if at, off := a.at(g); !off {
			s.Goals += fmt.Sprintf("M%s 2V%d", tenth(at), sparkHeight-2)
		}
	}
	return s
}

func tenth(x float64) string { return strconv.FormatFloat(math.Round(10*x)/10, 'f', -1, 64) }

// axisText says how sparks are to be read.
func (p *htmlPage) axisText() string {
	a := p.axis()
	if !p.v.hasSpeedup() || a.lo >= a.hi {
		return ""
	}
	return fmt.Sprintf("In the drawings of intervals all rows share one logarithmic axis, from %s to %s; the upright line is 1x, a dotted one the row's goal.", FormatRatio(a.lo), FormatRatio(a.hi))
}
