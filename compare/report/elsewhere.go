package report

import (
	"fmt"
	"slices"
	"strings"

	"xbench/compare"
	"xbench/harness/record"
)

// What another tool timed shows less than what xbench times: see
// compare.HowCompared. It is said wherever the verdict is.

// Unmatched are the benchmarks of one side's tool that no row is about.
type Unmatched struct {
	Implementation, Tool string
	Names                []string
}

func viewUnmatched(p *record.Plan) []Unmatched {
	var out []Unmatched
	for _, i := range p.Implementations {
		if len(i.Unmatched) > 0 {
			out = append(out, unmatchedBy(i))
		}
	}
	return out
}

func unmatchedBy(i record.Implementation) Unmatched {
	u := Unmatched{Implementation: clean(i.Name), Tool: clean(i.Adapter), Names: cleanAll(i.Unmatched)}
	if i.Source != nil {
		u.Tool = clean(i.Source.Format)
	}
	return u
}

// UnmatchedText says what an implementation's tool has and no row is about, ""
// where there is nothing.
func UnmatchedText(i record.Implementation) string {
	if len(i.Unmatched) == 0 {
		return ""
	}
	return unmatchedBy(i).text(0)
}

// text lists the names, all or the first few of them; 0 is all.
func (u Unmatched) text(most int) string {
	names := u.Names
	more := ""
	if n := len(names) - most; most > 0 && n > 0 {
		names, more = names[:most], fmt.Sprintf(" and %d more", n)
	}
	of := ""
	if u.Tool != "" {
		of = " of " + u.Tool
	}
	return fmt.Sprintf("%s has %s%s that no row is about: %s%s", u.Implementation, plural(len(u.Names), "benchmark"), of, strings.Join(names, ", "), more)
}

// unmatched is the terminal's line about them.
func (t *terminal) unmatched() {
	const most = 6 // the report has all
	for _, u := range t.Unmatched {
		t.paragraph("left", plain, u.text(most))
	}
}

func (v *View) unmatchedTexts() []string {
	var out []string
	for _, u := range v.Unmatched {
		out = append(out, u.text(0)+".")
	}
	return out
}

func (m *markdown) unmatched() {
	for _, s := range m.unmatchedTexts() {
		m.printf("%s\n\n", md(s))
	}
}

// doubted goes beside the verdict.
func (v *View) doubted() string {
	apart := v.apartWords()
	if words := compare.WorkWords(v.Evidence.Work); words != "" && v.Reference != "" {
		return apart + "; " + words
	}
	return apart
}

// sameElsewhere is the line "same work" of a run whose work was timed by other
// tools, "" for any other.
func (v *View) sameElsewhere(same int) string {
	switch words := compare.WorkWords(v.Evidence.Work); v.Evidence.Work {
	case compare.WorkBefore:
		return fmt.Sprintf("%d of %d: %s", same, len(v.Rows), words)
	case compare.WorkUnverified:
		return strings.TrimPrefix(words, "same work ") + ": nothing shows that the sides did the same"
	}
	return ""
}

// elsewhereText is the report's paragraph about it.
func (v *View) elsewhereText() string {
	words := compare.WorkWords(v.Evidence.Work)
	if words == "" {
		return ""
	}
	words = strings.ToUpper(words[:1]) + words[1:]
	if v.Evidence.Work == compare.WorkBefore {
		return words + ": a command of each side printed its result, and those were equal. That the benchmarks which were timed do the same, nobody has seen."
	}
	if v.Evidence.SameOutput == "none" {
		return words + ": outputs were not compared, as was asked, and nothing else shows that the sides did the same."
	}
	return words + ": other tools timed it, which show times and no results. With output: in the configuration, a command of each side that prints its result, outputs are compared; " +
		"workers are compared by what they do while they are timed."
}

// workProperty is how the work was compared, where it was not while it was
// timed.
func (v *View) workProperty() string {
	if v.Reference == "" {
		return ""
	}
	return compare.WorkWords(v.Evidence.Work)
}

// unmatchedOf is what one side's tool has besides.
func (v *View) unmatchedOf(name string) []string {
	i := slices.IndexFunc(v.Unmatched, func(u Unmatched) bool { return u.Implementation == name })
	if i < 0 {
		return nil
	}
	return v.Unmatched[i].Names
}
