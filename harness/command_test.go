package harness

import (
	"context"
	"os"
	"strings"
	"testing"

	"xbench/harness/config"
	"xbench/harness/record"
	"xbench/harness/worker"
)

// commandConfig has two commands that print the given words, one to a line.
func commandConfig(t *testing.T, same config.SameOutput, a, b []string) *config.Config {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	side := func(name string, words []string) config.Implementation {
		return config.Implementation{Name: name, Reference: name == "old", Command: append([]string{self, "print"}, words...)}
	}
	return &config.Config{
		Implementations: []config.Implementation{side("old", a), side("new", b)},
		Benchmarks:      []config.Benchmark{{Name: "words", Samples: 1}},
		SameOutput:      same,
	}
}

func TestCommandsAreComparedByTheirOutput(t *testing.T) {
	check := func(same config.SameOutput, a, b, want string) {
		t.Helper()
		rec, cells, err := wholeRun(t, context.Background(), commandConfig(t, same, strings.Fields(a), strings.Fields(b)), 2, new(memory))
		if err != nil {
			t.Fatal(err)
		}
		if got := cells[1].Status; got != want {
			t.Errorf("%v: %q | %q: %s (%s), want %s", same, a, b, got, cells[1].Detail, want)
		}
		processes := 0
		if want == StatusSame {
			processes = 4
		}
		if len(rec.Processes) != processes {
			t.Errorf("%v: %d processes, want %d", same, len(rec.Processes), processes)
		}
		for _, p := range rec.Processes {
			if p.Failure != nil || len(p.SamplesNS) != 1 || p.SamplesNS[0] != float64(p.Phases.TotalNS) || p.Usage.MaxRSS <= 0 || p.CPUNS <= 0 {
				t.Errorf("incomplete process: %+v", p)
			}
		}
	}
	check(config.SameOutput{}, "a b", "a b", StatusSame)
	check(config.SameOutput{}, "a b", "b a", StatusDifferent)
	check(config.SameOutput{As: "sorted-lines"}, "a b", "b a", StatusSame)
	check(config.SameOutput{As: "lines", FloatTolerance: 1e-3}, "1.0000", "1.0001", StatusSame)
	check(config.SameOutput{As: "json"}, `{{"a":1,"b":2}}`, `{{"b":2,"a":1}}`, StatusSame)
}

// Text that differs is shown by its line; it is no broken JSON.
func TestDifferentTextIsShownByItsLine(t *testing.T) {
	check := func(a, b, want string) {
		t.Helper()
		cfg := commandConfig(t, config.SameOutput{}, strings.Fields(a), strings.Fields(b))
		_, cells, err := wholeRun(t, context.Background(), cfg, 2, new(memory))
		if err != nil {
			t.Fatal(err)
		}
		if got := cells[1].Detail; got != want {
			t.Errorf("%q | %q: %s, want %s", a, b, got, want)
		}
	}
	check("x y z", "x y w", `output differs at line 3: "z" | "w"`)
	check("1 2", "1 2 3", `output differs at line 3: "" | "3"`)
	check(`{{"a":1}}`, `{{"a":2}}`, `output differs at line 1: "{\"a\":1}" | "{\"a\":2}"`)
}

func TestCommandPlaceholders(t *testing.T) {
	cfg := commandConfig(t, config.SameOutput{}, []string{"{benchmark}", "{size}"}, []string{"words", "3"})
	cfg.Benchmarks[0].Name = "words/size=3"
	_, cfg.Benchmarks[0].Params = config.ParseName("words/size=3")
	_, cells, err := wholeRun(t, context.Background(), cfg, 2, new(memory))
	if err != nil {
		t.Fatal(err)
	}
	if cells[1].Status != StatusSame {
		t.Errorf("%s: %s", cells[1].Status, cells[1].Detail)
	}
}

func commandResult(sha, out string) worker.CommandResult {
	return worker.CommandResult{StdoutSHA256: sha, Stdout: []byte(out)}
}

// A command that prints something else while it is timed than when it was
// checked is no data.
func TestTimedOutputIsCheckedToo(t *testing.T) {
	s := &subject{Implementation: record.Implementation{Name: "new"}}
	s.checked.seen = map[string]checkedOutput{"words": {raw: []byte("a\n"), sha: "1", digest: "d"}}
	row := &record.Row{Name: "words"}
	if got, err := s.agreed(row, commandResult("1", "a\n")); err != nil || got != "d" {
		t.Errorf("same output: %q, %v", got, err)
	}
	if _, err := s.agreed(row, commandResult("2", "b\n")); err == nil || !strings.Contains(err.Error(), `line 1: "a" | "b"`) {
		t.Errorf("another output: error %v", err)
	}
}

// What the kernel counted reaches the record, and so does the doubt about it.
func TestUsageKeepsThatAPeakIsABound(t *testing.T) {
	got := usage(worker.Exit{User: 3, System: 4, MaxRSS: 5 << 20, RSSAtMost: true})
	want := record.Usage{UserNS: 3, SystemNS: 4, MaxRSS: 5 << 20, MaxRSSAtMost: true}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// Where outputs are not compared, exit statuses still are: a launch that ends
// otherwise than it was checked is no data.
func TestTimedStatusIsChecked(t *testing.T) {
	row := &record.Row{Name: "words"}
	check := func(as, status string, fine bool) {
		t.Helper()
		s := &subject{Implementation: record.Implementation{Name: "new"}}
		s.checked.seen = map[string]checkedOutput{"words": {sha: "1", digest: "d", exit: "exit status 7", same: config.SameOutput{As: as}}}
		res := commandResult("1", "")
		res.Exit.Status = status
		_, err := s.agreed(row, res)
		if (err == nil) != fine || err != nil && err.Error() != "command new: words: exit status 0, but exit status 7 when it was checked" {
			t.Errorf("as %s: %s: error %v", as, status, err)
		}
	}
	for _, as := range []string{"none", "exact", "lines"} {
		check(as, "exit status 7", true)
		check(as, "exit status 0", false)
	}
}
