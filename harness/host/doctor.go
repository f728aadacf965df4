package host

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// What a finding, or a host as a whole, comes to.
const (
	Fit    = "fit"    // nothing speaks against measuring here
	Usable = "usable" // measure, and mind what is said
	Unfit  = "unfit"  // what is measured here is about other things
)

// A Diagnosis says whether a host is fit to measure on.
type Diagnosis struct {
	Verdict  string    `json:"verdict"`  // the worst of the findings
	Findings []Finding `json:"findings"` // always the same ones, in the same order
	// Spread is the standard deviation of a round's log speedup that is to be
	// expected here, as a fraction.
	Spread float64 `json:"spread"`
	// Rounds are what a difference of 5 % takes to be shown nine times in
	// ten; 0 = more than a plan can hold.
	Rounds int `json:"rounds_for_5_percent"`
	// Smallest is the difference that the longest plan shows nine times in
	// ten, as a fraction.
	Smallest float64 `json:"smallest_difference"`
	Facts    Facts   `json:"facts"`
}

// A Finding is one thing looked at.
type Finding struct {
	Name    string `json:"name"`
	Verdict string `json:"verdict"` // fit, usable or unfit
	Value   string `json:"value"`   // what was found
	Meaning string `json:"meaning"` // for what is measured here
	Remedy  string `json:"remedy,omitempty"`
}

// From where on a finding is a doubt, and from where on it makes the host
// unfit. Note: pyperf's "system show" and Krun judge settings (frequency,
// turbo, isolated cores); here what the settings lead to is measured where it
// can be, since a virtual machine shows no settings and has the effects.
const (
	busySome, busyMuch         = 0.15, 1.0  // cores that others use: one of them is one that a side has to wait for
	pressureSome, pressureMuch = 0.10, 0.50 // a single stalled task counts, and xbench's own start is one
	stolenSome, stolenMuch     = 0.05, 0.25 // cores
	slowSome, slowMuch         = 0.05, 0.25 // share of spins that took half as long again
	scalingFull                = 1.6        // two hardware threads of one core reach 1.1 to 1.4
	memoryLow                  = 512 << 20
	launchSlow                 = 300 * time.Millisecond
	clockCoarse, clockUseless  = 5 * time.Microsecond, time.Millisecond // a sample is 5 ms
	slowSpin                   = 1.5
	lastingSpread              = 0.05 // of a round, where disturbances last
	unfitDifference            = 0.10 // where 30 rounds do not show a tenth, measuring is a waste
)

// Diagnose judges facts. It is pure.
func Diagnose(f Facts) Diagnosis {
	d := Diagnosis{Verdict: Fit, Facts: f, Spread: f.roundSpread()}
	d.Rounds, d.Smallest = RoundsFor(0.05, d.Spread), Smallest(mostRounds, d.Spread)
	for _, look := range []func(Facts) Finding{
		cores, load, pressure, others, stolen, governor, turbo, virtual, layout, memory, tempDir, clock, launches, threads, episodes, spread,
	} {
		x := look(f)
		d.Findings = append(d.Findings, x)
		if rank(x.Verdict) > rank(d.Verdict) {
			d.Verdict = x.Verdict
		}
	}
	return d
}

func rank(verdict string) int { return slices.Index([]string{Fit, Usable, Unfit}, verdict) }

// grade is what a value comes to that is a doubt from some on and unfit from
// much on.
func grade(value, some, much float64) string {
	switch {
	case value >= much:
		return Unfit
	case value >= some:
		return Usable
	}
	return Fit
}

const quietRemedy = "stop it, or wait until it is done"

func cores(f Facts) Finding {
	x := Finding{Name: "cores", Verdict: Fit, Value: plural(f.Usable, "core"), Meaning: "one for the program under test, one for everything else"}
	if f.Online > f.Usable {
		x.Value = fmt.Sprintf("%d of %d cores usable", f.Usable, f.Online)
	}
	switch {
	case f.Quota > 0 && f.Quota < float64(max(f.Usable, 1)):
		if x.Verdict = Usable; f.Quota < 1 {
			x.Verdict = Unfit
		}
		x.Value += fmt.Sprintf(", limited to %.3g cores' time", f.Quota)
		x.Meaning = "the kernel stops the program under test whenever its share is used up: long pauses, in whole tenths of a second"
		x.Remedy = "raise the CPU limit of the container (docker: --cpus, Kubernetes: resources.limits.cpu)"
	case f.Usable == 1:
		x.Verdict = Usable
		x.Meaning = "the program under test shares it with xbench and everything else, and nothing runs in parallel"
		x.Remedy = "use a machine with at least two cores"
	}
	return x
}

