package config

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"xbench/harness/protocol"
)

// ParseName splits a benchmark's name into its id and the knobs that its
// trailing /key=value segments set. A value is an int64 or a bool if it reads
// as one and a string otherwise.
func ParseName(name string) (id string, params protocol.Params) {
	segments := strings.Split(name, "/")
	end := len(segments)
	for end > 1 && strings.Contains(segments[end-1], "=") {
		end--
	}
	for _, s := range segments[end:] {
		key, value, _ := strings.Cut(s, "=")
		params = append(params, protocol.Param{Name: key, Value: parseValue(value)})
	}
	return strings.Join(segments[:end], "/"), params
}

// parseValue types a knob's value. Only the plain decimal form is a number,
// so that a name and its value determine each other: 007 stays text.
func parseValue(s string) any {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && strconv.FormatInt(n, 10) == s {
		return n
	}
	switch s {
	case "true":
		return true
	case "false":
		return false
	}
	return s
}

// Canonical returns the name of a benchmark: its id, then /key=value for each
// knob of params that is not at its declared default, in declared order. A
// knob whose default is nil is always shown. Knobs that are not declared
// follow in the order given; Bind refuses them with a better message than a
// name could be.
func Canonical(id string, params, declared protocol.Params) string {
	var b strings.Builder
	b.WriteString(id)
	for _, d := range declared {
		v, ok := params.Get(d.Name)
		if ok && (d.Value == nil || !sameValue(v, d.Value)) {
			fmt.Fprintf(&b, "/%s=%v", d.Name, v)
		}
	}
	for _, p := range params {
		if _, ok := declared.Get(p.Name); !ok {
			fmt.Fprintf(&b, "/%s=%v", p.Name, p.Value)
		}
	}
	return b.String()
}

// sameValue compares knob values; 1 and 1.0 are the same number.
func sameValue(a, b any) bool {
	x, xok := number(a)
	y, yok := number(b)
	if xok && yok {
		return x == y
	}
	return reflect.DeepEqual(a, b)
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

func firstSegment(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}

// Match reports whether a name matches a pattern, in which * stands for any
// text including slashes.
func Match(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	if !strings.HasPrefix(name, parts[0]) {
		return false
	}
	name = name[len(parts[0]):]
	last := len(parts) - 1
	for _, p := range parts[1:last] {
		i := strings.Index(name, p)
		if i < 0 {
			return false
		}
		name = name[i+len(p):]
	}
	return strings.HasSuffix(name, parts[last])
}

var (
	implName   = regexp.MustCompile(`^[a-z][a-z0-9._-]*$`)
	notInName  = regexp.MustCompile(`[^a-z0-9._-]+`)
	likeProcs  = regexp.MustCompile(`-[0-9]+$`) // Go's benchmark format reads it as GOMAXPROCS
	knobName   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	simpleName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
)

// CheckImplementationName says what is wrong with an implementation's name.
func CheckImplementationName(name string) error {
	switch {
	case !implName.MatchString(name):
		return fmt.Errorf("implementation name %q: want a lower-case letter, then a-z, 0-9, '.', '_' or '-'%s", name, nearName(name))
	case likeProcs.MatchString(name):
		return fmt.Errorf("implementation name %q ends in a dash and digits, which Go's benchmark format reads as a processor count", name)
	}
	return nil
}

// nearName suggests the name that is nearly what was given.
func nearName(given string) string {
	near := strings.Trim(notInName.ReplaceAllString(strings.ToLower(given), "_"), "_")
	near = strings.TrimLeft(near, "0123456789._-")
	if !implName.MatchString(near) || likeProcs.MatchString(near) {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", near)
}

// CheckBenchmarkName says what is wrong with a benchmark's name. Names are
// part of a line-oriented record and are split at slashes and equal signs.
func CheckBenchmarkName(name string) error {
	id, params := ParseName(name)
	seen := make(map[string]bool)
	for _, p := range params {
		switch {
		case !knobName.MatchString(p.Name):
			return fmt.Errorf("benchmark name %q: %q is no name for a knob", name, p.Name)
		case p.Name == "impl":
			return fmt.Errorf("benchmark name %q: the knob impl is taken; the record uses it for the implementation", name)
		case p.Value == "":
			return fmt.Errorf("benchmark name %q: knob %s has no value", name, p.Name)
		case seen[p.Name]:
			return fmt.Errorf("benchmark name %q sets %s twice", name, p.Name)
		}
		seen[p.Name] = true
	}
	for _, segment := range strings.Split(id, "/") {
		switch {
		case segment == "":
			return fmt.Errorf("benchmark name %q has an empty part", name)
		case strings.Contains(segment, "="):
			return fmt.Errorf("benchmark name %q: %q is followed by a part without '='; knobs come last", name, segment)
		}
	}
	if i := strings.IndexFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '*' || r >= 0x80 }); i >= 0 {
		hint := ""
		if better := strings.Join(strings.Fields(name), "_"); better != name && CheckBenchmarkName(better) == nil {
			hint = fmt.Sprintf(" (did you mean %q?)", better)
		}
		return fmt.Errorf("benchmark name %q: want printable ASCII without spaces and '*'%s", name, hint)
	}
	return nil
}
