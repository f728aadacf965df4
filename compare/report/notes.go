package report

import (
	"slices"
	"strings"

	"xbench/harness/record"
)

// Notes are the rows' descriptions, taken apart: what a row does, and what its
// variant is on each side. The second is the same for every row of a variant
// ("asyncio: an event loop in Python; in Go a goroutine per task and a
// semaphore, not an event loop"), and is said once under a table rather than in
// each of its lines.
type notes struct {
	does     map[string][]string // by row: its description's parts, less those about its variant
	variants []variantNote       // in the order of the plan
}

type variantNote struct{ name, text string }

// partsEnd is what separates the parts of a description: what is done, how.
const partsEnd = "; "

// describe takes the descriptions of rows apart. What all rows of a variant end
// in is about the variant, except for the first part, which is about the work;
// nothing is known here of what a variant is.
func describe(rows []record.Row) notes {
	n := notes{does: make(map[string][]string)}
	of := make(map[string][]string) // the rows of a variant
	var variants []string
	for _, r := range rows {
		name, variant := clean(r.Name), clean(r.Variant)
		if r.Description == "" {
			continue
		}
		n.does[name] = strings.Split(clean(r.Description), partsEnd)
		if variant == "" {
			continue
		}
		if of[variant] == nil {
			variants = append(variants, variant)
		}
		of[variant] = append(of[variant], name)
	}
	for _, variant := range variants {
		if text := n.takeEnd(of[variant]); text != "" {
			n.variants = append(n.variants, variantNote{variant, text})
		}
	}
	return n
}

// takeEnd cuts off what the descriptions of rows all end in, and returns it.
func (n *notes) takeEnd(rows []string) string {
	first := n.does[rows[0]]
	same := len(first) - 1
	for _, row := range rows {
		parts := n.does[row]
		same = min(same, len(parts)-1)
		for i := range same {
			if parts[len(parts)-1-i] != first[len(first)-1-i] {
				same = i
				break
			}
		}
	}
	if same <= 0 {
		return ""
	}
	text := strings.Join(first[len(first)-same:], partsEnd)
	for _, row := range rows {
		n.does[row] = n.does[row][:len(n.does[row])-same]
	}
	return text
}

// shared are the parts that the descriptions of some rows all begin with.
func (n *notes) shared(rows []Row) []string {
	var same []string
	for i, r := range rows {
		parts := n.does[r.Name]
		if i == 0 {
			same = parts
			continue
		}
		k := 0
		for k < min(len(same), len(parts)) && same[k] == parts[k] {
			k++
		}
		same = same[:k]
	}
	return same
}

// described is whether any of these rows says what it does.
func (n *notes) described(rows []Row) bool {
	return slices.ContainsFunc(rows, func(r Row) bool { return len(n.does[r.Name]) > 0 })
}
