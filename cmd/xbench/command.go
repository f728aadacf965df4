package main

import (
	"fmt"
	"strings"
	"unicode"

	"xbench/harness/config"
)

// commandRounds is how often each command line is launched unless --rounds
// says otherwise.
const commandRounds = 10

// commandProject makes a configuration of command lines: the first is the
// reference, each launch is one sample, and nothing is claimed.
func commandProject(commands, names []string) (*project, error) {
	if len(names) > len(commands) {
		return nil, fmt.Errorf("%d names for %d commands", len(names), len(commands))
	}
	cfg := &config.Config{
		Benchmarks: []config.Benchmark{{Name: "command", Description: "the whole process, from launch to exit", Samples: 1}},
		Suites:     []config.Suite{{Name: "command", Gate: "none", Rounds: commandRounds, Samples: 1, Benchmarks: []string{"command"}}},
		Settings:   config.Settings{Suite: "command"},
	}
	var lines [][]string
	for _, line := range commands {
		args, err := splitCommand(line)
		if err != nil {
			return nil, fmt.Errorf("--command %q: %w", line, err)
		}
		lines = append(lines, args)
	}
	made, taken := commandNames(lines), make(map[string]bool)
	for i, args := range lines {
		name := unlike(made[i], taken)
		if i < len(names) {
			name = names[i]
		}
		if err := config.CheckImplementationName(name); err != nil {
			return nil, fmt.Errorf("--name %q: %w", name, err)
		}
		if taken[name] {
			return nil, fmt.Errorf("--name %q is given twice", name)
		}
		taken[name] = true
		cfg.Implementations = append(cfg.Implementations, config.Implementation{
			Name: name, Reference: i == 0, Command: escapeBraces(args),
		})
	}
	return &project{Config: cfg, vars: map[string]string{}}, nil
}

// escapeBraces keeps braces of a command line from being read as placeholders.
func escapeBraces(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = config.EscapeBraces(a)
	}
	return out
}

// splitCommand splits a command line into arguments as a shell would, without
// running one: quotes and backslashes work, and what only a shell can do is
// refused rather than passed on as text.
func splitCommand(line string) ([]string, error) {
	var args []string
	var cur strings.Builder
	inArg := false
	quote := rune(0)
	runes := []rune(line)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case quote == '\'':
			if r == '\'' {
				quote = 0
			} else {
				cur.WriteRune(r)
			}
		case r == '\\':
			if i+1 == len(runes) {
				return nil, fmt.Errorf("ends in a backslash")
			}
			next := runes[i+1]
			if quote == '"' && !strings.ContainsRune("\"\\$`", next) {
				cur.WriteRune(r) // inside "..." a backslash is literal elsewhere
				continue
			}
			cur.WriteRune(next)
			inArg = true
			i++
		case quote == '"':
			if r == '"' {
				quote = 0
			} else {
				cur.WriteRune(r)
			}
		case r == '\'' || r == '"':
			quote, inArg = r, true
		case unicode.IsSpace(r):
			if inArg {
				args = append(args, cur.String())
				cur.Reset()
				inArg = false
			}
		case strings.ContainsRune("|&;<>()$`*?", r):
			return nil, fmt.Errorf("%q needs a shell; quote it, or give: sh -c '...'", r)
		default:
			cur.WriteRune(r)
			inArg = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("unclosed %q", quote)
	}
	if inArg {
		args = append(args, cur.String())
	}
	if len(args) == 0 {
		return nil, fmt.Errorf("is empty")
	}
	return args, nil
}
