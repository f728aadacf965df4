package report

import (
	"fmt"
	"slices"
	"strings"
)

// sidesTable has a column per implementation, and where there are two their
// ratio: read downwards it is one side, across it is the comparison.
func (p *htmlPage) sidesTable(r Row) *htmlTable {
	t := newHTMLTable("What each side took", "figure")
	for _, s := range r.Sides {
		t.Heads = append(t.Heads, htmlHead{s.Implementation, true})
	}
	pair := p.v.Reference != "" && len(r.Cells) == 1
	if pair {
		t.Heads = append(t.Heads, htmlHead{"ratio", true})
	}
	b := sidesBuilder{t: t, row: r, reference: p.v.Reference, pair: pair}
	b.times()
	b.resources()
	b.around()
	b.work()
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}

// A sidesBuilder adds the rows of a table whose columns are sides.
type sidesBuilder struct {
	t         *htmlTable
	row       Row
	reference string
	pair      bool
}

// add appends a row, unless no side knows anything of it.
func (b *sidesBuilder) add(name, ratio string, of func(s SideDetail, c Cell, reference bool) string) {
	cells := []any{name}
	known := false
	for i, s := range b.row.Sides {
		var c Cell
		reference := i == 0 && b.reference != ""
		if reference && len(b.row.Cells) > 0 {
			c = b.row.Cells[0]
		} else if found, ok := b.row.cell(s.Implementation); ok {
			c = found
		}
		text := orNone(of(s, c, reference))
		known = known || text != none
		cells = append(cells, text)
	}
	if b.pair {
		cells = append(cells, strings.TrimSuffix(ratio, none)) // most rows have no ratio
	}
	if known {
		b.t.add(cells...)
	}
}

// pick chooses between a cell's figures of the reference and its own.
func pick(reference bool, ref, cand float64) float64 {
	if reference {
		return ref
	}
	return cand
}

// only is the row's result where there is one.
func (b *sidesBuilder) only() Cell {
	if b.pair && !b.row.Cells[0].invalid() {
		return b.row.Cells[0]
	}
	return Cell{}
}

func (b *sidesBuilder) times() {
	c := b.only()
	b.add("typical time", FormatRatio(c.Speedup.Ratio), func(s SideDetail, _ Cell, _ bool) string { return FormatDuration(s.MedianNS) })
	b.add("its 95% interval", FormatBounds(c.Speedup.Lo, c.Speedup.Hi), func(s SideDetail, _ Cell, _ bool) string { return durationBounds(s.LoNS, s.HiNS) })
	b.add("mean of all samples", FormatRatio(c.MeanRatio), func(_ SideDetail, c Cell, ref bool) string {
		return FormatDuration(pick(ref, c.RefTail.MeanNS, c.CandTail.MeanNS))
	})
	b.add("fastest sample", "", func(s SideDetail, _ Cell, _ bool) string { return FormatDuration(s.MinNS) })
	p99 := func(s SideDetail, _ Cell, _ bool) string { return FormatDuration(s.P99NS) }
	slowest := func(s SideDetail, _ Cell, _ bool) string { return FormatDuration(s.MaxNS) }
	if b.farEnd() {
		b.add("p99 of samples", "", p99)
		b.add("slowest sample", "", slowest)
	} else {
		b.add("slowest sample, also p99", "", slowest) // of up to 100 samples p99 is the last
	}
	b.add("processes x samples x iterations", "", func(s SideDetail, _ Cell, _ bool) string { return s.counted() })
	b.add("reaches of the lower bound", "", func(_ SideDetail, c Cell, ref bool) string {
		if x := pick(ref, c.RefEfficiency, c.CandEfficiency); x > 0 {
			return FormatPercent(x)
		}
		return none
	})
}

// farEnd is whether p99 and the slowest sample differ.
func (b *sidesBuilder) farEnd() bool {
	return slices.ContainsFunc(b.row.Sides, func(s SideDetail) bool { return FormatDuration(s.P99NS) != FormatDuration(s.MaxNS) })
}

// counted is how often a side was run: "5 x 10 x 1200".
func (s SideDetail) counted() string {
	n := 0
	var last ProcessDetail
	for _, p := range s.Processes {
		if len(p.SamplesNS) > 0 {
			n, last = n+1, p
		}
	}
	if n == 0 {
		return none
	}
	return fmt.Sprintf("%d x %d x %d", n, len(last.SamplesNS), last.K)
}

