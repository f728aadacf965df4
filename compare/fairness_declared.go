package compare

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"xbench/harness/record"
)

// declared compares what the two sides say of themselves.
func (c *contrast) declared() []Difference {
	var ref, cand record.Implementation
	for _, i := range c.plan.Implementations {
		switch i.Name {
		case c.reference:
			ref = i
		case c.candidate:
			cand = i
		}
	}
	var out []Difference
	add := func(kind, severity, what, x, y, meaning string) {
		out = append(out, Difference{Kind: kind, Severity: severity, Candidate: c.candidate, What: what,
			Reference: x, Value: y, Meaning: meaning})
	}
	if ref.Kind != cand.Kind {
		add("kind", Serious, "what is timed", ref.Kind, cand.Kind,
			"a whole process, launch included, stands beside work inside one that is running")
	}
	build(ref, cand, add)
	profiled(ref, cand, add)
	collector(ref, cand, add)
	if x, y := ref.Settings["assertions"], cand.Settings["assertions"]; x != "" && y != "" && x != y {
		add("assertions", Qualify, "assertions", x, y, "one side checks what the other does not")
	}
	if ref.Language != "" && ref.Language == cand.Language {
		relatives(ref, cand, add)
	}
	environment(ref, cand, add) // what a worker itself says of the same stands first
	return out
}

type adder func(kind, severity, what, x, y, meaning string)

// build compares how the programs were built, and what slows them down.
func build(ref, cand record.Implementation, add adder) {
	x, y := buildText(ref), buildText(cand)
	switch {
	case ref.Mode == "debug" && cand.Mode == "debug":
		add("build", Qualify, "build", x, y, "neither is the build that people run")
	case ref.Mode == "debug":
		add("build", Serious, "build", x, y, "the reference is slower than what people run: the speedup is overstated")
	case cand.Mode == "debug":
		add("build", Serious, "build", x, y, "the candidate is slower than what people run: the speedup is understated")
	case checks(ref) != checks(cand):
		add("checks", Serious, "checks at run time", orNone(checks(ref)), orNone(checks(cand)), "one side does checks that the other does not")
	case ref.Mode == "unknown" || cand.Mode == "unknown":
		// A worker says "unknown" when it cannot tell. That is no reason for
		// doubt where both do.
		if ref.Mode != cand.Mode && ref.Mode != "" && cand.Mode != "" {
			add("build", Remark, "build", x, y, "make sure that the one that does not say is an optimised build")
		}
	}
}

func buildText(i record.Implementation) string {
	text := i.Mode
	if text == "" {
		text = "not known"
	}
	if s := checks(i); s != "" {
		text += " (" + s + ")"
	}
	return text
}

// profiled asks for a runtime that was compiled as those that people run: a
// CPython without its profile-guided optimisation is a tenth to a third slower,
// and whoever built it himself seldom knows.
func profiled(ref, cand record.Implementation, add adder) {
	x, y := ref.Settings["pgo"], cand.Settings["pgo"]
	if x == y || x != "no" && y != "no" {
		return
	}
	meaning := "the reference is slower than what people run: the speedup is overstated; try a distribution's interpreter, or build one with its optimisations"
	if y == "no" {
		meaning = "the candidate is slower than what people run: the speedup is understated"
	}
	add("build", Qualify, "profile-guided optimisation of the runtime", cmp.Or(x, "not stated"), cmp.Or(y, "not stated"), meaning)
}

// checks is what a side says slows it down, "" for nothing.
func checks(i record.Implementation) string {
	switch s := i.Settings["checks"]; s {
	case "none", "unknown":
		return ""
	default:
		return s
	}
}

// collector tells a side that never collects garbage from one that does. Other
// settings of two different collectors cannot be compared; those of two sides
// of one language are, with the rest.
func collector(ref, cand record.Implementation, add adder) {
	x, y := ref.Settings["gc"], cand.Settings["gc"]
	if x == "" || y == "" || isOff(x) == isOff(y) {
		return
	}
	who := "candidate"
	if isOff(x) {
		who = "reference"
	}
	add("gc", Qualify, "garbage collection", x, y, "the "+who+" never pays for the memory it leaves behind, as it would in a long run")
}

// isOff reads "off" and "GOGC=off GOMEMLIMIT=1": with a limit, memory is still
// collected when it runs short, which a short benchmark does not see.
func isOff(gc string) bool {
	first, _, _ := strings.Cut(gc, " ")
	return first == "off" || strings.HasSuffix(first, "=off")
}

// settingMatters are the settings that change how fast a program is.
var settingMatters = []string{"gc", "threads", "malloc", "jit", "cgo", "debug"}

// relatives compares two sides of one language setting by setting: there each
// value means the same on both sides.
func relatives(ref, cand record.Implementation, add adder) {
	if ref.Runtime != cand.Runtime {
		add("runtime", Qualify, "runtime", orNone(ref.Runtime), orNone(cand.Runtime), "the ratio is about the runtime and the program together")
	}
	names := slices.Collect(maps.Keys(ref.Settings))
	for name := range cand.Settings {
		if _, ok := ref.Settings[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	said := []string{"checks", "assertions", "pgo"}
	for _, name := range names {
		x, y := ref.Settings[name], cand.Settings[name]
		if x == y || slices.Contains(said, name) || name == "gc" && isOff(x) != isOff(y) {
			continue
		}
		severity, meaning := Remark, "the same language, run in another way"
		switch {
		case name == "vcs":
			meaning = "built from other sources, as when old and new are compared"
		case slices.Contains(settingMatters, name):
			severity, meaning = Qualify, fmt.Sprintf("the ratio is about %s and the program together", name)
		}
		add("setting", severity, "setting "+name, orNone(x), orNone(y), meaning)
	}
}
