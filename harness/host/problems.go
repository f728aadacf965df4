package host

import (
	"fmt"
	"strings"

	"xbench/harness/record"
)

// A Problem is something that makes a host a poor place to measure on, and
// what to do about it.
type Problem struct {
	Text, Remedy string
}

// busyShare is the load per core from which other work shows in the numbers:
// with half a core taken, one of two processes measured side by side already
// waits now and then.
const busyShare = 0.5

// Problems lists what is plainly unfit about a host, the worst first. It says
// nothing about what is not known.
func Problems(h record.Host) []Problem {
	var out []Problem
	if h.Cores > 0 && h.Load1 > busyShare*float64(h.Cores) {
		out = append(out, Problem{
			fmt.Sprintf("load %.1f on %s: other work takes the cores being measured", h.Load1, plural(h.Cores, "core")),
			"stop it, or wait, and measure again",
		})
	}
	if h.Cores == 1 {
		out = append(out, Problem{
			"one core: the benchmark shares it with xbench and everything else, and nothing runs in parallel",
			"use a machine with at least two cores",
		})
	}
	if h.Scaling > 0 && h.Scaling < scalingFull && len(out) == 0 { // load would explain it
		out = append(out, Problem{
			fmt.Sprintf("two threads do only %.2f times the work of one", h.Scaling),
			"compare work in parallel on whole cores",
		})
	}
	for _, g := range strings.Split(h.Governor, ", ") {
		if g == "powersave" || g == "conservative" || g == "ondemand" {
			out = append(out, Problem{
				fmt.Sprintf("cpu governor %s: the clock rate follows the load, so short work looks slower", g),
				"sudo cpupower frequency-set -g performance",
			})
			break
		}
	}
	return out
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
