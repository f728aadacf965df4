package foreign

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// JSON reads plain JSON: a list of objects, or an object of objects, each with
// the name of a benchmark, perhaps an implementation, and a time. What Fields
// leave open is told from the names; where they leave more than one answer, or
// none, the error shows the fields that there are.
func JSON(name string, r io.Reader, fields Fields) (*Result, error) {
	d, err := parse(name, r)
	if err != nil {
		return nil, err
	}
	p := &plain{doc: d, Fields: fields, res: &Result{Format: FormatJSON}}
	p.rows = p.find()
	if d.err == nil {
		p.choose()
	}
	for _, row := range p.rows {
		if d.err == nil {
			p.read(row)
		}
	}
	if d.err != nil {
		return nil, d.err
	}
	p.addFailed()
	p.doubts()
	for _, key := range []string{"host", "hostname", "machine", "platform"} {
		if n := d.root.get(key); n != nil && n.kind == kindText {
			p.res.Host = joined(p.res.Host, n.text)
		}
	}
	for _, key := range []string{"timestamp", "date", "datetime", "started"} {
		if n := d.root.get(key); n != nil && n.kind == kindText && p.res.Started == "" {
			p.res.Started = n.text
		}
	}
	return p.res.finish(d)
}

// plain reads one document.
type plain struct {
	Fields
	doc      *document
	rows     []plainRow
	res      *Result
	mean     string // the field of a stated mean beside samples
	meanUnit float64
	unit     float64 // 0 = each row says it
	unitless bool    // nothing says it
	seen     map[string]plainRow
	failed   []Benchmark
}

// A plainRow is one measurement and the keys of the objects on the way to it.
type plainRow struct {
	*node
	keys []string
}

// find returns the rows: at the path given, or wherever alone there are some.
func (p *plain) find() []plainRow {
	if p.List != "" {
		return p.at(p.List)
	}
	var found [][]plainRow
	var where []string
	p.search(p.doc.root, nil, func(n *node, rows []plainRow) {
		found = append(found, rows)
		where = append(where, orElse(n.path(), "."))
	})
	switch len(found) {
	case 0:
		if p.Time != "" {
			p.doc.root.fail("there is no list of objects that have %s. %s", quote(p.Time), p.shape())
			return nil
		}
		p.doc.root.fail("there is no list of objects with a time that can be told by its name; name them: %s. %s", fieldsExample, p.shape())
		return nil
	case 1:
		return found[0]
	}
	p.doc.root.fail("there are several lists with times: %s; say which: list=%s", shownList(where), Shown(where[0]))
	return nil
}

const fieldsExample = "list=PATH,benchmark=FIELD,implementation=FIELD,time=FIELD,unit=ms"

// search calls yield with every list or object whose items are all rows.
func (p *plain) search(n *node, keys []string, yield func(*node, []plainRow)) {
	if n.kind != kindList && n.kind != kindObject {
		return
	}
	rows := n.rows(keys)
	if len(rows) > 0 && !slices.ContainsFunc(rows, func(r plainRow) bool { return !p.timed(r) }) {
		yield(n, rows)
		return
	}
	for _, item := range n.items {
		p.search(item, nil, yield)
	}
}

// rows are the items of a list or the members of an object.
func (n *node) rows(keys []string) []plainRow {
	var out []plainRow
	for _, item := range n.items {
		row := plainRow{node: item, keys: keys}
		if n.kind == kindObject {
			row.keys = append(keys[:len(keys):len(keys)], item.key)
		}
		out = append(out, row)
	}
	return out
}

// timed reports whether a value is an object with a time, by the field given
// or by name; one that says that it failed need not have one.
func (p *plain) timed(r plainRow) bool {
	if r.kind != kindObject {
		return false
	}
	if p.Time != "" {
		return r.field(p.Time) != nil
	}
	return len(r.times()) > 0 || r.failed() != ""
}

// at walks a path, fanning out at "*", to the list whose items are the rows.
func (p *plain) at(path string) []plainRow {
	level := []plainRow{{node: p.doc.root}}
	for _, part := range strings.Split(strings.Trim(path, "."), ".") {
		var next []plainRow
		for _, r := range level {
			switch {
			case part == "":
				next = append(next, r)
			case part == "*":
				next = append(next, r.rows(r.keys)...)
			case r.get(part) != nil:
				next = append(next, plainRow{r.get(part), r.keys})
			default:
				r.fail("has no %s, as the path of the list says; there are: %s", quote(part), shownList(r.memberNames()))
				return nil
			}
		}
		level = next
	}
	var rows []plainRow
	for _, r := range level {
		if r.kind != kindList && r.kind != kindObject {
			r.fail("want the list of results here, found %s", r.shown())
			return nil
		}
		rows = append(rows, r.rows(r.keys)...)
	}
	return rows
}

