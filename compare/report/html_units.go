package report

import "strings"

// hoistUnits puts the unit that all figures of a column share into its heading,
// once: "54.11 us" below "go" becomes "54.11" below "go, us".
func (t *htmlTable) hoistUnits() {
	for i, h := range t.Heads {
		unit := t.unitOf(i)
		if i == 0 || !h.Right || unit == "" {
			continue
		}
		t.Heads[i].Text += ", " + unit
		for _, row := range t.Rows {
			row[i].Text = strings.TrimSuffix(strings.ReplaceAll(row[i].Text, " "+unit+" ", " "), " "+unit)
		}
	}
}

// unitOf is the unit of every figure in a column, "" where they differ or have
// none.
func (t *htmlTable) unitOf(column int) string {
	unit := ""
	for _, row := range t.Rows {
		text := row[column].Text
		if text == none {
			continue
		}
		for _, figure := range strings.Split(text, " - ") {
			_, its, _ := strings.Cut(figure, " ")
			if !units[its] || unit != "" && its != unit {
				return ""
			}
			unit = its
		}
	}
	return unit
}
