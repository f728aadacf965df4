package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func jsString(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// shownSays is what the count beside the filter reads.
func (s *sheet) shownSays(shown, of int) {
	s.t.Helper()
	s.await(fmt.Sprintf(`/\b%d\b.*\b%d\b/.test(document.querySelector("#shown").textContent)`, shown, of))
}

func testFilter(t *testing.T, d *desk) {
	s := d.open(t, "pass")
	all := s.lines()
	if len(all) != len(d.views["pass"].Rows) || len(shownNames(all)) != len(all) {
		t.Fatalf("%d rows, %d shown, want %d", len(all), len(shownNames(all)), len(d.views["pass"].Rows))
	}
	s.shownSays(len(all), len(all))
	check := func(text string, wanted func(name string) bool) {
		t.Helper()
		s.clear()
		s.typed(text)
		var want []string
		for _, l := range all {
			if wanted(l.Name) {
				want = append(want, l.Name)
			}
		}
		s.shownSays(len(want), len(all))
		if got := shownNames(s.lines()); !slices.Equal(got, want) {
			t.Errorf("%q shows %q, want %q", text, got, want)
		}
	}
	has := func(part string) func(string) bool {
		return func(name string) bool { return strings.Contains(name, part) }
	}
	check("asyncio", has("asyncio"))
	check("ASYNCIO", has("asyncio")) // whatever the case
	check("io_bound", has("io_bound"))
	check("no such row", func(string) bool { return false })
	check("", func(string) bool { return true })
	check("(", has("(")) // plain text, not a pattern
	check("[a-", has("["))
	// Who cannot see the rows go is told.
	if !eval[bool](s, `!!document.querySelector("#shown").closest('[role=status], [role=log], [aria-live=polite], output')`) {
		t.Error("nobody announces the number of rows")
	}
	s.quietly("pass")
}

// clear empties the filter as a person does.
func (s *sheet) clear() {
	s.t.Helper()
	s.click("#filter")
	s.press("End")
	for range eval[string](s, `document.querySelector("#filter").value`) {
		s.press("Backspace")
	}
	if got := s.text(`document.querySelector("#filter").value`); got != "" {
		s.t.Fatalf("%q is left of the filter", got)
	}
}

func testVerdictFilter(t *testing.T, d *desk) {
	s := d.blank(t)
	for _, name := range []string{"fail", "inconclusive", "invalid", "two"} {
		s.show(name)
		all := s.lines()
		verdicts := make(map[string]int)
		for _, l := range all {
			verdicts[l.Verdict]++
		}
		options := eval[[]string](s, `[...document.querySelectorAll("#verdict-filter option")].map(o => o.value)`)
		for verdict := range verdicts {
			if !slices.Contains(options, verdict) {
				t.Errorf("%s: rows are %q, which nobody can choose of %q", name, verdict, options)
			}
		}
		for _, option := range options[1:] { // after "all"
			s.choose(option)
			want := 0
			for _, l := range s.lines() {
				if fits := l.Verdict == option; fits != l.Shown {
					t.Errorf("%s: %q shows the row %q: %v", name, option, l.Verdict, l.Shown)
				} else if fits {
					want++
				}
			}
			s.shownSays(want, len(all))
		}
		s.choose(options[0])
		s.shownSays(len(all), len(all))
		s.quietly(name)
	}
	// Both filters together.
	s.show("fail")
	s.choose("slower")
	s.click("#filter")
	s.typed("asyncio")
	for _, l := range s.lines() {
		if want := l.Verdict == "slower" && strings.Contains(l.Name, "asyncio"); want != l.Shown {
			t.Errorf("%s, %s: shown is %v", l.Name, l.Verdict, l.Shown)
		}
	}
}

// choose picks an option with the keyboard.
func (s *sheet) choose(value string) {
	s.t.Helper()
	s.do(`document.querySelector("#verdict-filter").focus()`)
	s.press("Home")
	n := s.count(`[...document.querySelectorAll("#verdict-filter option")].findIndex(o => o.value === ` + jsString(value) + `)`)
	for range n {
		s.press("ArrowDown")
	}
	if got := s.text(`document.querySelector("#verdict-filter").value`); got != value {
		s.t.Fatalf("chose %q, not %q", got, value)
	}
}

// A link to a filtered report shows what its sender saw.
func testHash(t *testing.T, d *desk) {
	s := d.open(t, "fail")
	all := len(s.lines())
	s.click("#filter")
	s.typed("build/ & =#%x+")
	s.clear()
	s.typed("build/")
	s.choose("slower")
	want := shownNames(s.lines())
	if len(want) == 0 || len(want) == all {
		t.Fatalf("%d of %d rows show nothing of a filter", len(want), all)
	}
	s.await(`location.hash.length > 1`)
	same := func(s *sheet, what string) {
		t.Helper()
		s.shownSays(len(want), all)
		if got := shownNames(s.lines()); !slices.Equal(got, want) {
			t.Errorf("%s shows %q, want %q", what, got, want)
		}
		if got := s.text(`document.querySelector("#filter").value + "|" + document.querySelector("#verdict-filter").value`); got != "build/|slower" {
			t.Errorf("%s: the controls read %q", what, got)
		}
	}
	s.must(s.tab.Reload())
	same(s, "a reload")
	other := d.blank(t)
	other.must(other.tab.Navigate(s.text(`location.href`)))
	same(other, "the link")
	// The address may change under an open page too.
	third := d.open(t, "fail")
	third.do(`location.hash = ` + jsString(s.text(`location.hash`)))
	same(third, "a changed address")
	// Odd characters survive the way there and back.
	odd := `a&b=c#d%25+é 日`
	fourth := d.open(t, "fail")
	fourth.click("#filter")
	fourth.typed(odd)
	fourth.shownSays(0, all)
	fourth.must(fourth.tab.Reload())
	if got := fourth.text(`document.querySelector("#filter").value`); got != odd {
		t.Errorf("%q came back as %q", odd, got)
	}
	// Without a filter the address is clean again.
	fourth.clear()
	fourth.shownSays(all, all)
	if got := fourth.text(`location.hash`); got != "" && got != "#" {
		t.Errorf("no filter leaves %q", got)
	}
	fourth.quietly("fail")
}

func testSort(t *testing.T, d *desk) {
	s := d.blank(t)
	for _, name := range []string{"fail", "two", "alone"} {
		s.show(name)
		first := s.lines()
		heads := s.count(`document.querySelectorAll("#benchmarks > * > tr > th button, #benchmarks table > thead > tr > th button").length`)
		if heads < 3 {
			t.Fatalf("%s: %d columns sort", name, heads)
		}
		for i := range heads {
			s.sortsBy(name, i, first)
		}
		s.quietly(name)
	}
}

// sortsBy clicks on a heading three times, up, down and back, and judges the order by what the cells
// show: numbers by their size, whatever their unit, the rest as text or as
// groups; the same are in the order of the file.
func (s *sheet) sortsBy(name string, i int, original []tableRow) {
	s.t.Helper()
	s.do(fmt.Sprintf(`document.querySelectorAll("#benchmarks table > thead > tr > th button")[%d].id = "sorter"`, i))
	defer s.do(`document.querySelector("#sorter").removeAttribute("id")`)
	column := s.count(`document.querySelector("#sorter").closest("th").cellIndex`)
	title := s.text(`document.querySelector("#sorter").innerText.trim()`)
	at := make(map[string]int)
	for n, l := range original {
		at[l.Name] = n
	}
	var orders [][]string
	for click := range 2 {
		s.click("#sorter")
		said := eval[[]string](s, `[...document.querySelectorAll("#benchmarks th[aria-sort]")].map(h => h.getAttribute("aria-sort")).filter(x => x !== "none")`)
		own := s.text(`document.querySelector("#sorter").closest("th").getAttribute("aria-sort") ?? ""`)
		if len(said) != 1 || own != said[0] || own != "ascending" && own != "descending" {
			s.t.Errorf("%s: %s, click %d: aria-sort is %q, of all columns %q", name, title, click+1, own, said)
		}
		lines := s.lines()
		var order []string
		var last *tableRow
		for _, l := range lines {
			order = append(order, l.Name)
			if last != nil {
				c := compareCells(last.Cells[column], l.Cells[column])
				if own == "descending" {
					c = -c
				}
				numeric := parsedCell(l.Cells[column]) != nil
				if numeric && c > 0 {
					s.t.Errorf("%s: %s %s: %q stands before %q", name, title, own, last.Cells[column], l.Cells[column])
				}
				if last.Cells[column] == l.Cells[column] && last.Speedup == l.Speedup && at[last.Name] > at[l.Name] {
					s.t.Errorf("%s: %s %s: %q and %q changed places though they are the same", name, title, own, last.Name, l.Name)
				}
			}
			last = &l
		}
		if len(lines) != len(original) {
			s.t.Errorf("%s: %s: %d rows of %d are left", name, title, len(lines), len(original))
		}
		orders = append(orders, order)
	}
	s.click("#sorter")
	for n, l := range s.lines() {
		if l.Name != original[n].Name {
			s.t.Errorf("%s: a third click on %s does not restore the order: %q is at %d", name, title, l.Name, n+1)
			break
		}
	}
	if slices.Equal(orders[0], orders[1]) && len(original) > 1 && !sameCells(original, column) {
		s.t.Errorf("%s: a second click on %s changes nothing", name, title)
	}
}

// A row that has no number in a column stands after all that have one, whichever
// way the column is sorted: an invalid result is neither the best nor the worst.
func testSortNumberless(t *testing.T, d *desk) {
	s := d.blank(t)
	without := 0
	for _, name := range []string{"invalid", "alone"} {
		s.show(name)
		for _, key := range eval[[]string](s, `[...document.querySelectorAll("#benchmarks th[data-key]")].map(h => h.dataset.key)`) {
			if key == "name" {
				continue
			}
			for range 2 { // up, down
				s.click(`#benchmarks th[data-key=` + key + `] button`)
				gap := false
				for _, value := range eval[[]string](s, `[...document.querySelectorAll("#benchmarks tbody[data-name]")].map(b => b.dataset[`+jsString(key)+`])`) {
					if value == "" {
						without++
					} else if gap {
						t.Errorf("%s by %s: a row with %s stands below one without a number", name, key, value)
					}
					gap = value == ""
				}
			}
		}
		s.quietly(name)
	}
	if without == 0 {
		t.Error("every row has every number")
	}
}

// A link to a row shows it, also when the filter hides it.
func testLinkToHidden(t *testing.T, d *desk) {
	s := d.open(t, "fail")
	all := len(s.lines())
	const row = `document.querySelector("#benchmarks tbody[data-name*=memory_checkpoint]")`
	s.click("#filter")
	s.typed("build/")
	s.await(row + `.hidden`)
	id := s.text(`[` + row + `, ...` + row + `.querySelectorAll("[id]")].find(e => e.id).id`)
	s.do(`new Promise(done => { addEventListener("hashchange", done, {once: true}); location.hash = ` + jsString("#"+id) + ` })`)
	if eval[bool](s, row+`.hidden`) {
		t.Fatal("the row is still hidden")
	}
	s.shownSays(all, all)
	if got := s.text(`document.querySelector("#filter").value`); got != "" {
		t.Errorf("the filter reads %q and hides nothing", got)
	}
	if !eval[bool](s, row+`.querySelector("details").open`) {
		t.Error("the row is not open")
	}
	top := eval[float64](s, `document.getElementById(`+jsString(id)+`).getBoundingClientRect().top`)
	if top < -1 || top > 900 {
		t.Errorf("the row is at %.0f of a window of 900", top)
	}
	s.quietly("fail")
}

// Printing opens what is folded, and leaves the page as it was.
func testPrintFolds(t *testing.T, d *desk) {
	s := d.open(t, "fail")
	const open = `[...document.querySelectorAll(".fold")].map(e => e.open)`
	if s.count(`document.querySelectorAll(".fold:not([open])").length`) == 0 {
		t.Fatal("nothing is folded")
	}
	s.do(`document.querySelector(".fold:not([open])").open = true`)
	before := eval[[]bool](s, open)
	if len(before) < 2 || !slices.Contains(before, true) || !slices.Contains(before, false) {
		t.Fatalf("folds are %v: one open and one closed are wanted", before)
	}
	s.do(`dispatchEvent(new Event("beforeprint"))`)
	if printed := eval[[]bool](s, open); slices.Contains(printed, false) {
		t.Errorf("on paper folds are %v", printed)
	}
	s.do(`dispatchEvent(new Event("afterprint"))`)
	if after := eval[[]bool](s, open); !slices.Equal(after, before) {
		t.Errorf("after printing folds are %v, not %v", after, before)
	}
	_, err := s.tab.PDF()
	s.must(err)
	if after := eval[[]bool](s, open); !slices.Equal(after, before) {
		t.Errorf("after a PDF folds are %v, not %v", after, before)
	}
	s.quietly("fail")
}

func sameCells(lines []tableRow, column int) bool {
	for _, l := range lines {
		if l.Cells[column] != lines[0].Cells[column] {
			return false
		}
	}
	return true
}

// compareCells compares what two cells show, if both are numbers.
func compareCells(a, b string) int {
	x, y := parsedCell(a), parsedCell(b)
	switch {
	case x == nil || y == nil || *x == *y:
		return 0
	case *x < *y:
		return -1
	}
	return 1
}

// parsedCell is the number that a cell begins with, in nanoseconds if it is a
// time; nil for text.
func parsedCell(cell string) *float64 {
	fields := strings.Fields(strings.TrimPrefix(cell, "at least "))
	if len(fields) == 0 {
		return nil
	}
	x, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimLeft(fields[0], "<>"), "x"), 64)
	if err != nil {
		return nil
	}
	if len(fields) > 1 {
		if unit, ok := map[string]float64{"us": 1e3, "ms": 1e6, "s": 1e9, "min": 60e9}[fields[1]]; ok {
			x *= unit
		}
	}
	return &x
}

