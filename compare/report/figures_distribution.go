package report

import (
	"fmt"
	"io"
	"strings"

	"xbench/charts"
)

// Distribution is the figure of one row's samples, process by process; false
// when there are none. Where a row is not valid its samples are shown all the
// same: they may say why.
func (v *View) Distribution(row int) (Figure, bool) {
	r := v.Rows[row]
	data := v.distributionData(r)
	return Figure{
		Name: fmt.Sprintf("distribution-%d", r.at+1), Title: r.Name + ": every sample", Alt: distributionAlt(data),
		Draw: func(w io.Writer, opt charts.Options) error { return charts.Distribution(w, data, opt) },
	}, len(data.Sides) > 0
}

func (v *View) distributionData(r Row) charts.DistributionData {
	data := charts.DistributionData{Benchmark: r.Name}
	if v.Commands {
		data.Time = launched
	}
	for _, s := range r.Sides {
		if side := s.distribution(); len(side.Processes) > 0 {
			data.Sides = append(data.Sides, side)
		}
	}
	return data
}

// distribution leaves out what has no place on a logarithmic axis.
func (s SideDetail) distribution() charts.DistributionSide {
	side := charts.DistributionSide{Name: s.Implementation, MedianNS: s.MedianNS}
	for _, p := range s.Processes {
		var samples []float64
		for _, ns := range p.SamplesNS {
			if FormatDuration(ns) != none {
				samples = append(samples, ns)
			}
		}
		if len(samples) == 0 || !(p.MedianNS > 0) {
			continue
		}
		side.Processes = append(side.Processes, charts.DistributionProcess{
			Round: p.Round, MedianNS: p.MedianNS, SamplesNS: samples,
			Text: fmt.Sprintf("round %d: %s", p.Round, FormatDuration(p.MedianNS)),
		})
	}
	side.Note = s.note()
	return side
}

// note is a side in a few words: its typical time, and its far end where a
// process has more than one sample.
func (s SideDetail) note() string {
	parts := []string{FormatDuration(s.MedianNS)}
	if s.P99NS > 0 && s.MaxNS > s.MinNS {
		parts = append(parts, "p99 "+FormatDuration(s.P99NS))
	}
	return strings.Join(parts, ", ")
}

// distributionAlt says where each side's times lie.
func distributionAlt(data charts.DistributionData) string {
	var parts []string
	for _, s := range data.Sides {
		lo, hi := s.Processes[0].MedianNS, s.Processes[0].MedianNS
		for _, p := range s.Processes {
			lo, hi = min(lo, p.MedianNS), max(hi, p.MedianNS)
		}
		text := s.Name + " " + s.Note
		if len(s.Processes) > 1 {
			text += fmt.Sprintf("; its %d processes between %s and %s", len(s.Processes), FormatDuration(lo), FormatDuration(hi))
		}
		parts = append(parts, text)
	}
	return data.Benchmark + ": " + strings.Join(parts, ". ")
}
