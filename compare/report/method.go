package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"xbench/harness/record"
)

// method says in one paragraph how the numbers came about.
func (v *View) method(p *record.Plan) string {
	if v.Apart != nil {
		return v.methodApart()
	}
	var b strings.Builder
	rounds := v.Rounds
	compared := p.Reference != "" || len(v.Versus) > 0
	if len(p.Implementations) < 2 {
		b.WriteString("One implementation was measured alone: a round is one fresh process for each benchmark. ")
	} else {
		b.WriteString("A round starts a fresh process of every implementation for one benchmark, back to back in random order. ")
	}
	if v.Commands {
		b.WriteString("Each launch is one sample: its wall time from launch to exit, seen from outside, in logarithms. ")
	} else {
		fmt.Fprintf(&b, "Each process warms up for %s and is then timed %s in samples of about %s; its result is the median of the logarithms. ",
			shortDuration(float64(p.WarmupNS)), samplesText(p.Rows), shortDuration(float64(p.SampleNS)))
	}
	switch {
	case !compared:
		b.WriteString("The rounds, not the samples, are the statistical unit: intervals are Student t intervals over rounds. ")
	case v.hasSpeedup() || len(v.Versus) > 0:
		b.WriteString("The difference of the two results is the round's log speedup. " +
			"The rounds, not the samples, are the statistical unit: the speedup is the exponential of their mean, with a Student t interval over rounds, " +
			"widened for few and for correlated rounds. ")
	}
	fmt.Fprintf(&b, "%s of at most %d", capital(wereRun(rounds)), p.RMax)
	looks, shares := usable(p)
	if compared {
		b.WriteString("; ")
	}
	switch {
	case !compared: // there is nothing to decide
		b.WriteString(". ")
	case len(looks) > 0:
		fmt.Fprintf(&b, "verdicts were possible only after rounds %s, which share an error of %s", joinInts(looks), FormatPercent(p.Alpha))
		if len(shares) == len(looks) {
			fmt.Fprintf(&b, " as %s", joinShares(shares))
		}
		b.WriteString(". ")
	case len(p.Looks) > 0:
		fmt.Fprintf(&b, "no verdict was possible: the first is after round %d. ", firstLook)
	default:
		fmt.Fprintf(&b, "the error allowed is %s. ", FormatPercent(p.Alpha))
	}
	if p.SpacingNS > 0 {
		fmt.Fprintf(&b, "Rounds of one benchmark were started at least %s apart. ", shortDuration(float64(p.SpacingNS)))
	}
	if v.Resumed > 0 {
		fmt.Fprintf(&b, "The run ended early and was taken up again %s. ", plural(v.Resumed, "time"))
	}
	if v.Interrupted {
		b.WriteString(v.chosenEnd() + " ")
	}
	fmt.Fprintf(&b, "Nothing was removed as an outlier. Seed %d.", p.Seed)
	return b.String()
}

