package report

import (
	"slices"
	"strings"
	"testing"

	"xbench/internal/browser"
)

// A report says nothing, asks for nothing but itself and breaks no rule of its
// own, whatever is in it and whatever is done with it.
func testQuiet(t *testing.T, d *desk) {
	s := d.blank(t)
	for _, name := range d.names() {
		s.show(name)
		s.do(openDetails)
		s.click("#theme")
		s.must(s.tab.Reload())
		s.quietly(name)
	}
}

// openDetails opens everything, openSome what is not a row's and the first
// three rows: the others' details come from the same template, and a page of
// ten thousand elements takes a checker minutes.
const (
	openDetails = `for (const d of document.querySelectorAll("details")) d.open = true`
	openSome    = `[...document.querySelectorAll("#benchmarks tbody")].filter(b => b.dataset.name !== undefined).forEach((b, i) => b.querySelector("details").open = i < 3);
		for (const d of document.querySelectorAll("details")) if (!d.closest("tbody[data-name]")) d.open = true`
)

// The page's policy is in force in the browser, not only in its head: what a
// name could smuggle in does not run, does not paint and does not call home.
func testPolicy(t *testing.T, d *desk) {
	s := d.open(t, "measured")
	policy := s.text(`document.querySelector('meta[http-equiv="Content-Security-Policy" i]').content`)
	for _, want := range []string{"default-src 'none'", "base-uri 'none'", "form-action 'none'", "script-src 'sha256-", "style-src 'sha256-"} {
		if !strings.Contains(policy, want) {
			t.Errorf("no %q in %q", want, policy)
		}
	}
	for _, no := range []string{"unsafe", "http", "*", "data:", "blob:"} {
		if strings.Contains(policy, no) {
			t.Errorf("%q in %q", no, policy)
		}
	}
	if !eval[bool](s, `(() => { const m = document.querySelector('meta[http-equiv="Content-Security-Policy" i]');
		return [...document.querySelectorAll("style, script, link")].every(e => m.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING) })()`) {
		t.Error("something stands before the policy and escapes it")
	}

	s.do(`(() => {
		const add = (tag, set) => { const e = document.createElement(tag); set(e); document.body.append(e); return e };
		add("script", e => e.textContent = "window.smuggled = 1");
		add("script", e => e.src = "data:text/javascript,window.smuggled=1");
		add("style", e => e.textContent = "body { outline: 7px solid red }");
		add("p", e => { e.id = "styled"; e.setAttribute("style", "outline: 7px solid red") });
		add("div", e => e.innerHTML = '<b onclick="window.smuggled = 1" id=handler>b</b><img src=x onerror="window.smuggled = 1">').firstChild.click();
		add("iframe", e => e.srcdoc = "<script>parent.smuggled = 1</" + "script>");
		add("a", e => { e.id = "jsurl"; e.href = "javascript:window.smuggled=1"; e.textContent = "js" }).click();
	})()`)
	for name, script := range map[string]string{
		"eval":         `eval("1")`,
		"new Function": `new Function("return 1")()`,
		"fetch":        `fetch("http://127.0.0.1:9/")`,
		"setTimeout":   `new Promise((ok, no) => { setTimeout("window.smuggled = 1"); setTimeout(() => window.smuggled ? ok() : no(Error("refused")), 50) })`,
	} {
		if err := s.tab.Eval(script, nil); err == nil {
			t.Errorf("%s works", name)
		}
	}
	if got := s.text(`[window.smuggled, getComputedStyle(document.body).outlineWidth, getComputedStyle(styled).outlineStyle].join()`); !strings.HasPrefix(got, ",") ||
		strings.Contains(got, "7px") || strings.Contains(got, "solid") {
		t.Errorf("script, width and style of outlines: %q", got)
	}
	log := s.tab.Log()
	for _, want := range []string{"script-src-elem: InlineViolation", "script-src-elem: URLViolation", "style-src-elem: InlineViolation", "style-src-attr: InlineViolation",
		"script-src-attr: InlineViolation", "script-src: EvalViolation", "connect-src: URLViolation", "img-src: URLViolation"} {
		if !slices.ContainsFunc(log.Violations, func(v string) bool { return strings.HasPrefix(v, want) }) {
			t.Errorf("no %q was reported in %q", want, log.Violations)
		}
	}
	for _, u := range log.Requests {
		if strings.HasPrefix(u, "http") {
			t.Errorf("asked for %s", u)
		}
	}
}

// Names and messages from programs and configuration stay text.
func testHostile(t *testing.T, d *desk) {
	s := d.blank(t)
	for _, name := range []string{"hostile", "sweep-hostile"} {
		s.show(name)
		s.do(openDetails)
		s.problems(name, `[...document.querySelectorAll("*")].flatMap(e => {
			const out = [];
			if (e.matches("iframe, object, embed, img, link, base, form, audio, video, meta[http-equiv=refresh i]")) out.push(e.outerHTML.slice(0, 200));
			for (const a of e.attributes) {
				if (/^on|^style$|^srcdoc$|^src$|^action$|^formaction$/i.test(a.name)) out.push(a.name + " in " + e.outerHTML.slice(0, 200));
				if (/^(xlink:)?href$/i.test(a.name) && !a.value.startsWith("#")) out.push("href " + a.value);
			}
			return out })`)
		// Outside of the page's own script and its raw data nobody can run.
		if n := s.count(`[...document.scripts].filter(e => !/json/.test(e.type)).length`); n > 1 {
			t.Errorf("%s: %d scripts", name, n)
		}
		if n := s.count(`document.querySelectorAll("style").length`); n != 1 {
			t.Errorf("%s: %d style sheets", name, n)
		}
		text := s.text(`document.body.innerText`)
		for _, r := range d.views[name].Rows {
			// The page may break a name between letters, not change it.
			if got := s.count(`[...document.querySelectorAll("#benchmarks tbody[data-name]")].filter(b => b.dataset.name === ` + jsString(r.Name) + `).length`); got != 1 {
				t.Errorf("%s: %d rows are named %q", name, got, r.Name)
			}
		}
		for _, r := range d.views[name].Reasons {
			if !strings.Contains(squeeze(text), squeeze(r)) {
				t.Errorf("%s: the reason %q is not shown", name, r)
			}
		}
		for _, w := range d.views[name].Warnings {
			if !strings.Contains(squeeze(text), squeeze(w.Text)) {
				t.Errorf("%s: the warning %q is not shown", name, w.Text)
			}
		}
		s.quietly(name)
	}
	// What a reader is sent in a link is text as well.
	s = d.blank(t)
	s.must(s.tab.Navigate(d.url(t, "pass") + `#"><img src=x onerror=alert(1)>&filter=<script>alert(1)</script>&verdict=%zz&__proto__=1&q=%E0%A4%A`))
	s.do(openDetails)
	s.quietly("pass")
	if n := s.count(`document.images.length`); n != 0 {
		t.Errorf("the address made %d images", n)
	}
}

// squeeze drops what a page may add to a text to break its lines.
func squeeze(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u200b", "", "\u00ad", "", "\u00a0", " ").Replace(s)), "")
}

// The raw data of a report is the summary, whole.
func (s *sheet) raw() string {
	return s.text(`(document.querySelector("#raw script, #raw pre, #raw textarea, #raw code") ?? document.querySelector("#raw")).textContent`)
}

// dark is for open.
var dark = media(browser.Media{Dark: true})
