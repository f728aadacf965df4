package adapter

import (
	"fmt"
	"slices"

	"xbench/harness/strictyaml"
)

// exactly finds a name as it is.
func exactly(name string, listed []string) (string, error) {
	if slices.Contains(listed, name) {
		return name, nil
	}
	return "", lacks(name, listed)
}

// lacks says that there is no such benchmark, and which one may be meant.
func lacks(name string, listed []string) error {
	hint := ""
	if near := strictyaml.Suggest(name, listed); near != "" {
		hint = fmt.Sprintf(" (nearest: %q)", near)
	} else if len(listed) > 0 {
		hint = " (it has " + quoted(listed, 4) + ")"
	} else {
		hint = " (it lists none)"
	}
	return fmt.Errorf("it has no benchmark %q%s", name, hint)
}
