package report

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"xbench/compare"
	"xbench/harness/record"
)

// A Scaling is a sweep of one knob, for the outputs.
type Scaling struct {
	compare.Scaling
	Label string // the rows without the knob, told apart within the category
}

// A Crossing holds the crossovers of one implementation and one kind of work:
// every other way against the same one.
type Crossing struct {
	Crossovers []compare.Crossover
	Label      string
}

// viewScalings cleans and labels the sweeps.
func viewScalings(in []compare.Scaling) []Scaling {
	var rows []record.Row
	for _, s := range in {
		rows = append(rows, unfiled(s.Name, s.ID))
	}
	names := nameRows(rows)
	var out []Scaling
	for i, s := range in {
		s.Name, s.ID, s.Category, s.Knob = clean(s.Name), clean(s.ID), clean(s.Category), clean(s.Knob)
		s.Rows = cleanAll(s.Rows)
		s.Growths, s.Ratios = slices.Clone(s.Growths), slices.Clone(s.Ratios)
		for j := range s.Growths {
			s.Growths[j].Implementation = clean(s.Growths[j].Implementation)
		}
		for j := range s.Ratios {
			s.Ratios[j].Candidate = clean(s.Ratios[j].Candidate)
		}
		out = append(out, Scaling{Scaling: s, Label: labelOr(names, i, s.Name)})
	}
	return out
}

// unfiled is a row as if its category were all but the last part of its id:
// these labels stand under no heading that names one.
func unfiled(name, id string) record.Row {
	return record.Row{Name: name, ID: id, Category: path.Dir(id)}
}

// labelOr adds the knobs that no label repeats: outside of a table of rows
// nothing else says them.
func labelOr(n naming, i int, name string) string {
	label := clean(n.long[i])
	for _, k := range n.shared {
		label += " " + clean(k)
	}
	if label == "" {
		return name
	}
	return label
}

// viewCrossings groups crossovers whose charts are one.
func viewCrossings(in []compare.Crossover) []Crossing {
	var out []Crossing
	for _, c := range in {
		c.Name, c.ID, c.Category, c.Knob = clean(c.Name), clean(c.ID), clean(c.Category), clean(c.Knob)
		c.Implementation, c.From, c.To, c.TaskFrom = clean(c.Implementation), clean(c.From), clean(c.To), clean(c.TaskFrom)
		same := func(x Crossing) bool {
			o := x.Crossovers[0]
			return o.Name == c.Name && o.Knob == c.Knob && o.Implementation == c.Implementation && o.From == c.From
		}
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i].Crossovers = append(out[i].Crossovers, c)
			continue
		}
		label := labelOr(nameRows([]record.Row{unfiled(c.Name, c.ID)}), 0, c.Name)
		out = append(out, Crossing{Crossovers: []compare.Crossover{c}, Label: label})
	}
	return out
}

// span is the values of a sweep in words, "1 to 1000".
func span(values []float64) string {
	if len(values) == 0 {
		return none
	}
	return formatSize(values[0]) + " to " + formatSize(values[len(values)-1])
}

// growsAs words how a side's time grows: as a fixed cost and so much for each
// where that fits, since this is how most work grows and no exponent shows it;
// else by the exponent, and what one more costs.
func growsAs(knob string, g compare.Growth) string {
	switch {
	case line(g):
		return lineText(knob, g)
	case g.Flat():
		return "does not grow: " + powerText(knob, g.Power)
	case !g.Fitted:
		return none
	}
	s := powerText(knob, g.Power)
	if c := formatCost(g.Unit); c != none {
		s += "; one more costs " + c + " at the large end"
	}
	return s
}

// line is whether a side's time is a fixed cost and so much for each, with an
// increase that is proved and a fixed cost that is not negative.
func line(g compare.Growth) bool {
	return g.Linear && g.PerUnit.Bounded() && g.PerUnit.Lo > 0 && g.Fixed.Hi > 0
}

// lineText is "linear: 687 ns + 593 ns (580 to 606) per node". A fixed cost
// that may be none is no summand.
func lineText(knob string, g compare.Growth) string {
	each := formatCost(g.PerUnit) + " per " + one(knob)
	if g.Fixed.Lo <= 0 {
		return "linear: " + each + ", no fixed cost proved"
	}
	fixed, _, _ := strings.Cut(formatCost(g.Fixed), " (")
	return "linear: " + fixed + " + " + each
}

