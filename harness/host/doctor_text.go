package host

import (
	"fmt"
	"io"
	"strings"
)

// TextOptions say how to print a diagnosis.
type TextOptions struct {
	Width int  // of a line; 0 = 100
	Color bool // a person is watching
}

// Colours of the verdicts, as ANSI escape codes.
var shades = map[string]string{Fit: "32", Usable: "33", Unfit: "31"}

// columns of the table: verdict, name, value and what it means.
const (
	verdictColumn = 8
	nameColumn    = 13
)

// WriteText prints a diagnosis for people: each thing that was looked at,
// what it means, and after an arrow the remedy where one is needed.
func (d Diagnosis) WriteText(w io.Writer, opt TextOptions) error {
	if opt.Width <= 0 {
		opt.Width = 100
	}
	width := min(max(opt.Width, 50), 110) // longer lines are hard to read
	shade := func(verdict, text string) string {
		if !opt.Color {
			return text
		}
		return "\x1b[" + shades[verdict] + "m" + text + "\x1b[0m"
	}
	var b strings.Builder
	h := d.Facts.Host
	fmt.Fprintf(&b, "%s, %s, %s %s\n\n", h.CPU, plural(h.Cores, "core"), h.OS, h.Kernel)
	indent := strings.Repeat(" ", verdictColumn+nameColumn)
	for _, x := range d.Findings {
		word := x.Verdict
		if word == Fit {
			word = "ok"
		}
		lines := fold(x.Value+": "+x.Meaning, width-len(indent))
		if x.Remedy != "" {
			lines = append(lines, fold("-> "+x.Remedy, width-len(indent))...)
		}
		for i, line := range lines {
			head := indent
			if i == 0 {
				head = shade(x.Verdict, fmt.Sprintf("%-*s", verdictColumn, word)) + fmt.Sprintf("%-*s", nameColumn, x.Name)
			}
			b.WriteString(head + line + "\n")
		}
	}
	b.WriteString("\n")
	for _, line := range fold(d.outlook(), width) {
		b.WriteString(line + "\n")
	}
	b.WriteString(shade(d.Verdict, strings.ToUpper(d.Verdict)) + ": " + d.summary() + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// outlook is what the spread means in rounds.
func (d Diagnosis) outlook() string {
	show := fmt.Sprintf("the %d of the longest plan show %s nine times in ten", mostRounds, percent(d.Smallest))
	if d.Rounds == 0 {
		return fmt.Sprintf("On this host, now, a difference of 5 %% takes more than %d rounds of a benchmark: %s.", mostRounds, show)
	}
	return fmt.Sprintf("On this host, now, a difference of 5 %% takes about %d rounds of a benchmark; %s.", d.Rounds, show)
}

func (d Diagnosis) summary() string {
	var names []string
	for _, x := range d.Findings {
		if x.Verdict == d.Verdict {
			names = append(names, x.Name)
		}
	}
	switch d.Verdict {
	case Fit:
		return "nothing speaks against measuring here"
	case Usable:
		return "measure here, but mind " + strings.Join(names, ", ")
	}
	return "not a place to measure now, because of " + strings.Join(names, ", ")
}

// fold breaks a text into lines of at most width characters, at spaces but
// not between a number and its percent sign.
func fold(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Split(strings.ReplaceAll(text, " %", "\x00%"), " ") {
		word = strings.ReplaceAll(word, "\x00", " ")
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}
