package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// lineFlags are the flags whose value is a command line.
var lineFlags = []string{"command", "setup", "prepare", "conclude", "cleanup", "startup"}

// requoted is the command line with the quotes and commas that were forgotten:
// words that follow a command line are part of it, and those that follow the
// value of a parameter are values. It is "" where they are something else.
func requoted(c *cobra.Command, raw []string) string {
	at := slices.Index(raw, c.Name())
	if at < 0 {
		return ""
	}
	line := []string{"xbench", c.Name()}
	for i := at + 1; i < len(raw); {
		flag, value, inline := strings.Cut(raw[i], "=")
		name, takes := flagNamed(c, flag)
		i++
		switch {
		case name == "":
			return ""
		case !takes:
			line = append(line, raw[i-1])
			continue
		case !inline && i == len(raw):
			return ""
		case !inline:
			value = raw[i]
			i++
		}
		var more []string
		for ; i < len(raw) && !strings.HasPrefix(raw[i], "-"); i++ {
			more = append(more, raw[i])
		}
		switch {
		case name == "parameter-list":
			knob, values, _ := strings.Cut(value, "=")
			line = append(line, flag, knob, quoted(strings.Join(append([]string{values}, more...), ",")))
			continue
		case slices.Contains(lineFlags, name):
			for _, w := range more {
				value += " " + quotedWord(w)
			}
		case len(more) > 0:
			return ""
		}
		line = append(line, flag, quotedWord(value))
	}
	return strings.Join(line, " ")
}

// flagNamed is the name of a flag as it was typed, "" if there is none such,
// and whether it takes a value.
func flagNamed(c *cobra.Command, typed string) (name string, takes bool) {
	f := c.Flags().Lookup(strings.TrimPrefix(typed, "--"))
	if !strings.HasPrefix(typed, "--") {
		short := strings.TrimPrefix(typed, "-")
		if len(short) != 1 || short == typed {
			return "", false
		}
		f = c.Flags().ShorthandLookup(short)
	}
	if f == nil {
		return "", false
	}
	return f.Name, f.NoOptDefVal == ""
}