func (b *sidesBuilder) resources() {
	c := b.only()
	b.add("CPU time", c.cpu(), func(s SideDetail, _ Cell, _ bool) string { return FormatDuration(s.CPUNS) })
	b.add("cores used", "", func(_ SideDetail, c Cell, ref bool) string { return formatCores(pick(ref, c.RefCores, c.CandCores)) })
	b.add("peak memory", c.rss(), func(s SideDetail, _ Cell, _ bool) string { return size(s.RSS, s.RSSAtMost) })
}

// around is what the processes did around their samples.
func (b *sidesBuilder) around() {
	var names []string
	for _, s := range b.row.Sides {
		for _, kv := range s.Phases {
			if !slices.Contains(names, kv[0]) {
				names = append(names, kv[0])
			}
		}
	}
	for _, name := range names {
		b.add(name, "", func(s SideDetail, _ Cell, _ bool) string { return lookUp(s.Phases, name) })
	}
	b.add("first result after launch", FormatInterval(b.only().Cold.Speedup), func(_ SideDetail, c Cell, ref bool) string {
		return FormatDuration(pick(ref, c.Cold.RefNS, c.Cold.CandNS))
	})
	b.add("outside the samples", "", func(_ SideDetail, c Cell, ref bool) string {
		if x := pick(ref, c.RefFacts.Outside, c.CandFacts.Outside); x > 0 {
			return FormatPercent(x)
		}
		return none
	})
	b.add("its clock against ours", "", func(_ SideDetail, c Cell, ref bool) string {
		if x := pick(ref, c.RefFacts.Clock, c.CandFacts.Clock); x > 0 {
			return formatSig(x, 3)
		}
		return none
	})
}

// work is what shows that the sides did the same, where they did not: what is
// alike is a line for all of them, so that a difference stands out.
func (b *sidesBuilder) work() {
	for _, name := range counterNames(b.row) {
		if _, same := alike(b.row, name); !same {
			b.add("counter "+name, "", func(s SideDetail, _ Cell, _ bool) string { return lookUp(s.Counters, name) })
		}
	}
	if !sameDigest(b.row) {
		b.add("digest of the result", "", func(s SideDetail, _ Cell, _ bool) string { return s.Digest })
	}
}

// counterNames are those that any side has, in order.
func counterNames(r Row) []string {
	var out []string
	for _, s := range r.Sides {
		for _, kv := range s.Counters {
			if !slices.Contains(out, kv[0]) {
				out = append(out, kv[0])
			}
		}
	}
	slices.Sort(out)
	return out
}

// alike is the value of a counter that every side has, and the same.
func alike(r Row, counter string) (value string, same bool) {
	value = lookUp(r.Sides[0].Counters, counter)
	return value, value != "" && !slices.ContainsFunc(r.Sides, func(s SideDetail) bool { return lookUp(s.Counters, counter) != value })
}

func sameDigest(r Row) bool {
	return len(r.Sides) > 0 && r.Sides[0].Digest != "" && !slices.ContainsFunc(r.Sides, func(s SideDetail) bool { return s.Digest != r.Sides[0].Digest })
}

// alikeFacts are the counters and the digest that all sides have in common:
// each once, and those of 0 by name only.
func alikeFacts(r Row) [][2]string {
	var counted, idle []string
	for _, name := range counterNames(r) {
		switch value, same := alike(r, name); {
		case same && value == "0":
			idle = append(idle, name)
		case same:
			counted = append(counted, name+" "+value)
		}
	}
	each := ""
	if len(r.Sides) > 1 {
		each = ", alike"
	}
	var out [][2]string
	add := func(name, value string) {
		if value != "" {
			out = append(out, [2]string{name + each, value})
		}
	}
	add("counters", strings.Join(counted, ", "))
	add("counters at 0", strings.Join(idle, ", "))
	if sameDigest(r) {
		add("digest of the result", r.Sides[0].Digest)
	}
	return out
}

// lookUp is the value beside a name, "" for none.
func lookUp(in [][2]string, name string) string {
	for _, kv := range in {
		if kv[0] == name {
			return kv[1]
		}
	}
	return ""
}
