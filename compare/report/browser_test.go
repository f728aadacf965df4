package report

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"xbench/compare"
	"xbench/internal/browser"
)

// The report as people meet it: in a browser, with a mouse, a keyboard, a
// screen reader, a small screen, a printer. One browser for all of it.
func TestReportInBrowser(t *testing.T) {
	d := newDesk(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *desk)
	}{
		{"is quiet", testQuiet},
		{"holds its policy", testPolicy},
		{"hostile names are inert", testHostile},
		{"filters", testFilter},
		{"filters by verdict", testVerdictFilter},
		{"keeps the filter in the address", testHash},
		{"sorts", testSort},
		{"works by keyboard alone", testKeyboard},
		{"sorts what has no number last", testSortNumberless},
		{"shows what a link leads to", testLinkToHidden},
		{"folds again after printing", testPrintFolds},
		{"changes its colours", testTheme},
		{"opens details", testDetails},
		{"reads without JavaScript", testNoScript},
		{"fits a small screen", testNarrow},
		{"prints", testPrint},
		{"has readable colours", testContrast},
		{"names its figures", testFigureNames},
		{"hangs together", testStructure},
		{"carries 200 rows", testMany},
		{"passes axe", testAxe},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, d)
		})
	}
}

// A desk has a browser and a report of every kind, each in a file when it is
// asked for.
type desk struct {
	browser *browser.Browser
	dir     string
	views   map[string]*View

	mu      sync.Mutex
	written map[string]bool
}

func newDesk(t *testing.T) *desk {
	d := &desk{browser: browser.ForTest(t), dir: t.TempDir(), views: views(), written: make(map[string]bool)}
	d.views["measured"] = measuredView(t, 8, draft())
	return d
}