func wereRun(rounds int) string {
	if rounds == 1 {
		return "1 round was run"
	}
	return strconv.Itoa(rounds) + " rounds were run"
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// samplesText is "10 times", or a range where rows differ.
func samplesText(rows []record.Row) string {
	lo, hi := 0, 0
	for i, r := range rows {
		if i == 0 || r.Samples < lo {
			lo = r.Samples
		}
		hi = max(hi, r.Samples)
	}
	switch {
	case hi == 0:
		return "several times"
	case lo == hi:
		return plural(hi, "time")
	}
	return fmt.Sprintf("%d to %d times", lo, hi)
}

func joinInts(xs []int) string {
	var words []string
	for _, x := range xs {
		words = append(words, strconv.Itoa(x))
	}
	return list(words, len(words))
}

func joinShares(xs []float64) string {
	var words []string
	for _, x := range xs {
		words = append(words, strings.TrimSuffix(FormatPercent(x), "%"))
	}
	return list(words, len(words)) + "%"
}

// environment lists what a reader needs to judge whether the numbers carry
// over to another machine.
func environment(rec *record.Record) [][2]string {
	h := cleanHost(rec.Plan.Host)
	out := [][2]string{
		{"cpu", h.CPU}, {"cores", positive(h.Cores)}, {"memory", dashless(FormatBytes(float64(h.MemBytes)))},
		{"system", strings.Trim(h.OS+"/"+h.Arch, "/")}, {"kernel", h.Kernel},
		{"virtualisation", h.Virtual}, {"governor", h.Governor}, {"turbo", h.Turbo},
		{"file system", h.FS}, {"load at the start", loadText(rec)},
		{"two threads", twoThreads(h.Scaling)}, {"fixed work before each round", spinRange(rec)},
		{"host id", h.ID},
		{"started", clean(rec.Plan.Started)}, {"run", clean(rec.Plan.Run)}, {"xbench", clean(rec.Plan.Tool)},
	}
	if rec.Dropped > 0 {
		out = append(out, [2]string{"unreadable record lines left out", strconv.Itoa(rec.Dropped)})
	}
	kept := out[:0]
	for _, kv := range out {
		if kv[1] != "" {
			kept = append(kept, kv)
		}
	}
	return kept
}

// loadText is the load when the run began; what was imported has none.
func loadText(rec *record.Record) string {
	if rec.Plan.Unpaired != nil {
		return ""
	}
	return fmt.Sprintf("%.2f", rec.Plan.Host.Load1)
}

// twoThreads is what a second core was worth.
func twoThreads(scaling float64) string {
	if scaling <= 0 {
		return ""
	}
	return fmt.Sprintf("%.2f times the work of one", scaling)
}

// spinRange is how evenly the host did the same work from round to round.
func spinRange(rec *record.Record) string {
	var spins []float64
	for _, r := range rec.Rounds {
		if r.SpinNS > 0 {
			spins = append(spins, float64(r.SpinNS))
		}
	}
	if len(spins) == 0 {
		return ""
	}
	return FormatDuration(slices.Min(spins)) + " to " + FormatDuration(slices.Max(spins))
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func dashless(s string) string {
	if s == none {
		return ""
	}
	return s
}

func cleanHost(h record.Host) record.Host {
	for _, s := range []*string{&h.OS, &h.Arch, &h.CPU, &h.Kernel, &h.Governor, &h.Turbo, &h.Virtual, &h.FS, &h.ID} {
		*s = clean(*s)
	}
	return h
}

// reproduce is the command that measures the same plan again: the one that was
// typed, with the seed where that had been drawn.
func reproduce(p *record.Plan) string {
	if len(p.Args) == 0 && p.Unpaired != nil {
		return shellLine([]string{"xbench", "compare", "record.txt"})
	}
	if len(p.Args) == 0 {
		return shellLine(append([]string{"xbench"}, planArgs(p)...))
	}
	args := append([]string{"xbench"}, loud(p.Args)...)
	if p.Unpaired != nil {
		return shellLine(args) // nothing is drawn
	}
	if !slices.ContainsFunc(args, func(a string) bool { return a == "--seed" || strings.HasPrefix(a, "--seed=") }) {
		args = append(args, "--seed", strconv.FormatUint(p.Seed, 10))
	}
	return shellLine(args)
}

// usable are the looks that have an interval to decide by.
func usable(p *record.Plan) (looks []int, shares []float64) {
	for i, n := range p.Looks {
		if n >= firstLook {
			looks = append(looks, n)
			if i < len(p.Shares) {
				shares = append(shares, p.Shares[i])
			}
		}
	}
	return looks, shares
}

// loud leaves out what only keeps the terminal quiet. The value of another flag
// is left alone.
func loud(args []string) []string {
	var out []string
	for i, a := range args {
		value := i > 0 && strings.HasPrefix(args[i-1], "-") && !strings.Contains(args[i-1], "=") && takesValue(args[i-1])
		if !value && (a == "-q" || a == "--quiet" || a == "--quiet=true") {
			continue
		}
		out = append(out, a)
	}
	return out
}

// takesValue is whether a flag's value is the next argument.
func takesValue(flag string) bool {
	return !slices.Contains([]string{"-q", "--quiet", "--json", "--dry-run", "-i", "--ignore-failure", "--"}, flag)
}

// shellLine joins arguments for a POSIX shell.
func shellLine(args []string) string {
	var out []string
	for _, a := range args {
		out = append(out, shellQuote(a))
	}
	return strings.Join(out, " ")
}

// shellQuote makes an argument safe to paste into a POSIX shell.
func shellQuote(s string) string {
	s = clean(s)
	plain := s != ""
	for _, c := range s {
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_./=:,@%+", c)
		plain = plain && ok
	}
	if plain {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// startMethods says how child processes were started, where rows have a
// start_method: forking and spawning differ by two orders of magnitude, so a
// time without it says little.
func startMethods(rows []record.Row) []string {
	count := make(map[string]int)
	for _, r := range rows {
		if value, ok := r.Params.Get("start_method"); ok {
			if name, ok := value.(string); ok && name != "" {
				count[clean(name)]++
			}
		}
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(count)) {
		out = append(out, fmt.Sprintf("start_method was %s in %s", name, plural(count[name], "benchmark")))
	}
	return out
}
