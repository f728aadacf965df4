package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"xbench/internal/browser"
)

// The reader's choice of colours wins over the system's, whichever it is.
func testTheme(t *testing.T, d *desk) {
	ground := func(s *sheet) string {
		return s.text(`getComputedStyle(document.body).backgroundColor + " " + getComputedStyle(document.body).color + " " +
			getComputedStyle(document.querySelector("svg .s-grid, svg .f-ink, svg text")).fill`)
	}
	light, darkly := ground(d.open(t, "pass")), ground(d.open(t, "pass", dark))
	for i, part := range strings.Fields(light) {
		if strings.HasPrefix(part, "rgb") && part == strings.Fields(darkly)[i] {
			t.Errorf("the dark page has the light one's %s", part)
		}
	}
	for _, start := range []struct {
		media browser.Media
		has   string
	}{{browser.Media{Light: true}, light}, {browser.Media{Dark: true}, darkly}} {
		s := d.open(t, "pass", media(start.media))
		if got := ground(s); got != start.has {
			t.Errorf("begins with %s, want %s", got, start.has)
		}
		seen := map[string]bool{}
		for range 3 { // light, dark, and as the system has it
			s.click("#theme")
			seen[ground(s)] = true
		}
		s.click("#theme")
		s.click("#theme")
		if !seen[light] || !seen[darkly] || len(seen) != 2 {
			t.Errorf("clicks on #theme show %v, want %s and %s", seen, light, darkly)
		}
		choice := ground(s)
		for range 100 { // what is stored is written behind the page's back
			s.must(s.tab.Reload())
			if ground(s) == choice {
				break
			}
		}
		if got := ground(s); got != choice {
			t.Errorf("a reload shows %s, not the %s that was chosen", got, choice)
		}
		if name := s.text(`document.querySelector("#theme").ariaLabel ?? document.querySelector("#theme").innerText`); name == "" {
			t.Error("the theme's control has no name")
		}
		s.quietly("pass")
	}
}

// What is read with JavaScript is readable without, and nothing is on the page
// that would need it.
func testNoScript(t *testing.T, d *desk) {
	s := d.blank(t, (*browser.Tab).DisableJS)
	for _, name := range d.names() {
		s.show(name)
		lines := s.lines()
		v := d.views[name]
		if len(shownNames(lines)) != len(v.Rows) {
			t.Errorf("%s: %d of %d rows are shown", name, len(shownNames(lines)), len(v.Rows))
		}
		text := s.text(`document.querySelector("#benchmarks").innerText`)
		for _, r := range v.Rows {
			for _, c := range r.Cells {
				want := []string{FormatDuration(c.CandNS)}
				if v.Reference != "" {
					want = append(want, FormatDuration(c.RefNS))
					if !c.invalid() {
						want = append(want, FormatRatio(c.Speedup.Ratio), FormatBounds(c.Speedup.Lo, c.Speedup.Hi))
					}
				}
				for _, w := range want {
					if !strings.Contains(text, w) {
						t.Errorf("%s: %s: no %q on the page", name, r.Name, w)
					}
				}
			}
		}
		for _, id := range []string{"verdict", "benchmarks", "raw"} {
			if !eval[bool](s, `!!document.getElementById(`+jsString(id)+`)?.checkVisibility()`) {
				t.Errorf("%s: #%s is not shown", name, id)
			}
		}
		s.problems(name+": does nothing without a script", `[...document.querySelectorAll("button, input, select, textarea, #shown")]
			.filter(e => e.checkVisibility({visibilityProperty: true})).map(e => e.outerHTML.slice(0, 150))`)
		s.quietly(name)
	}
	// Details are the browser's own.
	s.show("measured")
	s.click("#benchmarks tbody[data-name] summary")
	if !eval[bool](s, `document.querySelector("#benchmarks tbody details").open`) {
		t.Error("details need a script")
	}
}

// clipped lists what is cut off or sticks out: text in a box too small for it
// with nothing to scroll, and boxes beyond the sides of the page.
const clipped = `(() => {
	const out = [], width = document.documentElement.clientWidth;
	const scrolls = e => { for (let p = e.parentElement; p; p = p.parentElement) if (/auto|scroll/.test(getComputedStyle(p).overflowX)) return true; return false };
	if (document.documentElement.scrollWidth > width) out.push("the page is " + document.documentElement.scrollWidth + " wide in " + width);
	for (const e of document.body.querySelectorAll("*:not(svg *)")) {
		if (!e.checkVisibility({visibilityProperty: true})) continue;
		const c = getComputedStyle(e), r = e.getBoundingClientRect();
		const name = () => "<" + e.tagName.toLowerCase() + (e.id ? " #" + e.id : "") + (e.className.baseVal ?? e.className ? " ." + (e.className.baseVal ?? e.className) : "") + "> " + (e.textContent ?? "").trim().slice(0, 40);
		if (r.width <= 1 || r.height <= 1) continue; // for screen readers only
		if (/hidden|clip/.test(c.overflowX) && e.scrollWidth > e.clientWidth + 1) out.push(name() + " cuts off " + (e.scrollWidth - e.clientWidth) + " px");
		if (/hidden|clip/.test(c.overflowY) && e.scrollHeight > e.clientHeight + 1) out.push(name() + " cuts off " + (e.scrollHeight - e.clientHeight) + " px at its foot");
		if ((r.right > width + 1 || r.left < -1) && !scrolls(e)) out.push(name() + " reaches from " + Math.round(r.left) + " to " + Math.round(r.right));
	}
	return out;
})()`

