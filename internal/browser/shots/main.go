// Command shots takes pictures of a page in light, in the dark, on a narrow
// screen and on paper:
//
//	go run ./internal/browser/shots DIR report.html
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"xbench/internal/browser"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: shots DIR page.html")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// shots are what is taken. Paper is as wide as A4 less its margins.
var shots = []struct {
	name   string
	width  int
	media  browser.Media
	opened bool // with the first details open
}{
	{"light", 1200, browser.Media{Light: true}, false},
	{"dark", 1200, browser.Media{Dark: true}, false},
	{"narrow", 400, browser.Media{Light: true}, false},
	{"print", 718, browser.Media{Type: "print"}, false},
	{"open", 1200, browser.Media{Light: true}, true},
}

func run(dir, file string) error {
	path, err := browser.Find()
	if err != nil {
		return err
	}
	if file, err = filepath.Abs(file); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	profile, err := os.MkdirTemp("", "xbench-browser-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	b, err := browser.Launch(path, profile)
	if err != nil {
		return err
	}
	defer b.Close()
	tab, err := b.NewTab()
	if err != nil {
		return err
	}
	for _, s := range shots {
		if err := tab.SetViewport(s.width, 900); err != nil {
			return err
		}
		if err := tab.EmulateMedia(s.media); err != nil {
			return err
		}
		if err := tab.Navigate("file://" + filepath.ToSlash(file)); err != nil {
			return err
		}
		if s.opened {
			if err := tab.Eval(`(document.querySelector("#benchmarks details") || {}).open = true`, nil); err != nil {
				return err
			}
		}
		shot, err := tab.Screenshot(true)
		if err != nil {
			return err
		}
		name := filepath.Join(dir, s.name+".png")
		if err := os.WriteFile(name, shot, 0o644); err != nil {
			return err
		}
		fmt.Println(name)
	}
	pdf, err := tab.PDF()
	if err != nil {
		return err
	}
	name := filepath.Join(dir, "print.pdf")
	fmt.Println(name)
	return os.WriteFile(name, pdf, 0o644)
}
