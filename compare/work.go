package compare

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"xbench/harness/record"
)

// fail adds a failure once: a process and a note often report the same one.
func (c *cell) fail(f record.Failure) {
	if !strings.Contains(f.Message, c.impl) {
		f.Message = c.impl + ": " + f.Message
	}
	if !slices.Contains(c.failures, f) {
		c.failures = append(c.failures, f)
	}
}

// checkProcess says why a process is no data, nil if it is.
func (c *cell) checkProcess(p *record.Process) *record.Failure {
	wrong := func(format string, args ...any) *record.Failure {
		return &record.Failure{Kind: record.FailProtocol, Message: fmt.Sprintf("round %d: ", p.Round) + fmt.Sprintf(format, args...)}
	}
	if p.Failure != nil {
		return p.Failure
	}
	if len(p.SamplesNS) == 0 || c.row.Samples > 0 && len(p.SamplesNS) != c.row.Samples {
		return wrong("%d samples, want %d", len(p.SamplesNS), max(c.row.Samples, 1))
	}
	for i, ns := range p.SamplesNS {
		if ns <= 0 {
			return wrong("sample %d took %v ns", i+1, ns)
		}
	}
	if k := c.row.Iterations[c.impl]; p.TotalIterations() < 1 || k > 0 && p.K != k {
		return wrong("samples of %d iterations, want %d", p.K, max(k, 1))
	}
	return nil
}

// The clock of an implementation is compared with ours in every process of the
// first rounds. One noisy process is no proof; two are.
const (
	clockRounds = 3
	clockProof  = 2
)

func (c *cell) checkClock() {
	var off []string
	for r := 1; r < len(c.launches) && r <= clockRounds; r++ {
		if p := c.launches[r].Process; p != nil && p.Clock != nil && !p.Clock.OK {
			off = append(off, strconv.FormatFloat(p.Clock.Ratio, 'f', 2, 64))
		}
	}
	switch {
	case len(off) >= clockProof:
		c.fail(record.Failure{Kind: record.FailClock, Message: fmt.Sprintf(
			"%s: its clock disagrees with ours in %d of the first %d rounds: claimed/outside %s", c.impl, len(off), clockRounds, strings.Join(off, ", "))})
	case len(off) > 0:
		c.doubts = append(c.doubts, Warning{Row: c.row.Name, Impl: c.impl,
			Text:   "one of the first processes disagreed with our clock: claimed/outside " + off[0],
			Remedy: "one such process is usually a busy host; if it returns, check the implementation's clock"})
	}
}

// exactOutput reports whether equal work means equal digests. With any other
// comparison of outputs the run itself compares the results, and digests may
// differ.
func exactOutput(p *record.Plan) bool { return p.SameOutput == "" || p.SameOutput == "exact" }

// checkWork compares what both sides did in the timed samples: same input,
// same result, same counters. Of each kind the first difference is reported.
// Sides without nonces all work on the one fixed input.
func (p *pair) checkWork(exact bool) []record.Failure {
	var out []record.Failure
	seen := make(map[string]bool)
	report := func(round int, kind, what, ref, cand string) {
		if key := kind + what; !seen[key] {
			seen[key] = true
			text := fmt.Sprintf("round %d: %s: %s %s | %s %s", round, what, p.ref.impl, ref, p.cand.impl, cand)
			if where := p.cand.parting[round]; where != "" && kind == record.FailDigest {
				text += "; " + where
			}
			out = append(out, record.Failure{Kind: kind, Message: text})
		}
	}
	for _, t := range p.twins() {
		r, a, b := t.round, t.ref, t.cand
		if a.Nonce != b.Nonce {
			report(r, record.FailProtocol, "input", "nonce "+a.Nonce, "nonce "+b.Nonce)
			continue
		}
		if exact && a.Digest != b.Digest {
			report(r, record.FailDigest, "result", shownDigest(a.Digest), shownDigest(b.Digest))
		}
		for _, name := range counterNames(a, b) {
			if p.counterDiffers(name, a, b) {
				report(r, record.FailCounter, p.counterLabel(name), counterText(a, name), counterText(b, name))
			}
		}
	}
	return out
}

// shownDigest cuts a SHA-256 to what a person can compare: two that differ do
// so there.
func shownDigest(s string) string {
	if _, err := hex.DecodeString(s); err == nil && len(s) == 2*sha256.Size {
		return s[:12]
	}
	return orNone(s)
}

// counterNames lists the counters that either side has, in order.
func counterNames(a, b *record.Process) []string {
	if maps.Equal(a.Counters, b.Counters) && len(a.Counters) == 0 {
		return nil
	}
	names := slices.Collect(maps.Keys(a.Counters))
	for name := range b.Counters {
		if _, ok := a.Counters[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (p *pair) counterDiffers(name string, a, b *record.Process) bool {
	if slices.Contains(p.row.SideSpecific, name) {
		return false
	}
	x, hasX := a.Counters[name]
	y, hasY := b.Counters[name]
	if bound, ok := p.row.Bounded[name]; ok {
		return !hasX || !hasY || x < bound[0] || x > bound[1] || y < bound[0] || y > bound[1]
	}
	return hasX != hasY || x != y
}

func (p *pair) counterLabel(name string) string {
	if bound, ok := p.row.Bounded[name]; ok {
		return fmt.Sprintf("counter %s (%d to %d)", name, bound[0], bound[1])
	}
	return "counter " + name
}

func counterText(p *record.Process, name string) string {
	if v, ok := p.Counters[name]; ok {
		return strconv.FormatInt(v, 10)
	}
	return "missing"
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
