package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"xbench/compare"
	"xbench/compare/report"
	"xbench/harness"
	"xbench/harness/protocol"
)

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
	line("time", "%s", r.plannedTime(lab))
	for _, im := range lab.Implementations() {
		note := ""
		if im.Name == lab.Reference() {
			note = "  (reference)"
		}
		line("run", "%s: %s%s", im.Name, strings.Join(lab.CommandLine(im.Name), " "), note)
	}
	for _, row := range r.rows {
		line("benchmark", "%s", row.Name)
		for _, impl := range slices.Sorted(maps.Keys(row.Unsupported)) {
			line("", "  unsupported by %s: %s", impl, row.Unsupported[impl])
		}
	}
	for _, im := range lab.Implementations() {
		if s := report.UnmatchedText(im); s != "" {
			line("left", "%s", s)
		}
	}
	for _, g := range r.goalLines() {
		line("goal", "%s", g)
	}
	return nil
}

// goalLines are the goals that are about a row, or one line that says why none
// is.
func (r *oneRun) goalLines() []string {
	var out []string
	for _, g := range r.p.goals {
		if slices.ContainsFunc(r.rows, compare.Goal{Goal: g}.About) {
			out = append(out, fmt.Sprintf("%s: %s", g.Level, g.Claim))
		}
	}
	idle := len(r.p.goals) - len(out)
	switch {
	case idle == 0:
		return out
	case len(out) > 0:
		return append(out, fmt.Sprintf("(%s more, about none of these benchmarks)", plural(idle, "goal")))
	case len(r.sweeps) > 0:
		return []string{"none apply to a sweep"}
	case !slices.ContainsFunc(r.rows, judged):
		return []string{"none apply to benchmarks that are only shown"}
	}
	return []string{"none apply to these benchmarks"}
}

// plannedTime is how long the rounds take: at most the budget, and at least
// what warm-up, samples and the distance between rounds add up to. How long one
// iteration takes nobody knows before it has run.
func (r *oneRun) plannedTime(lab *harness.Lab) string {
	sides, rows := len(lab.Implementations()), 0
	tm := lab.Timing(harness.Timing{Sample: r.suiteOf.Sample, Warmup: r.suiteOf.Warmup, Samples: r.suiteOf.Samples})
	var round time.Duration
	for _, row := range r.rows {
		if len(row.Unsupported) > 0 {
			continue
		}
		rows++
		samples := tm.Samples
		if row.Samples > 0 {
			samples = row.Samples
		}
		round += time.Duration(sides) * (tm.Warmup + time.Duration(samples)*tm.Sample)
	}
	what := fmt.Sprintf("%s x %s", plural(rows, "benchmark"), plural(sides, "implementation"))
	if r.rounds == 0 && r.budget == 0 {
		return "until every goal is settled: " + what
	}
	if r.rounds == 0 {
		return fmt.Sprintf("at most %s: %s in as many rounds as fit", seconds(r.budget), what)
	}
	launches := fmt.Sprintf("%s x %s, %s", plural(r.rounds, "round"), what, plural(r.rounds*rows*sides, "process"))
	if lab.Launches() {
		return launches + ", each as long as it takes"
	}
	least := time.Duration(r.rounds-1)*max(round, r.suiteOf.Spacing) + round
	if r.suiteOf.Spacing > round {
		launches += fmt.Sprintf(", rounds %s apart", r.suiteOf.Spacing)
	}
	return fmt.Sprintf("at least %s: %s", seconds(least), launches)
}
