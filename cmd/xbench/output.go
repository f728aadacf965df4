package main

import (
	"bytes"
	"io"
	"os"

	"golang.org/x/term"

	"xbench/charts"
	"xbench/compare/report"
)

// Files of a results directory, besides the record.
const (
	reportName  = "PERFORMANCE.md"
	summaryName = "summary.json"
	chartName   = "charts/speedup.svg"
)

// writeReport writes every file of the report through create.
func writeReport[F io.WriteCloser](create func(name string) (F, error), view *report.View) error {
	var chart bytes.Buffer
	if data := view.SpeedupChart(); len(data.Groups) > 0 {
		if err := charts.Speedup(&chart, data, charts.Options{Format: charts.SVG, Theme: charts.ThemeAuto}); err != nil {
			return err
		}
		view.Chart = chartName
	}
	write := func(name string, render func(io.Writer) error) error {
		f, err := create(name)
		if err != nil {
			return err
		}
		if err := render(f); err != nil {
			f.Close()
			return err
		}
		return f.Close()
	}
	for _, figure := range view.ScalingFigures() {
		draw := func(w io.Writer) error {
			return charts.Scaling(w, figure.Data, charts.Options{Format: charts.SVG, Theme: charts.ThemeAuto})
		}
		if err := write(figure.Path, draw); err != nil {
			return err
		}
		figure.Drawn()
	}
	if chart.Len() > 0 {
		if err := write(chartName, func(w io.Writer) error { _, err := chart.WriteTo(w); return err }); err != nil {
			return err
		}
	}
	if err := write(reportName, view.Markdown); err != nil {
		return err
	}
	return write(summaryName, view.Summary)
}

// terminalOptions looks at the stream: width and colour only where a person
// is watching, unless NO_COLOR or CLICOLOR_FORCE say otherwise.
func terminalOptions(w io.Writer, reportPath string) report.TerminalOptions {
	opt := report.TerminalOptions{ReportPath: reportPath, Width: 100}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		opt.Color = true
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			opt.Width = width
		}
	}
	if force := os.Getenv("CLICOLOR_FORCE"); force != "" && force != "0" {
		opt.Color = true
	}
	if os.Getenv("NO_COLOR") != "" {
		opt.Color = false
	}
	return opt
}
