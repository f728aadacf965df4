package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"xbench/harness/config"
)

// longestName is as much as a name made of arguments may take of a table.
const longestName = 24

var (
	notInName  = regexp.MustCompile(`[^a-z0-9._-]+`)
	likeAProcs = regexp.MustCompile(`-([0-9]+)$`) // config.CheckImplementationName says why not
)

// commandNames makes a name for each command line: its program or, where
// several lines have one program, what each has that the others have not. "new"
// is in the tables then, and not the second letter of python3.
func commandNames(lines [][]string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		var same [][]string // command lines of one program
		for _, other := range lines {
			if filepath.Base(other[0]) == filepath.Base(line[0]) {
				same = append(same, other)
			}
		}
		out[i] = commandName(line, same)
	}
	return out
}

func commandName(line []string, same [][]string) string {
	program := strings.TrimLeft(toName(filepath.Base(line[0]), ""), "0123456789")
	if program == "" {
		program = "command"
	}
	parts := ownParts(line, same)
	if len(parts) == 0 {
		return program
	}
	name := toName(strings.Join(parts, "_"), "_")
	if strings.HasPrefix(parts[0], "-") || config.CheckImplementationName(name) != nil {
		name = program + "_" + name // flags and numbers say little by themselves
	}
	name = likeAProcs.ReplaceAllString(strings.TrimRight(name[:min(len(name), longestName)], "._-"), "_$1")
	if config.CheckImplementationName(name) != nil {
		return program
	}
	return name
}

// ownParts are the parts of paths and the other words of a command line that
// not all of the same program have.
func ownParts(line []string, same [][]string) []string {
	return slices.DeleteFunc(commandParts(line), func(part string) bool {
		return part == "." || part == ".." || !slices.ContainsFunc(same, func(other []string) bool {
			return !slices.Contains(commandParts(other), part)
		})
	})
}

func commandParts(line []string) []string {
	var out []string
	for _, word := range line {
		out = append(out, strings.FieldsFunc(word, func(r rune) bool { return r == '/' || r == filepath.Separator })...)
	}
	return out
}

// toName puts something else in the place of what no name may hold.
func toName(s, instead string) string {
	s = strings.Trim(notInName.ReplaceAllString(strings.ToLower(s), instead), "._-")
	return likeAProcs.ReplaceAllString(s, "_$1")
}

// unlike tells a name from those that are taken by a letter: one that ends in a
// number would read as GOMAXPROCS in the record.
func unlike(name string, taken map[string]bool) string {
	base := name
	for c := 'b'; taken[name]; c++ {
		name = base + "-" + string(c)
	}
	return name
}
