package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// runFlags are the settings of xbench run, after flags, environment and file
// were merged.
type runFlags struct {
	config, suite, filter, goals string
	gate, inconclusive, output   string
	sweep, impl                  []string
	command                      commandFlags
	exports                      exports
	budget, spacing              time.Duration
	rounds                       int
	seed                         uint64
	seeded                       bool // the seed was given, 0 included
	spaced                       bool // the spacing was given, 0 included
	gated                        bool // the gate was given, in words or by the environment
	json, quiet, dryRun          bool
}

// defaultOutput is where results go unless --output says otherwise.
const defaultOutput = "xbench-results"

// readRunFlags loads the project first, because its file may hold settings.
func readRunFlags(c *cobra.Command) (runFlags, *project, error) {
	var f runFlags
	path, _ := c.Flags().GetString("config")
	var err error
	if f.command, err = readCommandFlags(c); err != nil {
		return f, nil, err
	}
	f.exports = readExports(c)
	f.sweep, _ = c.Flags().GetStringArray("sweep")
	f.impl, _ = c.Flags().GetStringArray("impl")
	if len(f.command.lines) > 0 && len(f.sweep) > 0 {
		return f, nil, errors.New("--sweep does not go with --command: a command line has no knobs; parameters are -L VAR a,b,c and -P VAR MIN MAX")
	}
	var p *project
	if len(f.command.lines) > 0 {
		p, err = commandProject(f.command)
	} else {
		p, err = loadProject(path)
	}
	if err != nil {
		return f, nil, err
	}
	v, err := settings(c, p.Settings)
	if err != nil {
		return f, nil, err
	}
	f.config, f.suite, f.filter, f.goals = path, v.GetString("suite"), v.GetString("filter"), v.GetString("goals")
	f.gate, f.inconclusive, f.output = v.GetString("gate"), v.GetString("inconclusive"), v.GetString("output")
	f.budget, f.rounds, f.seed = v.GetDuration("budget"), v.GetInt("rounds"), v.GetUint64("seed")
	f.json, f.quiet, f.dryRun = v.GetBool("json"), v.GetBool("quiet"), v.GetBool("dry-run")
	if f.gate != "" {
		if err := oneOf("gate", f.gate, "minimum", "target", "stretch", "none"); err != nil {
			return f, nil, err
		}
	}
	if f.inconclusive != "" {
		if err := oneOf("inconclusive", f.inconclusive, "fail", "pass"); err != nil {
			return f, nil, err
		}
	}
	if err := f.takeRuns(c); err != nil {
		return f, nil, err
	}
	if c.Flags().Changed("budget") && f.budget <= 0 {
		return f, nil, fmt.Errorf("--budget %s: must be more than nothing, e.g. 90s or 10m", f.budget)
	}
	if f.spacing, f.spaced = v.GetDuration("spacing"), c.Flags().Changed("spacing"); f.spacing < 0 {
		return f, nil, fmt.Errorf("--spacing %s: must be 0 or more, e.g. 5s", f.spacing)
	}
	if err := f.exports.check(p.Implementations); err != nil {
		return f, nil, err
	}
	f.gated = c.Flags().Changed("gate")
	f.seeded = c.Flags().Changed("seed") || p.Settings.Seed != 0
	if f.output == "" {
		f.output = defaultOutput
	}
	return f, p, nil
}

// takeRuns lets --runs say the rounds, as hyperfine calls them.
func (f *runFlags) takeRuns(c *cobra.Command) error {
	name := "rounds"
	if runs, _ := c.Flags().GetInt("runs"); c.Flags().Changed("runs") {
		if c.Flags().Changed("rounds") && f.rounds != runs {
			return fmt.Errorf("--runs %d and --rounds %d are two words for one number", runs, f.rounds)
		}
		name, f.rounds = "runs", runs
		if runs == 0 {
			return errors.New("--runs 0: must be 2 to 45")
		}
	}
	switch {
	case f.rounds > 45:
		return fmt.Errorf("--%s %d: must be 2 to 45: the looks at the data are planned up to round 45, and share one error of 5%%; what 45 rounds leave open is for a quieter host", name, f.rounds)
	case f.rounds != 0 && f.rounds < 2:
		return fmt.Errorf("--%s %d: must be 2 to 45: one round says nothing of the next", name, f.rounds)
	}
	return nil
}
