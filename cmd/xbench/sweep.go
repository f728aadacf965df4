package main

import (
	"context"
	"fmt"
	"strings"

	"xbench/harness"
	"xbench/harness/config"
)

// knobless refuses a sweep over a knob that some of the chosen benchmarks lack:
// to leave them out would be to run something else than was asked for.
func (r *oneRun) knobless(lab *harness.Lab) error {
	for _, s := range r.sweeps {
		var lacking, known []string
		seen := make(map[string]bool)
		for _, row := range r.rows {
			if seen[row.ID] {
				continue
			}
			seen[row.ID] = true
			knobs, offered := lab.Knobs(row.ID)
			if _, has := knobs.Get(s.Knob); has || !offered {
				continue
			}
			lacking = append(lacking, row.ID)
			for _, k := range knobs {
				known = append(known, k.Name)
			}
		}
		if len(lacking) > 0 {
			return lackingError(s.Knob, lacking, len(seen), unique(known))
		}
	}
	return nil
}

func lackingError(knob string, lacking []string, of int, known []string) error {
	if len(lacking) == of {
		hint := strings.NewReplacer("(it has none", "(they have none", "(it has ", "(there are: ").Replace(config.KnobHint(knob, known))
		which := fmt.Sprintf("none of the %d benchmarks selected has a knob %s", of, knob)
		if of == 1 {
			which, hint = fmt.Sprintf("%s has no knob %s", lacking[0], knob), config.KnobHint(knob, known)
		}
		return fmt.Errorf("--sweep: %s%s", which, hint)
	}
	return fmt.Errorf("--sweep: %d of %d benchmarks selected have no knob %s: %s; narrow --filter", len(lacking), of, knob, someOf(lacking, 5))
}

// someOf lists the first n, and how many are left.
func someOf(names []string, n int) string {
	if len(names) <= n {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:n], ", "), len(names)-n)
}

func unique(names []string) []string {
	var out []string
	seen := make(map[string]bool)
	for _, n := range names {
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// refused ends the run before anything is measured when it asks for parameters
// that nobody takes.
func (r *oneRun) refused(ctx context.Context, lab *harness.Lab) error {
	err := lab.Refused(ctx, r.rows)
	r.progress.clear()
	return err
}
