package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"xbench/compare"
	"xbench/harness/record"
)

// A plan is not extended: its looks share the error among them, and more of
// them would need shares of their own. What would settle a run that ended open
// is another one, planned longer.

// bounds are the flags that say how long a run is, and the seed: another run
// draws its own inputs.
var bounds = []string{"--budget", "--rounds", "--runs", "-r", "--seed"}

// unbounded is the command line of a plan without what bounds it.
func unbounded(p *record.Plan) []string {
	args := loud(p.Args)
	if len(args) == 0 {
		args = planArgs(p)
	}
	out := []string{"xbench"}
	for i := 0; i < len(args); i++ {
		name, _, joined := strings.Cut(args[i], "=")
		if !slices.Contains(bounds, name) {
			out = append(out, args[i])
			if !joined && strings.HasPrefix(name, "-") && takesValue(name) && i+1 < len(args) {
				i++
				out = append(out, args[i]) // the value of a flag is none
			}
		} else if !joined {
			i++
		}
	}
	return out
}

// roundsToSettle is how many rounds a new run needs to settle, probably, those
// open goals that count and that it can settle. 0 = none, or nobody knows.
func (v *View) roundsToSettle() int {
	rounds := 0
	for _, g := range v.Goals {
		if g.Gated && g.Verdict == compare.Inconclusive && !g.TooClose && g.MoreRounds > 0 {
			rounds = max(rounds, v.roundsOf(g)+g.MoreRounds)
		}
	}
	return rounds
}

// newRun is the command line of that run, "" where there is none.
func (v *View) newRun(p *record.Plan) string {
	rounds := v.roundsToSettle()
	if rounds == 0 {
		return ""
	}
	return shellLine(append(unbounded(p), "--rounds", strconv.Itoa(rounds)))
}

// again is how PERFORMANCE.md gives it.
func (m *markdown) again() {
	if m.NewRun != "" {
		m.printf("Settle what is open, probably: a new run of about %s, for a plan is not extended%s:\n\n%s\n",
			plural(m.roundsToSettle(), "round"), m.whereText(), indented(m.NewRun))
	}
}

// planArgs is the command for a record that does not say what was typed. What
// cannot be told from a plan (which configuration file it came from) is left
// to the directory it is run in.
func planArgs(p *record.Plan) []string {
	args := []string{"run"}
	add := func(flag, value string) {
		if value != "" {
			args = append(args, flag, value)
		}
	}
	add("--suite", p.Suite)
	add("--filter", p.Filter)
	if p.Gate != "minimum" {
		add("--gate", p.Gate)
	}
	add("--inconclusive", p.Inconclusive)
	if p.BudgetNS > 0 {
		add("--budget", fmt.Sprint(time.Duration(p.BudgetNS)))
	} else if p.RMax > 0 {
		add("--rounds", strconv.Itoa(p.RMax))
	}
	return append(args, "--seed", strconv.FormatUint(p.Seed, 10))
}
