package compare

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"xbench/harness/record"
)

// doubtsOf says what besides the program was not the same in both records.
func doubtsOf(then, now *half) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	differs := func(what, was, is string) {
		if was != is {
			add("%s: %s then, %s now", what, cmp.Or(was, "not known"), cmp.Or(is, "not known"))
		}
	}
	x, y := then.plan, now.plan
	if !SameHost(then.rec, now.rec) {
		add("the records come from two hosts, so that nothing gates: then %s, now %s", HostText(x.Host), HostText(y.Host))
	}
	if unchanged(then.impl, now.impl) {
		add("%s is the same program in both records: this is an A/A comparison, and what it shows is the host's", now.impl.Name)
	}
	differs("version of xbench", x.Tool, y.Tool)
	if then.impl.Language == "" || then.impl.Language != now.impl.Language { // of one language it is among the differences
		differs("runtime", then.impl.Runtime, now.impl.Runtime)
	}
	differs("length of a sample", nanoseconds(x.SampleNS), nanoseconds(y.SampleNS))
	differs("warm-up", nanoseconds(x.WarmupNS), nanoseconds(y.WarmupNS))
	differs("samples in each process", then.samplesText(now), now.samplesText(then))
	differs("kernel", x.Host.Kernel, y.Host.Kernel)
	differs("frequency governor", x.Host.Governor, y.Host.Governor)
	differs("turbo", x.Host.Turbo, y.Host.Turbo)
	return out
}

// HostText is a machine in a few words.
func HostText(h record.Host) string {
	parts := []string{cmp.Or(h.CPU, "unknown processor"), strings.Trim(h.OS+"/"+h.Arch, "/")}
	if h.Cores > 0 {
		parts = append(parts, fmt.Sprintf("%d cores", h.Cores))
	}
	return strings.Join(append(parts, "id "+cmp.Or(h.ID, "unknown")), ", ")
}

// unchanged reports whether two implementations are one program with the same
// arguments, wherever it lies, as far as fingerprints tell.
func unchanged(x, y *record.Implementation) bool {
	rest := func(i *record.Implementation) []string { return i.Command[min(1, len(i.Command)):] }
	return x.Fingerprint != "" && x.Fingerprint == y.Fingerprint && slices.Equal(rest(x), rest(y)) && maps.Equal(x.Files, y.Files)
}

func nanoseconds(ns int64) string { return time.Duration(ns).String() }

// samplesText is how many samples the processes of the rows had that the other
// half has as well, as a range.
func (h *half) samplesText(other *half) string {
	least, most := 0, 0
	for i := range h.plan.Rows {
		r := &h.plan.Rows[i]
		if other.row(r.Name) == nil {
			continue
		}
		if most == 0 {
			least = r.Samples
		}
		least, most = min(least, r.Samples), max(most, r.Samples)
	}
	if least == most {
		return fmt.Sprint(most)
	}
	return fmt.Sprintf("%d to %d", least, most)
}

// control is what the reference of both records says of the time between them,
// "" where there is none that a candidate could be held against. If it did not
// change, what moved it was the host.
//
// Its interval is that of its processes alone. The assumed spread stands for
// what two sessions may differ by; this is the measurement of what these two
// differed by.
//
// Two sessions of standard deviation s differ by root 2 of it. A host that moved
// an unchanged program by more than the assumed spread makes of it is not what
// was assumed: spread is then what it showed itself to be, so that its drift is
// nobody's slowdown. It is never less than was assumed; one quiet pair of
// sessions proves nothing about the next.
func control(old, new *record.Record, impl string) (text string, spread float64) {
	name := new.Plan.Reference
	if name == impl || find(&old.Plan, name) == nil || find(&new.Plan, name) == nil {
		return "", 0
	}
	then, now, err := halves(old, new, name)
	if err != nil {
		return "", 0
	}
	rec, err := splice(then, now)
	if err != nil {
		return "", 0
	}
	a, err := analyze(rec, Options{})
	if err != nil {
		return "", 0
	}
	var valid []*pair
	for _, p := range a.pairs {
		if !p.invalid() && p.measured() {
			valid = append(valid, p)
		}
	}
	g, ok := a.across(valid)
	if !ok {
		return "", 0
	}
	i := Interval{Ratio: math.Exp(g.d), Hi: math.Inf(1)}
	if x, y := g.ref.se*g.ref.se, g.cand.se*g.cand.se; x > 0 && y > 0 {
		h := tQuantile(welch(x+y, x, g.ref.df, y, g.cand.df), a.sched.alpha/2) * math.Sqrt(x+y)
		i.Lo, i.Hi = math.Exp(g.d-h), math.Exp(g.d+h)
	}
	if !unchanged(then.impl, now.impl) {
		return fmt.Sprintf("%s, which may have changed as well, moved %s between the two", name, FormatInterval(i)), 0
	}
	text = fmt.Sprintf("%s, unchanged, moved %s between the two: the host's drift", name, FormatInterval(i))
	if spread = min(math.Abs(g.d)/math.Sqrt2, mostSpread); spread > AssumedSpread {
		text += fmt.Sprintf("; more than sessions are assumed to differ, so that %s instead of %s is assumed of either side", formatPercent(spread), formatPercent(AssumedSpread))
	}
	return text, spread
}

// mostSpread is the largest spread that a plan may assume.
const mostSpread = 0.99
