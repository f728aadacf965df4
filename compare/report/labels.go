package report

import (
	"path"
	"strings"

	"xbench/harness/record"
)

// labelOf is a row's name within its category, for tables that show the
// category beside it: "build/io_bound_static/executor=threadpool/sleep_ms=5"
// in category build/io_bound is "static threadpool sleep_ms=5". The variant's
// own value needs no key; any other knob does.
func labelOf(r record.Row) string {
	id, knobs := splitName(r)
	label := id
	if rest, ok := strings.CutPrefix(id, r.Category); ok {
		label = strings.TrimLeft(rest, "/_-.")
	}
	if label == "" {
		label = path.Base(id)
	}
	for _, k := range knobs {
		if _, value, _ := strings.Cut(k, "="); r.Variant != "" && value == r.Variant {
			k = value
		}
		label += " " + k
	}
	return label
}

// scenarioOf is what the variants of a row have in common: its table and the
// knobs other than the variant's, so that two sizes of one scenario stay two
// lines of the table.
func scenarioOf(r record.Row) string {
	if r.Table == "" || r.Variant == "" {
		return ""
	}
	scenario := r.Table
	_, knobs := splitName(r)
	for _, k := range knobs {
		if _, value, _ := strings.Cut(k, "="); value != r.Variant {
			scenario += " " + k
		}
	}
	return scenario
}

// splitName takes a row's name apart into its id and its knobs.
func splitName(r record.Row) (id string, knobs []string) {
	rest, ok := strings.CutPrefix(r.Name, r.ID)
	if !ok || r.ID == "" || (rest != "" && rest[0] != '/') {
		return r.Name, nil
	}
	for _, k := range strings.Split(rest, "/") {
		if k != "" {
			knobs = append(knobs, k)
		}
	}
	return r.ID, knobs
}

// fullLabel is a row by its category and label, for sentences.
func (v *View) fullLabel(name string) string {
	for _, r := range v.Rows {
		if r.Name == name {
			return r.Category + " " + r.Label
		}
	}
	return name
}
