package graph

import (
	"fmt"
	"strings"

	"xbench/goimpl/near"
)

func (s *Schema) names() []string {
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		names[i] = f.name
	}
	return names
}

// suggest offers the known name that is nearest to one that is not, if it is
// near enough for a slip of the keyboard.
func suggest(name string, known []string) string {
	best, least := "", max(1, (len(name)+1)/3)+1
	for _, k := range known {
		if d := near.Distance(name, k); d < least && d < len(name) {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// some lists the first of many names, in quotes.
func some(names []string) string {
	const most = 8
	more := ""
	if n := len(names) - most; n > 0 {
		names, more = names[:most], fmt.Sprintf(" and %d more", n)
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(quoted, ", ") + more
}
