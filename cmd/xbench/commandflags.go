package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"xbench/harness/config"
)

// commandFlags are the flags of xbench run that are about command lines. Their
// names are hyperfine's where it has them.
type commandFlags struct {
	lines, names                               []string
	setup, prepare, conclude, cleanup, startup []string // one for all, or one per command
	input                                      []string
	lists, scans, steps                        []string
	warmup                                     int
	ignoreFailure                              bool
	sameOutput                                 string
	tolerance                                  float64
}

// addCommandFlags declares them.
func addCommandFlags(f *pflag.FlagSet) {
	f.StringArray("command", nil, "measure this command line; the first of several is the reference, one alone is only measured")
	f.StringArrayP("name", "n", nil, "name of a --command, in the same order (default: the program, or what tells its arguments from the others')")
	f.StringArrayP("setup", "s", nil, "run this command line once, before the first launch; this and the next three: once for all, or once per --command")
	f.StringArrayP("prepare", "p", nil, "run this command line before every launch, untimed")
	f.StringArrayP("conclude", "C", nil, "run this command line after every launch, untimed")
	f.StringArrayP("cleanup", "c", nil, "run this command line when all is over, however it ended")
	f.StringArray("input", nil, "`file` that is the standard input of each --command")
	f.StringArray("startup", nil, "a command line that starts the program and does nothing else, e.g. 'python3 -c pass': shows start-up apart")
	f.IntP("warmup", "w", 0, "launch each --command `n` times before the rounds; recorded, never data")
	f.IntP("runs", "r", 0, "the same as --rounds")
	f.StringArrayP("parameter-list", "L", nil, "`VAR a,b,c`: one row for each value; {VAR} in command lines is replaced by it")
	f.StringArrayP("parameter-scan", "P", nil, "`VAR MIN MAX`: one row for each number from MIN to MAX")
	f.StringArrayP("parameter-step-size", "D", nil, "`step` of a --parameter-scan (default 1)")
	f.BoolP("ignore-failure", "i", false, "an exit status other than 0 is a result, which must be the same on both sides and in every launch")
	f.String("same-output", "", "`how` outputs are compared: exact (default), json, lines, sorted-lines, none")
	f.Float64("float-tolerance", 0, "relative `difference` that numbers in outputs may have, e.g. 1e-9 (implies --same-output lines)")
}

// goesWithCommand are the flags that say nothing without a --command. A
// configuration has fields for them.
var goesWithCommand = map[string]string{
	"name": "", "setup": "setup", "prepare": "prepare", "conclude": "conclude", "cleanup": "cleanup", "input": "input",
	"startup": "startup", "warmup": "", "parameter-list": "", "parameter-scan": "", "parameter-step-size": "",
	"ignore-failure": "ignore_failure", "same-output": "same_output", "float-tolerance": "float_tolerance",
}

func readCommandFlags(c *cobra.Command) (commandFlags, error) {
	var f commandFlags
	var err error
	list := func(name string) []string {
		out, e := c.Flags().GetStringArray(name)
		err = errors.Join(err, e)
		return out
	}
	f.lines, f.names = list("command"), list("name")
	f.setup, f.prepare, f.conclude, f.cleanup, f.startup = list("setup"), list("prepare"), list("conclude"), list("cleanup"), list("startup")
	f.input, f.lists, f.scans, f.steps = list("input"), list("parameter-list"), list("parameter-scan"), list("parameter-step-size")
	f.warmup, _ = c.Flags().GetInt("warmup")
	f.ignoreFailure, _ = c.Flags().GetBool("ignore-failure")
	f.sameOutput, _ = c.Flags().GetString("same-output")
	f.tolerance, _ = c.Flags().GetFloat64("float-tolerance")
	if err == nil && f.warmup < 0 {
		err = fmt.Errorf("--warmup %d: must be 0 or more", f.warmup)
	}
	return f, errors.Join(err, f.without(c))
}

// without refuses flags that are about command lines where there is none.
func (f commandFlags) without(c *cobra.Command) error {
	if len(f.lines) > 0 {
		return nil
	}
	var err error
	c.Flags().Visit(func(fl *pflag.Flag) {
		field, is := goesWithCommand[fl.Name]
		switch {
		case !is || err != nil:
		case field != "":
			err = fmt.Errorf("--%s goes with --command; in an xbench.yaml it is %s: (docs/configuration.md)", fl.Name, field)
		default:
			err = fmt.Errorf("--%s goes with --command", fl.Name)
		}
	})
	return err
}

// comparison is when outputs are the same.
func (f commandFlags) comparison() (config.SameOutput, error) {
	known := []string{"exact", "json", "lines", "sorted-lines", "none"}
	same := config.SameOutput{As: f.sameOutput, FloatTolerance: f.tolerance}
	switch {
	case f.tolerance < 0:
		return same, fmt.Errorf("--float-tolerance %v: must be 0 or more, e.g. 1e-9", f.tolerance)
	case same.As == "" && f.tolerance > 0:
		same.As = "lines"
	case same.As == "":
		same.As = "exact"
	}
	if err := oneOf("same-output", same.As, known...); err != nil {
		return same, err
	}
	if f.tolerance > 0 && (same.As == "exact" || same.As == "none") {
		return same, fmt.Errorf("--float-tolerance needs --same-output json, lines or sorted-lines; %s knows no numbers", same.As)
	}
	return same, nil
}

// launch is what goes with the launches of the i-th command line.
func (f commandFlags) launch(i int, knobs []variable) (config.Launch, error) {
	l := config.Launch{IgnoreFailure: f.ignoreFailure}
	for _, h := range []struct {
		flag  string
		given []string
		to    *[]string
	}{{"--setup", f.setup, &l.Setup}, {"--prepare", f.prepare, &l.Prepare}, {"--conclude", f.conclude, &l.Conclude},
		{"--cleanup", f.cleanup, &l.Cleanup}, {"--startup", f.startup, &l.Startup}} {
		line, err := f.own(h.flag, h.given, i)
		if err != nil {
			return l, err
		}
		if line == "" && len(h.given) > 1 {
			continue // this command has none
		}
		args, err := splitAll(h.flag, slices.DeleteFunc([]string{line}, func(string) bool { return len(h.given) == 0 }))
		if err != nil {
			return l, err
		}
		if len(args) > 0 {
			*h.to = withKnobs(args[0], knobs)
		}
	}
	if slices.ContainsFunc(l.Startup, func(arg string) bool { return strings.Contains(strings.ReplaceAll(arg, "{{", ""), "{") }) {
		return l, fmt.Errorf("--startup %q: it is measured once, whatever the parameters; leave them out", f.startup[min(i, len(f.startup)-1)])
	}
	input, err := f.own("--input", f.input, i)
	if input == "null" { // as hyperfine calls it
		input = ""
	}
	l.Input = strings.Join(withKnobs([]string{input}, knobs), "")
	return l, err
}

// own is what a flag says for the i-th command: it is given once for all, or
// once for each.
func (f commandFlags) own(flag string, given []string, i int) (string, error) {
	switch len(given) {
	case 0:
		return "", nil
	case 1:
		return given[0], nil
	case len(f.lines):
		return given[i], nil
	}
	return "", fmt.Errorf("%s is given %d times for %d commands: give it once for all, or once for each, in order ('' for none)", flag, len(given), len(f.lines))
}