// A phone shows all of it without scrolling the page sideways.
func testNarrow(t *testing.T, d *desk) {
	for _, width := range []int{1200, 400, 320} {
		s := d.blank(t, viewport(width, 800))
		for _, name := range d.names() {
			s.show(name)
			s.problems(fmt.Sprintf("%s at %d px", name, width), clipped)
			s.do(openDetails)
			s.problems(fmt.Sprintf("%s at %d px, opened", name, width), clipped)
			s.problems(name+": keys cannot scroll", unreachable)
			s.quietly(name)
		}
	}
}

// unreachable lists what scrolls sideways for a mouse only.
const unreachable = `[...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && /auto|scroll/.test(getComputedStyle(e).overflowX) &&
	e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0 && !e.querySelector("a[href], button, summary")).map(e => e.outerHTML.slice(0, 120))`

// On paper there are the figures and all rows, in ink, and nothing to click.
func testPrint(t *testing.T, d *desk) {
	// A reader with a dark screen prints on white paper too.
	s := d.blank(t, viewport(718, 1000), media(browser.Media{Type: "print", Dark: true}))
	for _, name := range d.names("pass", "fail", "two", "measured", "variants", "sweep") {
		s.show(name)
		if got := len(shownNames(s.lines())); got != len(d.views[name].Rows) {
			t.Errorf("%s: %d of %d rows print", name, got, len(d.views[name].Rows))
		}
		if n := s.count(`[...document.querySelectorAll("svg[role=img]")].filter(e => e.checkVisibility() && e.getBoundingClientRect().width > 300).length`); n == 0 {
			t.Errorf("%s: no figure prints", name)
		}
		s.problems(name+" prints", `[...document.querySelectorAll("#filter, #verdict-filter, #theme, button, input, select")]
			.filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest("th")).map(e => e.outerHTML.slice(0, 150))`)
		for _, chosen := range []string{"", "dark", "light"} {
			s.do(`document.documentElement.dataset.theme = ` + jsString(chosen))
			if got := s.text(`getComputedStyle(document.body).color`); !darkInk(s, got) {
				t.Errorf("%s: prints in %s when %q is chosen", name, got, chosen)
			}
		}
		s.problems(name+" on paper", clipped)
		pdf, err := s.tab.PDF()
		s.must(err)
		t.Logf("%s: %d pages, %d kB as PDF", name, bytes.Count(pdf, []byte("/Type /Page\n")), len(pdf)/1000)
		s.quietly(name)
	}
}

// darkInk is whether a colour is dark.
func darkInk(s *sheet, color string) bool {
	s.t.Helper()
	return eval[float64](s, `(`+jsString(color)+`).match(/[\d.]+/g).slice(0, 3).reduce((sum, x) => sum + +x, 0)`) < 200
}

