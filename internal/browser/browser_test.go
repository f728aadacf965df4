package browser

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// page is a file that a test opens.
func page(t *testing.T, html string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte("<!doctype html><html lang=en><meta charset=utf-8><title>page</title>"+html), 0o644); err != nil {
		t.Fatal(err)
	}
	return "file://" + filepath.ToSlash(file)
}

// The tests of a browser share one: starting it costs more than any of them.
func TestBrowser(t *testing.T) {
	b := ForTest(t)
	t.Log(b.Version)
	open := func(t *testing.T, html string) *Tab {
		t.Helper()
		tab, err := b.NewTab()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := tab.Close(); err != nil {
				t.Error(err)
			}
		})
		must(t, tab.SetViewport(800, 600))
		must(t, tab.Navigate(page(t, html)))
		return tab
	}

	t.Run("a quiet page leaves only its own request", func(t *testing.T) {
		tab := open(t, `<p>hello<script>document.querySelector("p").append(" there")</script>`)
		text := eval[string](t, tab, `document.body.innerText`)
		log := tab.Log()
		if text != "hello there" || len(log.Requests) != 1 || !strings.HasSuffix(log.Requests[0], "page.html") ||
			len(log.Console)+len(log.Exceptions)+len(log.Violations)+len(log.Issues)+len(log.Dialogs) != 0 {
			t.Errorf("%q, %+v", text, log)
		}
	})

	t.Run("nothing that a page does goes unseen", func(t *testing.T) {
		tab := open(t, `<meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline'; img-src 'self'">
			<script>console.warn("careful", 3); alert("boo"); try { eval("1") } catch {}; new Image().src = "http://127.0.0.1:9/x.png"</script>
			<script>throw new Error("uncaught")</script><p style="color:red">`)
		must(t, tab.Eval(`fetch("http://127.0.0.1:9/y").catch(() => 0)`, nil))
		must(t, tab.await("violations", func() bool { return len(tab.log.Violations) >= 2 }))
		log := tab.Log()
		check := func(in []string, want string) {
			t.Helper()
			if !slices.ContainsFunc(in, func(s string) bool { return strings.Contains(s, want) }) {
				t.Errorf("no %q in %+v", want, log)
			}
		}
		check(log.Console, `warning: "careful" 3`)
		check(log.Dialogs, "alert: boo")
		check(log.Exceptions, "Error: uncaught")
		check(log.Requests, "http://127.0.0.1:9/y")
		check(log.Violations, "EvalViolation")
		check(log.Violations, "img-src")
	})

	t.Run("evaluating tells values from errors", func(t *testing.T) {
		tab := open(t, ``)
		if got := eval[[]int](t, tab, `Promise.resolve([1, 2])`); !slices.Equal(got, []int{1, 2}) {
			t.Errorf("got %v", got)
		}
		err := tab.Eval(`nothing.here`, nil)
		if err == nil || !strings.Contains(err.Error(), "ReferenceError") {
			t.Errorf("got %v", err)
		}
		if log := tab.Log(); len(log.Exceptions) != 0 {
			t.Errorf("an error of the test's own is taken for the page's: %+v", log)
		}
	})

	t.Run("clicks and keys arrive as a person's would", func(t *testing.T) {
		tab := open(t, `<div style="height:3000px"></div><input id=a><button id=b onclick="this.textContent += event.isTrusted">b</button>
			<div style="position:relative"><button id=under>u</button><div style="position:absolute;inset:0;background:red"></div></div>
			<button id=hidden hidden>h</button>`)
		must(t, tab.Click("#a"))
		must(t, tab.Type("Ab 9é"))
		must(t, tab.Press("Backspace"))
		must(t, tab.Press("Tab"))
		must(t, tab.Press("Enter"))
		must(t, tab.Press(" "))
		must(t, tab.Press("Tab", Shift))
		if got := eval[string](t, tab, `a.value + "|" + b.textContent + "|" + document.activeElement.id`); got != "Ab 9|btruetrue|a" {
			t.Errorf("got %q", got)
		}
		for selector, want := range map[string]string{"#under": "covered", "#hidden": "not shown", "#none": "there is none"} {
			if err := tab.Click(selector); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q", selector, err, want)
			}
		}
	})

	t.Run("media and viewport are as asked for", func(t *testing.T) {
		tab := open(t, ``)
		is := func(query string) bool { t.Helper(); return eval[bool](t, tab, `matchMedia(`+quote(query)+`).matches`) }
		must(t, tab.EmulateMedia(Media{Dark: true, ReducedMotion: true}))
		must(t, tab.SetViewport(400, 700))
		if !is("(prefers-color-scheme: dark) and (prefers-reduced-motion) and (width: 400px)") {
			t.Error("dark, calm and narrow is not")
		}
		must(t, tab.EmulateMedia(Media{Type: "print", Light: true}))
		if !is("print and (prefers-color-scheme: light)") || is("(prefers-reduced-motion)") {
			t.Error("print in light is not")
		}
	})

	t.Run("a page without JavaScript", func(t *testing.T) {
		tab := open(t, ``)
		must(t, tab.DisableJS())
		must(t, tab.Navigate(page(t, `<p>plain<script>document.body.textContent = "script"</script><noscript> none</noscript>`)))
		if got := eval[string](t, tab, `document.body.innerText`); got != "plain none" {
			t.Errorf("got %q", got)
		}
	})

	t.Run("every tab is a fresh one", func(t *testing.T) {
		html := `<script>document.title = localStorage.length; localStorage.setItem("a", "1")</script>`
		for range 2 {
			tab := open(t, html)
			if got := eval[string](t, tab, `document.title`); got != "0" {
				t.Errorf("%s things are stored already", got)
			}
			// Storage is written behind the page's back: the first reload may
			// come before it.
			for range 100 {
				must(t, tab.Reload())
				if eval[string](t, tab, `document.title`) == "1" {
					break
				}
			}
			if got := eval[string](t, tab, `document.title`); got != "1" {
				t.Errorf("%s things are stored after a reload", got)
			}
		}
	})

	t.Run("pictures and paper", func(t *testing.T) {
		tab := open(t, `<style>body{margin:0;height:1500px}</style>`)
		shot, err := tab.Screenshot(true)
		must(t, err)
		size, err := png.DecodeConfig(bytes.NewReader(shot))
		must(t, err)
		if size.Width != 800 || size.Height != 1500 {
			t.Errorf("%d x %d", size.Width, size.Height)
		}
		pdf, err := tab.PDF()
		must(t, err)
		if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("not a PDF: %.20q", pdf)
		}
	})

	t.Run("the accessibility tree", func(t *testing.T) {
		tab := open(t, `<main><h2>Title</h2><button aria-expanded=false>more</button><svg role=img aria-label=figure></svg></main>`)
		tree, err := tab.AXTree()
		must(t, err)
		var got []string
		for _, n := range tree {
			switch n.Role {
			case "heading", "button", "image", "img":
				got = append(got, n.Name+n.Properties["level"]+n.Properties["expanded"])
			}
		}
		if !slices.Equal(got, []string{"Title2", "morefalse", "figure"}) {
			t.Errorf("got %q of %+v", got, tree)
		}
	})
}

