package main

import (
	"fmt"
	"strings"
)

// banner says what is about to run.
func (r *oneRun) banner() {
	if len(r.command.lines) > 0 {
		if hint := r.command.valuesHint(); hint != "" {
			r.warn(hint)
		}
		return
	}
	what := fmt.Sprintf("suite %s, %s", r.suiteOf.Name, plural(len(r.rows), "benchmark"))
	if r.suiteOf.Name == "" {
		what = plural(len(r.rows), "benchmark")
	}
	if r.suiteOf.Budget > 0 && r.budget > 0 {
		what += fmt.Sprintf(", at most %s", seconds(r.budget))
	}
	if r.p.demo {
		var names []string
		for _, im := range r.p.Implementations {
			names = append(names, im.Name)
		}
		yours := "Yours: xbench init"
		if below := oneBelow(workingDir()); below != "" {
			yours = "Yours: --config " + shellWord(below)
		}
		r.progress.line("no xbench.yaml found: running the bundled demo, %s, %s.  %s", strings.Join(names, " against "), what, yours)
		return
	}
	r.progress.line("%s: %s", r.p.Path, what)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "s") {
		noun += "e"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
