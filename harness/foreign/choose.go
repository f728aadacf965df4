package foreign

import (
	"fmt"
	"slices"
	"strings"
)

// choose settles which fields are meant, from the first row that has times.
func (p *plain) choose() {
	if len(p.rows) == 0 {
		p.doc.root.fail("the list of results is empty")
		return
	}
	first := p.rows[0]
	for _, r := range p.rows {
		if r.failed() == "" {
			first = r
			break
		}
	}
	if p.Benchmark == "" {
		p.Benchmark = p.one("benchmark", first, benchmarkFields)
		if p.Benchmark == "" && len(first.keys) > 0 && p.Implementation != "@1" {
			p.Benchmark = "@1"
		}
		if p.Benchmark == "" && p.Implementation != "" && p.doc.err == nil {
			p.Benchmark = theFile // one piece of work, with a row for each side
		}
		if p.Benchmark == "" && p.doc.err == nil {
			first.fail("no field names the benchmark; say which: benchmark=FIELD. %s", first.fieldNames())
		}
	}
	if p.Implementation == "" && !strings.Contains(p.Benchmark, "+") {
		p.Implementation = p.one("implementation", first, implementationFields)
		if p.Implementation == "" {
			p.res.NamedBy = p.Benchmark
		}
	}
	p.chooseTime(first)
	p.chooseUnit(first)
}

// one is the only field of some names, "" if there is none.
func (p *plain) one(what string, r plainRow, names []string) string {
	var found []string
	r.leaves(func(path string, n *node) {
		if n.kind == kindText && named(path, names) && path != p.Benchmark && path != p.Implementation {
			found = append(found, path)
		}
	})
	switch len(found) {
	case 0:
		return ""
	case 1:
		return found[0]
	}
	r.fail("the %s may be %s; say which: %s=%s, or all of them: %s=%s",
		what, shownList(found), what, Shown(found[0]), what, Shown(strings.Join(found, "+")))
	return ""
}

func (p *plain) chooseTime(r plainRow) {
	times := r.times()
	if p.Time == "" {
		best := ranks
		var found []string
		for _, f := range times {
			if f.rank < best {
				best, found = f.rank, nil
			}
			if f.rank == best {
				found = append(found, f.path)
			}
		}
		switch len(found) {
		case 0:
			r.fail("no field can be told to be the time; say which: time=FIELD,unit=ms. %s", r.fieldNames())
			return
		case 1:
			p.Time = found[0]
		default:
			r.fail("the time may be %s; say which: time=%s", shownList(found), Shown(found[0]))
			return
		}
	}
	if n := r.field(p.Time); n != nil && n.kind == kindList {
		for _, f := range times {
			if f.rank == rankMean {
				p.mean, p.meanUnit = f.path, f.unit
			}
		}
	}
}

// chooseUnit takes the unit given, or that of the field's name; else each row
// may say it.
func (p *plain) chooseUnit(r plainRow) {
	switch {
	case p.Unit != "":
		if p.unit = timeUnit(p.Unit); p.unit == 0 {
			p.doc.root.fail("the unit %s is none of s, ms, us and ns", quote(p.Unit))
		}
	default:
		if p.unit = asTime(p.Time, false).unit; p.unit == 0 {
			p.unit = p.meanUnit // of the mean beside samples, which has to agree with them
		}
	}
	p.unitless = p.unit == 0 && r.unitText() == ""
	if p.unitless {
		p.unit = units["s"]
	}
	if p.meanUnit == 0 {
		p.meanUnit = p.unit
	}
}

// read adds the benchmark of one row.
func (p *plain) read(r plainRow) {
	b := Benchmark{Name: p.label(r, p.Benchmark), Granularity: GranularityMean}
	if p.Implementation != "" {
		b.Impl = p.label(r, p.Implementation)
	}
	if why := r.failed(); why != "" {
		b.Failed = "it says of itself that it failed: " + why
		p.failed = append(p.failed, b)
		return
	}
	unit := p.unitOf(r)
	n := r.field(p.Time)
	switch {
	case n == nil:
		r.fail("has no %s. %s", quote(p.Time), r.fieldNames())
		return
	case n.kind == kindList:
		b.Granularity = GranularitySamples
		b.Runs = []Run{{SamplesNS: n.durations(unit)}}
		if mean := r.field(p.mean); p.mean != "" && mean != nil {
			b.MeanNS = mean.duration(p.meanUnitOr(unit))
		}
	default:
		ns := n.duration(unit)
		b.Runs = []Run{{SamplesNS: []float64{ns}}}
		if asTime(p.Time, false).rank == rankMean {
			b.MeanNS = ns
		}
	}
	if p.twice(r, b) {
		return
	}
	p.res.Benchmarks = append(p.res.Benchmarks, b)
}

