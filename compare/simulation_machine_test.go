package compare

import (
	"cmp"
	"math"
	"math/rand/v2"
)

// A machine is a noise model: what a shared computer does to the time of a
// sample. All spreads are standard deviations of the logarithm.
type machine struct {
	name    string
	sample  float64 // of a sample ...
	phi     float64 // ... and the correlation of neighbours in one process
	process float64 // drawn anew by every process
	twoWays bool    // a process is either that much slower or that much faster: memory layout does it

	drift, tau float64 // of the machine, an Ornstein-Uhlenbeck process with a memory of tau seconds

	spikes float64 // share of samples hit by an interruption, which take 1+Exp(1) times as long ...
	pareto bool    // ... or, instead, a Pareto(1.5) times

	every, lasts   float64 // seconds from one episode of other load to the next, and of an episode, on average
	gentle, fierce float64 // how much slower an episode makes everything, in log units: anything in between

	swing, memory float64 // what a round does to one side only, and the correlation of successive rounds in it ...
	fades         float64 // ... or, instead, the seconds over which it fades

	late, lateBy float64 // share of the launches of one side that are slower, and by how much in log units
	lateSide     int     // 0 is the reference, 1 the candidate

	starts float64 // seconds that a launch takes without its samples; 0 = startUp
}

var (
	iid5      = machine{name: "independent 5 %", sample: .05}
	quietHost = machine{name: "quiet host", sample: .01, phi: .3, process: .005, drift: .01, tau: 60, spikes: .01}
	typicalVM = machine{name: "typical VM", sample: .05, phi: .3, process: .02, drift: .05, tau: 60, spikes: .03, every: 60, lasts: 3, gentle: .1, fierce: .5}
	noisyVM   = machine{name: "noisy VM", sample: .08, phi: .5, process: .04, drift: .10, tau: 30, spikes: .05, pareto: true, every: 20, lasts: 4, gentle: .2, fierce: .69}
	twoSpeeds = machine{name: "two speeds", sample: .01, phi: .3, process: .05, twoWays: true, drift: .02, tau: 60, spikes: .02}

	machines = []machine{iid5, quietHost, typicalVM, noisyVM, twoSpeeds}
)

// roundsOf is a machine whose rounds are independent, normal and of that spread,
// all of it between processes.
func roundsOf(sd float64) machine { return machine{process: sd / math.Sqrt2} }

// fretful is a machine whose rounds resemble their neighbours, as where load
// slows two languages by different factors and outlasts a round.
func fretful(phi float64) machine { return machine{swing: .05, memory: phi} }

// partial is the typical VM with other load that slows one side more than the
// other and comes and goes within seconds.
func partial() machine {
	m := typicalVM
	m.swing, m.fades = .02, 4
	return m
}

// How long a process takes, in seconds: it starts and warms up, then come the
// samples.
const (
	startUp    = 0.08
	sampleTime = 0.005
)

// A weather is a machine as time goes by. Whoever asks later sees the same
// drift and the same episodes go on: both sides and all rows share them.
type weather struct {
	machine
	rng      *rand.Rand
	now      float64 // seconds since the run began
	mood     float64 // of the drift
	from, to float64 // the episode that is on or comes next
	weight   float64
	rest     float64 // of the swing, in its own units
}

func (m machine) weather(rng *rand.Rand) weather {
	w := weather{machine: m, rng: rng}
	w.mood = m.drift * rng.NormFloat64()
	if m.every > 0 {
		// The run begins at a random moment of an endless sequence.
		w.to = -m.every
		for w.to < 0 {
			w.nextEpisode()
		}
	}
	if m.swing > 0 {
		w.rest = rng.NormFloat64()
	}
	return w
}

func (w *weather) nextEpisode() {
	w.from = w.to + (w.every-w.lasts)*w.rng.ExpFloat64()
	w.to = w.from + w.lasts*w.rng.ExpFloat64()
	w.weight = w.gentle + (w.fierce-w.gentle)*w.rng.Float64()
}

// pass lets time go by.
func (w *weather) pass(seconds float64) {
	w.now += seconds
	if w.drift > 0 {
		keep := math.Exp(-seconds / w.tau)
		w.mood = keep*w.mood + w.drift*math.Sqrt(1-keep*keep)*w.rng.NormFloat64()
	}
	if w.fades > 0 {
		w.turn(math.Exp(-seconds / w.fades))
	}
	for w.every > 0 && w.now > w.to {
		w.nextEpisode()
	}
}

func (w *weather) turn(keep float64) {
	w.rest = keep*w.rest + math.Sqrt(1-keep*keep)*w.rng.NormFloat64()
}

// process fills in the samples of a process that starts now: each is e^base ns
// on a machine without noise. Of a row that waits most of its time, only the
// busy share is exposed to the machine. Time passes.
func (w *weather) process(samples []float64, base, busy float64) {
	own := w.machine.process * w.rng.NormFloat64()
	if w.twoWays {
		own = math.Copysign(w.machine.process, own)
	}
	shift, innovation := w.mood+own, math.Sqrt(1-w.phi*w.phi)
	e := w.sample * w.rng.NormFloat64()
	for j := range samples {
		if j > 0 {
			e = w.phi*e + innovation*w.sample*w.rng.NormFloat64()
		}
		x := shift + e
		if at := w.now + w.start() + float64(j)*sampleTime; at >= w.from && at < w.to {
			x += w.weight
		}
		if w.spikes > 0 && w.rng.Float64() < w.spikes {
			x += w.spike()
		}
		if busy < 1 {
			x = math.Log1p(busy * math.Expm1(x))
		}
		samples[j] = math.Floor(math.Exp(base+x) + .5)
	}
	w.pass(w.start() + float64(len(samples))*sampleTime)
}

func (w *weather) start() float64 { return cmp.Or(w.starts, startUp) }

// launch is what happens to all of one launch of a side, in log units.
func (w *weather) launch(side int) float64 {
	if w.late > 0 && side == w.lateSide && w.rng.Float64() < w.late {
		return w.lateBy
	}
	return 0
}

func (w *weather) spike() float64 {
	if w.pareto {
		return w.rng.ExpFloat64() / 1.5
	}
	return math.Log1p(w.rng.ExpFloat64())
}

// nextRound is what the next round does to one side.
func (w *weather) nextRound() float64 {
	if w.swing > 0 && w.fades == 0 {
		w.turn(w.memory)
	}
	return w.swing * w.rest
}
