package selftest

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"xbench/compare"
	"xbench/compare/report"
	"xbench/harness/record"
)

// A State is how an outcome compares with the truth.
type State string

// The states.
const (
	Right   State = "right"   // as it must be
	Wrong   State = "wrong"   // the gate has failed
	Unclear State = "unclear" // the host is too noisy to tell
	Fooled  State = "fooled"  // a limit that is known: the cheat has worked
)

// An Outcome is what became of one case.
type Outcome struct {
	Case
	State    State           `json:"state"`
	Verdict  compare.Verdict `json:"verdict,omitempty"` // none of a simulation
	Exit     int             `json:"exit"`              // what xbench run would have exited with
	Evidence string          `json:"evidence"`          // in words
	Rows     int             `json:"rows"`
	Rounds   int             `json:"rounds"` // at most, of any row

	// Speedup is the geometric mean over the rows; 0 = none.
	Speedup float64 `json:"speedup,omitempty"`
	// Excluded counts the intervals of equal programs or known differences that
	// exclude the truth, Luck is the chance of so many or more at the error that
	// each is allowed.
	Excluded int     `json:"excluded,omitempty"`
	Luck     float64 `json:"luck,omitempty"`
	// Found counts the rows whose verdict is the right one, Against those with
	// the opposite; DecidedAt is after how many rounds each known difference
	// was found.
	Found     int   `json:"found,omitempty"`
	Against   int   `json:"against,omitempty"`
	DecidedAt []int `json:"decided_at,omitempty"`
	// Smallest is the smallest difference that the rows could have shown, as a
	// fraction.
	Smallest float64          `json:"smallest,omitempty"`
	Failures []record.Failure `json:"failures,omitempty"` // why it is INVALID
	Named    []string         `json:"named,omitempty"`    // of a limit: differences that the report shows
	// Simulated is set where nothing was planted, but records were made up.
	Simulated *Simulation `json:"simulated,omitempty"`
	TookNS    int64       `json:"took_ns"`
}

// judge compares a verdict with what was planted.
func judge(c *Case, res *compare.Result) Outcome {
	o := Outcome{Case: *c, State: Wrong, Verdict: res.Verdict, Exit: res.Exit, Rows: len(res.Rows), Rounds: res.Rounds, Smallest: res.SmallestRow}
	for _, r := range res.Rows {
		o.Failures = append(o.Failures, r.Failures...)
	}
	o.Speedup = meanSpeedup(res.Rows)
	switch c.Group {
	case Same:
		o.judgeSame(res)
	case Known:
		o.judgeKnown(res)
	case Cheats:
		o.judgeCheat(res)
	case Limits:
		o.judgeLimit(res)
	}
	return o
}

// meanSpeedup is the geometric mean over rows of what their rounds say.
func meanSpeedup(rows []compare.Row) float64 {
	sum, n := 0.0, 0
	for _, r := range rows {
		for _, d := range r.D {
			sum += d / float64(len(r.D))
		}
		n += min(len(r.D), 1)
	}
	if n == 0 {
		return 0
	}
	return math.Exp(sum / float64(n))
}

const (
	// intervalError is how many of the intervals of equal programs may exclude
	// 1x: the error that all looks share, in both directions together.
	intervalError = 0.05
	// knownError is the same for known differences. Six claims share the error
	// of FAIL, which the upper ends of their intervals are made at; the lower
	// ends have half of the whole for themselves.
	knownError = intervalError / 2 * (1 + 1.0/knownRows)
	// tooUnlikely is when so many errors are no luck any more. Of 8 equal rows
	// 4 would have to exclude 1x, which they do in 0.04 % of selftests; of 6
	// rows 3 would have to exclude the true difference, in 0.05 %.
	tooUnlikely = 0.001
	// sizeError is how far off the truth no interval may lie, with its nearer
	// end, unless it is wide.
	sizeError = 0.05
	// enoughFound is the share of the known differences that has to be found:
	// with fewer the host is too noisy for 10 %. At 6 % of noise per round, as
	// on a usual virtual machine, hardly a row is missed within 13 rounds.
	enoughFound = 0.8
)

// surely reports whether an interval is so narrow that it is off by no luck:
// a truth that lies outside by distance is three half-widths or more from the
// middle, where one half-width leaves out 2.5 % of all cases. On a noisy host
// intervals are wide, and one of forty may well be called what it is not: that
// much error the method allows itself, and says so.
func surely(i compare.Interval, distance float64) bool {
	return i.Lo > 0 && math.Log(i.Hi/i.Lo)/2 < math.Abs(distance)/2
}

// off is by how much the nearer end of an interval misses a truth, in log
// units; 0 when the truth lies inside.
func off(i compare.Interval, truth float64) float64 {
	switch {
	case i.Lo > truth:
		return math.Log(i.Lo / truth)
	case i.Hi > 0 && i.Hi < truth:
		return math.Log(truth / i.Hi)
	}
	return 0
}

