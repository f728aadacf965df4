package compare

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"xbench/harness/record"
)

// environment compares what the configuration puts into the environments of
// the two sides. It may be how a side is made fast, like GOGC=off, and is in
// neither the program nor its command line.
func environment(ref, cand record.Implementation, add adder) {
	x, y := variables(ref.Env), variables(cand.Env)
	names := slices.Sorted(maps.Keys(x))
	for name := range y {
		if _, ok := x[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if x[name] != y[name] {
			severity := Qualify
			if isPlace(name) {
				severity = Remark
			}
			add("env", severity, "environment "+name, cmp.Or(x[name], "not set"), cmp.Or(y[name], "not set"),
				fmt.Sprintf("the ratio is about %s and the program together", name))
		}
	}
}

// variables are the values by name, quoted where they are empty.
func variables(env []string) map[string]string {
	out := make(map[string]string)
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		out[name] = cmp.Or(value, `""`)
	}
	return out
}

// isPlace is for variables that say where things are, and how they are shown.
func isPlace(name string) bool {
	switch name {
	case "PATH", "HOME", "TMPDIR", "LANG", "TZ", "PYTHONHASHSEED", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE":
		return true
	}
	return strings.HasPrefix(name, "LC_") || strings.HasSuffix(name, "PATH") || strings.HasSuffix(name, "_DIR") || strings.HasSuffix(name, "_HOME")
}
