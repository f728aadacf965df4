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
// for each, on its worst benchmark. Of one value alone the results say so.
func (m *matched) fewValues() []record.Note {
	var notes []record.Note
	for i := range m.sides {
		s := &m.sides[i]
		worst, n := "", 0
		least := fewestValues
		for r := range m.rows {
			b := m.found[r][i]
			if b == nil || b.Failed != "" || b.Samples() <= 1 || b.Samples() >= fewestValues {
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
	how := ""
	if s.Result.Format == foreign.FormatCriterion {
		how = ", without --quick"
	}
	return fmt.Sprintf("%s: %d values of %s: how much it varies is next to unknown, and the interval mostly assumed; measure %d or more%s", s.Path, values, of, fewestValues, how)
}
