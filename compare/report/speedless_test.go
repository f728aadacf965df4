package report

import (
	"regexp"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// noneValidView is a comparison of which no row is data.
func noneValidView(commands bool) *View {
	rec, res := fixture(draft()[:2], "go")
	if commands {
		rec.Plan.Suite, rec.Plan.Demo = "", false
		for i := range rec.Plan.Implementations {
			rec.Plan.Implementations[i].Kind = "command"
			rec.Plan.Implementations[i].Version, rec.Plan.Implementations[i].Runtime = "", ""
			rec.Plan.Implementations[i].Mode, rec.Plan.Implementations[i].Clock = "", ""
		}
	}
	res.Verdict, res.Exit, res.Rounds = compare.Invalid, compare.ExitDisproved, 0
	res.SmallestMean, res.SmallestRow, res.SmallestTolerance = 0, 0, 0
	for i := range res.Rows {
		r := &res.Rows[i]
		*r = compare.Row{Row: r.Row, Candidate: r.Candidate, Mark: compare.MarkInvalid, Status: compare.Invalid, Stopped: compare.StoppedInvalid,
			Failures: []record.Failure{{Kind: record.FailDigest, Message: "go prints something else each time"}}}
	}
	res.Means, res.Categories = nil, nil
	res.Reasons = []string{"INVALID  " + res.Rows[0].Name + ": go prints something else each time"}
	return New(rec, res)
}

// What a run has no figure of is not spoken of: one implementation alone and a
// run of which nothing is valid have no speedup, and no section, table or
// picture stands empty.
func TestNothingIsSaidOfASpeedupThatIsNone(t *testing.T) {
	alone := aloneView()
	alone.Charts = "charts"
	for name, v := range map[string]*View{"alone": alone, "none valid": noneValidView(false), "commands, none valid": noneValidView(true)} {
		v.Charts = "charts"
		file := markdownOf(t, v)
		var screen strings.Builder
		if err := v.Terminal(&screen, TerminalOptions{}); err != nil {
			t.Fatal(err)
		}
		for where, text := range map[string]string{"PERFORMANCE.md": file, "terminal": screen.String()} {
			for _, line := range strings.Split(text, "\n") {
				if strings.Contains(strings.ToLower(line), "speedup") {
					t.Errorf("%s, %s speaks of a speedup: %s", name, where, line)
				}
			}
		}
		for _, line := range shownLines(page(t, v)) {
			if strings.Contains(strings.ToLower(line), "speedup") || strings.Contains(line, "interval") && v.Reference != "" {
				t.Errorf("%s, report.html speaks of a speedup: %s", name, line)
			}
		}
		refuse(t, file, "<picture>")
		emptyParts(t, name, file)
		if v.Reference == "" {
			refuse(t, file, "verdict")
		}
		for _, line := range strings.Split(screen.String(), "\n") {
			if s := strings.TrimSpace(line); s == "go" || s == "python" {
				t.Errorf("%s: a name by itself in\n%s", name, screen.String())
			}
		}
	}
}

// shownLines are the texts of a page, without what it is made of and summary.json.
func shownLines(page string) []string {
	page, _, _ = strings.Cut(page, `<section id="raw">`)
	_, page, _ = strings.Cut(page, "<body>")
	return strings.Split(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, "\n"), "\n")
}

// emptyParts finds headings without a text and tables without a line.
func emptyParts(t *testing.T, name, text string) {
	t.Helper()
	heading := regexp.MustCompile(`^(#+) `)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	level, tableLines := 0, 0
	for i, line := range append(lines, "# end") {
		if strings.HasPrefix(line, "|") {
			tableLines, level = tableLines+1, 0
			continue
		}
		if tableLines == 1 || tableLines == 2 {
			t.Errorf("%s: a table without a line before line %d: %s", name, i+1, lines[i-1])
		}
		tableLines = 0
		if h := heading.FindStringSubmatch(line); h != nil {
			if level > 0 && len(h[1]) <= level {
				t.Errorf("%s: nothing under the heading before line %d, %q", name, i+1, line)
			}
			level = len(h[1])
		} else if line != "" {
			level = 0
		}
	}
}

// No report has an empty part.
func TestNoPartIsEmpty(t *testing.T) {
	for name, v := range views() {
		emptyParts(t, name, markdownOf(t, v))
	}
}
