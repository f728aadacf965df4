package main

import (
	"fmt"
	"strings"
)

// banner says what is about to run.
func (r *oneRun) banner() {
	if len(r.commands) > 0 {
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
		r.progress.line("no xbench.yaml found: running the bundled demo, %s, %s.  Yours: docs/configuration.md", strings.Join(names, " against "), what)
		return
	}
	r.progress.line("%s: %s", r.p.Path, what)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// showPlan is --dry-run.
func (r *oneRun) showPlan() error {
	fmt.Fprintf(r.out, "suite      %s\n", orElse(r.suiteOf.Name, "(all benchmarks)"))
	fmt.Fprintf(r.out, "gate       %s\n", r.gate)
	if r.rounds > 0 {
		fmt.Fprintf(r.out, "rounds     %d\n", r.rounds)
	} else if r.budget > 0 {
		fmt.Fprintf(r.out, "budget     %s\n", r.budget)
	}
	for _, im := range r.p.Implementations {
		args := im.Worker
		if len(args) == 0 {
			args = im.Command
		}
		note := ""
		if im.Reference {
			note = "  (reference)"
		}
		fmt.Fprintf(r.out, "run        %s: %s%s\n", im.Name, strings.Join(args, " "), note)
	}
	for _, row := range r.rows {
		fmt.Fprintf(r.out, "benchmark  %s\n", row.Name)
	}
	for _, g := range r.p.goals {
		fmt.Fprintf(r.out, "goal       %s: %s\n", g.Level, g.Claim)
	}
	return nil
}
