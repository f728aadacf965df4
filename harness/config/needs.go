package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Needs is something an implementation cannot run without: a command that
// must succeed, and perhaps a version it must report.
type Needs struct {
	Run     []string `yaml:"run"`     // e.g. [python3, --version]
	Version string   `yaml:"version"` // ">= 3.10"; "" = any
	Hint    string   `yaml:"hint"`    // the remedy, shown when it is missing or too old
}

var (
	dotted      = regexp.MustCompile(`[0-9]+(\.[0-9]+)+`)
	requirement = regexp.MustCompile(`^>=\s*([0-9]+(?:\.[0-9]+)*)$`)
)

// Satisfied looks for the first dotted number in what the command printed and
// compares it with the version asked for. found is "" when there is none,
// which satisfies only a need without a version.
func (n *Needs) Satisfied(output string) (found string, ok bool) {
	found = dotted.FindString(output)
	if n.Version == "" {
		return found, true
	}
	m := requirement.FindStringSubmatch(n.Version)
	if m == nil || found == "" {
		return found, false
	}
	return found, compareVersions(found, m[1]) >= 0
}

func (n *Needs) check() error {
	switch {
	case len(n.Run) == 0:
		return fmt.Errorf("needs: run is missing, e.g. run: [python3, --version]")
	case n.Version != "" && !requirement.MatchString(n.Version):
		return fmt.Errorf("needs: version %q: want the form \">= 3.10\"", n.Version)
	}
	return nil
}

// compareVersions orders dotted numbers part by part; a missing part is 0.
func compareVersions(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(x), len(y)) {
		if d := part(x, i) - part(y, i); d != 0 {
			return d
		}
	}
	return 0
}

func part(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil { // digits only, so it is merely too large
		return int(^uint(0) >> 2)
	}
	return n
}
