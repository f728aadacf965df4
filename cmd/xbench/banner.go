package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"xbench/harness"
	"xbench/harness/protocol"
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

// showPlan is --dry-run. It comes as far as the real run does before the first
// benchmark is executed, and fails where that would: a plan of programs and
// benchmarks that do not exist would be none.
func (r *oneRun) showPlan(ctx context.Context) error {
	lab, err := harness.NewLab(ctx, harness.LabOptions{Config: r.p.Config, Only: r.impl, Vars: r.p.vars, Observe: r.progress.event})
	if err != nil {
		return err
	}
	if err := r.bind(lab); err != nil {
		return err
	}
	if err := r.refused(ctx, lab); err != nil {
		return err
	}
	line := func(what, format string, args ...any) {
		fmt.Fprintf(r.out, "%-10s %s\n", what, protocol.Escape(fmt.Sprintf(format, args...), 0))
	}
	line("suite", "%s", orElse(r.suiteOf.Name, "(all benchmarks)"))
	line("gate", "%s", r.gate)
	if r.rounds > 0 {
		line("rounds", "%d", r.rounds)
	} else if r.budget > 0 {
		line("budget", "%s", r.budget)
	}
	for _, im := range lab.Implementations() {
		note := ""
		if im.Name == lab.Reference() {
			note = "  (reference)"
		}
		// Braces that stand for themselves are doubled in a configuration.
		line("run", "%s: %s%s", im.Name, strings.ReplaceAll(strings.Join(im.Command, " "), "{{", "{"), note)
	}
	for _, row := range r.rows {
		line("benchmark", "%s", row.Name)
		for _, impl := range slices.Sorted(maps.Keys(row.Unsupported)) {
			line("", "  unsupported by %s: %s", impl, row.Unsupported[impl])
		}
	}
	for _, g := range r.p.goals {
		line("goal", "%s: %s", g.Level, g.Claim)
	}
	return nil
}