// lawText is the sort of growth in a word, for a table that has the numbers in
// columns of their own.
func lawText(g compare.Growth) string {
	switch {
	case line(g):
		return "linear"
	case g.Flat():
		return "does not grow"
	case !g.Fitted:
		return none
	case g.Bent:
		return "not a power law"
	case g.Doubtful:
		return "doubtful"
	}
	return "power law"
}

// exponentText is the exponent with its interval, or the two of stretches that
// differ where there is no one exponent.
func exponentText(knob string, p compare.Power) string {
	return strings.TrimPrefix(powerText(knob, p), "not a power law: ")
}

// one is what one more of a knob is: "node", "ms", "unit of width".
func one(knob string) string {
	if i := strings.LastIndex(knob, "_"); i > 0 && slices.Contains([]string{"ns", "us", "ms", "s"}, knob[i+1:]) {
		return knob[i+1:]
	}
	if s := singular(knob); s != knob {
		return s
	}
	return "unit of " + knob
}

// singular is one of what a knob counts: "node" of nodes. What is no English
// plural stays: sleep_ms, status.
func singular(knob string) string {
	stem, plural := strings.CutSuffix(knob, "s")
	switch {
	case !plural || len(stem) < 3 || strings.HasSuffix(knob, "ss") || strings.HasSuffix(knob, "us") || strings.HasSuffix(knob, "is"):
		return knob
	case len(knob)-strings.LastIndex(knob, "_") <= 3: // a unit
		return knob
	case strings.HasSuffix(knob, "leaves"): // most words in -ves have no f: waves, curves
		return strings.TrimSuffix(knob, "ves") + "f"
	case strings.HasSuffix(stem, "ie"):
		return strings.TrimSuffix(stem, "ie") + "y"
	case strings.HasSuffix(stem, "che"), strings.HasSuffix(stem, "she"), strings.HasSuffix(stem, "xe"), strings.HasSuffix(stem, "sse"):
		return strings.TrimSuffix(stem, "e")
	}
	return stem
}

// speedupAlong is a candidate's speedups along the sweep, and how they change
// where one exponent says it.
func speedupAlong(knob string, r compare.RatioGrowth) string {
	s := speedupSpan(r)
	switch {
	case r.Flat():
		s += "; does not change: " + powerText(knob, r.Power)
	case r.Fitted && !r.Bent && !r.Doubtful:
		s += "; " + powerText(knob, r.Power)
	}
	return s
}

func powerText(knob string, p compare.Power) string {
	switch {
	case !p.Fitted:
		return none
	case p.Bent:
		return "not a power law: " + bendText(p)
	}
	s := exponentOf(knob, p.Exponent)
	if b := exponentBounds(p.Exponent); b != none {
		s += " (" + b + ")"
	}
	if p.Doubtful {
		s += ", doubtful: " + bendText(p)
	}
	return s
}

// bendText words two stretches that are no part of one line.
func bendText(p compare.Power) string {
	a, b := p.Bends[0], p.Bends[1]
	return fmt.Sprintf("%s at %s-%s, %s at %s-%s", exponentOf("", a.Exponent), formatSize(a.From), formatSize(a.To),
		exponentOf("", b.Exponent), formatSize(b.From), formatSize(b.To))
}

// exponentOf words a power, "nodes^0.98".
func exponentOf(knob string, e compare.Estimate) string {
	return knob + "^" + hundredths(e.Value, math.Round)
}

// exponentBounds words an interval of exponents, rounded outwards; "to"
// because one end may be negative.
func exponentBounds(e compare.Estimate) string {
	if !e.Bounded() {
		return none
	}
	return hundredths(e.Lo, math.Floor) + " to " + hundredths(e.Hi, math.Ceil)
}

// hundredths rounds to two decimals; what is there but for its binary
// representation stays, and nothing is "-0.00".
func hundredths(x float64, round func(float64) float64) string {
	x *= 100
	if near := math.Round(x); math.Abs(near-x) < 1e-9 {
		x = near
	}
	s := strconv.FormatFloat(round(x)/100, 'f', 2, 64)
	if s == "-0.00" {
		return "0.00"
	}
	return s
}

