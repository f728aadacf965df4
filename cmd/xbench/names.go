package main

import (
	"fmt"
	"strings"

	"xbench/harness/strictyaml"
)

// unknownName is the error for a name that is not among those that exist.
func unknownName(what, got string, known []string) error {
	if s := strictyaml.Suggest(got, known); s != "" {
		return fmt.Errorf("unknown %s %q (did you mean %q?)", what, got, s)
	}
	return fmt.Errorf("unknown %s %q (there are: %s)", what, got, strings.Join(known, ", "))
}

// oneOf checks a flag with few values.
func oneOf(flag, got string, known ...string) error {
	for _, k := range known {
		if got == k {
			return nil
		}
	}
	return fmt.Errorf("flag --%s: %w", flag, unknownName("value", got, known))
}
