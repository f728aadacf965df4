package report

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
)

// Sites stop rendering files of half a megabyte; two hundred rows with all
// that can be said of each stay below 400 KB.
func TestMarkdownOfManyRowsIsRendered(t *testing.T) {
	specs := longSpecs(200)
	rec := generated(3, specs)
	for i := range rec.Plan.Rows {
		rec.Plan.Rows[i].Description = "fifteen tasks in a tree that sleep; a coordinator and 4 threads, goroutines in Go"
	}
	v := drawn(analyzedView(rec))
	text := markdownOf(t, v)
	t.Logf("%d bytes for %d rows", len(text), len(v.Rows))
	if got, most := len(text), 400<<10; got > most {
		t.Errorf("%d bytes for %d rows, want at most %d", got, len(v.Rows), most)
	}
	if !strings.Contains(text, "[Results](#results)") {
		t.Error("a report of 200 rows has no table of contents")
	}
}

// Every link of a table of contents leads to a heading, as sites name them.
func TestContentsLeadToHeadings(t *testing.T) {
	link, heading := regexp.MustCompile(`\]\(#([^)]*)\)`), regexp.MustCompile(`(?m)^#+ (.*)$`)
	linked := 0
	for name, v := range views() {
		text := markdownOf(t, v)
		var names []string
		count := make(map[string]int)
		for _, h := range heading.FindAllStringSubmatch(text, -1) {
			slug := strings.Map(func(c rune) rune {
				switch {
				case strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-_", c):
					return c
				case c == ' ':
					return '-'
				}
				return -1
			}, strings.ToLower(h[1]))
			if n := count[slug]; n > 0 {
				names = append(names, slug+"-"+string(rune('0'+n)))
			} else {
				names = append(names, slug)
			}
			count[slug]++
		}
		for _, l := range link.FindAllStringSubmatch(text, -1) {
			linked++
			if !slices.Contains(names, l[1]) {
				t.Errorf("%s: #%s is no heading of %q", name, l[1], names)
			}
		}
	}
	if linked < 30 {
		t.Errorf("only %d links in all reports", linked)
	}
}

// A heading that comes twice has an anchor of its own each time.
func TestAnchorsOfEqualHeadings(t *testing.T) {
	m := &markdown{View: &View{}}
	var got []string
	for _, title := range []string{"Goals", "goals", "Are the sides comparable?", "build/io_bound", "Ünï, wörld"} {
		got = append(got, m.heading(2, title))
	}
	if want := []string{"goals", "goals-1", "are-the-sides-comparable", "buildio_bound", "ünï-wörld"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Pictures have a file for the light and one for the dark, and words for those
// who see neither; names that would break out of an attribute do not.
func TestPictures(t *testing.T) {
	picture := regexp.MustCompile(`(?m)^<picture>\n  <source media="\(prefers-color-scheme: dark\)" srcset="(charts/[a-z0-9-]+)-dark\.svg">\n  <img alt="([^"<>]+)" src="(charts/[a-z0-9-]+)-light\.svg">\n</picture>\n\n`)
	for name, v := range views() {
		v.Charts = "charts"
		text := markdownOf(t, v)
		found := picture.FindAllStringSubmatch(text, -1)
		var names []string
		for _, f := range found {
			if f[1] != f[3] {
				t.Errorf("%s: %s in the dark, %s in the light", name, f[1], f[3])
			}
			names = append(names, strings.TrimPrefix(f[1], "charts/"))
		}
		if n := strings.Count(text, "<picture>"); n != len(found) {
			t.Errorf("%s: %d pictures, %d of them well made", name, n, len(found))
		}
		for _, f := range v.Figures() {
			if !slices.Contains(names, f.Name) {
				t.Errorf("%s: figure %s is not shown", name, f.Name)
			}
		}
		v.Charts = ""
		if text := markdownOf(t, v); strings.Contains(text, "<img") {
			t.Errorf("%s: a picture that nobody drew", name)
		}
	}
}

// Tables are whole, and folds are closed and have room around them, without
// which sites show their Markdown as it is written.
func TestMarkdownIsWellFormed(t *testing.T) {
	for name, v := range views() {
		v.Charts = "charts"
		lines := strings.Split(markdownOf(t, v), "\n")
		open, columns := 0, 0
		for i, line := range lines {
			text := strings.TrimSpace(line)
			if strings.HasPrefix(text, "|") {
				n := strings.Count(strings.ReplaceAll(text, `\|`, ""), "|")
				if columns > 0 && n != columns {
					t.Errorf("%s: line %d has %d cells in a table of %d: %s", name, i+1, n-1, columns-1, line)
				}
				columns = n
				continue
			}
			if columns > 0 && text != "" {
				t.Errorf("%s: line %d goes on with a table: %s", name, i+1, line)
			}
			columns = 0
			open += strings.Count(text, "<details>") - strings.Count(text, "</details>")
			if strings.HasPrefix(text, "<details>") && lines[i+1] != "" || text == "</details>" && lines[i-1] != "" {
				t.Errorf("%s: line %d: no empty line within the fold", name, i+1)
			}
			if strings.HasPrefix(line, "#") && i > 0 && lines[i-1] != "" {
				t.Errorf("%s: line %d: a heading without an empty line before it", name, i+1)
			}
			if line == "" && i > 0 && i < len(lines)-1 && lines[i-1] == "" {
				t.Errorf("%s: line %d: two empty lines", name, i+1)
			}
		}
		if open != 0 {
			t.Errorf("%s: %d folds are not closed", name, open)
		}
	}
}

// What a row does is said under its full name, once.
func TestRowsAreDescribed(t *testing.T) {
	rec, res := fixture(draft(), "go")
	for i := range res.Rows {
		res.Rows[i].Description = "the work of row " + string(rune('a'+i))
	}
	text := markdownOf(t, New(rec, res))
	for i, r := range res.Rows {
		if want := "- `" + r.Name + "`: the work of row " + string(rune('a'+i)) + "\n"; strings.Count(text, want) != 1 {
			t.Errorf("%d times %q", strings.Count(text, want), want)
		}
	}
}

// What a reader has to know before quoting a number stands above the first.
func TestCaveatsComeFirst(t *testing.T) {
	check := func(v *View, want string) {
		t.Helper()
		top, _, _ := strings.Cut(markdownOf(t, v), "\n## ")
		if !strings.Contains(top, want) {
			t.Errorf("no %q in\n%s", want, top)
		}
	}
	check(failView(), "Before you quote a number: build: python release, go debug; successive rounds are correlated (0.61); 1 warning about single rows, see the end.")
	v := passView()
	if text := markdownOf(t, v); strings.Contains(text, "Before you quote") {
		t.Error("a run without a caveat has one")
	}
	v.Warnings = []compare.Warning{{Kind: compare.WarnBusy, Text: "busy host: load 3.0 on 2 cores when the run began"}}
	check(v, "Before you quote a number: busy host: load 3.0 on 2 cores when the run began.")
}

// Rounds are said once where all rows have as many.
func TestRoundsAreSaidOnce(t *testing.T) {
	rec, res := fixture(draft(), "go")
	same := markdownOf(t, New(rec, res))
	res.Rows[3].Rounds = 8
	apart := markdownOf(t, New(rec, res))
	heading := regexp.MustCompile(`(?m)^\| benchmark .*\| rounds \|$`)
	if !strings.Contains(same, "Every row has 5 complete rounds.") || heading.MatchString(same) {
		t.Error("a column of rounds that are all the same")
	}
	if strings.Contains(apart, "Every row has") || !heading.MatchString(apart) {
		t.Error("rounds that differ are not in the table")
	}
}