// formatSize words a value of a knob in full.
func formatSize(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 1e-4 || a >= 1e15) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// roughSize words a size that is an estimate, with so many digits as it has
// and no exponent: it is to be compared with the values of a knob.
func roughSize(v float64, round func(float64) float64) string {
	v = outward(v, 2, round)
	return formatSize(roundSig(v, 2))
}

// formatCost words a cost and its interval in one unit: "24.1 ns (23.9 -
// 24.3)". Costs are differences, so that an end may be negative.
func formatCost(e compare.Estimate) string {
	if math.IsNaN(e.Value) || math.IsInf(e.Value, 0) || e.Value == 0 && !e.Bounded() {
		return none
	}
	unit, name := timeUnit(math.Abs(e.Value))
	s := signed3(e.Value/unit, 0) + " " + name
	if !e.Bounded() {
		return s
	}
	return s + " (" + signed3(e.Lo/unit, -1) + " to " + signed3(e.Hi/unit, 1) + ")"
}

// signed3 is a number of either sign with three digits, rounded down, up or
// (0) to the nearest; next to nothing has none that pretend to more than a
// thousandth.
func signed3(x float64, direction int) string {
	if x < 0 {
		if s := signed3(-x, -direction); s != "0" {
			return "-" + s
		}
		return "0"
	}
	round := map[int]func(float64) float64{-1: math.Floor, 0: math.Round, 1: math.Ceil}[direction]
	if x < 0.1 {
		return strconv.FormatFloat(round(1000*x)/1000, 'f', -1, 64)
	}
	return formatSig(outward(x, 3, round), 3)
}

// timeUnit is the unit that keeps a time between 1 and 1000.
func timeUnit(ns float64) (unit float64, name string) {
	switch ns = roundSig(max(ns, 1e-9), 3); {
	case ns < 1e3:
		return 1, "ns"
	case ns < 1e6:
		return 1e3, "us"
	case ns < 1e9:
		return 1e6, "ms"
	}
	return 1e9, "s"
}

// leftOut says which values are no part of an exponent, "" for none.
func (s Scaling) leftOut() string {
	if len(s.Left) == 0 {
		return ""
	}
	var values []string
	for _, v := range s.Left {
		values = append(values, s.Knob+"="+formatSize(v))
	}
	verb := " has"
	if len(values) > 1 {
		verb = " have"
	}
	return list(values, 5) + verb + " no logarithm: not in the exponents"
}

// rounds is the fewest complete rounds of any side.
func (s Scaling) rounds() int {
	least := math.MaxInt
	for _, g := range s.Growths {
		if g.Fitted {
			least = min(least, g.Rounds)
		}
	}
	if least == math.MaxInt {
		return 0
	}
	return least
}

// tooFew says that there are no intervals, and what to do.
func (s Scaling) tooFew() string {
	if n := s.rounds(); n > 0 && n < 3 {
		return plural(n, "round") + ", need 3 for intervals; raise --rounds"
	}
	return ""
}

// speedupSpan words a candidate's speedups along the sweep in short: the ends,
// and the extremes where these are elsewhere.
func speedupSpan(r compare.RatioGrowth) string {
	var known []compare.RatioPoint
	for _, p := range r.Points {
		if FormatRatio(p.Speedup.Ratio) != none {
			known = append(known, p)
		}
	}
	if len(known) == 0 {
		return none
	}
	word := func(p compare.RatioPoint) string {
		return FormatRatio(p.Speedup.Ratio) + " at " + formatSize(p.Value)
	}
	first, last := known[0], known[len(known)-1]
	s := word(first)
	high := slices.MaxFunc(known, func(a, b compare.RatioPoint) int { return cmp.Compare(a.Speedup.Ratio, b.Speedup.Ratio) })
	low := slices.MinFunc(known, func(a, b compare.RatioPoint) int { return cmp.Compare(a.Speedup.Ratio, b.Speedup.Ratio) })
	for _, p := range known {
		if p.Value != first.Value && p.Value != last.Value && (p.Value == high.Value || p.Value == low.Value) {
			s += ", " + word(p)
		}
	}
	return s + ", " + word(last)
}

