package compare

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// calledBy is what a side's tool calls the row.
func (p *pair) calledBy(impl string) string {
	if name := p.row.Names[impl]; name != "" {
		return name
	}
	return p.row.Name
}

// namesWarning doubts that two benchmarks are one whose names hold other
// numbers where sizes stand: test_sum[10000] beside sum/100. Whoever matched
// them may know better, and whoever reads the ratio sees which two they are.
func (p *pair) namesWarning() (Warning, bool) {
	if p.ref == nil || len(p.row.Names) == 0 {
		return Warning{}, false
	}
	x, y := p.calledBy(p.ref.impl), p.calledBy(p.cand.impl)
	if !otherNumbers(x, y) {
		return Warning{}, false
	}
	return Warning{Row: p.row.Name,
		Text:   fmt.Sprintf("the names that were matched hold different numbers: %s is %q, %s is %q", p.ref.impl, x, p.cand.impl, y),
		Remedy: "see that both are the same amount of work: names: and --match say which benchmarks belong together"}, true
}

var (
	nameNumber = regexp.MustCompile(`[0-9][0-9_]*(\.[0-9]+)?([eE][0-9]+)?`)
	goProcs    = regexp.MustCompile(`-[0-9]+$`)
)

// otherNumbers reports whether the parameters of both names have numbers, and
// not the same. Go's names end in the number of processors, others do not.
func otherNumbers(x, y string) bool {
	xs, ys := parameterNumbers(x), parameterNumbers(y)
	if len(xs) == 0 || len(ys) == 0 || slices.Equal(xs, ys) {
		return false
	}
	goX, goY := isGoName(x), isGoName(y)
	switch {
	case goX && !goY:
		return !slices.Equal(parameterNumbers(goProcs.ReplaceAllString(x, "")), ys)
	case goY && !goX:
		return !slices.Equal(xs, parameterNumbers(goProcs.ReplaceAllString(y, "")))
	}
	return true
}

func isGoName(s string) bool {
	_, rest, ok := strings.Cut(s, "Benchmark")
	return ok && rest != "" && !strings.Contains(s, "::")
}

// parameterNumbers are the numbers of a name's parameters, in order of size: of what
// stands in brackets and behind the first slash. The file in front of a test
// and the package in front of a function are no parameters.
func parameterNumbers(name string) []float64 {
	if i := strings.Index(name, "::"); i >= 0 {
		name = name[i:]
	} else if i := strings.Index(name, "Benchmark"); i >= 0 {
		name = name[i:]
	}
	var out []float64
	if i := strings.IndexAny(name, "/["); i >= 0 {
		name = name[i:]
	} else if name = goProcs.FindString(name); name == "" {
		return nil
	}
	for _, s := range nameNumber.FindAllString(name, -1) {
		if x, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64); err == nil {
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return out
}
