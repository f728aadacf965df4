package harness

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"xbench/harness/record"
)

// Changes lists what is not as a plan has it, old and new value by name, so
// that a run is not taken up again with something else under the same title.
// What was learnt in the run itself, and how long it may last, is not
// compared. now needs no rounds, looks or iterations.
func Changes(was, now record.Plan) []string {
	var c changes
	c.value("xbench", was.Tool, now.Tool)
	c.host(was.Host, now.Host)
	if was.Demo != now.Demo {
		c.value("configuration (is this the directory where it was started?)", source(was), source(now))
		return c.found // nothing else would be the same
	}
	c.value("suite", was.Suite, now.Suite)
	c.value("filter", was.Filter, now.Filter)
	c.value("seed", was.Seed, now.Seed)
	c.value("gate", was.Gate, now.Gate)
	c.value("inconclusive", was.Inconclusive, now.Inconclusive)
	c.value("same_output", orElse(was.SameOutput, "exact"), orElse(now.SameOutput, "exact"))
	c.value("sample", time.Duration(was.SampleNS), time.Duration(now.SampleNS))
	c.value("warmup", time.Duration(was.WarmupNS), time.Duration(now.WarmupNS))
	c.value("spacing", time.Duration(was.SpacingNS), time.Duration(now.SpacingNS))
	c.value("reference", was.Reference, now.Reference)
	c.value("implementations left out", was.Absent, now.Absent)
	c.implementations(was.Implementations, now.Implementations)
	c.rows(was, now)
	keyed(&c, "goal", goalKeys(was.Goals), was.Goals, goalKeys(now.Goals), now.Goals)
	c.value("benchmarks filtered out", removedNames(was), removedNames(now))
	return c.found
}

func source(p record.Plan) string {
	if p.Demo {
		return "the bundled demo"
	}
	return "a file or command lines"
}

func removedNames(p record.Plan) []string {
	var out []string
	for _, r := range p.Removed {
		out = append(out, r.Name)
	}
	return out
}

type changes struct{ found []string }

