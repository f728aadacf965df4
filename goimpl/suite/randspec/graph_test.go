package randspec

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
)

func TestGraphIsRepeatable(t *testing.T) {
	for seed := range uint64(50) {
		a, b := Graph(rand.New(rand.NewPCG(seed, 1))), Graph(rand.New(rand.NewPCG(seed, 1)))
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("seed %d gives two graphs", seed)
		}
		if _, err := json.Marshal(a); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// TestGraphCovers: a thousand graphs show every part of the language.
func TestGraphCovers(t *testing.T) {
	seen := make(map[string]bool)
	for seed := range uint64(1000) {
		g := Graph(rand.New(rand.NewPCG(seed, 2)))
		for _, n := range g["nodes"].([]any) {
			for _, op := range n.(map[string]any)["ops"].([]any) {
				for k := range op.(map[string]any) {
					seen["op "+k] = true
				}
			}
			if n.(map[string]any)["read_only"] == true {
				seen["read-only"] = true
			}
		}
		for _, b := range g["branches"].([]any) {
			for k := range b.(map[string]any)["router"].(map[string]any) {
				seen["router "+k] = true
			}
		}
		for _, f := range g["fields"].(map[string]any) {
			seen["reducer "+f.(map[string]any)["reducer"].(string)] = true
		}
		if len(g["joins"].([]any)) > 0 {
			seen["join"] = true
		}
		if m, ok := g["mode"]; ok {
			seen["mode "+m.(string)] = true
		}
		if g["workers"] == int64(0) {
			seen["inline"] = true
		}
		if g["workers"] == int64(8) {
			seen["eight workers"] = true
		}
		if _, ok := g["checkpointer"]; ok {
			seen["checkpointer"] = true
		}
	}
	for _, want := range []string{
		"op say", "op append", "op put", "op add", "op set", "op size",
		"router field", "router mod", "router all", "router size",
		"reducer last", "reducer overwrite", "reducer append", "reducer merge", "reducer max", "reducer nonempty", "reducer nonnull",
		"join", "read-only", "mode values", "mode updates", "mode events", "inline", "eight workers", "checkpointer",
	} {
		if !seen[want] {
			t.Errorf("no graph has: %s", want)
		}
	}
}