func (n *node) memberNames() []string {
	var names []string
	for _, m := range n.items {
		if n.kind == kindObject {
			names = append(names, m.key)
		}
	}
	return names
}

// maxShown is how many names an error lists.
const maxShown = 12

func shownList(names []string) string {
	var out []string
	for i, n := range names {
		if i == maxShown {
			out = append(out, fmt.Sprintf("and %d more", len(names)-i))
			break
		}
		out = append(out, Shown(n))
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

// field is the value at a path below the row; nil where there is none.
func (r plainRow) field(path string) *node {
	if path == "@value" {
		return r.node
	}
	n := r.node
	for _, part := range strings.Split(path, ".") {
		n = n.get(part)
	}
	return n
}

// leaves are the paths of a row's values, down to numbers, texts and lists.
func (r plainRow) leaves(yield func(path string, n *node)) {
	var walk func(prefix string, n *node, depth int)
	walk = func(prefix string, n *node, depth int) {
		for _, m := range n.items {
			path := m.key
			if prefix != "" {
				path = prefix + "." + m.key
			}
			if m.kind == kindObject && depth < 3 {
				walk(path, m, depth+1)
			} else {
				yield(path, m)
			}
		}
	}
	if r.kind == kindObject {
		walk("", r.node, 0)
	}
}

// times are the fields that may hold the time, by name.
func (r plainRow) times() []timeField {
	var out []timeField
	r.leaves(func(path string, n *node) {
		list := n.kind == kindList
		f := asTime(path, list)
		switch {
		case n.kind == kindNumber, list && len(n.items) > 0 && n.items[0].kind == kindNumber:
		case n.kind != kindBool && f.unit > 0: // by its name it has to be one: "mean_ms": "fast" is a mistake
		default:
			return
		}
		if f.rank == ranks && path == "value" && timeUnit(r.unitText()) > 0 {
			f.rank = rankTime
		}
		if f.rank < ranks {
			out = append(out, f)
		}
	})
	return out
}

// unitText is what a field of the row says the unit is.
func (r plainRow) unitText() string {
	for _, key := range []string{"unit", "units", "time_unit"} {
		if n := r.get(key); n != nil && n.kind == kindText {
			return n.text
		}
	}
	return ""
}

// timeUnit is a unit in nanoseconds, also "ms/iter" and the like; 0 = none.
func timeUnit(s string) float64 {
	s, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(s)), "/")
	return units[s]
}

// failed is why a row holds no measurement, in its own words; "" if it does.
func (r plainRow) failed() string {
	if n := r.get("success"); n != nil && n.kind == kindBool && !n.yes {
		return orElse(r.get("error").textOf(), "success is false")
	}
	if e := r.get("error").textOf(); e != "" {
		return e
	}
	if s := r.get("status").textOf(); slices.Contains([]string{"failed", "failure", "error", "timeout", "skipped", "crashed"}, strings.ToLower(s)) {
		return "status is " + s
	}
	return ""
}

// textOf is text, or "" of anything else.
func (n *node) textOf() string {
	if n == nil || n.kind != kindText {
		return ""
	}
	return n.text
}

// label is what a row calls its benchmark or implementation.
func (p *plain) label(r plainRow, spec string) string {
	var parts []string
	for _, path := range strings.Split(spec, "+") {
		parts = append(parts, p.labelPart(r, path))
	}
	return strings.Join(parts, "/")
}

// theFile names a benchmark after the file: one piece of work, whose rows are
// the sides.
const theFile = "@file"

func (p *plain) labelPart(r plainRow, path string) string {
	if path == theFile {
		base := filepath.Base(p.doc.file)
		return strings.TrimSuffix(base, filepath.Ext(base))
	}
	if digits, ok := strings.CutPrefix(path, "@"); ok {
		if i, err := strconv.Atoi(digits); err == nil && i >= 1 && i <= len(r.keys) {
			return r.keys[i-1]
		}
		r.fail("has no key %s: %d on the way to it", quote(path), len(r.keys))
		return ""
	}
	n := r.field(path)
	switch {
	case n == nil:
		r.fail("has no %s", quote(path))
		return ""
	case n.kind == kindNumber:
		return n.text
	case n.kind == kindBool:
		return strconv.FormatBool(n.yes)
	}
	return n.name()
}