// Everything that a mouse can do, keys can.
func testKeyboard(t *testing.T, d *desk) {
	s := d.open(t, "fail")
	// Every control is reached, in the order of the page, and shows that it is.
	want := s.count(`(() => { let n = 0;
		for (const e of document.querySelectorAll("a[href], button, input, select, summary, textarea, [tabindex]"))
			if (e.tabIndex >= 0 && e.checkVisibility()) e.setAttribute("data-stop", n++);
		return n })()`)
	seen := -1
	for range want {
		s.press("Tab")
		at := eval[struct {
			Stop  *int
			Ring  bool
			Label string
		}](s, `(() => { const e = document.activeElement, c = getComputedStyle(e);
			return {stop: e.dataset.stop === undefined ? null : +e.dataset.stop, label: e.outerHTML.slice(0, 120),
				ring: e.matches(":focus-visible") && (c.outlineStyle !== "none" && parseFloat(c.outlineWidth) >= 1 || c.boxShadow !== "none")} })()`)
		if at.Stop == nil || *at.Stop != seen+1 {
			t.Fatalf("after stop %d of %d the focus is on %s", seen, want, at.Label)
		}
		seen = *at.Stop
		if !at.Ring {
			t.Errorf("nothing shows the focus on %s", at.Label)
		}
	}

	// Filter, sort and open without a mouse.
	s = d.open(t, "fail")
	s.focusByTab(`#filter`)
	s.typed("build/")
	s.shownSays(6, 14)
	s.focusByTab(`#benchmarks thead button`)
	s.press("Enter")
	if n := s.count(`document.querySelectorAll('#benchmarks th[aria-sort=ascending], #benchmarks th[aria-sort=descending]').length`); n != 1 {
		t.Errorf("Enter on a heading: %d columns are sorted", n)
	}
	if !eval[bool](s, `!!document.activeElement.closest("#benchmarks thead th")`) {
		t.Error("sorting takes the focus away")
	}
	s.focusByTab(`#benchmarks tbody summary`)
	s.press("Enter")
	s.await(`document.activeElement.closest("details").open`)
	s.press(" ")
	s.await(`!document.activeElement.closest("details").open`)
	s.quietly("fail")
}

