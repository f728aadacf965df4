package build

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A body finds its definition on its Call; in a child, what has come there.
func TestCallKnowsItsDefinition(t *testing.T) {
	kinds := Kinds{"tell": Func(func(_ context.Context, c *Call) error {
		c.Text("text", fmt.Sprintln(c.Task().Key(), c.Deps(), c.Rounds()))
		for i := range c.Rounds() {
			c.Text(fmt.Sprint("round ", i), strings.Join(c.Round(i), " "))
		}
		return c.AskAll()
	})}
	tell := func(key string) Definition { return Definition{Key: key, Kind: "tell"} }
	asks := asking(tell("root"), []string{"c", "b"}, []string{"d"})
	asks.Deps = []string{"b", "a"}
	d := mustCompile(t, []Definition{asks, tell("a"), tell("b"), tell("c"), tell("d")}, kinds)
	check := func(got map[string]string, want ...string) {
		t.Helper()
		if have := []string{got["text"], got["round 0"], got["round 1"]}; !slices.Equal(have, want) {
			t.Errorf("got %q, want %q", have, want)
		}
	}
	for _, executor := range Executors()[:4] {
		targets := NewMemory(5)
		if _, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d, Targets: targets}); err != nil {
			t.Fatal(err)
		}
		check(resultOf(t, targets, d.Root()), "root [b a] 2\n", "c b", "d")
		check(resultOf(t, targets, &d.tasks[2]), "a [] 0\n", "", "")
	}
	if d.tasks[2].key != "a" {
		t.Fatalf("task 2 is %s", d.tasks[2].key)
	}
	targets := NewFiles(t.TempDir())
	if err := d.Complete(t.Context(), targets, "a", "b", "c", "d"); err != nil {
		t.Fatal(err)
	}
	line, err := d.appendTask(nil, root)
	if err != nil {
		t.Fatal(err)
	}
	s := session{current: kinds, targets: targets}
	if _, err := s.run(t.Context(), line); err != nil {
		t.Fatal(err)
	}
	check(resultOf(t, targets, d.Root()), "root [] 2\n", "c b", "d")
}

func resultOf(t *testing.T, targets Targets, task *Task) map[string]string {
	t.Helper()
	reader := Call{targets: targets, task: &Task{key: "test", dag: task.dag, deps: []int32{task.index}}}
	result := map[string]string{}
	if err := reader.Result(task.key, &result); err != nil {
		t.Error(err)
	}
	return result
}

// Result decodes what a dependency reported, and says whose it was if it cannot.
func TestResult(t *testing.T) {
	var got struct {
		Sum  int64
		None string
	}
	kinds := testKinds(0)
	kinds["read"] = Func(func(_ context.Context, c *Call) error {
		var wrong struct{ Sum []string }
		return errors.Join(c.Result("leaf_1", &got), c.Result("leaf_1", &wrong), c.Result("laef_1", &wrong), c.Result("x", &wrong))
	})
	defs := []Definition{{Key: "root", Kind: "read", Deps: []string{"leaf_1", "y"}}, lightTask("leaf_1"), lightTask("y", "x"), lightTask("x")}
	d := mustCompile(t, defs, kinds)
	_, err := buildOnce(t, Options{Executor: Sequential}, Job{DAG: d, Targets: NewMemory(0)})
	if got.Sum != 4950 {
		t.Errorf("got %+v", got)
	}
	for _, want := range []string{
		`result of task "leaf_1": json: cannot unmarshal number`,
		`task "root" neither depends on "laef_1" nor has asked for it (did you mean "leaf_1"?)`,
		`task "root" neither depends on "x" nor has asked for it`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want something with %q", err, want)
		}
	}
}

// The value of a panic that is an error is what the task's error wraps.
func TestPanicUnwraps(t *testing.T) {
	kinds := Kinds{"panic": Func(func(context.Context, *Call) error { panic(fmt.Errorf("at: %w", errBoom)) })}
	d := mustCompile(t, []Definition{{Key: "root", Kind: "panic"}}, kinds)
	for _, executor := range Executors()[:4] {
		_, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d})
		var panicked *PanicError
		if !errors.Is(err, errBoom) || !errors.As(err, &panicked) || len(panicked.Stack) == 0 {
			t.Errorf("%s: got %v", executor, err)
		}
	}
}
