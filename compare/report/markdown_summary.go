package report

import (
	"fmt"
	"strings"

	"xbench/compare"
)

// summary is about means and categories; of one row it is what the run could
// have told.
func (m *markdown) summary() {
	limits := m.limits()
	if len(m.Means) == 0 || len(m.Rows) < 2 && limits == "" {
		return
	}
	m.section("Summary")
	if len(m.Rows) > 1 {
		m.means()
		m.categories()
	}
	if limits != "" {
		m.printf("%s\n\n", md(limits))
	}
}

// mostMeans is how many columns of means a table has.
const mostMeans = 5

// means has a line per kind of mean and a column per set of rows: there are
// many kinds and few sets. It leaves out what has no mean, because a row of it
// is not valid.
func (m *markdown) means() {
	var known []compare.Mean
	for _, x := range m.Means {
		if FormatRatio(x.Geometric.Ratio) != none {
			known = append(known, x)
		}
	}
	if len(known) == 0 {
		m.printf("%s\n\n", md(noMeanText))
		return
	}
	for from := 0; from < len(known); from += mostMeans {
		m.meansTable(known[from:min(from+mostMeans, len(known))])
	}
	for _, x := range known {
		if x.Heaviest != "" && FormatRatio(x.WithoutHeaviest) != none {
			m.printf("- The mean%s of %s hangs most on %s; without it, it is %s.\n", m.forWhom(x.Candidate), md(x.Group), mdCode(x.Heaviest), FormatRatio(x.WithoutHeaviest))
		}
	}
	m.printf("\n%s\n\n", md(meansText))
}

// forWhom names a candidate in a sentence, where there are several.
func (m *markdown) forWhom(candidate string) string {
	if len(m.Candidates) < 2 {
		return ""
	}
	return " of " + md(candidate) + " over rows"
}

func (m *markdown) meansTable(in []compare.Mean) {
	headings := []string{"speedup"}
	for _, x := range in {
		headings = append(headings, ">"+md(m.of(x.Candidate))+plural(x.Rows, "row")+" of "+md(x.Group))
	}
	t := newMDTable(headings...)
	line := func(name string, of func(compare.Mean) string) {
		cells, says := []string{name}, false
		for _, x := range in {
			cells = append(cells, of(x))
			says = says || cells[len(cells)-1] != none
		}
		if says {
			t.add(cells...)
		}
	}
	line("**geometric mean**", func(x compare.Mean) string { return "**" + FormatInterval(x.Geometric) + "**" })
	line("you can claim", func(x compare.Mean) string { return orNone(atLeast(x.Claim)) })
	line("arithmetic mean", func(x compare.Mean) string { return FormatRatio(x.Arithmetic) })
	line("ratio of total times", func(x compare.Mean) string { return FormatRatio(x.TotalTime) })
	line("geometric mean of CPU time", func(x compare.Mean) string { return FormatRatio(x.CPU) })
	line("smallest", func(x compare.Mean) string { return FormatRatio(x.Min) })
	line("largest", func(x compare.Mean) string { return FormatRatio(x.Max) })
	line("geometric mean without any one row", func(x compare.Mean) string { return FormatBounds(x.LeaveOneOutLo, x.LeaveOneOutHi) })
	t.write(&m.b)
}

func (m *markdown) categories() {
	t := newMDTable("category", "candidate", ">rows", ">geometric mean", ">expected", ">varies from round to round")
	shown := 0
	for _, x := range m.Categories {
		if FormatRatio(x.Geometric.Ratio) == none {
			continue
		}
		shown++
		expected, variation, who := none, none, none
		if x.Expected > 0 {
			expected = FormatRatio(x.Expected)
		}
		if x.Variation > 0 {
			variation = FormatPercent(x.Variation)
		}
		if len(m.Candidates) > 1 {
			who = md(x.Candidate)
		}
		t.add(md(orNone(x.Name)), who, fmt.Sprint(x.Rows), FormatInterval(x.Geometric), expected, variation)
	}
	if shown > 0 {
		t.write(&m.b)
	}
	for _, s := range m.spreadTexts() {
		m.printf("%s\n\n", md(s))
	}
	if len(m.Candidates) > 1 {
		m.picture("heat")
	}
}

// resources says what each side of plain commands took.
func (m *markdown) resources() {
	if !m.took() {
		return
	}
	m.subsection("What each side took")
	t := newMDTable("benchmark", "implementation", ">wall time", ">95% interval", ">CPU time", ">peak memory")
	for _, u := range m.Uses {
		t.add(md(u.Row), md(u.Implementation), FormatDuration(u.WallNS), durationBounds(u.LoNS, u.HiNS), FormatDuration(u.CPUNS), size(u.RSS, u.RSSAtMost))
	}
	t.write(&m.b)
}

// folded is a long table that few need.
func (m *markdown) folded(title string, t *mdTable) {
	if len(t.rows) < 2 {
		return
	}
	m.fold(title, func() { t.write(&m.b) })
}

// fold writes what most readers skip.
func (m *markdown) fold(title string, body func()) {
	// A summary is HTML, in which Markdown's escapes would be shown.
	m.printf("<details><summary>%s</summary>\n\n", htmlText(title))
	body()
	m.printf("</details>\n\n")
}

// htmlText escapes text for the places that are HTML. Sites turn @name into a
// mention of a person there, too.
func htmlText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "@", "&#64;").Replace(s)
}
