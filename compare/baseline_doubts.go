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
		add("%s: %s: if that is the same as well, what this shows is the host's", now.impl.Name, sameFile)
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

// sameFile is all that equal fingerprints say.
const sameFile = "the same program file and arguments; what it loads is not seen"

// unchanged reports whether two implementations are one program file with the
// same arguments, wherever it lies. Modules that a script imports, libraries,
// and what cargo bench or go test load may differ all the same.
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

// movedText goes with every FAIL of two records whose reference moved as well.
const movedText = "the reference moved as well: the host may have changed"

// control is what the reference of both records did in the time between them, ""
// where there is none that a candidate could be held against. far is said where
// that is more than two sessions are assumed to differ by: root 2 of the
// assumed spread of each.
//
// Its interval is that of its processes alone. The assumed spread stands for
// what two sessions may differ by; this is the measurement of what these two
// differed by, if the reference did not change. Whether it did, its program file
// and arguments do not tell: a script's modules are in neither. So it is shown,
// and no interval is made wider by it: a reference that was slowed down itself
// would hide what it slowed down.
func control(old, new *record.Record, impl string) (text string, far bool) {
	name := new.Plan.Reference
	if name == impl || find(&old.Plan, name) == nil || find(&new.Plan, name) == nil {
		return "", false
	}
	then, now, err := halves(old, new, name)
	if err != nil {
		return "", false
	}
	rec, err := splice(then, now)
	if err != nil {
		return "", false
	}
	a, err := analyze(rec, Options{})
	if err != nil {
		return "", false
	}
	var valid []*pair
	for _, p := range a.pairs {
		if !p.invalid() && p.measured() {
			valid = append(valid, p)
		}
	}
	g, ok := a.across(valid)
	if !ok {
		return "", false
	}
	i := Interval{Ratio: math.Exp(g.d), Hi: math.Inf(1)}
	if x, y := g.ref.se*g.ref.se, g.cand.se*g.cand.se; x > 0 && y > 0 {
		h := tQuantile(welch(x+y, x, g.ref.df, y, g.cand.df), a.sched.alpha/2) * math.Sqrt(x+y)
		i.Lo, i.Hi = math.Exp(g.d-h), math.Exp(g.d+h)
	}
	is := name + ", which may have changed as well, moved"
	if unchanged(then.impl, now.impl) {
		is = name + " (" + sameFile + ") moved"
	}
	return fmt.Sprintf("%s %s between the two", is, FormatInterval(i)), math.Abs(g.d) > math.Sqrt2*AssumedSpread
}