func load(f Facts) Finding {
	h := f.Host
	x := Finding{Name: "load", Value: fmt.Sprintf("%.2g over the last minute", h.Load1), Meaning: "little else runs here"}
	if h.Load1 == 0 && f.Pressure == nil && f.Others == nil {
		x.Value, x.Meaning = Unknown, "the system does not say what runs here"
	}
	x.Verdict = grade(h.Load1, busyShare*float64(max(h.Cores, 1)), math.Inf(1))
	if x.Verdict != Fit {
		x.Meaning = "other work took the cores, and may again"
		x.Remedy = quietRemedy
	}
	return x
}

func pressure(f Facts) Finding {
	x := Finding{Name: "pressure", Verdict: Fit, Value: Unknown, Meaning: "the kernel does not say how long programs wait for a core"}
	if f.Pressure == nil {
		return x
	}
	x.Value = fmt.Sprintf("%s of the last 10 s", percent(*f.Pressure))
	x.Verdict, x.Meaning = grade(*f.Pressure, pressureSome, pressureMuch), "programs that want a core get one"
	if x.Verdict != Fit {
		x.Meaning = "programs had to wait for a core: what is measured is partly the queue"
		x.Remedy = quietRemedy
	}
	return x
}

func others(f Facts) Finding {
	x := Finding{Name: "other work", Verdict: Fit, Value: Unknown, Meaning: "the system does not say what other programs use"}
	if f.Others == nil {
		return x
	}
	x.Value = fmt.Sprintf("%.2f cores during this probe", *f.Others)
	x.Verdict, x.Meaning = grade(*f.Others, busySome, busyMuch), "nothing else runs"
	if x.Verdict != Fit {
		x.Meaning = "other programs are on the cores right now and slow one side more than the other"
		x.Remedy = quietRemedy + " (top shows it)"
	}
	return x
}

func stolen(f Facts) Finding {
	x := Finding{Name: "stolen time", Verdict: Fit, Value: Unknown, Meaning: "the system does not say whether a hypervisor takes the cores away"}
	if f.Stolen == nil {
		return x
	}
	x.Value = fmt.Sprintf("%.2f cores during this probe", *f.Stolen)
	x.Verdict, x.Meaning = grade(*f.Stolen, stolenSome, stolenMuch), "no hypervisor admits to taking the cores away"
	if x.Verdict != Fit {
		x.Meaning = "the hypervisor runs other machines on these cores"
		x.Remedy = "use an instance with dedicated cores, or measure at another time"
	}
	return x
}

func governor(f Facts) Finding {
	x := Finding{Name: "governor", Verdict: Fit, Value: orUnknown(f.Host.Governor), Meaning: "the clock rate does not wait for load"}
	if x.Value == Unknown {
		x.Meaning = "not shown, as in most virtual machines; what it does is in the spread"
	}
	for _, p := range Problems(f.Host) {
		if strings.HasPrefix(p.Text, "cpu governor ") {
			x.Verdict, x.Meaning, x.Remedy = Usable, "the clock rate follows the load, so short work looks slower than it is", p.Remedy
		}
	}
	return x
}

func turbo(f Facts) Finding {
	x := Finding{Name: "turbo", Verdict: Fit, Value: orUnknown(f.Host.Turbo), Meaning: "the clock rate does not depend on temperature"}
	switch x.Value {
	case "on":
		x.Meaning = "the clock rate falls as the machine warms up; both sides of a round share that"
	case Unknown:
		x.Meaning = "not shown either"
	}
	return x
}

func virtual(f Facts) Finding {
	x := Finding{Name: "virtual", Verdict: Fit, Value: orUnknown(f.Host.Virtual), Meaning: "others may share the hardware; what that does is in the spread"}
	if x.Value == "none" {
		x.Meaning = "the hardware is not shared with other machines"
	}
	return x
}

// layout is about the luck of one memory layout, which fresh processes average
// over if the kernel lets them; pyperf asks for the same.
func layout(f Facts) Finding {
	x := Finding{Name: "layout", Verdict: Fit, Value: "drawn anew with each launch", Meaning: "rounds average over what it does to speed"}
	switch f.Layout {
	case "":
		x.Value, x.Meaning = Unknown, "the system does not say whether launches differ in memory layout"
	case "0", "1":
		x.Verdict = Usable
		x.Value = "not drawn anew with each launch (kernel.randomize_va_space " + f.Layout + ")"
		x.Meaning = "the luck of one layout looks like a difference between programs, in every round alike"
		x.Remedy = "sudo sysctl kernel.randomize_va_space=2"
	}
	return x
}

func memory(f Facts) Finding {
	x := Finding{Name: "memory", Verdict: Fit, Value: Unknown, Meaning: "the system does not say how much is free"}
	if f.MemFree == 0 {
		return x
	}
	x.Value = fmt.Sprintf("%s free, %s swapped out", size(f.MemFree), size(f.SwapUsed))
	x.Meaning = "enough for both sides"
	if f.MemFree < memoryLow {
		x.Verdict = Usable
		x.Meaning = "a program that needs more waits for the disk"
		x.Remedy = "close what is not needed"
	}
	return x
}