// addFailed adds what failed and was not measured again.
func (p *plain) addFailed() {
	again := make(map[string]bool)
	for _, b := range p.failed {
		key := b.Impl + "\x00" + b.Name
		switch _, measured := p.seen[key]; {
		case measured:
			p.res.warnf("%s: it failed and was measured again: %s", Shown(strings.TrimSpace(b.Impl+" "+b.Name)), Shown(b.Failed))
		case !again[key]:
			again[key] = true
			p.res.Benchmarks = append(p.res.Benchmarks, b)
		}
	}
}

func (p *plain) meanUnitOr(unit float64) float64 {
	if p.meanUnit > 0 {
		return p.meanUnit
	}
	return unit
}

func (p *plain) unitOf(r plainRow) float64 {
	if p.unit > 0 {
		return p.unit
	}
	u := timeUnit(r.unitText())
	if u == 0 {
		r.fail("its unit %s is no unit of time", quote(r.unitText()))
	}
	return u
}

// twice refuses a second row of one name: whether it was measured again, or
// differs in a field that is not part of the name, cannot be told.
func (p *plain) twice(r plainRow, b Benchmark) bool {
	key := b.Impl + "\x00" + b.Name
	before, ok := p.seen[key]
	if p.seen == nil {
		p.seen = make(map[string]plainRow)
	}
	p.seen[key] = r
	if !ok {
		return false
	}
	var differ []string
	r.leaves(func(path string, n *node) {
		if other := before.field(path); other != nil && path != p.Time && n.setting() && other.text != n.text {
			differ = append(differ, path)
		}
	})
	advice := "samples of one benchmark belong in a list: \"times\": [...]"
	if len(differ) > 0 {
		advice = "make what differs part of the name: benchmark=" + Shown(p.Benchmark+"+"+differ[0])
	}
	r.fail("the benchmark %s%s is there twice; %s", quote(b.Name), ofImpl(b.Impl), advice)
	return true
}

// setting reports whether a value may be what a benchmark was run with: text
// or a whole number that is not a time.
func (n *node) setting() bool {
	switch n.kind {
	case kindText:
		return true
	case kindNumber:
		f := asTime(n.key, false)
		return !strings.ContainsAny(n.text, ".eE") && f.rank == ranks && f.unit == 0
	}
	return false
}

func ofImpl(impl string) string {
	if impl == "" {
		return ""
	}
	return " of " + quote(impl)
}

// doubts are about the guesses that were made.
func (p *plain) doubts() {
	if p.unitless {
		p.res.warnf("%s: taken as seconds, nothing says the unit; else say unit=ms", Shown(p.Time))
	}
	if rank := asTime(p.Time, false).rank; rank == rankMedian || rank == ranks && !p.isList() {
		p.res.warnf("%s: one value per benchmark, and not by its name the mean", Shown(p.Time))
	}
}

func (p *plain) isList() bool {
	return slices.ContainsFunc(p.rows, func(r plainRow) bool {
		n := r.field(p.Time)
		return n != nil && n.kind == kindList
	})
}

// fieldNames lists what a row has.
func (r plainRow) fieldNames() string {
	var names []string
	r.leaves(func(path string, _ *node) { names = append(names, path) })
	for i := range r.keys {
		names = append(names, fmt.Sprintf("@%d", i+1))
	}
	return "There are: " + shownList(names)
}

// shape is what a document without rows is like, for a person to go on from.
func (p *plain) shape() string {
	root := p.doc.root
	switch {
	case root.kind == kindObject:
		return "At the top there are: " + shownList(root.memberNames())
	case root.kind == kindList && len(root.items) > 0:
		return plainRow{node: root.items[0]}.fieldNames()
	}
	return "The document is " + string(root.kind)
}
