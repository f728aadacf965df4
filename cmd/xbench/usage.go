package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"xbench/harness/strictyaml"
)

// flagError says what flag was meant, or what its value should have been: the
// parsers of numbers and durations speak of themselves.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		if other := fromHyperfine(c, unknown); other != nil {
			return other
		}
	}
	if errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "" {
		if near := strictyaml.Suggest(unknown.GetSpecifiedName(), flagNames(c)); near != "" {
			return fmt.Errorf("%w (did you mean --%s?)", err, near)
		}
		return err
	}
	var bad *pflag.InvalidValueError
	if !errors.As(err, &bad) {
		return err
	}
	if want := wanted(bad.GetFlag()); want != "" {
		return fmt.Errorf("--%s %q: %s", bad.GetFlag().Name, bad.GetValue(), want)
	}
	return err
}

func flagNames(c *cobra.Command) []string {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

func wanted(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "duration":
		return "give a time such as 90s or 10m; units are s, m and h"
	case "int":
		return "must be a whole number"
	case "uint64":
		return "must be a whole number, 0 or more"
	case "bool":
		return "must be true or false"
	}
	return ""
}

// noArguments refuses what is no command, and suggests one.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			known = append(known, sub.Name())
		}
	}
	if len(known) == 0 {
		return fmt.Errorf("%s takes no arguments, got %q", c.Name(), args[0])
	}
	return strictyaml.Unknown("command", args[0], known)
}

// onlyFlags refuses arguments of run. Programs to be measured are given by
// flags, and bare ones are what a newcomer tries first.
func (a *app) onlyFlags(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if line := requoted(c, a.args); line != "" {
		return fmt.Errorf("run takes no arguments, got %q; did you mean: %s", args[0], line)
	}
	hint := measureHint(c, args)
	if hint == "" {
		return noArguments(c, args)
	}
	return fmt.Errorf("run takes no arguments, got %q; to measure programs: %s", args[0], hint)
}

// usageHint points at the right --help after a mistyped command line.
func usageHint(root *cobra.Command, args []string, err error) string {
	mistyped := []string{"unknown command ", "unknown flag: ", "unknown shorthand ", "flag needs ", "invalid argument ", "accepts "}
	if !slices.ContainsFunc(mistyped, func(p string) bool { return strings.HasPrefix(err.Error(), p) }) {
		return ""
	}
	c, _, findErr := root.Find(args)
	if findErr != nil {
		c = root
	}
	return fmt.Sprintf("see '%s --help'", c.CommandPath())
}
