package compare

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"xbench/harness/record"
	"xbench/harness/strictyaml"
)

// A goalsFile is the part of a configuration that goals are in. The rest is
// the harness's, which checks it; here it only has to be known by name, so
// that a misspelt "goals" is an error.
type goalsFile struct {
	Goals []goalEntry `yaml:"goals"`

	Implementations any `yaml:"implementations"`
	Benchmarks      any `yaml:"benchmarks"`
	Suites          any `yaml:"suites"`
	SameOutput      any `yaml:"same_output"`
	Counters        any `yaml:"counters"`
	Anchors         any `yaml:"anchors"`
	Suite           any `yaml:"suite"`
	Budget          any `yaml:"budget"`
	Seed            any `yaml:"seed"`
	Gate            any `yaml:"gate"`
	Rounds          any `yaml:"rounds"`
	Output          any `yaml:"output"`
	Inconclusive    any `yaml:"inconclusive"`
}

type goalEntry struct {
	Claim        string    `yaml:"claim"`
	Level        oneOf     `yaml:"level"`
	Suite        string    `yaml:"suite"`
	Over         string    `yaml:"over"`
	Speedup      atLeast   `yaml:"speedup"`
	Each         atLeast   `yaml:"each"`
	Tolerance    *fraction `yaml:"tolerance"`
	Consistency  below     `yaml:"consistency"`
	Spread       below     `yaml:"spread"`
	Gate         *bool     `yaml:"gate"`
	Inconclusive oneOf     `yaml:"inconclusive"`
	Against      string    `yaml:"against"`
	Than         string    `yaml:"than"`
}

// DecodeGoals reads the goals of a configuration or of a file of its own: the
// list under the key "goals". What it does not understand is an error with
// line, column and, where a name is nearly right, a suggestion; name is how
// the file is called there. What a goal leaves out is filled in: level
// minimum, over "*", the tolerance of `each: ">= 1"` 5 %, gate true but for
// spread, inconclusive fail, and a claim in words.
func DecodeGoals(name string, data []byte) ([]record.Goal, error) {
	return decodeGoals(name, data, func(record.Goal) (field, why string) { return "", "" })
}

// decodeGoals asks check what is wrong with each goal besides, and in which
// field.
func decodeGoals(name string, data []byte, check func(record.Goal) (field, why string)) ([]record.Goal, error) {
	doc, err := strictyaml.Parse(name, data)
	if err != nil {
		return nil, err
	}
	if doc.Kind() == strictyaml.List {
		return nil, doc.Errorf("", "want a map, found a list: put it under a line that says goals:")
	}
	var file goalsFile
	if err := doc.Decode(&file); err != nil {
		return nil, err
	}
	var out []record.Goal
	for i, e := range file.Goals {
		path := fmt.Sprintf("goals[%d]", i)
		field, why := e.wrong()
		if why == "" {
			field, why = check(e.goal())
		}
		if why != "" {
			if field != "" {
				path += "." + field
			}
			return nil, doc.Errorf(path, "%s", why)
		}
		out = append(out, e.goal())
	}
	return out, nil
}

// wrong says what no single field could know.
func (e *goalEntry) wrong() (field, why string) {
	for _, f := range []struct {
		name  string
		value string
		known []string
	}{{"level", string(e.Level), levels}, {"inconclusive", string(e.Inconclusive), inconclusives}} {
		if f.value != "" && !slices.Contains(f.known, f.value) {
			return f.name, fmt.Sprintf("%s is %q, want %s%s", f.name, f.value, orList(f.known), strictyaml.DidYouMean(f.value, f.known))
		}
	}
	g := e.goal()
	if err := checkSides(g); err != nil {
		return "than", err.Error()
	}
	if err := checkGoal(&g); err != nil {
		return "", err.Error()
	}
	if e.Tolerance != nil && e.Each == 0 {
		return "tolerance", "tolerance goes with each, not with a mean"
	}
	return "", ""
}

func orList(s []string) string {
	if len(s) < 2 {
		return strings.Join(s, "")
	}
	return strings.Join(s[:len(s)-1], ", ") + " or " + s[len(s)-1]
}

func (e *goalEntry) goal() record.Goal {
	g := record.Goal{
		Claim: e.Claim, Level: string(e.Level), Suite: e.Suite, Over: e.Over,
		Speedup: float64(e.Speedup), Each: float64(e.Each), Consistency: float64(e.Consistency), Spread: float64(e.Spread),
		Gate: e.Spread == 0, Inconclusive: string(e.Inconclusive), Against: e.Against, Than: e.Than,
	}
	switch {
	case e.Tolerance != nil:
		g.Tolerance = float64(*e.Tolerance)
	case e.Each == 1:
		// A row that is exactly as fast could otherwise never pass.
		g.Tolerance = defaultTolerance
	}
	if e.Gate != nil {
		g.Gate = *e.Gate
	}
	normalize(&g)
	return g
}

func normalize(g *record.Goal) {
	g.Level = firstSet(g.Level, levels[0])
	g.Over = firstSet(g.Over, "*")
	g.Inconclusive = firstSet(g.Inconclusive, inconclusives[0])
	g.Claim = firstSet(g.Claim, claimText(*g))
}

