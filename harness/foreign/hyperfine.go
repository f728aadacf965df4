package foreign

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// commandName is what hyperfine's benchmark is called, before the values of
// parameters: the commands are its implementations. xbench run --command calls
// it the same.
const commandName = "command"

// Hyperfine reads the file of hyperfine --export-json. Each time is that of
// one process. Commands are implementations; where parameters vary, each
// combination of values is a benchmark, except that of a parameter in a
// command's first word, which says which program it is.
func Hyperfine(name string, r io.Reader) (*Result, error) { return HyperfineBy(name, r, "") }

// HyperfineBy is Hyperfine for commands whose parameter of the given name says
// which implementation runs: its values are the implementations.
func HyperfineBy(name string, r io.Reader, parameter string) (*Result, error) {
	d, err := parse(name, r)
	if err != nil {
		return nil, err
	}
	res := &Result{Format: FormatHyperfine, Tool: "hyperfine"}
	if !d.root.is(kindObject) {
		return nil, d.err
	}
	for _, item := range d.root.need("results").list() {
		res.Benchmarks = append(res.Benchmarks, hyperfineResult(item, parameter))
	}
	return res.finish(d)
}

func hyperfineResult(n *node, by string) Benchmark {
	b := Benchmark{Granularity: GranularitySamples, MeanNS: n.need("mean").duration(perSecond)}
	b.Impl, b.Name = hyperfineNames(n.need("command").name(), n.get("parameters"), by)
	if by != "" && n.get("parameters").get(by) == nil {
		n.fail("has no parameter %q", by)
	}
	usage := Run{UserNS: cpuTime(n.get("user")), SystemNS: cpuTime(n.get("system"))}
	times := n.get("times")
	if times == nil { // hyperfine before 1.1
		b.Granularity = GranularityMean
		usage.SamplesNS = []float64{b.MeanNS}
		b.Runs = []Run{usage}
		return b
	}
	for _, ns := range times.durations(perSecond) {
		run := usage
		run.SamplesNS = []float64{ns}
		b.Runs = append(b.Runs, run)
	}
	hyperfineMemory(n.get("memory_usage_byte"), times, b.Runs)
	b.Failed = hyperfineExits(n.get("exit_codes"), times)
	return b
}

// cpuTime is user or system time, of which hyperfine has the mean of all runs
// only; a command may use none that the kernel counts.
func cpuTime(n *node) int64 {
	s := n.number()
	if s < 0 || s*perSecond > math.MaxInt64/2 {
		n.fail("%s is no CPU time", n.shown())
		return 0
	}
	return int64(math.Round(s * perSecond))
}

// hyperfineMemory adds the peak memory of each run, which hyperfine has since
// 1.19; 0 is unknown. The kernel counts what the child was before it became
// the command, a copy of hyperfine, so that a small command's is at most this.
func hyperfineMemory(memory, times *node, runs []Run) {
	if memory == nil || !sameLength(memory, times) {
		return
	}
	for i, item := range memory.items {
		bytes := item.number()
		if bytes < 0 || bytes > maxIterations {
			item.fail("%s is no number of bytes", item.shown())
			return
		}
		runs[i].MaxRSS, runs[i].MaxRSSAtMost = int64(bytes), bytes > 0
	}
}

// hyperfineExits says how runs failed, after which hyperfine goes on if told to
// ignore it. What such a command was timed at is not its work.
func hyperfineExits(exits, times *node) string {
	if exits == nil || !sameLength(exits, times) {
		return ""
	}
	count := make(map[string]int)
	var order []string
	for _, item := range exits.items {
		status := "by a signal" // null
		if item.kind != kindNull {
			if item.number() == 0 {
				continue
			}
			status = "with exit code " + item.shown()
		}
		if count[status]++; count[status] == 1 {
			order = append(order, status)
		}
	}
	var parts []string
	for _, status := range order {
		parts = append(parts, fmt.Sprintf("%d of %d runs ended %s", count[status], len(exits.items), status))
	}
	return strings.Join(parts, ", ")
}

func sameLength(n, times *node) bool {
	if !n.is(kindList) || !times.is(kindList) {
		return false
	}
	if len(n.items) != len(times.items) {
		n.fail("holds %d values for %d times", len(n.items), len(times.items))
		return false
	}
	return true
}

// hyperfineNames takes the parameters' values out of a command again, so that
// "old 10" and "old 20" are one implementation, "old {n}", with the benchmarks
// command/n=10 and command/n=20. The value of the parameter by is the implementation.
func hyperfineNames(command string, parameters *node, by string) (impl, name string) {
	if parameters == nil || !parameters.is(kindObject) {
		return command, commandName
	}
	knobs := slices.Clone(parameters.items)
	slices.SortFunc(knobs, func(a, b *node) int { return strings.Compare(a.key, b.key) })
	program, rest, _ := strings.Cut(command, " ")
	var parts []string
	for _, p := range knobs {
		value := p.str()
		without := takeOut(rest, value, "{"+p.key+"}")
		switch {
		case p.key == by:
			impl = value
			continue
		case without == rest && takeOut(program, value, "") != program:
			continue // in the first word alone: it is the program
		}
		rest = without
		parts = append(parts, p.key+"="+value)
	}
	if impl == "" {
		impl = strings.TrimRight(program+" "+rest, " ")
	}
	return impl, strings.Join(append([]string{commandName}, parts...), "/")
}

// takeOut replaces a value where it stands by itself (1 in "-n=1", not in 10),
// or else wherever it is, as in "input_1.txt".
func takeOut(s, value, by string) string {
	if value == "" {
		return s
	}
	if out := replaceWord(s, value, by); out != s {
		return out
	}
	return strings.ReplaceAll(s, value, by)
}

// replaceWord replaces a value that stands by itself: 1 in "n=1", but not in 10.
func replaceWord(s, value, by string) string {
	var b strings.Builder
	for from := 0; ; {
		i := strings.Index(s[from:], value)
		if i < 0 {
			b.WriteString(s[from:])
			return b.String()
		}
		i += from
		end := i + len(value)
		b.WriteString(s[from:i])
		if (i == 0 || !wordByte(s[i-1])) && (end == len(s) || !wordByte(s[end])) {
			b.WriteString(by)
		} else {
			b.WriteString(value)
		}
		from = end
	}
}

func wordByte(c byte) bool {
	return c == '_' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}
