package compare

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// What makes a host one that others use as well.
const (
	slowSpin     = 1.25 // the fixed work before a round took so many times its fastest
	slowRounds   = 0.2  // in more than this share of the rounds, and in two at least
	busyLoad     = 0.5  // load per core that is not the run's own
	ownLoad      = 0.3  // of xbench itself, at most
	busyPressure = 0.2  // share of the time in which some program waited for a core
	wholeCores   = 1.6  // two threads do less than this: the cores are halves, or taken
)

const quietRemedy = "stop other work, or measure on a machine of its own; xbench doctor shows its state"

// busyHost says that other work shared the cores: by the fixed work that
// starts each round, which nothing of the run can slow down; else by load and
// pressure at those moments, as far as they cannot be the run's own; else by
// the load when the run began, if that work was slow later on or was not done.
// By itself that load says little: it is often the compiler's that made what
// is measured.
func (a *analysis) busyHost(res *Result) []Warning {
	text, slow, all := a.slowSpins()
	if h := a.plan.Host; text == "" && (all == 0 || slow > 0) && h.Cores > 0 && h.Load1 > busyLoad*float64(h.Cores) {
		text = fmt.Sprintf("load %.1f on %d cores when the run began", h.Load1, h.Cores)
	}
	if text == "" {
		text = a.foreignLoad(res)
	}
	if text == "" {
		return nil
	}
	return []Warning{{Kind: WarnBusy, Text: "busy host: " + text, Remedy: quietRemedy}}
}

// many reports whether n of all rounds are enough to speak of.
func many(n, all int) bool { return n >= 2 && float64(n) > slowRounds*float64(all) }

// slowSpins counts the rounds that began with a slow spin; text is empty when
// they are few.
func (a *analysis) slowSpins() (text string, slow, all int) {
	fastest := a.plan.Host.SpinNS
	for _, r := range a.rec.Rounds {
		if r.SpinNS > 0 && (fastest == 0 || r.SpinNS < fastest) {
			fastest = r.SpinNS
		}
	}
	worst, when := 0.0, 0
	for _, r := range a.rec.Rounds {
		if r.SpinNS <= 0 {
			continue
		}
		all++
		x := float64(r.SpinNS) / float64(fastest)
		if x > slowSpin {
			slow++
		}
		if x > worst {
			worst, when = x, r.Round
		}
	}
	if !many(slow, all) {
		return "", slow, all
	}
	return fmt.Sprintf("in %d of %d rounds fixed work took more than %v times its fastest, at worst %.3g times (round %d)", slow, all, slowSpin, worst, when), slow, all
}

// foreignLoad judges load and pressure at the beginning of rounds. The run is
// part of both. Where no side ever filled the cores, its share of the load is
// the cores that it used; where one did, nothing can be said.
func (a *analysis) foreignLoad(res *Result) string {
	own, all := 0.0, float64(a.plan.Host.Cores)
	for _, r := range res.Rows {
		if r.Mark == MarkInvalid {
			continue
		}
		if r.CandCores == 0 {
			return ""
		}
		own = max(own, r.RefCores, r.CandCores)
	}
	if own == 0 || own > all-0.5 {
		return ""
	}
	loaded, waited, worst, longest := 0, 0, 0.0, 0.0
	for _, r := range a.rec.Rounds {
		if foreign := r.Load1 - own - ownLoad; foreign > busyLoad*all {
			loaded, worst = loaded+1, max(worst, foreign)
		}
		if p := pressureShare(r.Pressure); p > busyPressure {
			waited, longest = waited+1, max(longest, p)
		}
	}
	n := len(a.rec.Rounds)
	switch {
	case many(loaded, n):
		return fmt.Sprintf("in %d of %d rounds others had a load of more than %.1f on %.0f cores, at worst %.1f", loaded, n, busyLoad*all, all, worst)
	case many(waited, n):
		return fmt.Sprintf("in %d of %d rounds some program waited for a core more than %s of the time, at worst %s", waited, n, formatPercent(busyPressure), formatPercent(longest))
	}
	return ""
}

// pressureShare reads "3.5%"; anything else is 0.
func pressureShare(s string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	if err != nil || !strings.HasSuffix(s, "%") {
		return 0
	}
	return v / 100
}

// poorScaling says that rows which work in parallel met the machine's limit.
func (a *analysis) poorScaling(res *Result) []Warning {
	s := a.plan.Host.Scaling
	if s <= 0 || s >= wholeCores {
		return nil
	}
	var names []string
	for _, r := range res.Rows {
		way, _ := r.Params.Get(wayKnob)
		if max(r.RefCores, r.CandCores) > coresFactor || way == threads || way == processes {
			if !slices.Contains(names, r.Name) {
				names = append(names, r.Name)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []Warning{{
		Text:   fmt.Sprintf("two threads do %.2f times the work of one on this host: rows in threads or processes (%d) show its limit as much as the programs'", s, len(names)),
		Remedy: "compare such rows on a machine with whole cores of its own",
	}}
}

// spinDrift says that the host itself became slower or faster during the run.
func (a *analysis) spinDrift() (Warning, bool) {
	var x []float64
	for _, r := range a.rec.Rounds {
		if r.SpinNS > 0 {
			x = append(x, math.Log(float64(r.SpinNS)))
		}
	}
	if len(x) < driftFrom || make(trendTest).p(x) > spinDriftP {
		return Warning{}, false
	}
	change := math.Expm1(trend(x))
	if math.Abs(change) < spinDriftLeast {
		return Warning{}, false
	}
	return Warning{
		Text:   fmt.Sprintf("the host drifted: fixed work took %s at the end of %d rounds than at the beginning", moreOrLess(change), len(x)),
		Remedy: "both sides of a round share it; let the machine reach its temperature and stop other work before quoting times",
	}, true
}

func moreOrLess(change float64) string {
	if change < 0 {
		return formatPercent(-change) + " less"
	}
	return formatPercent(change) + " more"
}
