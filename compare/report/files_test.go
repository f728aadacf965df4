package report

import (
	"bytes"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"xbench/charts"
)

// The files have names that any system takes, each its own, and can all be
// made, of any view.
func TestFiles(t *testing.T) {
	plain := regexp.MustCompile(`^(charts/)?[A-Za-z0-9][A-Za-z0-9.-]*\.(svg|png|md|html|json|xml|csv)$`)
	for name, v := range views() {
		seen := make(map[string]bool)
		for _, f := range v.Files() {
			if !plain.MatchString(f.Name) || path.Clean(f.Name) != f.Name {
				t.Errorf("%s: %q is no name for a file", name, f.Name)
			}
			if lower := strings.ToLower(f.Name); seen[lower] {
				t.Errorf("%s: there are two %s", name, f.Name)
			} else {
				seen[lower] = true
			}
			if f.Figure != strings.HasPrefix(f.Name, "charts/") {
				t.Errorf("%s: %s: figure is %v", name, f.Name, f.Figure)
			}
			if testing.Short() && strings.HasSuffix(f.Name, ".png") {
				continue
			}
			var b bytes.Buffer
			if err := f.Render(&b); err != nil || b.Len() == 0 {
				t.Errorf("%s: %s: %d bytes, %v", name, f.Name, b.Len(), err)
			}
		}
		for _, want := range []string{"performance.md", "report.html", "summary.json", "junit.xml", "results.csv", "processes.csv", "benchmark-time.json"} {
			if !seen[want] {
				t.Errorf("%s: no %s", name, want)
			}
		}
		if seen["benchmark-speedup.json"] != (v.Reference != "") {
			t.Errorf("%s: a file of speedups is there: %v, with reference %q", name, seen["benchmark-speedup.json"], v.Reference)
		}
	}
}

// What only another report has is stale: of any two, what the one wrote and the
// other does not. What nobody wrote never is.
func TestStaleFiles(t *testing.T) {
	all := views()
	own := make(map[string]bool) // in every report
	for _, f := range passView().Files() {
		own[f.Name] = !f.Figure && f.Name != speedupsFile
	}
	for name, v := range all {
		files := v.Files()
		for _, f := range files {
			if Stale(f.Name, files) {
				t.Errorf("%s: its own %s is stale", name, f.Name)
			}
			if Stale(f.Name, nil) == own[f.Name] {
				t.Errorf("%s: %s is stale beside nothing: %v", name, f.Name, Stale(f.Name, nil))
			}
		}
	}
	for _, name := range []string{"record.txt", "notes.md", "heat.svg", "charts/heat.txt", "charts/my-heat.png", "charts/heat-2.svg", "charts/heat-dark.png",
		"charts/scaling-0.svg", "charts/scaling-1.svg.bak", "charts/Executors-go.svg", "charts/sub/heat.svg", "../charts/heat.svg", "charts/"} {
		if Stale(name, nil) {
			t.Errorf("%s is not xbench's", name)
		}
	}
}

// PERFORMANCE.md links pictures that are among the files, and all of those
// that it can show.
func TestFilesHoldWhatMarkdownLinks(t *testing.T) {
	link := regexp.MustCompile(`(?:src|srcset)="([^"]+)"|\]\((charts/[^)]+)\)`)
	for name, v := range views() {
		var names []string
		var markdown string
		for _, f := range v.Files() {
			names = append(names, f.Name)
			if f.Name == MarkdownFile {
				var b bytes.Buffer
				if err := f.Render(&b); err != nil {
					t.Fatal(err)
				}
				markdown = b.String()
			}
		}
		links := link.FindAllStringSubmatch(markdown, -1)
		for _, m := range links {
			if to := m[1] + m[2]; !slices.Contains(names, to) {
				t.Errorf("%s: PERFORMANCE.md links %s, which is not written", name, to)
			}
		}
		if len(v.Figures()) > 0 && len(links) == 0 {
			t.Errorf("%s: PERFORMANCE.md shows none of %d figures", name, len(v.Figures()))
		}
	}
}

// No text for programs holds a control character, a number that is none or a
// slip of formatting.
func TestFilesAreFitForReaders(t *testing.T) {
	bad := regexp.MustCompile(`\bNaN\b|[+-]Inf\b|%!`)
	for name, v := range views() {
		for _, f := range v.Files() {
			if f.Figure || f.Name == HTMLFile {
				continue
			}
			var b bytes.Buffer
			if err := f.Render(&b); err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(b.String(), "\r\n", "\n")
			for _, r := range text {
				if r != '\n' && !unicode.IsPrint(r) && !(strings.HasSuffix(f.Name, ".md") && string(r) == noBreak) {
					t.Errorf("%s: %s holds %U", name, f.Name, r)
					break
				}
			}
			if m := bad.FindString(text); m != "" {
				t.Errorf("%s: %s holds %q", name, f.Name, m)
			}
			if !strings.HasSuffix(text, "\n") {
				t.Errorf("%s: %s ends in the middle of a line", name, f.Name)
			}
		}
	}
}

// A drawing that is refused says so in its place, as text, and loses nothing
// else of the page.
func TestPageSurvivesAFigure(t *testing.T) {
	f := draw(Figure{Name: "heat", Title: "how", Alt: "what", Draw: func(w io.Writer, _ charts.Options) error {
		_, err := io.WriteString(w, "<svg>half")
		return errors.Join(err, errors.New("row <b>: NaN"))
	}}, "x", "")
	if got, want := string(f.SVG), "<p>not drawn: row &lt;b&gt;: NaN</p>"; got != want || f.Title != "how" || f.Alt != "what" {
		t.Errorf("got %q, %+v, want %q", got, f, want)
	}
}
