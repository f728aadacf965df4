package selftest

import (
	"fmt"
	"os"
	"slices"
	"time"

	"xbench/harness/protocol"
)

// A vice is what a planted program does otherwise than the reference. What is
// nil is done as the reference does it.
type vice struct {
	more    int // units of ballast, less or more than the reference's
	noNonce bool

	batch  func(w *work, nonce uint64, k int64) func() error // made ready untimed, returns what is timed
	after  func(w *work)                                     // before the outcome is made, untimed
	verify func(w *work, nonce uint64) answer
	spoil  func(*protocol.RunResult) // the answer to run, after the fact
}

// honest is the name of the reference.
const honest = "honest"

// vices are the planted programs by name.
var vices = map[string]vice{
	honest:         {},
	"more-work":    {more: tenPercent},
	"less-work":    {more: -tenPercent},
	"other-work":   {batch: otherWork, verify: otherAnswer},
	"half-work":    {batch: halfWork},
	"right-digest": {batch: halfWork, after: rightDigest},
	"no-counters":  {after: func(w *work) { w.got.units = 0 }},
	"fixed-answer": {batch: fixedAnswer, verify: func(w *work, _ uint64) answer { return w.once(w.input(0)) }},
	"first-answer": {batch: firstAnswer},
	"slow-clock":   {spoil: func(r *protocol.RunResult) { stretch(r, 0.5) }},
	"fast-clock":   {spoil: func(r *protocol.RunResult) { stretch(r, 2) }},
	"long-breaks":  {spoil: func(r *protocol.RunResult) { r.OutsideNS += 2 * total(r) }},
	"no-slowest":   {spoil: dropSlowest},
	"crash":        {batch: crash},
	"hang":         {batch: func(*work, uint64, int64) func() error { return func() error { select {} } }},

	"memory":      {batch: fromMemory},
	"cache":       {batch: cache},
	"half-calls":  {batch: halfCalls},
	"half-ahead":  {batch: halfAhead},
	"known-input": {noNonce: true, batch: fixedAnswer},
	"ahead":       {batch: workAhead},
}

// otherWork does as many units from another beginning.
func otherWork(w *work, nonce uint64, k int64) func() error {
	x := w.input(nonce) + 1
	return func() error {
		for range k {
			w.got = w.once(x)
		}
		return nil
	}
}

func otherAnswer(w *work, nonce uint64) answer { return w.once(w.input(nonce) + 1) }

// halfWork leaves out half of what the result depends on.
func halfWork(w *work, nonce uint64, k int64) func() error {
	x := w.input(nonce)
	return func() error {
		for range k {
			w.got = w.chain(x, neededUnits/2)
		}
		return nil
	}
}

// rightDigest puts the right result, made outside the clock, in the place of
// the one that was timed. The counter still says how much that was.
func rightDigest(w *work) { w.got.state = w.chain(w.input(w.nonce), neededUnits).state }

// fixedAnswer hands out the answer for the documented input, whatever the
// input.
func fixedAnswer(w *work, _ uint64, k int64) func() error {
	known := w.chain(w.input(0), neededUnits)
	return handOut(w, known, k)
}

// handOut gives one answer k times.
func handOut(w *work, known answer, k int64) func() error {
	return func() error {
		for i := range k {
			w.memory[uint64(i)%16] = known
			w.got = w.memory[uint64(i)%16]
		}
		return nil
	}
}

// firstAnswer computes during the warm-up and never again.
func firstAnswer(w *work, nonce uint64, k int64) func() error {
	known, ok := w.memory[0]
	if !ok {
		known = w.once(w.input(nonce))
	}
	return handOut(w, known, k)
}

func stretch(r *protocol.RunResult, by float64) {
	for i := range r.SamplesNS {
		r.SamplesNS[i] = max(1, int64(by*float64(r.SamplesNS[i])))
	}
}

func total(r *protocol.RunResult) int64 {
	var sum int64
	for _, ns := range r.SamplesNS {
		sum += ns
	}
	return sum
}

// dropSlowest leaves the slowest sample out where there are several.
func dropSlowest(r *protocol.RunResult) {
	if len(r.SamplesNS) > 1 {
		i := slices.Index(r.SamplesNS, slices.Max(r.SamplesNS))
		r.SamplesNS = slices.Delete(r.SamplesNS, i, i+1)
	}
}

func crash(*work, uint64, int64) func() error {
	return func() error {
		fmt.Fprintln(os.Stderr, "planted crash")
		os.Exit(3)
		return nil
	}
}

// fromMemory looks an input up among those of earlier calls.
func fromMemory(w *work, nonce uint64, k int64) func() error {
	x := w.input(nonce)
	known, ok := w.memory[nonce]
	if ok {
		return handOut(w, known, k)
	}
	return func() error {
		for range k {
			w.got = w.once(x)
		}
		w.memory[nonce] = w.got
		return nil
	}
}

// cache computes the first of k iterations and answers the others from it.
func cache(w *work, nonce uint64, k int64) func() error {
	x := w.input(nonce)
	return func() error {
		return handOut(w, w.once(x), k)()
	}
}

// halfCalls does every second iteration only.
func halfCalls(w *work, nonce uint64, k int64) func() error {
	x := w.input(nonce)
	return func() error {
		for range (k + 1) / 2 {
			w.got = w.once(x)
		}
		return nil
	}
}

// halfAhead does half of every iteration before the clock starts, as if it
// were making the input.
func halfAhead(w *work, nonce uint64, k int64) func() error {
	x := w.input(nonce)
	var half answer
	for range k {
		half = w.chain(x, neededUnits/2)
	}
	return func() error {
		for range k {
			rest := w.chain(half.state, neededUnits/2)
			w.thrown ^= w.chain(rest.state, ballast/2).state
			w.got = answer{rest.state, half.units + rest.units}
		}
		return nil
	}
}

// workAhead lets a thread do the work before the clock starts, and hands out
// what it has found.
func workAhead(w *work, nonce uint64, k int64) func() error {
	ahead := make(chan answer, 1)
	go func() { ahead <- w.chain(w.input(nonce), neededUnits) }()
	time.Sleep(time.Millisecond)
	return func() error { return handOut(w, <-ahead, k)() }
}