// focusByTab presses Tab until a control that matches has the focus.
func (s *sheet) focusByTab(selector string) {
	s.t.Helper()
	for range 300 {
		if eval[bool](s, `document.activeElement.matches(`+jsString(selector)+`)`) {
			return
		}
		s.press("Tab")
	}
	s.t.Fatalf("no Tab leads to %s", selector)
}

// Details hold the figure and the numbers behind the row, and are empty of
// neither where something was measured.
func testDetails(t *testing.T, d *desk) {
	s := d.open(t, "measured")
	n := s.count(`document.querySelectorAll("#benchmarks tbody[data-name]").length`)
	if got := s.count(`document.querySelectorAll("#benchmarks tbody[data-name] details").length`); got < n || n == 0 {
		t.Fatalf("%d details for %d rows", got, n)
	}
	if s.count(`[...document.querySelectorAll("#benchmarks tbody details svg")].filter(e => e.checkVisibility()).length`) != 0 {
		t.Error("a closed row shows its figure")
	}
	s.click("#benchmarks tbody[data-name] summary")
	s.await(`document.querySelector("#benchmarks tbody details").open`)
	box := eval[struct{ Width, Height float64 }](s, `(() => { const r = document.querySelector("#benchmarks tbody details svg[role=img]").getBoundingClientRect(); return {width: r.width, height: r.height} })()`)
	if box.Width < 300 || box.Height < 100 {
		t.Errorf("the figure is %.0f x %.0f", box.Width, box.Height)
	}
	text := s.text(`document.querySelector("#benchmarks tbody details").innerText`)
	for _, want := range []string{"p99", "digest", "CPU", "round"} {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(want)) {
			t.Errorf("no %q in the details: %.400q", want, text)
		}
	}
	// Its own row's, not another's: after sorting too.
	s.click("#benchmarks thead button")
	if !eval[bool](s, `document.querySelectorAll("#benchmarks tbody details[open]").length === 1`) {
		t.Error("sorting closes or opens details")
	}
	var summary struct{ Verdict string }
	if err := json.Unmarshal([]byte(s.raw()), &summary); err != nil || summary.Verdict == "" {
		t.Errorf("the raw data: %v, verdict %q", err, summary.Verdict)
	}
	s.quietly("measured")
}