// A closed browser leaves neither processes nor a hold on its profile, and
// calls fail at once.
func TestBrowserLeavesNothing(t *testing.T) {
	path, err := Find()
	if err != nil {
		missing(t, err)
	}
	profile := t.TempDir()
	b, err := Launch(path, profile)
	must(t, err)
	tab, err := b.NewTab()
	must(t, err)
	b.Close()
	b.Close() // again does nothing
	must(t, os.RemoveAll(profile))
	if err := tab.Navigate("about:blank"); err == nil {
		t.Error("a closed browser navigates")
	}
	if _, err := os.Stat(profile); !os.IsNotExist(err) {
		t.Errorf("the profile is written to after the end: %v", err)
	}
}

func TestLaunchTellsWhatTheProgramSaid(t *testing.T) {
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("no /bin/sh")
	}
	script := filepath.Join(t.TempDir(), "chrome")
	must(t, os.WriteFile(script, []byte("#!/bin/sh\necho 'libnss3.so: cannot open' >&2\n"), 0o755))
	_, err := Launch(script, t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "has closed its pipe") && !strings.Contains(err.Error(), "broken pipe") {
		t.Errorf("got %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func eval[T any](t *testing.T, tab *Tab, expression string) T {
	t.Helper()
	var out T
	must(t, tab.Eval(expression, &out))
	return out
}