// lowContrast lists text that is hard to read on what lies behind it, in HTML
// and in figures: below 4.5:1, or 3:1 where it is large. It is measured from
// computed colours; of a figure also against the shapes under the text, which
// checkers leave out.
const lowContrast = `(() => {
	const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
	const known = {};
	const rgba = c => known[c] ??= (canvas.clearRect(0, 0, 1, 1), canvas.fillStyle = c, canvas.fillRect(0, 0, 1, 1), [...canvas.getImageData(0, 0, 1, 1).data].map((x, i) => i < 3 ? x : x / 255));
	const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
	const light = c => { const [r, g, b] = c.map(x => (x /= 255) <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
	const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05) };
	const faded = (c, by) => [c[0], c[1], c[2], c[3] * by];
	const grounds = new Map([[null, [255, 255, 255, 1]]]);
	const ground = e => { if (!grounds.has(e)) grounds.set(e, over(rgba(getComputedStyle(e).backgroundColor), ground(e.parentElement))); return grounds.get(e) };
	const opacities = new Map([[null, 1]]);
	const opacity = e => { if (!opacities.has(e)) opacities.set(e, opacity(e.parentElement) * getComputedStyle(e).opacity); return opacities.get(e) };
	const out = new Map();
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; n = walk.nextNode();) {
		const e = n.parentElement, svg = e.closest("svg"), c = getComputedStyle(e);
		if (!n.data.trim() || !e.checkVisibility({visibilityProperty: true}) || e.closest("title, desc, option, script, style")) continue;
		const r = e.getBoundingClientRect();
		if (r.width <= 1 || r.height <= 1) continue;
		let below = ground(svg ? svg.parentElement : e);
		if (svg) {
			const under = document.elementsFromPoint(r.x + r.width / 2, r.y + r.height / 2);
			const at = under.indexOf(e);
			if (at < 0 && !under.some(x => e.contains(x))) { if (!/auto|scroll/.test(getComputedStyle(svg.parentElement).overflowX)) out.set("at" + n.data, "nothing is to be asked of " + n.data); continue }
			if (at >= 0) for (const shape of under.slice(at + 1).filter(x => svg.contains(x) && !/^(svg|g|text|tspan)$/.test(x.tagName)).reverse()) {
				const sc = getComputedStyle(shape);
				if (sc.fill !== "none") below = over(faded(rgba(sc.fill), sc.fillOpacity * opacity(shape)), below);
			}
		}
		const ink = over(faded(rgba(svg ? c.fill : c.color), opacity(e) * (svg ? +c.fillOpacity : 1)), below);
		const size = parseFloat(c.fontSize), large = size >= 24 || size >= 18.66 && +c.fontWeight >= 700;
		const got = ratio(ink, below);
		if (got < (large ? 3 : 4.5)) out.set(c.color + c.fill + below, got.toFixed(2) + ":1, " + (svg ? c.fill : c.color) + " on rgb(" + below.slice(0, 3).map(Math.round) + "): " + n.data.trim().slice(0, 60));
	}
	return [...out.values()];
})()`

func testContrast(t *testing.T, d *desk) {
	for scheme, m := range map[string]browser.Media{"light": {Light: true}, "dark": {Dark: true}, "paper": {Type: "print"}} {
		s := d.blank(t, media(m))
		for _, name := range d.names("fail", "inconclusive", "invalid", "variants", "sweep", "measured") {
			s.must(s.tab.SetViewport(1200, 900))
			s.show(name)
			s.do(openSome)
			// What is under a text can be asked for inside of the window only.
			height := s.count(`document.documentElement.scrollHeight`)
			if height > 30000 {
				t.Errorf("%s is %d pixels high", name, height)
			}
			s.must(s.tab.SetViewport(1200, height))
			s.problems(name+" in "+scheme, lowContrast)
		}
	}
}

// manyView is a run of 200 benchmarks.
func manyView(t *testing.T) *View {
	t.Helper()
	var specs []spec
	for len(specs) < 200 {
		for _, s := range draft() {
			s.knobs += "/copy=" + string(rune('a'+len(specs)/14))
			specs = append(specs, s)
		}
	}
	return measuredView(t, 5, specs[:200])
}

// Two hundred benchmarks load and filter without a wait. Times are told, not
// asserted: this machine may be busy.
func testMany(t *testing.T, d *desk) {
	if !browser.Required() {
		t.Skip("XBENCH_BROWSER_REQUIRED=1 tests it")
	}
	s, url := d.blank(t), d.url(t, "many")
	began := time.Now()
	s.must(s.tab.Navigate(url))
	loaded := time.Since(began)
	if n := len(s.lines()); n != 200 {
		t.Fatalf("%d rows", n)
	}
	// As the page feels it: from the event until the new picture is laid out.
	timed := func(action string) float64 {
		return eval[float64](s, `(() => { const began = performance.now(); `+action+`; document.body.offsetHeight; return performance.now() - began })()`)
	}
	filter := timed(`{ const f = document.querySelector("#filter"); f.value = "io_bound"; f.dispatchEvent(new Event("input", {bubbles: true})) }`)
	s.await(`document.querySelectorAll("#benchmarks tbody[data-name]").length > [...document.querySelectorAll("#benchmarks tbody[data-name]")].filter(b => b.checkVisibility()).length`)
	if got := len(shownNames(s.lines())); got == 0 || got == 200 {
		t.Errorf("the filter leaves %d rows", got)
	}
	all := timed(`{ const f = document.querySelector("#filter"); f.value = ""; f.dispatchEvent(new Event("input", {bubbles: true})) }`)
	order := timed(`document.querySelectorAll("#benchmarks thead button")[1].click()`)
	open := timed(openDetails)
	t.Logf("200 rows, 5 rounds: load %s, filter %.0f ms, show all %.0f ms, sort %.0f ms, open all details %.0f ms", loaded.Round(time.Millisecond), filter, all, order, open)
	s.quietly("many")
}
