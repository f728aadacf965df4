package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xbench/harness/protocol"
)

// params makes ordered params of name, value, name, value...
func params(pairs ...any) protocol.Params {
	var p protocol.Params
	for i := 0; i < len(pairs); i += 2 {
		p = append(p, protocol.Param{Name: pairs[i].(string), Value: pairs[i+1]})
	}
	return p
}

func TestParseName(t *testing.T) {
	check := func(name, id string, want protocol.Params) {
		t.Helper()
		gotID, got := ParseName(name)
		if gotID != id || cmp.Diff(want, got) != "" {
			t.Errorf("%s: got %s %v, want %s %v", name, gotID, got, id, want)
		}
	}
	check("parse/small", "parse/small", nil)
	check("noop", "noop", nil)
	check("a/b/executor=threadpool/workers=0/fsync=true", "a/b", params("executor", "threadpool", "workers", int64(0), "fsync", true))
	check("a/n=-5", "a", params("n", int64(-5)))
	check("a/n=007", "a", params("n", "007")) // would come back as 7
	check("a/n=+5", "a", params("n", "+5"))
	check("a/n=1.5", "a", params("n", "1.5"))
	check("a/n=99999999999999999999", "a", params("n", "99999999999999999999"))
	check("a/s=True", "a", params("s", "True"))
	check("a/s=x=y", "a", params("s", "x=y"))
	check("a=b/c", "a=b/c", nil)
	check("k=v", "k=v", nil) // something must be left to call it by
}

func TestCanonical(t *testing.T) {
	declared := params("executor", nil, "workers", int64(4), "rate", 1.0, "targets", "file")
	check := func(given protocol.Params, want string) {
		t.Helper()
		if got := Canonical("a/b", given, declared); got != want {
			t.Errorf("%v: got %s, want %s", given, got, want)
		}
	}
	check(nil, "a/b")
	check(params("targets", "memory", "executor", "threadpool"), "a/b/executor=threadpool/targets=memory")
	check(params("workers", int64(4), "targets", "file"), "a/b")
	check(params("workers", int64(0)), "a/b/workers=0")
	check(params("rate", int64(1)), "a/b") // 1 and 1.0 are one number
	check(params("odd", true, "workers", int64(1)), "a/b/workers=1/odd=true")
}

// A canonical name reads back as the knobs it was made of, in declared order.
func TestCanonicalNamesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var declared, given protocol.Params
		for i := range rapid.IntRange(0, 5).Draw(t, "knobs") {
			p := protocol.Param{Name: fmt.Sprintf("k%d", i)}
			declared = append(declared, p)
			p.Value = rapid.OneOf(
				rapid.Int64().AsAny(), rapid.Bool().AsAny(),
				rapid.StringMatching(`[a-z][a-z0-9_.=-]{0,8}`).Filter(func(s string) bool { return s != "true" && s != "false" }).AsAny(),
			).Draw(t, p.Name)
			given = append(given, p)
		}
		shuffled := protocol.Params(rapid.Permutation(given).Draw(t, "order"))
		name := Canonical("x/y", shuffled, declared)
		id, got := ParseName(name)
		if id != "x/y" || cmp.Diff(given, got) != "" {
			t.Fatalf("%s: %s", name, cmp.Diff(given, got))
		}
		if err := CheckBenchmarkName(name); err != nil {
			t.Fatal(err)
		}
	})
}

func TestMatch(t *testing.T) {
	check := func(pattern, name string, want bool) {
		t.Helper()
		if got := Match(pattern, name); got != want {
			t.Errorf("%s on %s: %v", pattern, name, got)
		}
	}
	check("*", "anything/at/all", true)
	check("a/b", "a/b", true)
	check("a/b", "a/bc", false)
	check("build/*", "build/x/executor=y", true)
	check("build/*/executor=asyncio", "build/x/executor=asyncio_queue", false)
	check("build/*/executor=asyncio", "build/x/executor=asyncio", true)
	check("*cpu*", "build/heavy_cpu_static", true)
	check("a*a", "a", false) // the ends do not overlap
	check("a*b*c", "a-b-b-c", true)
	check("a*b*c", "a-c-b", false)
	check("", "a", false)
}

func TestCheckNames(t *testing.T) {
	check := func(err error, want string) {
		t.Helper()
		if want == "" {
			if err != nil {
				t.Errorf("got %v", err)
			}
			return
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want ...%s...", err, want)
		}
	}
	for _, good := range []string{"go", "python3.13", "my-rust", "go-1x", "a_b", "go1"} {
		check(CheckImplementationName(good), "")
	}
	check(CheckImplementationName(""), "want a lower-case letter")
	check(CheckImplementationName("Go"), "want a lower-case letter")
	check(CheckImplementationName("3go"), "want a lower-case letter")
	check(CheckImplementationName("go fast"), `(did you mean "go_fast"?)`)
	check(CheckImplementationName("3go"), `(did you mean "go"?)`)
	check(CheckImplementationName("Old Version!"), `(did you mean "old_version"?)`)
	if err := CheckImplementationName("..."); strings.Contains(err.Error(), "did you mean") {
		t.Error(err)
	}
	check(CheckImplementationName("go-12"), "reads as a processor count")

	for _, good := range []string{"noop", "parse/small", "a/b/k=v/n=1", "Parse/Small-8"} {
		check(CheckBenchmarkName(good), "")
	}
	check(CheckBenchmarkName("a b"), "without spaces")
	check(CheckBenchmarkName("a/é"), "printable ASCII")
	check(CheckBenchmarkName("a/*"), "without spaces and '*'")
	check(CheckBenchmarkName("a//b"), "has an empty part")
	check(CheckBenchmarkName("/a"), "has an empty part")
	check(CheckBenchmarkName("a/"), "has an empty part")
	check(CheckBenchmarkName("a/k=v/b"), "knobs come last")
	check(CheckBenchmarkName("a/k="), "knob k has no value")
	check(CheckBenchmarkName("a/=v"), "is no name for a knob")
	check(CheckBenchmarkName("a/k=1/k=2"), "sets k twice")
	check(CheckBenchmarkName("a/impl=go"), "the knob impl is taken")
}
