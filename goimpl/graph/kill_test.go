package graph_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"xbench/goimpl/graph"
)

const childEnv = "XBENCH_GRAPH_CHILD" // the directory of the child's store

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		if err := child(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const longSteps = 4000

// long is a loop that writes a checkpoint after each of its many steps; what
// it adds up depends on all of them.
func long() (*graph.Builder, *graph.Schema) {
	s := graph.NewSchema()
	step := graph.Last(s, "step", 0)
	hash := graph.Last(s, "hash", int64(1))
	recent := graph.Merge[string](s, "recent", nil)
	b := graph.New(s)
	b.Node("work", func(_ context.Context, s graph.State, out *graph.Update) error {
		n := step.Get(s) + 1
		step.Set(out, n)
		hash.Set(out, hash.Get(s)*6364136223846793005+int64(n)) // all 64 bits
		recent.Put(out, fmt.Sprint("slot", n%40), fmt.Sprintf("step %d found \"é\" %d", n, hash.Get(s)))
		return nil
	})
	b.Branch("work", func(s graph.State) string { return fmt.Sprint(step.Get(s) < longSteps) }, map[string]string{"true": "work", "false": graph.End})
	b.Entry("work")
	return b, s
}

// child runs the graph from where its store says that the last one got, and
// prints what it starts from.
func child(dir string) error {
	b, s := long()
	p, err := b.Compile()
	if err != nil {
		return err
	}
	ctx, store := context.Background(), graph.NewFileStore(dir, graph.FileOptions{})
	var r graph.Runner
	o := graph.Options{Limit: longSteps, Checkpoints: store}
	data, err := store.Latest(ctx, "t0")
	switch {
	case errors.Is(err, graph.ErrNoCheckpoint):
		fmt.Println("start")
		_, err = r.Invoke(ctx, p, s.Input().State(), o)
	case err == nil:
		fmt.Println("resume")
		_, err = r.Resume(ctx, p, data, o)
	}
	return err
}

// TestKill: a process that is killed at any moment, again and again, leaves
// checkpoints from which the next gets to the same end.
func TestKill(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	b, s := long()
	want, err := invoke(t, 0, compile(t, b), s.Input().State(), graph.Options{Limit: longSteps})
	if err != nil {
		t.Fatal(err)
	}
	store := graph.NewFileStore(dir, graph.FileOptions{})
	reached, kills := -1, 0
	for try := 0; reached < longSteps; try++ {
		if try > 200 {
			t.Fatalf("step %d after %d processes", reached, try)
		}
		patience := time.Duration(rand.IntN(30_000)) * time.Microsecond
		if try >= 10 {
			patience = time.Minute
		}
		if work(t, dir, patience) {
			kills++
		}
		steps, err := store.List(ctx, "t0")
		if err != nil {
			t.Fatal(err)
		}
		for i, step := range steps {
			if i != step {
				t.Fatalf("checkpoint %d of %d is missing", i, len(steps))
			}
		}
		if len(steps)-1 < reached {
			t.Fatalf("step %d had been reached, now %d", reached, len(steps)-1)
		}
		if reached = len(steps) - 1; reached >= 0 && reached < longSteps {
			tear(t, dir, reached)
		}
	}
	data, err := store.Latest(ctx, "t0")
	if err != nil {
		t.Fatal(err)
	}
	b, _ = long()
	var r graph.Runner
	got, err := r.Resume(ctx, compile(t, b), data, graph.Options{Limit: longSteps})
	if err != nil || textOf(t, got.State) != textOf(t, want.State) {
		t.Errorf("%v, got %s\nwant %s", err, textOf(t, got.State), textOf(t, want.State))
	}
	if kills == 0 {
		t.Error("no process was killed in time: the test shows nothing")
	}
	t.Logf("%d processes killed", kills)
}

// work starts a child, kills it once it has worked for a while, and reports
// whether that was needed.
func work(t *testing.T, dir string, patience time.Duration) (killed bool) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Scan() // it has started to work
	killer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer killer.Stop()
	for lines.Scan() {
	}
	if err = cmd.Wait(); err != nil && killer.Stop() {
		t.Fatalf("the child failed: %v", err)
	}
	return err != nil
}

// tear leaves what a writer may that is killed in the middle: a part under a
// temporary name.
func tear(t *testing.T, dir string, step int) {
	t.Helper()
	name := filepath.Join(dir, "t0", fmt.Sprintf("%08d.json.1-1.tmp", step+1))
	if err := os.WriteFile(name, []byte(`{"id":"t0/`), 0o666); err != nil {
		t.Fatal(err)
	}
}
