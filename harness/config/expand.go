package config

import (
	"fmt"
	"slices"
	"strings"

	"xbench/harness/strictyaml"
)

// Expand replaces each {name} in args by vars[name], and {{ and }} by a single
// brace.
// A name that vars does not have is an error: a placeholder passed on as
// written would have the two sides do different work.
func Expand(args []string, vars map[string]string) ([]string, error) {
	out := make([]string, len(args))
	for i, arg := range args {
		s, err := expand(arg, vars)
		if err != nil {
			return nil, fmt.Errorf("argument %q: %w", arg, err)
		}
		out[i] = s
	}
	return out, nil
}

func expand(s string, vars map[string]string) (string, error) {
	var b strings.Builder
	err := scan(s, &b, func(name string) error {
		v, ok := vars[name]
		if !ok {
			return unknownPlaceholder(name, keys(vars))
		}
		b.WriteString(v)
		return nil
	})
	return b.String(), err
}

// ExpandKnown is Expand for people to read: a name that vars does not have, and
// a brace that is out of place, stay as written.
func ExpandKnown(args []string, vars map[string]string) []string {
	out := make([]string, len(args))
	for i, arg := range args {
		var b strings.Builder
		err := scan(arg, &b, func(name string) error {
			v, ok := vars[name]
			if !ok {
				v = "{" + name + "}"
			}
			b.WriteString(v)
			return nil
		})
		out[i] = b.String()
		if err != nil {
			out[i] = arg
		}
	}
	return out
}

// EscapeBraces is the text that Expand turns into s.
func EscapeBraces(s string) string {
	return strings.NewReplacer("{", "{{", "}", "}}").Replace(s)
}

// scan copies the literal text of s to lit and calls use for each placeholder.
func scan(s string, lit *strings.Builder, use func(name string) error) error {
	for {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			lit.WriteString(s)
			return nil
		}
		lit.WriteString(s[:i])
		brace := s[i]
		s = s[i+1:]
		if s != "" && s[0] == brace {
			lit.WriteByte(brace)
			s = s[1:]
			continue
		}
		if brace == '}' {
			return fmt.Errorf("'}' closes no placeholder; write }} for a brace")
		}
		name, rest, ok := strings.Cut(s, "}")
		if !ok {
			return fmt.Errorf("'{' opens a placeholder that nothing closes; write {{ for a brace")
		}
		if err := use(name); err != nil {
			return err
		}
		s = rest
	}
}

func unknownPlaceholder(name string, known []string) error {
	if hint := strictyaml.DidYouMean(name, known); hint != "" {
		return fmt.Errorf("unknown placeholder {%s}%s", name, hint)
	}
	return fmt.Errorf("unknown placeholder {%s} (known here: %s; write {{ and }} for braces)", name, strings.Join(known, ", "))
}

func keys(vars map[string]string) []string {
	var out []string
	for k := range vars {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
