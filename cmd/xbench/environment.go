package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"xbench/harness/strictyaml"
)

// variablePrefix begins the names of all variables that set flags.
const variablePrefix = "XBENCH_"

func variableOf(flag string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromVariable marks a flag that the environment has set.
const fromVariable = "from the environment"

// fromEnvironment sets the flags that were not typed from XBENCH_* variables,
// through the flags' own parsers: viper would read a misspelt number as zero.
func fromEnvironment(c *cobra.Command, _ []string) error {
	if c.Name() == cobra.ShellCompRequestCmd || c.Name() == cobra.ShellCompNoDescRequestCmd {
		return nil // a shell asks what could follow: no moment for complaints
	}
	if err := misspeltVariable(c.Root()); err != nil {
		return err
	}
	var err error
	c.Flags().VisitAll(func(f *pflag.Flag) {
		name := variableOf(f.Name)
		value, ok := os.LookupEnv(name)
		if !ok || value == "" || f.Changed || f.Name == "help" || err != nil || saidOtherwise(c, f) {
			return
		}
		if setErr := c.Flags().Set(f.Name, value); setErr != nil {
			err = fmt.Errorf("environment: %s=%q: %w", name, value, setErr)
			var bad *pflag.InvalidValueError
			if want := wanted(f); want != "" && errors.As(setErr, &bad) {
				err = fmt.Errorf("environment: %s=%q: %s", name, value, want)
			}
		}
		if f.Annotations == nil {
			f.Annotations = make(map[string][]string)
		}
		f.Annotations[fromVariable] = []string{name}
	})
	return err
}

// saidOtherwise reports whether the number of rounds was given by the other of
// the two flags that say it: what is typed wins.
func saidOtherwise(c *cobra.Command, f *pflag.Flag) bool {
	other := map[string]string{"rounds": "runs", "runs": "rounds"}[f.Name]
	return other != "" && c.Flags().Changed(other)
}

// misspeltVariable refuses a variable that is nearly one of ours: ignored, it
// would let a run pass by another gate than was asked for.
func misspeltVariable(root *cobra.Command) error {
	var known []string
	for _, c := range root.Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, strings.TrimPrefix(variableOf(f.Name), variablePrefix)) })
	}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		short, ours := strings.CutPrefix(name, variablePrefix)
		if !ours || value == "" || slices.Contains(known, short) {
			continue
		}
		if near := strictyaml.Suggest(short, known); near != "" {
			return fmt.Errorf("environment: there is no %s (did you mean %s%s?)", name, variablePrefix, near)
		}
	}
	return nil
}

// blame names the variable where an error is about a flag that nobody typed.
func blame(c *cobra.Command, err error) error {
	if err == nil || errors.As(err, new(exitError)) {
		return err
	}
	c.Flags().Visit(func(f *pflag.Flag) {
		name := f.Annotations[fromVariable]
		if len(name) == 0 {
			return
		}
		for _, prefix := range []string{"flag --" + f.Name + ": ", "--" + f.Name + ": "} {
			if rest, ok := strings.CutPrefix(err.Error(), prefix); ok {
				err = fmt.Errorf("environment: %s: %s", name[0], rest)
				return
			}
		}
		if rest, ok := strings.CutPrefix(err.Error(), "--"+f.Name+" "); ok {
			err = fmt.Errorf("environment: %s=%s", name[0], rest)
		}
	})
	return err
}
