package compare

import (
	"reflect"
	"strings"
	"testing"

	"xbench/harness/record"
)

func TestDecodeGoals(t *testing.T) {
	const text = `
implementations: [{name: python, anything: goes here}]
benchmarks: {free: form}
suites: []
same_output: {as: json}
counters: []
suite: quick
budget: 5m
seed: 7
goals:
  - {claim: 8x faster, over: "parse/*", speedup: ">= 8"}
  - {claim: never slower, over: "*", each: ">= 1", tolerance: 5%}
  - {each: 1}
  - {each: ">= 2x", level: target, suite: build, against: rust}
  - {each: ≥1, tolerance: 0%}
  - {consistency: "< 30%", inconclusive: pass}
  - {spread: 0.3, level: stretch}
  - {spread: "<30%", gate: true}
  - {speedup: 2.5, gate: false}
`
	got, err := DecodeGoals("xbench.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []record.Goal{
		{Claim: "8x faster", Level: "minimum", Over: "parse/*", Speedup: 8, Gate: true, Inconclusive: "fail"},
		{Claim: "never slower", Level: "minimum", Over: "*", Each: 1, Tolerance: .05, Gate: true, Inconclusive: "fail"},
		{Claim: "no row more than 5% slower", Level: "minimum", Over: "*", Each: 1, Tolerance: .05, Gate: true, Inconclusive: "fail"},
		{Claim: "every row >= 2x", Level: "target", Suite: "build", Over: "*", Each: 2, Gate: true, Inconclusive: "fail", Against: "rust"},
		{Claim: "no row slower", Level: "minimum", Over: "*", Each: 1, Gate: true, Inconclusive: "fail"},
		{Claim: "round-to-round variation of each category < 30%", Level: "minimum", Over: "*", Consistency: .3, Gate: true, Inconclusive: "pass"},
		{Claim: "spread of the categories' speedups < 30%", Level: "stretch", Over: "*", Spread: .3, Inconclusive: "fail"},
		{Claim: "spread of the categories' speedups < 30%", Level: "minimum", Over: "*", Spread: .3, Gate: true, Inconclusive: "fail"},
		{Claim: "geometric mean >= 2.5x", Level: "minimum", Over: "*", Speedup: 2.5, Inconclusive: "fail"},
	}
	for i := range want {
		if i >= len(got) || !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("goal %d:\ngot  %+v\nwant %+v", i, got[min(i, len(got)-1)], want[i])
		}
	}
	if none, err := DecodeGoals("x", []byte("seed: 1\n")); err != nil || len(none) != 0 {
		t.Errorf("a file without goals: %v, %v", none, err)
	}
}

func TestDecodeGoalsLocatesErrors(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		_, err := DecodeGoals("xbench.yaml", []byte(text))
		if err == nil {
			t.Errorf("no error for %q", text)
			return
		}
		if got, _, _ := strings.Cut(err.Error(), "\n"); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", text, got, want)
		}
	}
	check("- {claim: 8x, speedup: \">= 8\"}\n", "xbench.yaml:1:1: want a map, found a list: put it under a line that says goals:")
	check("gaols: []\n", `xbench.yaml:1:1: unknown field "gaols" (did you mean "goals"?)`)
	check("goals:\n  - {claim: x, speedpu: 2}\n", `xbench.yaml:2:16: unknown field "speedpu" (did you mean "speedup"?)`)
	check("goals:\n  - speedup: fast\n", `xbench.yaml:2:14: speedup: "fast" is no bound, want one like ">= 8"`)
	check("goals:\n  - {speedup: \"<= 8\"}\n", `xbench.yaml:2:15: speedup: "<= 8" is no bound, want one like ">= 8"`)
	check("goals:\n  - speedup: >5\n", `xbench.yaml:2:14: speedup: "" is no bound, want one like ">= 8", in quotes`)
	check("goals:\n  - {claim: x, speedup: >= 5}\n", `xbench.yaml:2:25: a value that begins with > opens a block of text; for a bound put it in quotes: ">= 8"`)
	check("goals:\n  - speedup: >= 5\n", `xbench.yaml:2:14: a value that begins with > opens a block of text; for a bound put it in quotes: ">= 8"`)
	check("goals:\n  - {speedup: \"> 8\"}\n", `xbench.yaml:2:15: speedup: "> 8" is no bound, want one like ">= 8" (did you mean ">= 8"?)`)
	check("goals:\n  - {consistency: \"< 30\"}\n", `xbench.yaml:2:19: consistency: "< 30" is no bound, want one like "< 30%" (did you mean 30%?)`)
	check("goals:\n  - {spread: 1}\n", `xbench.yaml:2:14: spread: "1" is no bound, want one like "< 30%" (did you mean 1%?)`)
	check("goals:\n  - {each: 1, tolerance: 5}\n", `xbench.yaml:2:26: tolerance: "5" is no share, want one from 0% to below 100%, like 5% (did you mean 5%?)`)
	check("goals:\n  - {speedup: -1}\n", `xbench.yaml:2:15: speedup: "-1" is no bound, want one like ">= 8"`)
	check("goals:\n  - {consistency: lots}\n", `xbench.yaml:2:19: consistency: "lots" is no bound, want one like "< 30%"`)
	check("goals:\n  - {each: 1, tolerance: 120%}\n", `xbench.yaml:2:26: tolerance: "120%" is no share, want one from 0% to below 100%, like 5%`)
	check("goals:\n  - speedup: 2\n    level: minimal\n", `xbench.yaml:3:12: level is "minimal", want minimum, target or stretch (did you mean "minimum"?)`)
	check("goals:\n  - speedup: 2\n    inconclusive: maybe\n", `xbench.yaml:3:19: inconclusive is "maybe", want fail or pass`)
	check("goals:\n  - speedup: 2\n  - claim: nothing\n", `xbench.yaml:3:5: a goal states exactly one of speedup, each, consistency and spread, not 0 of them`)
	check("goals:\n  - {speedup: 2, each: 1}\n", `xbench.yaml:2:5: a goal states exactly one of speedup, each, consistency and spread, not 2 of them`)
	check("goals:\n  - {speedup: 2, tolerance: 5%}\n", `xbench.yaml:2:29: tolerance goes with each, not with a mean`)
	check("goals: [{speedup: 2, gate: perhaps}]\n", `xbench.yaml:1:28: gate: want true or false, found the text "perhaps"`)
}

func TestMatch(t *testing.T) {
	check := func(pattern, name string, want bool) {
		t.Helper()
		if got := match(pattern, name); got != want {
			t.Errorf("match(%q, %q) = %v", pattern, name, got)
		}
	}
	check("*", "", true)
	check("*", "a/b/c", true)
	check("a/*", "a/b/c=1", true)
	check("a/*", "a", false)
	check("*/c", "a/b/c", true)
	check("a*c", "abc/x", false)
	check("*b*", "abc", true)
	check("a*b*c", "a/b/b/c", true)
	check("aa*a", "aa", false) // beginning and end do not overlap
	check("a", "ab", false)
	check("a.c", "abc", false)
}

func FuzzDecodeGoals(f *testing.F) {
	f.Add("goals:\n  - {claim: 8x faster, over: \"parse/*\", speedup: \">= 8\"}\n")
	f.Add("goals:\n  - {each: 1, tolerance: 5%, level: target}\n  - spread: \"< 1e309%\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		goals, err := DecodeGoals("x", []byte(text))
		if err != nil {
			return
		}
		for _, g := range goals {
			if err := checkGoal(&g); err != nil {
				t.Errorf("%q was accepted: %v", text, err)
			}
		}
	})
}
