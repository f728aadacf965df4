package selftest

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

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
	Verdict  compare.Verdict `json:"verdict"`
	Exit     int             `json:"exit"`     // what xbench run would have exited with
	Evidence string          `json:"evidence"` // in words
	Rows     int             `json:"rows"`
	Rounds   int             `json:"rounds"` // at most, of any row

	// Speedup is the geometric mean over the rows; 0 = none.
	Speedup float64 `json:"speedup,omitempty"`
	// Excluded counts the intervals of equal programs that exclude 1x, Luck is
	// the chance of so many or more at 5 % each.
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
	TookNS   int64            `json:"took_ns"`
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
	// tooUnlikely is when that many excluded intervals are no luck any more. A
	// sound gate does worse in one selftest of a thousand at the most: of 8
	// rows, 4 would have to exclude 1x, which they do in 0.04 % of selftests.
	tooUnlikely = 0.001
	// enoughFound is the share of the known differences that has to be found:
	// with fewer the host is too noisy for 10 %. At 6 % of noise per round, as
	// on a usual virtual machine, hardly a row is missed within 13 rounds.
	enoughFound = 0.8
)

// judgeSame wants no verdict against equal programs. The goal that must not
// FAIL is not to be slower by more than 5 %. Equal programs at 0 % would fail
// it in 2.5 % of selftests at most; to fail it at 5 % a row has to be off by
// the tolerance on top, which none of 10,000 simulated suites was. The same
// holds for rows that are called slower or faster. Not to be proved equal is no
// fault of the gate.
func (o *Outcome) judgeSame(res *compare.Result) {
	var called []string
	for _, r := range res.Rows {
		if slices.Contains([]string{compare.MarkSlower, compare.MarkModest, compare.MarkMeets}, r.Mark) {
			called = append(called, fmt.Sprintf("%s %s", short(r.Name), report.FormatInterval(r.Speedup)))
		}
		if r.Speedup.Lo > 1 || r.Speedup.Hi > 0 && r.Speedup.Hi < 1 {
			o.Excluded++
		}
		if r.Status == compare.Pass {
			o.Found++
		}
	}
	o.Luck = atLeast(o.Excluded, len(res.Rows), intervalError)
	ok := (res.Verdict == compare.Pass || res.Verdict == compare.Inconclusive) && len(called) == 0
	switch {
	case !ok && len(called) > 0:
		o.Evidence = "called slower or faster: " + strings.Join(called, ", ")
		return
	case !ok:
		o.Evidence = strings.Join(res.Reasons, "; ")
		return
	}
	o.Evidence = fmt.Sprintf("%d of %d proved, at %s; %d of %d exclude 1x", o.Found, o.Rows, report.FormatPercent(sameTolerance), o.Excluded, o.Rows)
	if o.Excluded > 0 {
		o.Evidence += fmt.Sprintf(" (so many or more by luck: %s)", chance(o.Luck))
	}
	if o.Luck >= tooUnlikely {
		o.State = Right
	}
}

// judgeKnown wants the difference found in most rows, and nowhere its
// opposite. A row is judged at tolerance 0, so that the opposite is an interval
// wholly on the wrong side of 1x while the truth is 10 % on the other. With
// 20 % of noise per round, at which next to nothing is found, that takes a mean
// five standard errors off after 20 rounds; with less noise it takes more.
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
	o.Evidence = fmt.Sprintf("found in %d of %d", o.Found, o.Rows)
	if o.Found > 0 {
		o.Evidence += fmt.Sprintf(" after %s", span(o.DecidedAt))
	}
	if o.Speedup > 0 {
		o.Evidence += fmt.Sprintf("; %s where %s is true", report.FormatRatio(o.Speedup), report.FormatRatio(o.Truth))
	}
	switch {
	case o.Against > 0:
		o.Evidence += fmt.Sprintf("; the opposite was called in %d", o.Against)
	case res.Verdict == compare.Invalid:
		o.Evidence = strings.Join(res.Reasons, "; ")
	case float64(o.Found) < enoughFound*float64(o.Rows):
		o.State = Unclear
		if o.Smallest > 0 {
			o.Evidence += fmt.Sprintf("; too noisy: differences from %s would have shown", report.FormatPercent(o.Smallest))
		}
	default:
		o.State = Right
	}
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
	case !o.gainful && res.Verdict != compare.Pass:
		o.State, o.Evidence = Right, "gains nothing: "+found
	case !o.gainful:
		o.Evidence = "passes as " + found
	case res.Verdict == compare.Fail:
		o.State, o.Evidence = Right, "gains nothing: "+found
	default:
		o.State, o.Evidence = Fooled, "passes as "+report.FormatRatio(o.Speedup)
	}
}

// digests are longer than anybody compares.
var digests = regexp.MustCompile(`\b([0-9a-f]{8})[0-9a-f]{4,}\b`)

// reason is a failure without what every line would repeat.
func reason(f record.Failure) string {
	s := digests.ReplaceAllString(f.Message, "$1")
	for _, noise := range []string{"worker " + candidate + ": ", candidate + ": ", prefix + kinds[0].name + ": ", " " + prefix + kinds[0].name} {
		if rest, ok := strings.CutPrefix(s, noise); ok {
			s = rest
		} else if noise[0] == ' ' {
			s = strings.Replace(s, noise, "", 1)
		}
	}
	return s
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