func (c *changes) add(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

// value compares two values as a reader would see them.
func (c *changes) value(what string, was, now any) {
	if a, b := show(was), show(now); a != b {
		c.add("%s: %s -> %s", what, a, b)
	}
}

// show is a value in words; what holds nothing is "none".
func show(v any) string {
	var s string
	switch v := v.(type) {
	case string:
		s = v
	case fmt.Stringer:
		s = v.String()
	default:
		data, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		s = string(data)
	}
	switch s {
	case "", "null", "[]", "{}":
		return "none"
	}
	return s
}

// host compares what a machine's numbers depend on. The id is a hash of facts:
// where one of them shows what changed, the id need not be shown.
func (c *changes) host(was, now record.Host) {
	n := len(c.found)
	c.value("cores", was.Cores, now.Cores)
	c.value("kernel", was.Kernel, now.Kernel)
	if was.ID == now.ID {
		return
	}
	c.value("operating system", was.OS+"/"+was.Arch, now.OS+"/"+now.Arch)
	c.value("cpu", was.CPU, now.CPU)
	c.value("memory", gibibytes(was), gibibytes(now))
	c.value("virtualisation", was.Virtual, now.Virtual)
	if len(c.found) == n {
		c.value("host", was.ID, now.ID)
	}
}

func gibibytes(h record.Host) string { return fmt.Sprintf("%.0f GiB", float64(h.MemBytes)/(1<<30)) }

func (c *changes) implementations(was, now []record.Implementation) {
	names := func(impls []record.Implementation) (out []string) {
		for _, im := range impls {
			out = append(out, im.Name)
		}
		return out
	}
	old := make(map[string]record.Implementation)
	for _, im := range was {
		old[im.Name] = im
	}
	comparable := withoutFiles(now)
	for i := range comparable {
		if o, ok := old[comparable[i].Name]; ok && o.Fingerprint == "" {
			comparable[i].Fingerprint = "" // a record of before there were any
		}
	}
	keyed(c, "implementation", names(was), withoutFiles(was), names(now), comparable)
	for _, im := range now {
		if o, ok := old[im.Name]; ok && o.Fingerprint != "" {
			c.files(o, im)
		}
	}
}

func withoutFiles(impls []record.Implementation) []record.Implementation {
	out := slices.Clone(impls)
	for i := range out {
		out[i].Files, out[i].Written = nil, nil
		if out[i].Kind == record.KindAdapter { // learnt from the tool's first files
			out[i].Version, out[i].Unmatched = "", nil
		}
	}
	return out
}

// files names the arguments that are not the files that they were, but for
// those that the program writes.
func (c *changes) files(was, now record.Implementation) {
	both := maps.Clone(was.Files)
	if both == nil {
		both = make(map[string]string)
	}
	maps.Copy(both, now.Files)
	for _, name := range slices.Sorted(maps.Keys(both)) {
		a, b := was.Files[name], now.Files[name]
		what := "changed"
		switch {
		case a == b, slices.Contains(was.Written, name):
			continue
		case a == "":
			what = "is a file now"
		case b == "":
			what = "is no longer there"
		}
		c.add("implementation %s: %s: %s", now.Name, name, what)
	}
}

// rows leaves out what calibration found.
func (c *changes) rows(was, now record.Plan) {
	names := func(rows []record.Row) (out []string) {
		for _, r := range rows {
			out = append(out, r.Name)
		}
		return out
	}
	plain := func(rows []record.Row) []record.Row {
		out := slices.Clone(rows)
		for i := range out {
			out[i].Iterations, out[i].Samples, out[i].Asked = nil, 0, nil
		}
		return out
	}
	keyed(c, "benchmark", names(was.Rows), plain(was.Rows), names(now.Rows), plain(now.Rows))
}

// goalKeys tells goals apart by what a reader knows them by.
func goalKeys(goals []record.Goal) []string {
	seen := make(map[string]int)
	var out []string
	for _, g := range goals {
		key := fmt.Sprintf("%q", g.Claim)
		if seen[key]++; seen[key] > 1 {
			key += fmt.Sprintf(" (%d)", seen[key])
		}
		out = append(out, key)
	}
	return out
}

// keyed compares two lists of things with names, field by field.
func keyed[T any](c *changes, kind string, wasNames []string, was []T, nowNames []string, now []T) {
	for i, name := range wasNames {
		if j := slices.Index(nowNames, name); j < 0 {
			c.add("%s %s: is no longer there", kind, name)
		} else {
			c.fields(kind+" "+name, was[i], now[j])
		}
	}
	for _, name := range nowNames {
		if !slices.Contains(wasNames, name) {
			c.add("%s %s: is new", kind, name)
		}
	}
	same := slices.Equal(slices.Sorted(slices.Values(wasNames)), slices.Sorted(slices.Values(nowNames)))
	if same && !slices.Equal(wasNames, nowNames) {
		c.add("%ss: are in another order: %s -> %s", kind, strings.Join(wasNames, ", "), strings.Join(nowNames, ", "))
	}
}

// fieldNotes explain fields whose values say little.
var fieldNotes = map[string]string{
	"fingerprint": " (the program or its environment)",
}

// fields compares two structs as a record holds them.
func (c *changes) fields(what string, was, now any) {
	a, b := asMap(was), asMap(now)
	both := maps.Clone(a)
	maps.Copy(both, b)
	for _, key := range slices.Sorted(maps.Keys(both)) {
		c.value(fmt.Sprintf("%s: %s%s", what, key, fieldNotes[key]), asText(a[key]), asText(b[key]))
	}
}

func asMap(v any) map[string]json.RawMessage {
	m := make(map[string]json.RawMessage)
	data, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		panic(err) // plain data of the record package
	}
	return m
}

// asText is a value without JSON's quotes, "" where there is none.
func asText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}
