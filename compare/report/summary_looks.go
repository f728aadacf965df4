package report

import "xbench/compare"

type lookJSON struct {
	Round   int             `json:"round"`
	Verdict compare.Verdict `json:"verdict"` // INCONCLUSIVE: open
	Found   *intervalJSON   `json:"found"`
	Worst   string          `json:"worst"`
	Open    int             `json:"rows_open"`
	Chance  known           `json:"chance_of_a_verdict"` // null: not asked
	GaveUp  bool            `json:"gave_up"`
}

func lookSummaries(looks []compare.Look) []lookJSON {
	out := []lookJSON{}
	for _, l := range looks {
		out = append(out, lookJSON{Round: l.Round, Verdict: l.Verdict, Found: interval(l.Found), Worst: l.Worst,
			Open: l.Open, Chance: known(l.Chance), GaveUp: l.GaveUp})
	}
	return out
}
