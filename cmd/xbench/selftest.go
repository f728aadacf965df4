package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/spf13/cobra"

	"xbench/cmd/xbench/internal/selftest"
	"xbench/harness"
	"xbench/harness/host"
)

// selftestBudget holds everything on two quiet cores, with time to spare for
// a busier host.
const selftestBudget = 2 * time.Minute

func (a *app) selftestCommand() *cobra.Command {
	var opt selftest.Options
	var only string
	var asJSON, quiet bool
	c := &cobra.Command{
		Use:   "selftest",
		Short: "plant equal programs, known differences and cheats, and see them judged",
		Long: `selftest proves the gate on this very host. It plants programs whose truth is
known and takes each the whole way that run goes, as real processes: equal
programs must not FAIL; exactly 10 % more or less work must be found, and its
size be right; cheats (other work, skipped work, answers known beforehand,
clocks that lie, crashes) must end INVALID, for the right reason. Cheats that
nothing outside a program can tell from work are planted as well, and how far
they get is shown. How often verdicts are wrong takes thousands of runs to see:
that is tested on simulated records.

Exit codes: 0 everything is as it must be, 1 the gate cannot be trusted on this
host, 2 usage or the tool broke, 3 the host is too noisy to find 10 %.`,
		Example: `  xbench selftest
  xbench selftest --only cheats
  xbench selftest --budget 10m --keep selftest-records`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if only != "" {
				if err := oneOf("only", only, groupNames()...); err != nil {
					return err
				}
				opt.Only = selftest.Group(only)
			}
			if opt.Rounds != 0 && (opt.Rounds < 5 || opt.Rounds > 45) {
				return fmt.Errorf("--rounds %d: must be 5 to 45", opt.Rounds)
			}
			if opt.Budget <= 0 {
				return fmt.Errorf("--budget %s: must be more than nothing, e.g. 2m", opt.Budget)
			}
			if !c.Flags().Changed("seed") {
				opt.Seed = rand.Uint64()
			}
			return a.selftest(c, opt, asJSON, quiet)
		},
	}
	f := c.Flags()
	f.Uint64Var(&opt.Seed, "seed", 0, "seed of orders and inputs (default: drawn, and printed)")
	f.DurationVar(&opt.Budget, "budget", selftestBudget, "stop after this `time`")
	f.IntVar(&opt.Rounds, "rounds", 0, "plan equal programs and known differences for `n` rounds (5 to 45) and no budget")
	f.StringVar(&only, "only", "", "one `group` of cases: same, known, judge, cheats or limits")
	f.BoolVar(&asJSON, "json", false, "print the outcomes as JSON instead of the table")
	f.StringVar(&opt.Dir, "keep", "", "keep the records in this `directory`: DIR/slow-clock/latest and so on")
	f.BoolVarP(&quiet, "quiet", "q", false, "no progress")
	return c
}

func groupNames() []string {
	var out []string
	for _, g := range selftest.Groups() {
		out = append(out, string(g))
	}
	return out
}

func (a *app) selftest(c *cobra.Command, opt selftest.Options, asJSON, quiet bool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	progress := newProgress(a.err, quiet)
	opt.Self, opt.Tool = []string{self, selftest.Command}, version
	opt.Host = host.Detect(os.TempDir())
	opt.Observe = progress.selftest()
	progress.host(opt.Host)
	r, err := selftest.Run(c.Context(), opt)
	progress.clear()
	if err != nil {
		return err
	}
	if asJSON {
		err = r.JSON(a.out)
	} else {
		t := terminalOptions(a.out, "")
		err = r.Terminal(a.out, selftest.TerminalOptions{Width: t.Width, Color: t.Color})
	}
	if err == nil && r.Exit != exitOK {
		return exitError(r.Exit)
	}
	return err
}

// selftest shows how far a selftest is: each step where there is a live line,
// else each group of cases as it begins.
func (p *progress) selftest() func(selftest.Step) {
	var last selftest.Group
	return func(s selftest.Step) {
		if !p.live {
			if s.Case.Group != last {
				p.line("selftest   %d of %d  %s", s.Place, s.Of, s.Case.Group)
			}
			last = s.Case.Group
			return
		}
		text := fmt.Sprintf("selftest   %d of %d  %s", s.Place, s.Of, s.Case.Planted)
		switch s.Stage {
		case harness.StageMeasure, harness.StageRound, harness.StageWait:
			text += fmt.Sprintf("  round %d of at most %d", s.Round, s.RMax)
		}
		p.draw(text)
	}
}
