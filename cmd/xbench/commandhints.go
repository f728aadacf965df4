package main

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// hyperfineFlags are the flags of hyperfine that xbench has another way for.
var hyperfineFlags = map[string]string{
	"N":               "no shell is run in any case: leave it out",
	"shell":           "no shell is run; where one is part of what is measured: --command \"sh -c '...'\"",
	"m":               "rounds are planned beforehand: --runs N, or --budget TIME for as many as fit",
	"min-runs":        "rounds are planned beforehand: --runs N, or --budget TIME for as many as fit",
	"M":               "rounds are planned beforehand: --runs N, or --budget TIME for as many as fit",
	"max-runs":        "rounds are planned beforehand: --runs N, or --budget TIME for as many as fit",
	"S":               "no shell is run; where one is part of what is measured: --command \"sh -c '...'\"",
	"style":           "colours follow the terminal and NO_COLOR; -q leaves out progress, --json prints numbers",
	"u":               "units follow the numbers; --export-json and --export-csv are in seconds",
	"time-unit":       "units follow the numbers; --export-json and --export-csv are in seconds",
	"show-output":     "outputs are read and compared; to see one, run the command by itself",
	"sort":            "rows stay in the order given",
	"command-name":    "the name is --name, or -n",
	"reference":       "the first --command is the reference",
	"reference-name":  "the first --command is the reference, and the first --name is its name",
	"export-asciidoc": "there are --export-json, --export-markdown and --export-csv; -o DIR has report.html and PERFORMANCE.md",
	"export-orgmode":  "there are --export-json, --export-markdown and --export-csv; -o DIR has report.html and PERFORMANCE.md",
}

// fromHyperfine says what to use in the place of a flag that run does not have.
func fromHyperfine(c *cobra.Command, unknown *pflag.NotExistError) error {
	name, short := unknown.GetSpecifiedName(), unknown.GetSpecifiedShortnames()
	if short != "" {
		name = short[:1]
	}
	way, ok := hyperfineFlags[name]
	if c.Name() != "run" || !ok {
		return nil
	}
	dashes := "--"
	if len(name) == 1 {
		dashes = "-"
	}
	return fmt.Errorf("run has no %s%s: %s", dashes, name, way)
}

// measureHint is the command line that measures programs given as arguments,
// "" where they do not look like programs.
func measureHint(c *cobra.Command, args []string) string {
	line := []string{"xbench", "run"}
	for _, arg := range args {
		words, err := splitCommand(arg)
		if err != nil {
			return ""
		}
		if _, err := exec.LookPath(words[0]); err != nil && len(words) == 1 && !strings.Contains(arg, "/") {
			return ""
		}
		line = append(line, "--command '"+strings.ReplaceAll(arg, "'", `'\''`)+"'")
	}
	c.Flags().Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			if f.Value.Type() == "bool" && v == "true" {
				line = append(line, "--"+f.Name)
				continue
			}
			line = append(line, "--"+f.Name+" "+quoted(v))
		}
	})
	return strings.Join(line, " ")
}

// quoted is a word for a POSIX shell; what is a number or a name needs no
// quotes.
func quoted(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.,=") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// valuesHint is said where words take turns in one command: each is a row, and
// rows are never compared. Numbers are sizes, whose growth is shown. It is ""
// where there is nothing to hint at.
func (f commandFlags) valuesHint() string {
	knobs, err := f.parameters()
	if err != nil || len(f.lines) != 1 {
		return ""
	}
	for _, k := range knobs {
		if len(k.values) < 2 || !slices.ContainsFunc(k.values, func(v any) bool { _, word := v.(string); return word }) {
			continue
		}
		var commands []string
		for _, v := range k.values[:2] {
			commands = append(commands, "--command "+quoted(strings.ReplaceAll(f.lines[0], "{"+k.name+"}", fmt.Sprint(v))))
		}
		return fmt.Sprintf("-L %s: each value is a row by itself, and nothing compares rows with each other; to compare two values, give two commands: %s", k.name, strings.Join(commands, " "))
	}
	return ""
}
