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

// commandRow is what the row of a command line is called.
const commandRow = "command"

// commandProject makes a configuration of command lines: the first is the
// reference, each launch is one sample, and nothing is claimed.
func commandProject(f commandFlags) (*project, error) {
	if len(f.names) > len(f.lines) {
		return nil, fmt.Errorf("%d names for %d commands", len(f.names), len(f.lines))
	}
	knobs, err := f.parameters()
	if err != nil {
		return nil, err
	}
	cfg := &config.Config{
		Suites:   []config.Suite{{Name: commandRow, Gate: "none", Rounds: commandRounds, Samples: 1, Benchmarks: []string{"*"}}},
		Settings: config.Settings{Suite: commandRow},
	}
	if cfg.SameOutput, err = f.comparison(); err != nil {
		return nil, err
	}
	cfg.Benchmarks = commandRows(knobs)
	if len(f.startup) > 0 {
		cfg.Benchmarks = append(cfg.Benchmarks, config.Benchmark{Name: config.Noop, Category: commandRow, Description: "what starts each program and does next to nothing else", Samples: 1, ShownOnly: true})
	}
	lines, err := splitAll("--command", f.lines)
	if err != nil {
		return nil, err
	}
	made, taken := commandNames(lines), make(map[string]bool)
	for i, args := range lines {
		name := unlike(made[i], taken)
		if i < len(f.names) {
			name = f.names[i]
		}
		if err := config.CheckImplementationName(name); err != nil {
			return nil, fmt.Errorf("--name %q: %w", name, err)
		}
		if taken[name] {
			return nil, fmt.Errorf("--name %q is given twice", name)
		}
		taken[name] = true
		im := config.Implementation{Name: name, Reference: i == 0, Command: withKnobs(args, knobs)}
		if im.Launch, err = f.launch(i, knobs); err != nil {
			return nil, err
		}
		cfg.Implementations = append(cfg.Implementations, im)
	}
	return &project{Config: cfg, vars: map[string]string{}}, unusedKnobs(cfg.Implementations, knobs)
}

func splitAll(flag string, lines []string) ([][]string, error) {
	var out [][]string
	for _, line := range lines {
		args, err := splitCommand(line)
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", flag, line, err)
		}
		out = append(out, args)
	}
	return out, nil
}

// withKnobs keeps braces of a command line from being read as placeholders, but
// for those around the name of a parameter.
func withKnobs(args []string, knobs []variable) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = config.EscapeBraces(a)
		for _, k := range knobs {
			out[i] = strings.ReplaceAll(out[i], "{{"+k.name+"}}", "{"+k.name+"}")
		}
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
