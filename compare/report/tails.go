package report

import (
	"fmt"

	"xbench/compare"
)

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
	m.printf("<details><summary>Rare long pauses: mean times and the far end of the samples</summary>\n\n")
	m.printf("The speedup is one of typical times, which a rare long pause does not move. The ratio of mean times has the pauses in it, and p99 is the sample " +
		"that 99%% do not exceed (of fewer than 100 samples the longest). All samples of a side are pooled; a sample is the mean of its iterations. Described, not judged.\n\n")
	t.write(&m.b)
	m.printf("</details>\n\n")
}

// spread prints how far the categories' speedups are apart.
func (m *markdown) spread() {
	for _, candidate := range m.Candidates {
		var ratios []float64
		for _, c := range m.Categories {
			if c.Candidate == candidate && FormatRatio(c.Geometric.Ratio) != none {
				ratios = append(ratios, c.Geometric.Ratio)
			}
		}
		linear, log := compare.Spread(ratios)
		if len(ratios) < 2 {
			continue
		}
		lead := "The"
		if m.of(candidate) != "" {
			lead = md(m.of(candidate)) + "the"
		}
		m.printf("%s speedups of the %d categories vary by %s (standard deviation over mean), on the log scale by %s.\n\n",
			lead, len(ratios), FormatPercent(linear), FormatPercent(log))
	}
}
