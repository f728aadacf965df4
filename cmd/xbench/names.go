package main

import (
	"fmt"

	"xbench/harness/strictyaml"
)

// oneOf checks a flag with few values.
func oneOf(flag, got string, known ...string) error {
	for _, k := range known {
		if got == k {
			return nil
		}
	}
	return fmt.Errorf("flag --%s: %w", flag, strictyaml.Unknown("value", got, known))
}
