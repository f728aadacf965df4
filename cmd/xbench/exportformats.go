package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"xbench/compare"
)

// The layouts are those of hyperfine 1.15 to 1.19, so that scripts which read
// or plot its files read these too.

type hyperfineJSON struct {
	Results []hyperfineResult `json:"results"`
}

type hyperfineResult struct {
	Command    string            `json:"command"`
	Mean       float64           `json:"mean"`
	Stddev     *float64          `json:"stddev"` // null of one launch
	Median     float64           `json:"median"`
	User       float64           `json:"user"`
	System     float64           `json:"system"`
	Min        float64           `json:"min"`
	Max        float64           `json:"max"`
	Times      []float64         `json:"times"`
	Memory     []int64           `json:"memory_usage_byte,omitempty"` // absent where xbench's own may be in it
	ExitCodes  []int64           `json:"exit_codes"`
	Parameters map[string]string `json:"parameters,omitempty"`
}

func exportJSON(results []exported) ([]byte, error) {
	out := hyperfineJSON{Results: []hyperfineResult{}}
	for _, x := range results {
		r := hyperfineResult{Command: x.command, Mean: average(x.times), Median: middle(x.times),
			User: average(x.user), System: average(x.sys), Min: slices.Min(x.times), Max: slices.Max(x.times),
			Times: x.times, Memory: x.memory, ExitCodes: x.exits}
		if sd, ok := deviation(x.times); ok {
			r.Stddev = &sd
		}
		for _, p := range x.parameters {
			if r.Parameters == nil {
				r.Parameters = make(map[string]string)
			}
			r.Parameters[p.name] = p.value
		}
		out.Results = append(out.Results, r)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(out)
	return b.Bytes(), err
}

func exportCSV(results []exported) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	header := []string{"command", "mean", "stddev", "median", "user", "system", "min", "max"}
	var names []string
	for _, x := range results {
		for _, p := range x.parameters {
			if !slices.Contains(names, p.name) {
				names = append(names, p.name)
				header = append(header, "parameter_"+p.name)
			}
		}
	}
	rows := [][]string{header}
	number := func(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
	for _, x := range results {
		spread := ""
		if sd, ok := deviation(x.times); ok {
			spread = number(sd)
		}
		row := []string{x.command, number(average(x.times)), spread, number(middle(x.times)), number(average(x.user)), number(average(x.sys)),
			number(slices.Min(x.times)), number(slices.Max(x.times))}
		for _, name := range names {
			i := slices.IndexFunc(x.parameters, func(p parameter) bool { return p.name == name })
			if i < 0 {
				row = append(row, "")
				continue
			}
			row = append(row, x.parameters[i].value)
		}
		rows = append(rows, row)
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

// exportMarkdown is hyperfine's table. Its last column is relative to the
// reference, not to the fastest, and has the interval of the verdict.
func exportMarkdown(results []exported) ([]byte, error) {
	var b bytes.Buffer
	unit, per := "ms", 1e3
	if len(results) > 0 && slices.Min(results[0].times) >= 1 {
		unit, per = "s", 1
	}
	digits := func(f float64) string { return strconv.FormatFloat(f*per, 'f', int(3-min(per/500, 2)), 64) }
	fmt.Fprintf(&b, "| Command | Mean [%s] | Min [%s] | Max [%s] | Relative |\n|:---|---:|---:|---:|---:|\n", unit, unit, unit)
	for _, x := range results {
		mean := digits(average(x.times))
		if sd, ok := deviation(x.times); ok {
			mean += " ± " + digits(sd)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", strings.ReplaceAll(x.command, "|", `\|`), mean, digits(slices.Min(x.times)), digits(slices.Max(x.times)), relative(x))
	}
	return b.Bytes(), nil
}

func relative(x exported) string {
	switch {
	case x.reference:
		return "1.00"
	case x.ratio.Ratio <= 0:
		return ""
	case math.IsInf(x.ratio.Hi, 1) || x.ratio.Lo <= 0:
		return fmt.Sprintf("%.3g", x.ratio.Ratio)
	}
	text := compare.FormatInterval(x.ratio)
	return strings.ReplaceAll(text, "x (", " (")
}
