package report

import "fmt"

// tails prints what the median does not show: the ratio of mean times and the
// far end of the samples. A sweep is looked at for its course, and its tails
// are in summary.json.
func (m *markdown) tails() {
	headings := []string{"benchmark"}
	several := len(m.Candidates) > 1
	switch {
	case m.Reference == "":
		headings = append(headings, ">mean", ">p99", ">samples")
	default:
		who := "candidate"
		if several {
			headings = append(headings, "candidate")
		} else {
			who = md(m.Candidates[0])
		}
		headings = append(headings, ">"+md(m.Reference)+" mean", ">p99", ">"+who+" mean", ">p99", ">speedup", ">ratio of means", ">samples")
	}
	t := newMDTable(headings...)
	n := 0
	for _, r := range m.Rows {
		for _, c := range r.Cells {
			if c.CandTail.Samples == 0 || r.swept {
				continue
			}
			n++
			cells := []string{r.mdName()}
			if m.Reference != "" {
				if several {
					cells = append(cells, md(c.Candidate))
				}
				cells = append(cells, FormatDuration(c.RefTail.MeanNS), FormatDuration(c.RefTail.P99NS), FormatDuration(c.CandTail.MeanNS), FormatDuration(c.CandTail.P99NS),
					FormatRatio(c.Speedup.Ratio), FormatRatio(c.MeanRatio), fmt.Sprint(c.CandTail.Samples))
			} else {
				cells = append(cells, FormatDuration(c.CandTail.MeanNS), FormatDuration(c.CandTail.P99NS), fmt.Sprint(c.CandTail.Samples))
			}
			t.add(cells...)
		}
	}
	if n == 0 {
		return
	}
	m.fold("Rare long pauses: mean times and the far end of the samples", func() {
		m.printf("%s\n\n", md(m.tailsText()))
		t.write(&m.b)
	})
}