func tempDir(f Facts) Finding {
	x := Finding{Name: "files", Verdict: Fit, Value: orUnknown(f.Host.FS), Meaning: "holds temporary files; its speed is part of what writes them"}
	if slices.Contains([]string{"nfs", "smb2", "9p", "fuse"}, f.Host.FS) {
		x.Verdict = Usable
		x.Meaning = "what writes files measures the network, or another program"
		x.Remedy = "set TMPDIR to a local disk"
	}
	return x
}

func clock(f Facts) Finding {
	step, call := time.Duration(f.Clock.StepNS), time.Duration(f.Clock.CallNS)
	x := Finding{Name: "clock", Value: fmt.Sprintf("steps of %v, %v a reading", step, call), Meaning: "far finer than a sample of 5 ms"}
	x.Verdict = grade(float64(step+call), float64(clockCoarse), float64(clockUseless))
	if x.Verdict != Fit {
		x.Meaning = "too coarse for samples of 5 ms: they differ by whole steps"
		x.Remedy = "raise a suite's sample to a thousand steps (on Linux, look at /sys/devices/system/clocksource: tsc or kvm-clock are fast)"
	}
	return x
}

func launches(f Facts) Finding {
	self, python := time.Duration(f.LaunchNS), time.Duration(f.PythonNS)
	x := Finding{Name: "launch", Verdict: Fit, Meaning: "a process of its own for every benchmark, side and round costs little"}
	said := []string{milliseconds(self) + " for xbench", milliseconds(python) + " for python3"}
	if self == 0 {
		said = said[1:]
	}
	if python == 0 {
		said[len(said)-1] = "python3 does not run"
		x.Verdict = Usable
		x.Meaning = "the bundled demo compares with Python and needs it"
		x.Remedy = "install Python 3.10 or newer"
	}
	if max(self, python) > launchSlow {
		x.Verdict = Usable
		x.Meaning = "every benchmark has a process of its own for each side and round: rounds take long, and a budget holds few"
		x.Remedy = "look for what slows launches down: a virus scanner, a network file system, a slow site-packages"
	}
	x.Value = strings.Join(said, ", ")
	return x
}

func threads(f Facts) Finding {
	s := f.Host.Scaling
	x := Finding{Name: "two threads", Verdict: Fit, Value: fmt.Sprintf("%.2f times the work of one", s), Meaning: "the cores are whole ones"}
	switch {
	case s == 0:
		x.Value, x.Meaning = "not tried on one core", "nothing runs in parallel"
	case s < scalingFull:
		x.Verdict = Usable
		x.Meaning = "two cores do far less than twice the work of one (they are its hardware threads, or others use them): rows in threads or processes say more of this machine than of the programs"
		x.Remedy = "compare such rows on a machine with whole cores of its own; rows in one thread are not affected"
		if f.Host.Load1 > float64(f.Host.Cores)/2 {
			x.Meaning = "two threads did far less than twice the work of one, but others had the cores"
			x.Remedy = fmt.Sprintf("this was measured under load (%.1f on %d cores): look again when the host is quiet", f.Host.Load1, f.Host.Cores)
		}
	}
	return x
}

func episodes(f Facts) Finding {
	r, n := lag1(f.logs()), float64(len(f.SpinsNS))
	x := Finding{Name: "episodes", Verdict: Fit, Value: fmt.Sprintf("correlation %.2f between neighbouring spins", r), Meaning: "disturbances are short and average out"}
	if n > 1 && r > 2/math.Sqrt(n) {
		x.Meaning = "disturbances last: both sides of a round share most of them"
		if f.roundSpread() >= lastingSpread {
			x.Verdict = Usable
			x.Meaning = "disturbances last, and are large: one may hit one side of a round and not the other"
			x.Remedy = "keep rounds apart (spacing), and have more of them"
		}
	}
	return x
}

func spread(f Facts) Finding {
	slow, s := f.slowShare(), f.roundSpread()
	x := Finding{Name: "spread", Value: fmt.Sprintf("%s between equal pieces of work of %s, %s of them 1.5 times the median or more",
		percent(robustSD(f.logs())), milliseconds(f.middle()), percent(slow))}
	x.Verdict = grade(slow, slowSome, slowMuch)
	smallest := Smallest(mostRounds, s)
	if smallest > unfitDifference {
		x.Verdict = Unfit
	} else if RoundsFor(0.05, s) == 0 && x.Verdict == Fit {
		x.Verdict = Usable
	}
	x.Meaning = fmt.Sprintf("expect a round to vary by %s or more", percent(s))
	if x.Verdict != Fit {
		x.Remedy = "a quieter machine, or more rounds (--rounds, --budget)"
	}
	return x
}

func percent(x float64) string {
	if x != 0 && math.Abs(x) < 0.0995 {
		return fmt.Sprintf("%.1f %%", 100*x)
	}
	return fmt.Sprintf("%.0f %%", 100*x)
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
}

func size(bytes int64) string {
	if bytes >= 1<<30 {
		return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}
