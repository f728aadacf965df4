package host

import (
	"runtime"
	"testing"
	"time"
)

// The work is fixed: four generators, a thousand steps each.
func TestChurn(t *testing.T) {
	var want uint64
	for _, x := range []uint64{1, 2, 4, 8} {
		for range 1000 {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
		}
		want ^= x
	}
	if got := churn(1000); got != want {
		t.Errorf("got %#x, want %#x", got, want)
	}
}

func TestSpin(t *testing.T) {
	if d := Spin(); d < 100*time.Microsecond || d > 10*time.Second {
		t.Errorf("a spin took %v", d)
	}
	if n := testing.AllocsPerRun(3, func() { Spin() }); n != 0 {
		t.Errorf("a spin allocates %v times", n)
	}
}

// Ten times the steps take longer: nothing of the loop is left out by the
// compiler. The fastest of some, because the machine may be busy.
func TestChurnIsDone(t *testing.T) {
	fastest := func(steps int) time.Duration {
		best := time.Hour
		for range 5 {
			start := time.Now()
			runtime.KeepAlive(churn(steps))
			best = min(best, time.Since(start))
		}
		return best
	}
	if short, long := fastest(100_000), fastest(1_000_000); long < 3*short {
		t.Errorf("1,000,000 steps took %v, 100,000 %v", long, short)
	}
}

// What two threads get done is between nothing and a little more than twice
// as much as one, whatever else runs here.
func TestScaling(t *testing.T) {
	got := Scaling()
	t.Logf("two threads: %.2f", got)
	if one := runtime.NumCPU() == 1; (got == 0) != one || got < 0 || got > 4 {
		t.Errorf("got %v on %d cores", got, runtime.NumCPU())
	}
}