// crossoverText says what a sweep shows of another way, as the end of a
// sentence that begins with its name.
func crossoverText(c compare.Crossover) string {
	first, last := c.Sizes[0].Size, c.Sizes[len(c.Sizes)-1].Size
	switch c.Outcome {
	case compare.CrossingFaster:
		return "faster at every size"
	case compare.CrossingSlower:
		return "slower at every size"
	case compare.CrossingMixed:
		return "faster and slower in turns: " + sizesText(c)
	case compare.CrossingUnclear:
		return fmt.Sprintf("not told apart at %s, nor at %s; add sizes or rounds", formatSize(first), formatSize(last))
	case compare.CrossingNotYet:
		from := roughSize(c.At.Lo, math.Floor)
		if !(c.At.Lo > c.Below) || math.IsInf(c.At.Lo, 1) || roughSize(c.Below, math.Floor) == from {
			from = formatSize(c.Below)
		}
		return fmt.Sprintf("not proved to overtake up to %s (if it does, from %s on); add sizes or rounds", formatSize(last), from)
	case compare.CrossingAlready:
		to := roughSize(c.At.Hi, math.Ceil)
		if !(c.At.Hi < c.Above) || !(c.At.Hi > 0) || roughSize(c.Above, math.Ceil) == to {
			to = formatSize(c.Above)
		}
		return fmt.Sprintf("faster from %s, not proved slower down to %s (if it is, below %s); add sizes or rounds", formatSize(c.Above), formatSize(first), to)
	}
	return fmt.Sprintf("overtakes%s; slower up to %s, faster from %s", atText(c), formatSize(c.Below), formatSize(c.Above))
}

// atText is the size at which both take as long, and the task's duration where
// it is known: estimates only with both ends of their intervals.
func atText(c compare.Crossover) string {
	if c.At.Value <= 0 || c.At.Lo <= 0 || math.IsInf(c.At.Hi, 1) {
		return ""
	}
	s := " at about " + roughSizes(c.At)
	if t := c.TaskNS; t.Value > 0 && t.Lo > 0 && !math.IsInf(t.Hi, 1) {
		s += ", a task of about " + roughTimes(t)
	}
	return s
}

// roughSizes is a knob's value that is an estimate, and its interval.
func roughSizes(e compare.Estimate) string {
	return fmt.Sprintf("%s (%s to %s)", roughSize(e.Value, math.Round), roughSize(e.Lo, math.Floor), roughSize(e.Hi, math.Ceil))
}

// roughTimes words a time that is an estimate and its interval in one unit,
// "0.76 ms (0.70 to 0.91)".
func roughTimes(e compare.Estimate) string {
	unit, name := timeUnit(e.Value)
	bound := func(ns float64, round func(float64) float64) string { return formatSig(outward(ns/unit, 2, round), 2) }
	return formatSig(e.Value/unit, 2) + " " + name + " (" + bound(e.Lo, math.Floor) + " to " + bound(e.Hi, math.Ceil) + ")"
}

func sizesText(c compare.Crossover) string {
	var slower, faster []string
	for _, s := range c.Sizes {
		switch {
		case s.Ratio.Hi < 1:
			slower = append(slower, formatSize(s.Size))
		case s.Ratio.Lo > 1:
			faster = append(faster, formatSize(s.Size))
		}
	}
	return "slower at " + list(slower, 5) + "; faster at " + list(faster, 5)
}

// taskFrom says how a size became a duration, "" where none did.
func taskFrom(c compare.Crossover) string {
	switch {
	case c.TaskNS.Value <= 0 || c.TaskFrom == "knob":
		return ""
	}
	return "a task's duration is that of " + c.TaskFrom + " over the tasks it runs"
}

// judgedByNone is whether the run holds nothing that a goal could be about:
// every row is shown only, as those of a sweep are.
func (v *View) judgedByNone() bool {
	return len(v.Rows) > 0 && !slices.ContainsFunc(v.Rows, func(r Row) bool { return !r.ShownOnly }) &&
		!slices.ContainsFunc(v.Goals, func(g compare.Goal) bool { return g.Gated || g.Verdict != compare.NotEvaluated })
}

// noGoalText stands for a table of goals none of which is about a row.
func (v *View) noGoalText() string {
	if len(v.Scalings) > 0 {
		return "rows of a sweep are part of no goal"
	}
	return "rows that are only shown are part of no goal"
}
