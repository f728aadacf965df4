package report

import (
	"io"
	"testing"

	"xbench/charts"
)

func TestGoldenSpeedupChart(t *testing.T) {
	for name, v := range views() {
		data := v.SpeedupChart()
		if v.Reference == "" {
			if len(data.Groups) != 0 {
				t.Errorf("%s: a chart of one implementation has %d groups, want none", name, len(data.Groups))
			}
			continue
		}
		golden(t, name+".svg", func(w io.Writer) error { return charts.Speedup(w, data, charts.Options{}) })
	}
}

// What an interval cannot give, the chart must not be handed: it refuses
// An interval without any end says nothing, and is not drawn.
func TestSpeedupChartOfOpenIntervals(t *testing.T) {
	v := inconclusiveView()
	for _, g := range v.SpeedupChart().Groups {
		for _, r := range g.Rows {
			for _, b := range r.Bars {
				if b.Note == "unclear" && (b.Lo != 0 || b.Hi != 0) {
					t.Errorf("%s: whisker %v - %v on a row without an interval", r.Name, b.Lo, b.Hi)
				}
			}
		}
	}
}
