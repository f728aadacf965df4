package host

import (
	"runtime"
	"sync/atomic"
	"time"
)

// spinSteps makes a spin take about 10 ms on the machines of 2020 to 2025:
// long enough that a clock's resolution does not show, shorter than a time
// slice, so that one that shares its core with other work stands out.
const spinSteps = 5_000_000

// Spin does a fixed amount of integer work on one thread and returns how long
// that took, about 10 ms. It reads no memory and allocates nothing, so what
// makes one spin slower than another is the clock rate or somebody else on the
// core, never xbench itself.
func Spin() time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := time.Now()
	runtime.KeepAlive(churn(spinSteps))
	return time.Since(start)
}

// churn steps four generators (Marsaglia's xorshift64, doi
// 10.18637/jss.v008.i14) that do not wait for each other, so that one thread
// fills a core and two hardware threads of one core get in each other's way.
// A single chain of operations, or of SHA-256 instructions, was tried: it
// leaves half of a core idle and shows two hardware threads as two cores.
//
//go:noinline
func churn(steps int) uint64 {
	a, b, c, d := uint64(1), uint64(2), uint64(4), uint64(8)
	for range steps {
		a ^= a << 13
		b ^= b << 13
		c ^= c << 13
		d ^= d << 13
		a ^= a >> 7
		b ^= b >> 7
		c ^= c >> 7
		d ^= d >> 7
		a ^= a << 17
		b ^= b << 17
		c ^= c << 17
		d ^= d << 17
	}
	return a ^ b ^ c ^ d
}

// scalingTries is how often each side of Scaling is measured; the fastest
// counts, because other work can only make it slower.
const scalingTries = 4

// Scaling returns how much more two threads get done than one: about 2 on two
// cores, 1.1 to 1.4 where what looks like two cores is one with two hardware
// threads, less where other work or a quota holds one of them. It is 0 where
// there is one core only. It takes about 100 ms.
func Scaling() float64 {
	if runtime.NumCPU() < 2 {
		return 0
	}
	if n := runtime.GOMAXPROCS(0); n < 2 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	}
	one, two := Spin(), pairTime()
	for range scalingTries - 1 {
		one, two = min(one, Spin()), min(two, pairTime())
	}
	return 2 * one.Seconds() / two.Seconds()
}

// pairTime is the time from the first start to the last end of two spins on
// two threads at once.
func pairTime() time.Duration {
	var ready atomic.Int32
	type span struct{ start, end time.Time }
	spans := make(chan span)
	for range 2 {
		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for ready.Add(1); ready.Load() < 2; {
				runtime.Gosched()
			}
			s := span{start: time.Now()}
			runtime.KeepAlive(churn(spinSteps))
			s.end = time.Now()
			spans <- s
		}()
	}
	a, b := <-spans, <-spans
	start, end := a.start, a.end
	if b.start.Before(start) {
		start = b.start
	}
	if b.end.After(end) {
		end = b.end
	}
	return end.Sub(start)
}
