package randspec

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
)

func TestBuildIsRepeatable(t *testing.T) {
	for seed := range uint64(200) {
		a, b := Build(rand.New(rand.NewPCG(seed, 1))), Build(rand.New(rand.NewPCG(seed, 1)))
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("seed %d gives two builds", seed)
		}
		if _, err := json.Marshal(a); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// Every definition is needed by the root, so that no implementation can be
// right by looking at more or less than that; and what is complete beforehand
// can be made so.
func TestBuildHasNothingStray(t *testing.T) {
	for seed := range uint64(500) {
		spec := Build(rand.New(rand.NewPCG(seed, 2)))
		tasks := spec["tasks"].(map[string]any)
		reached := map[any]bool{}
		var reach func(key any)
		reach = func(key any) {
			task, defined := tasks[key.(string)].(map[string]any)
			if reached[key] || !defined {
				return
			}
			reached[key] = true
			for _, list := range append([]any{task["deps"]}, task["rounds"].([]any)...) {
				for _, needed := range list.([]any) {
					reach(needed)
				}
			}
		}
		reach(spec["root"])
		if len(reached) != len(tasks) {
			t.Errorf("seed %d: the root needs %d of %d tasks", seed, len(reached), len(tasks))
		}
		for _, key := range spec["complete"].([]any) {
			if task := tasks[key.(string)].(map[string]any); task["kind"] == "fail" {
				t.Errorf("seed %d: %q fails and is complete", seed, key)
			}
		}
	}
}

// A thousand builds show every kind of task and every way to ask for them.
func TestBuildCovers(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(1000) {
		spec := Build(rand.New(rand.NewPCG(seed, 3)))
		seen["fail_mode "+spec["fail_mode"].(string)] = true
		seen["discover "+spec["discover"].(string)] = true
		seen["complete"] = seen["complete"] || len(spec["complete"].([]any)) > 0
		for _, v := range spec["tasks"].(map[string]any) {
			task := v.(map[string]any)
			seen["kind "+task["kind"].(string)] = true
			seen["deps"] = seen["deps"] || len(task["deps"].([]any)) > 1
			seen["rounds"] = seen["rounds"] || len(task["rounds"].([]any)) > 1
		}
	}
	for _, want := range []string{
		"kind io", "kind cpu", "kind light", "kind file_write", "kind file_rw", "kind slow_check", "kind fail",
		"deps", "rounds", "complete", "fail_mode fail_fast", "fail_mode continue", "discover short_circuit", "discover full",
	} {
		if !seen[want] {
			t.Errorf("no build has: %s", want)
		}
	}
}
