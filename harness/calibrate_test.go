package harness

import (
	"strings"
	"testing"
	"time"

	"xbench/harness/config"
	"xbench/harness/record"
)

// A worker that claims next to nothing is not given twice the work until a
// deadline: what passes on our clock is enough to see it.
func TestCalibrationDoesNotBelieveAClockThatStands(t *testing.T) {
	cfg := testConfig(t, "stopped-clock")
	lab, err := NewLab(t.Context(), LabOptions{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := cfg.Rows(config.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if rows, err = lab.Bind(rows); err != nil {
		t.Fatal(err)
	}
	cals, failed, err := lab.Calibrate(t.Context(), rows, testTiming)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := cals["demo/a"]; !ok {
		t.Error("demo/a, which is sound, was not calibrated")
	}
	if len(failed) != 1 || failed[0].Row != "demo/b" || failed[0].Failure.Kind != record.FailClock {
		t.Fatalf("got %+v", failed)
	}
	if got := failed[0].Message; !strings.Contains(got, "iterations take 1ns on the worker's clock, but ") {
		t.Errorf("got %q", got)
	}
}

// Only time that grows with the work is held against a clock.
func TestClockDoubt(t *testing.T) {
	const ms = time.Millisecond
	check := func(name string, want bool, calls ...[2]time.Duration) {
		t.Helper()
		d, got := clockDoubt{least: 20 * ms}, false
		for _, c := range calls {
			got = got || d.grows(c[0], c[1])
		}
		if got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	check("a clock that stands", true, [2]time.Duration{1, 10 * ms}, [2]time.Duration{1, 40 * ms}, [2]time.Duration{1, 80 * ms}, [2]time.Duration{1, 160 * ms})
	check("a clock of a twentieth", true, [2]time.Duration{2 * ms, 40 * ms}, [2]time.Duration{4 * ms, 80 * ms}, [2]time.Duration{8 * ms, 160 * ms})
	check("a clock of a half", false, [2]time.Duration{20 * ms, 40 * ms}, [2]time.Duration{40 * ms, 80 * ms}, [2]time.Duration{80 * ms, 160 * ms})
	check("an input of 300 ms before every sample", false,
		[2]time.Duration{1, 300 * ms}, [2]time.Duration{2, 310 * ms}, [2]time.Duration{4, 290 * ms}, [2]time.Duration{8, 330 * ms}, [2]time.Duration{16, 340 * ms})
	check("a host that stalls twice", false, [2]time.Duration{1, 1 * ms}, [2]time.Duration{2, 100 * ms}, [2]time.Duration{4, 300 * ms}, [2]time.Duration{8, 1 * ms}, [2]time.Duration{16, 50 * ms})
}

// One long iteration is its own average; short ones need several.
func TestSampleCountFollowsTheSlowestSide(t *testing.T) {
	check := func(slowest time.Duration, asked, want int) {
		t.Helper()
		if got := new(Lab).sampleCount(&record.Row{Samples: asked}, 10, slowest); got != want {
			t.Errorf("iterations of %v, %d asked for: %d samples, want %d", slowest, asked, got, want)
		}
	}
	check(49*time.Millisecond, 0, 10)
	check(50*time.Millisecond, 0, 5)
	check(time.Second, 0, 3)
	check(5*time.Second, 0, 1)
	check(5*time.Second, 4, 4) // what a row asks for stands
}
