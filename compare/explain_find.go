package compare

import (
	"fmt"
	"slices"
	"strings"

	"xbench/harness/record"
	"xbench/harness/strictyaml"
)

// A subject is what an explanation is about, for one candidate: one row, or
// several together. Without pairs it is about nothing that this candidate has.
type subject struct {
	what  string
	pairs []*pair
	mean  bool
	claim *claim // the one that was asked for; nil for every claim about the pairs
}

// goalPrefix makes it clear that a goal is meant, not a row.
const goalPrefix = "goal:"

// MeanOfAll is what explains the mean over every row.
const MeanOfAll = "mean"

// named finds what a name stands for. Exact names go before parts, and rows
// before means and goals.
func (a *analysis) named(what string) (func(duel) (subject, error), error) {
	if text, ok := strings.CutPrefix(what, goalPrefix); ok {
		return a.namedGoal(strings.TrimSpace(text))
	}
	rows, claims := a.rowNames(), a.claimNames()
	switch {
	case slices.Contains(rows, what):
		return a.rowOf(what), nil
	case slices.Contains(claims, what):
		return a.goalOf(what), nil
	case what == MeanOfAll || what == GroupAll:
		return a.meanOf(MeanOfAll, func(*record.Row) bool { return true }), nil
	case slices.Contains(a.groups(), what):
		return a.meanOf(what, func(r *record.Row) bool { return r.Group == what }), nil
	case slices.Contains(a.familyNames(), what):
		return a.meanOf(what, func(r *record.Row) bool { return familyOf(r) == what }), nil
	}
	if one, err := onlyWith(what, "benchmarks", rows); one != "" || err != nil {
		return a.rowOf(one), err
	}
	if one, err := onlyWith(what, "goals", claims); one != "" || err != nil {
		return a.goalOf(one), err
	}
	known := slices.Concat(rows, claims, a.groups(), a.familyNames(), []string{MeanOfAll})
	return nil, strictyaml.Unknown("benchmark", what, mostShared(what, known))
}

func (a *analysis) namedGoal(text string) (func(duel) (subject, error), error) {
	claims := a.claimNames()
	if slices.Contains(claims, text) {
		return a.goalOf(text), nil
	}
	if one, err := onlyWith(text, "goals", claims); one != "" || err != nil {
		return a.goalOf(one), err
	}
	return nil, strictyaml.Unknown("goal", text, claims)
}

// onlyWith returns the name that holds a text, or else all of its words, if
// only one does: tables print a name in parts and leave out what its neighbours
// share. Of several the one that ends in the text is meant, without any knob
// behind it, or the one with most words to itself: "asyncio" is not
// asyncio_queue.
func onlyWith(text, kind string, names []string) (string, error) {
	if text == "" {
		return "", nil
	}
	with := holding(names, text)
	if ends := endingIn(with, text); len(ends) == 1 {
		return ends[0], nil
	}
	if words := strings.Fields(text); len(with) == 0 && len(words) > 1 {
		with = mostWhole(holding(names, words...), words)
	}
	switch {
	case len(with) == 0:
		return "", nil
	case len(with) == 1:
		return with[0], nil
	}
	most := min(len(with), 5)
	text = fmt.Sprintf("%q is part of %d %s: %s", text, len(with), kind, strings.Join(with[:most], ", "))
	if most < len(with) {
		text += ", ..."
	}
	return "", fmt.Errorf("%s; name one of them", text)
}

// holding returns the names in which all parts occur.
func holding(names []string, parts ...string) []string {
	var out []string
	for _, n := range names {
		if !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(n, p) }) {
			out = append(out, n)
		}
	}
	return out
}

// endingIn returns the names whose last parts are the text.
func endingIn(names []string, text string) []string {
	var out []string
	for _, n := range names {
		if strings.HasSuffix(n, "/"+text) {
			out = append(out, n)
		}
	}
	return out
}