// judgeSame wants no verdict against equal programs. The goal that must not
// FAIL is not to be slower by more than 5 %: on the noisiest host equal
// programs fail it in 2.5 % of selftests at most, and where a row would have to
// be off by the tolerance on top, none of 10,000 simulated suites did. Not to
// be proved equal is no fault of the gate.
func (o *Outcome) judgeSame(res *compare.Result) {
	var called []string
	sure := false
	for _, r := range res.Rows {
		if slices.Contains([]string{compare.MarkSlower, compare.MarkModest, compare.MarkMeets}, r.Mark) {
			called = append(called, fmt.Sprintf("%s %s", short(r.Name), report.FormatInterval(r.Speedup)))
			sure = sure || surely(r.Speedup, math.Log1p(sameTolerance))
		}
		if off(r.Speedup, 1) > 0 {
			o.Excluded++
		}
		if r.Status == compare.Pass {
			o.Found++
		}
	}
	o.Luck = atLeast(o.Excluded, len(res.Rows), intervalError)
	if res.Verdict != compare.Pass && res.Verdict != compare.Inconclusive {
		o.Evidence = strings.Join(res.Reasons, "; ")
		return
	}
	o.Evidence = fmt.Sprintf("%d of %d proved, at %s; %d of %d exclude 1x", o.Found, o.Rows, report.FormatPercent(sameTolerance), o.Excluded, o.Rows)
	if o.Excluded > 0 {
		o.Evidence += fmt.Sprintf(" (so many or more by luck: %s)", chance(o.Luck))
	}
	if len(called) > 0 {
		o.Evidence += "; called slower or faster: " + strings.Join(called, ", ")
	}
	switch {
	case sure || o.Luck < tooUnlikely:
	case len(called) > 0:
		o.State = Unclear
	default:
		o.State = Right
	}
}

// judgeKnown wants the difference found in most rows, and its size to be right:
// a judge that calls 1.11x by its name and prints 3x beside it is as wrong as
// one that calls it slower.
//
// It is wrong when 3 of the 6 intervals exclude the truth, or when one does by
// more than 5 % and is too narrow to be unlucky. Without "too narrow" honest
// judges would be accused on noisy hosts, where an interval that is off at all
// is off by as much: in 7 % of cases where rounds differ by 80 %. With it they
// were in 2 of 56,000 simulated cases, on hosts of all noises from 0.2 to 80 %
// (see TestAnHonestJudgeIsNotAccused).
//
// The opposite verdict, an interval wholly on the wrong side of 1x, is a size
// that is off by 9.5 % or more.
func (o *Outcome) judgeKnown(res *compare.Result) {
	want, opposite := compare.Fail, compare.Pass
	if o.Truth > 1 {
		want, opposite = opposite, want
	}
	for _, g := range res.Goals {
		switch g.Verdict {
		case want:
			o.Found++
			o.DecidedAt = append(o.DecidedAt, g.DecidedAt)
		case opposite:
			o.Against++
		}
	}
	if res.Verdict == compare.Invalid {
		o.Evidence = strings.Join(res.Reasons, "; ")
		return
	}
	sure, doubt, misses := false, false, []string(nil)
	for _, r := range res.Rows {
		distance := off(r.Speedup, o.Truth)
		if distance == 0 {
			continue
		}
		o.Excluded++
		misses = append(misses, fmt.Sprintf("%s %s", short(r.Name), report.FormatInterval(r.Speedup)))
		far := distance > math.Log1p(sizeError)
		sure, doubt = sure || far && surely(r.Speedup, distance), doubt || far
	}
	o.Luck = atLeast(max(o.Excluded, o.Against), o.Rows, knownError)
	o.Evidence = o.foundText()
	if len(misses) > 0 {
		o.Evidence += "; the truth lies outside of " + listed(misses)
	}
	switch {
	case sure || o.Luck < tooUnlikely:
	case doubt || o.Against > 0 || float64(o.Found) < enoughFound*float64(o.Rows):
		o.State = Unclear
		o.Evidence += "; too noisy" + o.smallestText()
	default:
		o.State = Right
	}
}

// listed names the first two of several, and how many there are.
func listed(all []string) string {
	if len(all) <= 2 {
		return strings.Join(all, " and ")
	}
	return fmt.Sprintf("%d intervals: %s, %s ...", len(all), all[0], all[1])
}

// foundText says how often a known difference was found, and how large.
func (o *Outcome) foundText() string {
	s := fmt.Sprintf("found in %d of %d", o.Found, o.Rows)
	if o.Found > 0 {
		s += " after " + span(o.DecidedAt)
	}
	if o.Speedup > 0 {
		s += fmt.Sprintf("; %s where %s is true", report.FormatRatio(o.Speedup), report.FormatRatio(o.Truth))
	}
	if o.Against > 0 {
		s += fmt.Sprintf("; the opposite was called in %d", o.Against)
	}
	return s
}