// claimText words a goal that has no words of its own.
func claimText(g record.Goal) string {
	over := g.Over
	if over == "*" {
		over = ""
	} else {
		over = " over " + over
	}
	slower := " slower"
	if g.Than != "" {
		slower += " than " + g.Than
	}
	switch {
	case g.Each == 1 && g.Tolerance > 0:
		return "no row" + over + " more than " + formatPercent(g.Tolerance) + slower
	case g.Each == 1:
		return "no row" + over + slower
	}
	if g.Than != "" {
		over += " against " + g.Than
	}
	switch {
	case g.Speedup > 0:
		return "geometric mean" + over + " >= " + chosenRatio(g.Speedup)
	case g.Each > 0 && g.Tolerance > 0:
		return "every row" + over + " >= " + chosenRatio(g.Each) + " less " + formatPercent(g.Tolerance)
	case g.Each > 0:
		return "every row" + over + " >= " + chosenRatio(g.Each)
	case g.Consistency > 0:
		return "round-to-round variation of each category" + over + " < " + formatPercent(g.Consistency)
	}
	return "spread of the categories' speedups" + over + " < " + formatPercent(g.Spread)
}

// checkGoal fills in what a goal leaves out and refuses one that says nothing,
// or two things.
func checkGoal(g *record.Goal) error {
	kinds := 0
	for _, v := range []float64{g.Speedup, g.Each, g.Consistency, g.Spread} {
		if v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%v is no threshold", v)
		}
		if v > 0 {
			kinds++
		}
	}
	if kinds != 1 {
		return fmt.Errorf("a goal states exactly one of speedup, each, consistency and spread, not %d of them", kinds)
	}
	if err := checkSides(*g); err != nil {
		return err
	}
	if !(g.Tolerance >= 0 && g.Tolerance < 1) {
		return fmt.Errorf("tolerance is %v, want a fraction from 0 to below 1", g.Tolerance)
	}
	normalize(g)
	if !slices.Contains(levels, g.Level) {
		return fmt.Errorf("unknown level %q%s", g.Level, strictyaml.DidYouMean(g.Level, levels))
	}
	if !slices.Contains(inconclusives, g.Inconclusive) {
		return fmt.Errorf("inconclusive is %q, want fail or pass", g.Inconclusive)
	}
	return nil
}

// checkSides refuses a goal that measures a candidate against itself.
func checkSides(g record.Goal) error {
	if g.Than != "" && g.Than == g.Against {
		return fmt.Errorf("than is %s, the candidate itself: name what it is measured against", g.Than)
	}
	return nil
}

// oneOf is a word from a list that the entry checks.
type oneOf string

func (o *oneOf) UnmarshalText(text []byte) error {
	if *o = oneOf(text); *o == "" {
		return errors.New("is empty")
	}
	return nil
}

// beginsWithRatio is a bound that goes on in words: "8x faster".
var beginsWithRatio = regexp.MustCompile(`^\s*([0-9]+(?:\.[0-9]+)?)\s*(?:x|times)?\s+[a-z]`)

// atLeast is a ratio: ">= 8", ">= 8x" or 8.
type atLeast float64

func (a *atLeast) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	for _, sign := range []string{">=", "≥"} {
		s = strings.TrimPrefix(s, sign)
	}
	v, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(s), "x"), 64)
	if err != nil || !(v > 0) || math.IsInf(v, 0) {
		hint := ""
		if s == "" { // what an unquoted > leaves
			hint = ", in quotes"
		}
		if strict, ok := strings.CutPrefix(s, ">"); ok && new(atLeast).UnmarshalText([]byte(strict)) == nil {
			hint = fmt.Sprintf(" (did you mean %q?)", ">= "+strings.TrimSpace(strict))
		} else if number := beginsWithRatio.FindStringSubmatch(s); number != nil {
			hint = fmt.Sprintf(" (did you mean %q?)", ">= "+number[1])
		}
		return fmt.Errorf("%q is no bound, want one like \">= 8\"%s", text, hint)
	}
	*a = atLeast(v)
	return nil
}

// below is an upper bound: "< 30%", 30% or 0.3.
type below float64

func (b *below) UnmarshalText(text []byte) error {
	v, err := parseFraction(strings.TrimPrefix(strings.TrimSpace(string(text)), "<"))
	if err != nil || !(v > 0) {
		return fmt.Errorf("%q is no bound, want one like \"< 30%%\"%s", text, missingPercent(err))
	}
	*b = below(v)
	return nil
}

// fraction is a share: 5% or 0.05.
type fraction float64

func (f *fraction) UnmarshalText(text []byte) error {
	v, err := parseFraction(string(text))
	if err != nil || !(v >= 0 && v < 1) {
		return fmt.Errorf("%q is no share, want one from 0%% to below 100%%, like 5%%%s", text, missingPercent(err))
	}
	*f = fraction(v)
	return nil
}

// noPercent is a number that would be more than the whole: nobody means 30 by
// 3000 %.
type noPercent float64

func (n noPercent) Error() string { return strconv.FormatFloat(float64(n), 'g', -1, 64) }

// missingPercent suggests what was meant.
func missingPercent(err error) string {
	var n noPercent
	if !errors.As(err, &n) {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s%%?)", n)
}

func parseFraction(s string) (float64, error) {
	s, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	switch {
	case err == nil && math.IsInf(v, 0):
		err = strconv.ErrRange
	case err == nil && percent:
		v /= 100
	case err == nil && v >= 1:
		err = noPercent(v)
	}
	return v, err
}
