package harness

import (
	"fmt"

	"xbench/harness/foreign"
	"xbench/harness/record"
)

// fewestValues is how many values of a benchmark it takes to show how much
// they vary. With fewer its interval is little more than what is assumed.
const fewestValues = 5

// fewValues are notes on sides with too few values of what is compared: one
// for each, on its worst benchmark. Where a file states one mean and nothing
// else, that is its kind, and said as such.
func (m *matched) fewValues() []record.Note {
	var notes []record.Note
	for i := range m.sides {
		s := &m.sides[i]
		worst, n := "", 0
		least := fewestValues
		for r := range m.rows {
			b := m.found[r][i]
			if b == nil || b.Failed != "" || b.Granularity == foreign.GranularityMean || b.Samples() >= fewestValues {
				continue
			}
			n++
			if b.Samples() < least {
				worst, least = m.rows[r].Name, b.Samples()
			}
		}
		if n > 0 {
			notes = append(notes, record.Note{Kind: "doubt", Impl: s.Name, Message: fewText(s, worst, least, n-1)})
		}
	}
	return notes
}

func fewText(s *ImportSide, row string, values, others int) string {
	of := row
	if others == 1 {
		of += ", and few of 1 more"
	} else if others > 1 {
		of += fmt.Sprintf(", and few of %d more", others)
	}
	count := "1 value"
	if values != 1 {
		count = fmt.Sprintf("%d values", values)
	}
	how := ""
	if s.Result.Format == foreign.FormatCriterion {
		how = ", without --quick"
	}
	return fmt.Sprintf("%s: %s of %s: how much it varies is next to unknown, and the interval mostly assumed; measure %d or more%s", s.Path, count, of, fewestValues, how)
}
