package main

import (
	"io"
	"os"

	"golang.org/x/term"

	"xbench/compare/report"
)

// terminalOptions looks at the stream: its width where a person is watching,
// and the same for everybody where the output goes into a file.
func terminalOptions(w io.Writer, reportPath string) report.TerminalOptions {
	return report.TerminalOptions{ReportPath: reportPath, Width: orElseWidth(ttyWidth(w), 100), Color: colored(w)}
}

func orElseWidth(width, otherwise int) int {
	if width > 0 {
		return width
	}
	return otherwise
}

// isTerminal is whether a person is watching the stream.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colored is whether to colour what goes to a stream. Each is asked for by
// itself: errors may go to a terminal and results into a file.
func colored(w io.Writer) bool { return wantsColor(isTerminal(w), os.Getenv) }

// wantsColor goes by https://no-color.org and https://bixense.com/clicolors:
// who asks for no colour gets none, whatever else is set.
func wantsColor(terminal bool, env func(string) string) bool {
	force := env("CLICOLOR_FORCE")
	switch {
	case env("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	}
	return terminal && env("CLICOLOR") != "0" && env("TERM") != "dumb"
}

// Styles of the progress. They never stand for anything that the words do not
// say.
const (
	dim    = "2"
	red    = "31"
	yellow = "33"
)

func (p *progress) paint(s, style string) string {
	if !p.color || style == "" || s == "" {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}