// url is where a report is.
func (d *desk) url(t *testing.T, name string) string {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	file := filepath.Join(d.dir, name+".html")
	if !d.written[name] {
		v, ok := d.views[name]
		if name == "many" {
			v, ok = manyView(t), true // not one that everything is tried on
		}
		if !ok {
			t.Fatalf("there is no report %q", name)
		}
		var b bytes.Buffer
		if err := v.HTML(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		d.written[name] = true
	}
	return "file://" + filepath.ToSlash(file)
}

// usual are the kinds that show most of what there is: they are tried when a
// browser happens to be there. Where one is required, all are.
var usual = []string{"fail", "hostile", "sweep", "two"}

// names are the kinds of reports to try something on, in a stable order; of
// the given ones, if any are given.
func (d *desk) names(of ...string) []string {
	var out []string
	for name := range d.views {
		if (len(of) == 0 || slices.Contains(of, name)) && (browser.Required() || slices.Contains(usual, name)) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// measuredView is of a record with processes, through the analysis: what a
// run leaves.
func measuredView(t *testing.T, rounds int, specs []spec) *View {
	t.Helper()
	rec := generated(rounds, specs)
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return New(rec, res)
}

// A sheet is one report on the screen. Its methods end the test where the
// browser fails them.
type sheet struct {
	t    *testing.T
	desk *desk
	tab  *browser.Tab
}

// open shows a report in a fresh tab, 1200 pixels wide and in light but for the
// given changes.
func (d *desk) open(t *testing.T, name string, changes ...func(*browser.Tab) error) *sheet {
	t.Helper()
	s := d.blank(t, changes...)
	s.show(name)
	return s
}

// blank is a fresh tab with nothing in it yet.
func (d *desk) blank(t *testing.T, changes ...func(*browser.Tab) error) *sheet {
	t.Helper()
	tab, err := d.browser.NewTab()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tab.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &sheet{t, d, tab}
	s.must(tab.SetViewport(1200, 900))
	s.must(tab.EmulateMedia(browser.Media{Light: true}))
	for _, change := range changes {
		s.must(change(tab))
	}
	return s
}

// show goes on to a report, in the same tab and form.
func (s *sheet) show(name string) {
	s.t.Helper()
	s.tab.Forget()
	s.must(s.tab.Navigate(s.desk.url(s.t, name)))
}

// media and viewport are changes for open.
func media(m browser.Media) func(*browser.Tab) error {
	return func(tab *browser.Tab) error { return tab.EmulateMedia(m) }
}

func viewport(width, height int) func(*browser.Tab) error {
	return func(tab *browser.Tab) error { return tab.SetViewport(width, height) }
}

func (s *sheet) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *sheet) click(selector string)         { s.t.Helper(); s.must(s.tab.Click(selector)) }
func (s *sheet) typed(text string)             { s.t.Helper(); s.must(s.tab.Type(text)) }
func (s *sheet) await(expression string)       { s.t.Helper(); s.must(s.tab.Await(expression)) }
func (s *sheet) do(script string)              { s.t.Helper(); s.must(s.tab.Eval(script, nil)) }
func (s *sheet) text(expression string) string { s.t.Helper(); return eval[string](s, expression) }
func (s *sheet) count(expression string) int   { s.t.Helper(); return eval[int](s, expression) }

func (s *sheet) press(names ...string) {
	s.t.Helper()
	for _, name := range names {
		s.must(s.tab.Press(name))
	}
}

// eval is the value of a JavaScript expression.
func eval[T any](s *sheet, expression string) T {
	s.t.Helper()
	var out T
	s.must(s.tab.Eval(expression, &out))
	return out
}

// problems is eval for scripts that list what is wrong.
func (s *sheet) problems(name, script string) {
	s.t.Helper()
	found := eval[[]string](s, script)
	if most := 12; len(found) > most {
		found = append(found[:most], fmt.Sprintf("and %d more", len(found)-most))
	}
	for _, p := range found {
		s.t.Errorf("%s: %s", name, p)
	}
}

// A tableRow is a benchmark of the table as it is shown.
type tableRow struct {
	Name    string
	Verdict string
	Speedup string // to sort by
	Shown   bool
	Cells   []string // of its line; of several candidates the one with the smallest speedup
}

// lines are the benchmarks in the order in which they stand now.
func (s *sheet) lines() []tableRow {
	s.t.Helper()
	return eval[[]tableRow](s, `(() => {
		const speedup = cells => { const m = /^[<>]?([\d.]+)x$/.exec(cells.find(c => /^[<>]?[\d.]+x$/.test(c)) ?? ""); return m ? +m[1] : Infinity };
		return [...document.querySelectorAll("#benchmarks tbody[data-name]")].map(b => {
			const lines = [...b.rows].filter(r => r.cells.length > 1).map(r => [...r.cells].map(c => c.innerText.trim()));
			for (const l of lines.slice(1)) if (l.length < lines[0].length) l.unshift(lines[0][0]); // the name spans them
			lines.sort((x, y) => speedup(x) - speedup(y) || 0);
			return {name: b.dataset.name, verdict: b.dataset.verdict, speedup: b.dataset.speedup, shown: b.checkVisibility(), cells: lines[0]} }) })()`)
}

func shownNames(lines []tableRow) []string {
	var out []string
	for _, l := range lines {
		if l.Shown {
			out = append(out, l.Name)
		}
	}
	return out
}

// quietly fails the test if the page said, asked or broke anything.
func (s *sheet) quietly(name string) {
	s.t.Helper()
	log := s.tab.Log()
	for _, u := range log.Requests {
		if u, _, _ := strings.Cut(u, "#"); u != "about:blank" && !strings.HasSuffix(u, "/"+name+".html") {
			s.t.Errorf("%s asks for %.200s", name, u)
		}
	}
	for what, list := range map[string][]string{"console": log.Console, "exception": log.Exceptions,
		"violation of the policy": log.Violations, "issue": log.Issues, "dialog": log.Dialogs} {
		for _, l := range list {
			s.t.Errorf("%s: %s: %.300s", name, what, l)
		}
	}
}
