package report

import (
	"slices"

	"xbench/compare"
)

// described says what verdicts about variation and spread stand for.
func (m *markdown) described() {
	if slices.ContainsFunc(m.Goals, func(g compare.Goal) bool { return g.Consistency > 0 }) {
		m.printf("Of a goal about variation from round to round PASS describes this run: no category has varied as much. " +
			"FAIL needs more than chance makes of the allowed variation in 2.5%% of runs.\n\n")
	}
	if slices.ContainsFunc(m.Goals, func(g compare.Goal) bool { return g.Spread > 0 }) {
		m.printf("Goals about the spread of categories describe this run.\n\n")
	}
}
