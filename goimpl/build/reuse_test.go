package build

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

// What a build has left in memory is used by the next of its DAG, which must
// not notice, however the last one ended.
func TestBuildsOfOneDAGAreAlike(t *testing.T) {
	var mode atomic.Int32 // what the task "odd" does
	enough := errors.New("enough")
	var cancel context.CancelCauseFunc
	kinds := testKinds(0)
	kinds["odd"] = Func(func(ctx context.Context, c *Call) error {
		switch mode.Load() {
		case 1:
			return errBoom
		case 2:
			panic("oops")
		case 3:
			cancel(enough)
			return ctx.Err()
		case 4:
			return c.Await(func(context.Context) error { return nil })
		}
		return nil
	})
	defs := []Definition{
		lightTask("root", "a", "asks"), lightTask("a"), lightTask("b", "odd"), lightTask("c"),
		asking(lightTask("asks", "c"), []string{"b", "c"}, []string{"odd"}), kindTask("odd", "odd", "a"),
	}
	d := mustCompile(t, defs, kinds)
	for _, executor := range Executors()[:4] {
		for round := range int32(60) {
			mode.Store(round % 5)
			var ctx context.Context
			ctx, cancel = context.WithCancelCause(context.Background())
			var targets Targets
			if round%7 == 0 {
				targets = NewMemory(6)
			}
			report, err := buildWith(t, ctx, Options{Executor: executor, Workers: 2}, Job{DAG: d, Targets: targets})
			cancel(nil)
			switch mode.Load() {
			case 1:
				checkFailed(t, err, "odd", "boom")
			case 2:
				checkFailed(t, err, "odd", "panic: oops")
			case 3:
				if !errors.Is(err, enough) || report.Failed != 0 {
					t.Errorf("%s: %+v, %v", executor, report.Counters, err)
				}
			default:
				want := Counters{TasksRun: 6, BodyStarts: 6, ChecksParent: 6, Suspensions: 1, MaxRunning: report.MaxRunning}
				if targets != nil {
					want.TargetsWritten = 6
				}
				if err != nil || report.Counters != want || len(report.Failures) != 0 {
					t.Errorf("%s: %+v, %v, want %+v", executor, report.Counters, err, want)
				}
			}
		}
	}
}

// A DAG can be built by many at the same time.
func TestBuildsOfOneDAGTogether(t *testing.T) {
	noLeaks(t)
	d := mustCompile(t, append(lightTree()[:14], Definition{Key: "root", Kind: "light", Params: map[string]any{"n": 100},
		Deps: []string{"inter_0", "inter_1"}, Rounds: [][]string{{"leaf_0", "middle_0"}}}), testKinds(0))
	var building sync.WaitGroup
	for _, executor := range Executors()[:4] {
		for range 2 {
			building.Go(func() {
				ex, err := New(Options{Executor: executor, Warm: true})
				if err != nil {
					t.Error(err)
					return
				}
				for range 200 {
					report, err := ex.Build(context.Background(), Job{DAG: d})
					want := Counters{TasksRun: 15, BodyStarts: 15, ChecksParent: 15, MaxRunning: report.MaxRunning}
					if err != nil || report.Counters != want {
						t.Errorf("%s: %+v, %v", executor, report.Counters, err)
					}
				}
				if err := ex.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
	building.Wait()
}