// mostWhole returns the names with the most of these words between separators.
func mostWhole(names, words []string) []string {
	whole := func(name string) (n int) {
		segments := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("/= ", r) })
		for _, w := range words {
			if slices.Contains(segments, w) {
				n++
			}
		}
		return n
	}
	var out []string
	most := 0
	for _, name := range names {
		switch n := whole(name); {
		case n > most:
			out, most = []string{name}, n
		case n == most:
			out = append(out, name)
		}
	}
	return out
}

// mostShared sorts names by how many of a text's words they hold.
func mostShared(text string, names []string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/= _", r) })
	shared := func(name string) (n int) {
		for _, w := range words {
			if strings.Contains(name, w) {
				n++
			}
		}
		return n
	}
	out := slices.Clone(names)
	slices.SortStableFunc(out, func(a, b string) int { return shared(b) - shared(a) })
	return out
}

func (a *analysis) rowNames() []string {
	var out []string
	for i := range a.plan.Rows {
		out = append(out, a.plan.Rows[i].Name)
	}
	return out
}

func (a *analysis) claimNames() []string {
	var out []string
	for _, c := range a.claims {
		if !slices.Contains(out, c.goal.Claim) {
			out = append(out, c.goal.Claim)
		}
	}
	return out
}

func (a *analysis) familyNames() []string {
	var out []string
	for _, f := range families(a.pairs) {
		out = append(out, f.name)
	}
	return out
}

func familyOf(r *record.Row) string { return families([]*pair{{row: r}})[0].name }

func (a *analysis) rowOf(name string) func(duel) (subject, error) {
	return func(d duel) (subject, error) {
		s := subject{what: name}
		for _, p := range a.of(d) {
			if p.row.Name == name {
				s.pairs = []*pair{p}
			}
		}
		return s, nil
	}
}

func (a *analysis) meanOf(what string, holds func(*record.Row) bool) func(duel) (subject, error) {
	return func(d duel) (subject, error) {
		s := subject{what: what, mean: true}
		for _, p := range a.of(d) {
			if !p.row.ShownOnly && holds(p.row) {
				s.pairs = append(s.pairs, p)
			}
		}
		return s, nil
	}
}

// goalOf is the mean that a goal is about or, of a goal over every row, the row
// that decides.
func (a *analysis) goalOf(name string) func(duel) (subject, error) {
	return func(d duel) (subject, error) {
		i := slices.IndexFunc(a.claims, func(c *claim) bool { return c.goal.Claim == name && c.duel == d })
		if i < 0 {
			return subject{}, nil
		}
		c := a.claims[i]
		switch {
		case !c.judged():
			return subject{}, fmt.Errorf("goal %q: %s: %s", name, NotEvaluated, c.lost)
		case !c.tested():
			return subject{}, fmt.Errorf("goal %q describes the run and is not a test: it has no looks and no interval; docs/method.md has its formula, the report its number", name)
		case c.goal.Each > 0:
			p := c.worstRow().pair
			return subject{what: p.row.Name, pairs: []*pair{p}, claim: c}, nil
		}
		return subject{what: "mean over " + countRows(len(c.members)), mean: true, pairs: c.members, claim: c}, nil
	}
}

func countRows(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

// claimsAbout lists the claims that are decided by a subject: of a row those
// that hold it as a row, of a mean those over the same rows. Where some gate,
// the others are left out, and named.
func (a *analysis) claimsAbout(s subject) (claims, also []*claim) {
	if s.claim != nil {
		return []*claim{s.claim}, nil
	}
	var gated, shown []*claim
	for _, c := range a.claims {
		switch {
		case !c.judged() || !c.tested() || c.duel != s.pairs[0].duel():
		case c.goal.Each > 0 && (s.mean || !slices.Contains(c.members, s.pairs[0])):
		case c.goal.Speedup > 0 && !slices.Equal(c.members, s.pairs):
		case c.gated:
			gated = append(gated, c)
		default:
			shown = append(shown, c)
		}
	}
	if len(gated) == 0 {
		return shown, nil
	}
	return gated, shown
}
