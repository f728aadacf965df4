package report

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"xbench/harness/record"
)

// A naming gives every row of a table a label that no other row of its
// category has, in a longer and a shorter form, for tables that show the
// category beside it.
type naming struct {
	long, short []string // by row
	shared      []string // knobs that every row has and no label repeats
}

// nameRows labels rows by what sets them apart:
// "build/io_bound_static/executor=threadpool/sleep_ms=5" in category
// build/io_bound is "static threadpool sleep_ms=5", in short
// "static threadpool 5". A word says by itself which knob it is of, a number
// does not.
//
// Note: cutting the middle out of full names was tried; what sets two rows
// apart is in the middle.
func nameRows(rows []record.Row) naming {
	n := naming{shared: sharedKnobs(rows)}
	var categories, names, keyed []string
	for _, r := range rows {
		categories, names = append(categories, r.Category), append(names, r.Name)
		base, knobs := baseOf(r), knobsOf(r)
		knobs = slices.DeleteFunc(knobs, func(k string) bool { return slices.Contains(n.shared, k) })
		if r.ID == r.Category && len(knobs) > 0 {
			base = "" // the heading says it
		}
		full, long, short := base, base, base
		for _, k := range knobs {
			_, value, _ := strings.Cut(k, "=")
			full += " " + k
			short += " " + value
			if isWord(value) {
				k = value
			}
			long += " " + k
		}
		if base == "" {
			full, long, short = full[1:], long[1:], short[1:]
		}
		if base == "" && len(knobs) == 1 {
			short = long // a value alone says too little
		}
		keyed, n.long, n.short = append(keyed, full), append(n.long, long), append(n.short, short)
	}
	n.short = distinct(categories, n.short, n.long, keyed, names)
	n.long = distinct(categories, n.long, keyed, names)
	return n
}

// distinct takes the first form of each label, and where two rows of a
// category would look the same the next.
func distinct(categories []string, forms ...[]string) []string {
	out := slices.Clone(forms[0])
	for _, form := range forms[1:] {
		count := make(map[[2]string]int)
		for i, label := range out {
			count[[2]string{categories[i], label}]++
		}
		for i, label := range out {
			if count[[2]string{categories[i], label}] > 1 {
				out[i] = form[i]
			}
		}
	}
	return out
}

// sharedKnobs are the knobs that every one of several rows has.
func sharedKnobs(rows []record.Row) []string {
	if len(rows) < 2 {
		return nil
	}
	shared := knobsOf(rows[0])
	for _, r := range rows[1:] {
		own := knobsOf(r)
		shared = slices.DeleteFunc(shared, func(k string) bool { return !slices.Contains(own, k) })
	}
	return shared
}

// isWord is whether a value speaks for itself: neither number nor truth value.
func isWord(value string) bool {
	if value == "" || value == "true" || value == "false" {
		return false
	}
	_, err := strconv.ParseFloat(value, 64)
	return err != nil
}

// baseOf is a row's id without its category.
func baseOf(r record.Row) string {
	id, _ := splitName(r)
	if rest, ok := strings.CutPrefix(id, r.Category); ok {
		if rest = strings.TrimLeft(rest, "/_-."); rest != "" {
			return rest
		}
	}
	if id == r.Category {
		return path.Base(id)
	}
	return id
}

func knobsOf(r record.Row) []string {
	_, knobs := splitName(r)
	return knobs
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
