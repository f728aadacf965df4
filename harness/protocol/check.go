package protocol

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"unicode"
)

// longestName bounds benchmark names, digests and the like: they become parts
// of file names, tables and the record.
const longestName = 200

var paramName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// Check says what is wrong with a worker's answer to initialize, if anything.
func (i Info) Check() error {
	if i.Protocol > Version {
		return fmt.Errorf("the worker speaks protocol %d, this xbench up to %d; update xbench", i.Protocol, Version)
	}
	if i.Protocol < 1 {
		return fmt.Errorf("protocol must be %d, not %d", Version, i.Protocol)
	}
	seen := make(map[string]bool)
	unique := func(kind, name string) error {
		if err := checkName(name); err != nil {
			return fmt.Errorf("%s %w", kind, err)
		}
		if seen[name] {
			return fmt.Errorf("%s %q is listed twice", kind, name)
		}
		seen[name] = true
		return nil
	}
	for _, b := range i.Benchmarks {
		if err := unique("benchmark", b.Name); err != nil {
			return err
		}
		for _, p := range b.Params {
			if !paramName.MatchString(p.Name) {
				return fmt.Errorf(`benchmark %s: parameter name "%s" may hold letters, digits, "_", "." and "-" only`, b.Name, Escape(p.Name, showBytes))
			}
		}
	}
	for _, u := range i.Unsupported {
		if err := unique("unsupported benchmark", u.Name); err != nil {
			return err
		}
	}
	return nil
}

// Clean returns i with its free texts escaped and cut, fit to be shown.
func (i Info) Clean() Info {
	text := func(s *string) { *s = Escape(*s, longestName) }
	text(&i.Implementation.Version)
	text(&i.Implementation.Language)
	text(&i.Implementation.Runtime)
	text(&i.Implementation.Build.Mode)
	text(&i.Clock.Name)
	flags := append([]string(nil), i.Implementation.Build.Flags...)
	for n := range flags {
		text(&flags[n])
	}
	i.Implementation.Build.Flags = flags
	i.Implementation.Settings = cleanSettings(i.Implementation.Settings)
	benchmarks := append([]Benchmark(nil), i.Benchmarks...)
	for n := range benchmarks {
		text(&benchmarks[n].Description)
	}
	i.Benchmarks = benchmarks
	unsupported := append([]Unsupported(nil), i.Unsupported...)
	for n := range unsupported {
		text(&unsupported[n].Reason)
	}
	i.Unsupported = unsupported
	return i
}

// mostSettings is how many settings of a worker are kept; nobody reads more.
const mostSettings = 32

func cleanSettings(in map[string]string) map[string]string {
	if len(in) == 0 {
		return nil
	}
	names := slices.Sorted(maps.Keys(in))
	out := make(map[string]string)
	for _, name := range names[:min(len(names), mostSettings)] {
		out[Escape(name, longestName)] = Escape(in[name], longestName)
	}
	return out
}

// CheckOutcome says what is wrong with the digests and counters of an answer.
// Counters are told apart by name and digests by text, so neither may hold
// anything that shows as something else.
func CheckOutcome(digest *string, digests map[string]string, counters map[string]int64) error {
	if digest != nil {
		if err := checkName(*digest); err != nil {
			return fmt.Errorf("digest %w", err)
		}
	}
	for name, value := range digests {
		if err := checkName(name); err != nil {
			return fmt.Errorf("digest's name %w", err)
		}
		if err := checkName(value); err != nil {
			return fmt.Errorf("digest %s %w", name, err)
		}
	}
	for name := range counters {
		if err := checkName(name); err != nil {
			return fmt.Errorf("counter's name %w", err)
		}
	}
	return nil
}

func checkName(name string) error {
	if name == "" {
		return fmt.Errorf(`"" is empty`)
	}
	if len(name) > longestName {
		return fmt.Errorf(`"%s" is longer than %d bytes`, Escape(name, 40), longestName)
	}
	for _, r := range name {
		if unicode.IsSpace(r) || !strconv.IsPrint(r) || r == unicode.ReplacementChar {
			return fmt.Errorf(`"%s" holds white space or characters that do not show`, Escape(name, showBytes))
		}
	}
	return nil
}