// smallestText says what a noisy host could have shown.
func (o *Outcome) smallestText() string {
	switch {
	case o.Smallest > 1:
		return ": no difference below a factor of 2 would have shown"
	case o.Smallest > 0:
		return fmt.Sprintf(": differences from %s would have shown", report.FormatPercent(o.Smallest))
	}
	return ""
}

// judgeCheat wants INVALID, exit code 1, no speedup, and the right reason.
func (o *Outcome) judgeCheat(res *compare.Result) {
	i := slices.IndexFunc(o.Failures, func(f record.Failure) bool { return slices.Contains(o.kinds, f.Kind) })
	switch {
	case res.Verdict != compare.Invalid:
		o.Evidence = "not caught: " + report.FormatInterval(res.Rows[0].Speedup)
		return
	case i < 0:
		o.Evidence = "INVALID for another reason: " + strings.Join(res.Reasons, "; ")
		return
	}
	o.Evidence = reason(o.Failures[i])
	if res.Exit == compare.ExitDisproved && res.Rows[0].Speedup == (compare.Interval{}) {
		o.State = Right
	}
}

// judgeLimit wants to know how far a cheat gets that is not expected to be
// caught. One that is expected to gain nothing must not be credited with
// anything.
func (o *Outcome) judgeLimit(res *compare.Result) {
	if res.Verdict == compare.Invalid {
		o.State, o.Evidence = Right, "caught: "+strings.Join(res.Reasons, "; ")
		return
	}
	found := report.FormatInterval(res.Rows[0].Speedup)
	switch {
	case !o.gainful && res.Verdict == compare.Pass:
		o.Evidence = "passes as " + found
	case res.Verdict == compare.Fail:
		o.State, o.Evidence = Right, "gains nothing: "+found
	case !o.gainful:
		o.State, o.Evidence = Right, "no gain is proved: "+found
	default:
		o.State, o.Evidence = Fooled, "passes as "+report.FormatRatio(o.Speedup)
		if res.Verdict != compare.Pass {
			o.Evidence = "not caught, " + found
		}
		o.Named = named(res.Fairness)
		if len(o.Named) > 0 {
			o.Evidence += "; the report names the " + strings.Join(o.Named, ", ")
		}
	}
}

// telling are the differences between the sides that may show a reader where
// time has gone. Others come from being equal programs on a busy host.
var telling = []string{"outside", "input", "cpu"}

// named lists what the report calls a reader's attention to.
func named(differences []compare.Difference) []string {
	var out []string
	for _, d := range differences {
		if d.Severity != compare.Remark && slices.Contains(telling, d.Kind) {
			out = append(out, d.What)
		}
	}
	return out
}

// What is taken out of the messages of failures, which are longer than a line
// of the table: digests, what every line would repeat, and what comes after the
// first clause. The record has them whole.
var (
	digests   = regexp.MustCompile(`\b([0-9a-f]{8})[0-9a-f]{4,}\b`)
	repeated  = regexp.MustCompile(`^(worker )?` + candidate + `: |\brun: |(\brun |: )?` + prefix + `\w+:? ?|(` + reference + `|` + candidate + `) `)
	overdrawn = regexp.MustCompile(`claims (\S+) in samples and (\S+) between them, but only (\S+) passed`)
	clocks    = regexp.MustCompile(`.*claimed/outside`)
)

// reason is a failure in a few words.
func reason(f record.Failure) string {
	s := digests.ReplaceAllString(f.Message, "$1")
	s = strings.TrimSpace(repeated.ReplaceAllString(s, ""))
	if m := overdrawn.FindStringSubmatch(s); m != nil {
		return fmt.Sprintf("claims %s + %s, but only %s passed", rounded(m[1]), rounded(m[2]), rounded(m[3]))
	}
	s, _, _ = strings.Cut(clocks.ReplaceAllString(s, "claimed/outside"), "; ")
	return s
}

// rounded is a duration to two or three digits.
func rounded(text string) string {
	d, err := time.ParseDuration(text)
	if err != nil {
		return text
	}
	for unit := time.Duration(1); ; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit).String()
		}
	}
}

func short(name string) string { return strings.TrimPrefix(name, prefix) }

// span words a list of rounds: "5 rounds", "5 to 13 rounds".
func span(rounds []int) string {
	lo, hi := slices.Min(rounds), slices.Max(rounds)
	if lo == hi {
		return fmt.Sprintf("%d rounds", lo)
	}
	return fmt.Sprintf("%d to %d rounds", lo, hi)
}
