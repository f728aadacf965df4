package report

import (
	"strings"
	"testing"

	"xbench/internal/browser"
)

// Who hears a figure learns what it shows.
func testFigureNames(t *testing.T, d *desk) {
	s := d.blank(t)
	for _, name := range d.names() {
		s.show(name)
		s.do(openSome)
		s.problems(name+": neither a named figure nor an ornament", `[...document.querySelectorAll("svg")].filter(e => !e.parentElement.closest("svg") && !e.closest("[aria-hidden=true]") &&
			e.getAttribute("role") !== "img").map(e => e.outerHTML.slice(0, 150))`)
		tree, err := s.tab.AXTree()
		s.must(err)
		figures := 0
		for _, n := range tree {
			if n.Role != "image" && n.Role != "img" {
				continue
			}
			figures++
			if len(n.Name) < 8 {
				t.Errorf("%s: a figure is called %q", name, n.Name)
			}
		}
		if shown := s.count(`[...document.querySelectorAll("svg[role=img]")].filter(e => e.checkVisibility()).length`); figures < shown {
			t.Errorf("%s: assistive technology sees %d of %d figures", name, figures, shown)
		}
		if d.views[name].Reference != "" && len(d.views[name].Rows) > 1 && figures == 0 {
			t.Errorf("%s: no figure", name)
		}
	}
}

// Ids are unique, links inside of the page lead somewhere, headings are
// nested, and what a mark says in colour it says in words too.
func testStructure(t *testing.T, d *desk) {
	s := d.blank(t)
	for _, name := range d.names() {
		s.show(name)
		s.problems(name, `(() => {
			const out = [], ids = new Set();
			for (const e of document.querySelectorAll("[id]")) { if (ids.has(e.id)) out.push("two elements are #" + e.id); ids.add(e.id) }
			for (const e of document.querySelectorAll("[aria-labelledby], [aria-describedby], [aria-controls], [for]"))
				for (const a of ["aria-labelledby", "aria-describedby", "aria-controls", "for"])
					for (const id of (e.getAttribute(a) ?? "").split(/\s+/)) if (id && !ids.has(id)) out.push(a + " names #" + id + ", which is not there");
			for (const a of document.querySelectorAll("a")) {
				const to = a.getAttribute("href") ?? a.getAttribute("xlink:href") ?? "";
				if (!to.startsWith("#") || !ids.has(decodeURIComponent(to.slice(1)))) out.push("a link to " + to);
			}
			let level = 0;
			for (const h of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
				const n = +h.tagName[1];
				if (n > level + 1) out.push("<h" + n + "> " + h.textContent.slice(0, 40) + " follows <h" + level + ">");
				level = n;
			}
			const count = (selector, want) => { const n = document.querySelectorAll(selector).length; if (n !== want) out.push(n + " of " + selector) };
			count("h1", 1); count("main", 1); count("html[lang]", 1); count("head > title", 1); count("meta[name=viewport]", 1);
			for (const id of ["verdict", "benchmarks", "filter", "verdict-filter", "theme", "shown", "raw"]) count("#" + id, 1);
			for (const t of document.querySelectorAll("table")) {
				if (!t.caption && !t.getAttribute("aria-labelledby") && !t.getAttribute("aria-label")) out.push("a table without a name: " + t.innerText.slice(0, 60));
				for (const h of t.querySelectorAll("th")) if (!h.scope && !h.closest("thead")) out.push("a heading of nothing: " + h.outerHTML.slice(0, 80));
			}
			for (const c of document.querySelectorAll("#benchmarks tbody[data-name]")) if (!/[a-z]/i.test(c.rows[0].innerText)) out.push("a row without words");
			return out })()`)
		// The verdict is the first that is heard and the first that is seen.
		verdict := s.text(`document.querySelector("#verdict").innerText`)
		if want := string(d.views[name].Verdict); !strings.Contains(strings.ToLower(verdict), strings.ToLower(want)) {
			t.Errorf("%s: the banner says %q, want %q in it", name, verdict, want)
		}
		if top := eval[float64](s, `document.querySelector("#verdict").getBoundingClientRect().bottom`); top > 900 {
			t.Errorf("%s: the verdict is below the fold at %.0f", name, top)
		}
		if v := d.views[name]; len(v.Goals) > 0 && !eval[bool](s, `!!document.querySelector("#goals")`) {
			t.Errorf("%s: no #goals", name)
		}
	}
}

// axe is the rules of WCAG 2.1 A and AA and what its makers recommend besides.
// What it cannot decide, it lists as incomplete; testContrast does that part.
const axe = `(async only => {
	const r = await axe.run(document, {runOnly: only, preload: false, performanceTimer: false, resultTypes: ["violations"]});
	return {version: r.testEngine.version, passes: r.passes.length, violations: r.violations.map(v =>
		v.id + " (" + v.impact + "): " + v.help + ": " + v.nodes.length + " times, first " + v.nodes[0].html.slice(0, 200) + ": " + (v.nodes[0].any[0] ?? v.nodes[0].all[0] ?? v.nodes[0].none[0])?.message)};
})`

func testAxe(t *testing.T, d *desk) {
	source := browser.Axe(t)
	const (
		all     = `{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}`
		colours = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`
	)
	check := func(form, only string, names []string, changes ...func(*browser.Tab) error) {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			s := d.blank(t, changes...)
			rules, version := 0, ""
			for _, name := range names {
				var n int
				n, version = s.axe(name, source, only)
				rules += n
			}
			t.Logf("axe %s: %d pages, %d rules passed", version, len(names), rules)
		})
	}
	check("light", all, d.names())
	check("dark", colours, d.names(), dark) // nothing else differs there
	// Not without scripts: axe waits for timers, which then never fire.
	check("400 px", all, []string{"fail", "hostile"}, viewport(400, 800))
}

// axe checks a report and tells how many rules it passed.
func (s *sheet) axe(name, source, only string) (passed int, version string) {
	s.t.Helper()
	s.show(name)
	// What is closed is not checked, and only slows it down.
	s.do(openSome + `; for (const e of document.querySelectorAll("details:not([open]) > :not(summary)")) e.remove()`)
	s.do(source)
	got := eval[struct {
		Version    string
		Passes     int
		Violations []string
	}](s, axe+`(`+only+`)`)
	for _, v := range got.Violations {
		s.t.Errorf("%s: %s", name, v)
	}
	if got.Passes == 0 {
		s.t.Errorf("%s: axe checked nothing", name)
	}
	return got.Passes, got.Version
}
