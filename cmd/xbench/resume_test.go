package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xbench/cmd/xbench/internal/loop"
	"xbench/compare"
	"xbench/compare/report"
	"xbench/harness"
	"xbench/harness/record"
)

// kills is how often TestResumeAfterKill kills a run; the release is tested
// with
//
//	go test ./cmd/xbench -run ResumeAfterKill -kills 200 -v
var kills = flag.Int("kills", 12, "how often TestResumeAfterKill kills a run")

const steadyConfig = `
implementations:
  - {name: base, reference: true, worker: [steady]}
  - {name: fast, worker: [steady, fast]}
benchmarks:
  - {name: steady/clear}
  - {name: steady/close}
  - {name: steady/late}
suites:
  - {name: all, sample: 200us, warmup: 200us, samples: 3, spacing: 5ms, rounds: 8, benchmarks: ["*"]}
suite: all
goals:
  - {level: minimum, claim: twice on average, speedup: ">= 1.3"}
  - {level: minimum, claim: none slower, each: ">= 1", tolerance: 5%}
`

// Stages at which a run was killed.
const (
	beforePlan   = "before the plan"
	betweenRound = "between two rounds"
	inRound      = "in a round"
	midPair      = "between the sides of a pair"
	inWrite      = "in the write of an entry"
	afterLast    = "after the last round"
)

// killing is what the kills did.
type killing struct {
	t                      *testing.T
	dir                    string
	rng                    *rand.Rand
	want                   *record.Record
	kept                   map[string]record.Process // of one run: whole when it was killed
	stages                 map[string]int
	kills, resumes, runs   int
	lost, twice, different int
}

// Whatever kills a run, wherever, again and again: what had finished stays,
// nothing is measured twice, and the end is that of a run nobody disturbed.
func TestResumeAfterKill(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the worker's way of sleeping is too coarse here")
	}
	t.Parallel()
	k := &killing{t: t, dir: t.TempDir(), rng: rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1)), stages: make(map[string]int)}
	if err := os.WriteFile(filepath.Join(k.dir, "xbench.yaml"), []byte(steadyConfig), 0o644); err != nil {
		t.Fatal(err)
	}
	whole := k.command("run", "--seed", "7", "-q", "--output", "whole")
	if out, err := whole.CombinedOutput(); exitCode(err) > exitUnclear || exitCode(err) == exitUsage {
		t.Fatalf("%v\n%s", err, out)
	}
	k.want = k.read("whole")
	rounds := make(map[string]int)
	for _, p := range k.want.Processes {
		rounds[p.Row] = max(rounds[p.Row], p.Round)
	}
	if len(slices.Compact(slices.Sorted(maps.Values(rounds)))) < 2 {
		t.Fatalf("rounds %v: no benchmark stops before another; the test is too easy", rounds)
	}
	for chain := 0; k.kills < *kills; chain++ {
		k.chain(fmt.Sprintf("chain%d", chain))
	}
	t.Logf("%d kills of %d runs, %d of them while going on; %d processes each\n%s", k.kills, k.runs, k.resumes, len(k.want.Processes), k.table())
	if k.lost+k.twice+k.different > 0 {
		t.Errorf("lost %d, measured twice %d, different %d", k.lost, k.twice, k.different)
	}
}

func (k *killing) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %-30s %6s\n", "killed", "times")
	for _, stage := range []string{beforePlan, betweenRound, inRound, midPair, inWrite, afterLast} {
		fmt.Fprintf(&b, "  %-30s %6d\n", stage, k.stages[stage])
	}
	fmt.Fprintf(&b, "  lost %d, measured twice %d, different from an undisturbed run %d", k.lost, k.twice, k.different)
	return b.String()
}

// chain kills one run a few times and lets it come to its end.
func (k *killing) chain(output string) {
	k.t.Helper()
	k.runs++
	k.kept = make(map[string]record.Process)
	args := []string{"run", "--seed", "7", "-q", "--output", output}
	for n := 2 + k.rng.IntN(10); n > 0 && k.kills < *kills; n-- {
		stage, err := k.kill(output, args)
		if stage == "" { // it was faster
			k.check(output, err)
			return
		}
		k.kills++
		k.stages[stage]++
		if args[1] == "--resume" {
			k.resumes++
		}
		if stage == beforePlan {
			k.nothingToResume(output)
			continue
		}
		for _, p := range k.read(output).Processes {
			k.kept[key(p)] = p
		}
		args = []string{"run", "--resume", filepath.Join(output, "latest"), "-q"}
	}
	out, err := k.command(args...).CombinedOutput()
	if c := exitCode(err); c == exitUsage || c > exitUnclear {
		k.t.Fatalf("%q: %v\n%s", args, err, out)
	}
	k.check(output, err)
}

// kill starts xbench and kills it at a moment drawn at random. It returns the
// stage, "" when the run had ended by itself.
func (k *killing) kill(output string, args []string) (string, error) {
	k.t.Helper()
	cmd := k.command(args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	// A moment while it starts, or one after some process to come.
	target, delay := 0, time.Duration(k.rng.IntN(900))*time.Millisecond
	if k.rng.IntN(6) > 0 {
		before := k.measured(output)
		target = min(before+1+k.rng.IntN(12), len(k.want.Processes))
		delay = time.Duration(k.rng.IntN(60)) * time.Millisecond
		if target == len(k.want.Processes) {
			delay /= 10 // what follows is short
		}
	}
	for k.measured(output) < target {
		select {
		case err := <-ended:
			return k.over(err, &out)
		case <-time.After(time.Millisecond):
		}
	}
	select {
	case err := <-ended:
		return k.over(err, &out)
	case <-time.After(delay):
	}
	if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		k.t.Fatal(err)
	}
	if err := <-ended; cmd.ProcessState.Exited() {
		return k.over(err, &out)
	}
	k.noWorker()
	return k.stage(output), nil
}

// over is the end of a run that was not killed in time.
func (k *killing) over(err error, out *bytes.Buffer) (string, error) {
	k.t.Helper()
	if c := exitCode(err); c == exitUsage || c > exitUnclear {
		k.t.Fatalf("it ended by itself: %v\n%s", err, out)
	}
	return "", err
}

// stage says where the run was killed, and now and then has the system go
// down with it: the last entry is cut, or its end is zeros.
func (k *killing) stage(output string) string {
	k.t.Helper()
	path := filepath.Join(k.dir, output, "latest", harness.RecordFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return beforePlan
	}
	if err != nil {
		k.t.Fatal(err)
	}
	rec, err := record.Read(bytes.NewReader(data))
	if errors.Is(err, record.ErrNoPlan) {
		return beforePlan
	}
	if err != nil {
		k.t.Fatalf("the record of a killed run: %v", err)
	}
	if last := bytes.LastIndex(data[:max(len(data)-1, 0)], []byte("\nXbench-Process: ")); last > 0 && k.rng.IntN(4) == 0 {
		delete(k.kept, key(rec.Processes[len(rec.Processes)-1])) // an earlier kill may have left it whole
		cut := last + 1 + k.rng.IntN(len(data)-last-1)
		data = data[:cut]
		if k.rng.IntN(2) == 0 {
			data = append(data, make([]byte, 1+k.rng.IntN(4096))...)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			k.t.Fatal(err)
		}
		return inWrite
	}
	if rec.Dropped > 0 {
		return inWrite
	}
	rest, err := harness.Unfinished(rec, loop.Decide)
	switch {
	case err != nil:
		k.t.Fatal(err)
	case rest.Done:
		return afterLast
	case rest.Row != "":
		return midPair
	case rest.Rounds+1 == rest.Round && !slices.ContainsFunc(rec.Processes, func(p record.Process) bool { return p.Round == rest.Round }):
		return betweenRound
	}
	return inRound
}

// nothingToResume is what is said of a run that had no plan yet.
func (k *killing) nothingToResume(output string) {
	k.t.Helper()
	out, err := k.command("run", "--resume", filepath.Join(output, "latest")).CombinedOutput()
	if exitCode(err) != exitUsage || !bytes.Contains(out, []byte("nothing to take up")) && !bytes.Contains(out, []byte("there is no record")) {
		k.t.Errorf("a run without a plan was taken up: %v\n%s", err, out)
	}
}

// check compares the end of a run with that of one that nobody disturbed.
func (k *killing) check(output string, ended error) {
	k.t.Helper()
	rec := k.read(output)
	seen := make(map[string]bool)
	for _, p := range rec.Processes {
		if seen[key(p)] {
			k.twice++
			k.t.Errorf("%s: measured twice: %s", output, key(p))
		}
		seen[key(p)] = true
		if old, ok := k.kept[key(p)]; ok {
			delete(k.kept, key(p))
			if d := cmp.Diff(old, p); d != "" {
				k.different++
				k.t.Errorf("%s: %s is not what it was when the run was killed:\n%s", output, key(p), d)
			}
		}
	}
	// What a tear took with it was measured again; nothing else was.
	for lost := range k.kept {
		k.lost++
		k.t.Errorf("%s: lost %s", output, lost)
	}
	if d := cmp.Diff(timeless(k.want), timeless(rec)); d != "" {
		k.different++
		k.t.Errorf("%s: the record is not that of an undisturbed run (-want +got):\n%s", output, d)
	}
	want, got := k.verdict(k.want), k.verdict(rec)
	if want != got || exitCode(ended) != want.exit {
		k.different++
		k.t.Errorf("%s: verdict %+v and exit %d, of an undisturbed run %+v", output, got, exitCode(ended), want)
	}
	if _, err := os.Stat(filepath.Join(k.dir, output, "latest", report.MarkdownFile)); err != nil {
		k.t.Errorf("%s: no report: %v", output, err)
	}
}

type verdict struct {
	verdict compare.Verdict
	exit    int
	numbers string
}

// verdict is everything that is claimed: verdicts, intervals and the rounds
// that decided.
func (k *killing) verdict(rec *record.Record) verdict {
	k.t.Helper()
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		k.t.Fatal(err)
	}
	if res.Interrupted {
		k.t.Error("a finished run is called interrupted")
	}
	var b strings.Builder
	for _, g := range res.Goals {
		fmt.Fprintf(&b, "%s %s %d %v %v\n", g.Goal.Claim, g.Verdict, g.DecidedAt, g.Found, g.Culprits)
	}
	for _, r := range res.Rows {
		fmt.Fprintf(&b, "%s %s %d %v %s\n", r.Name, r.Status, r.Rounds, r.Speedup, r.Stopped)
	}
	return verdict{res.Verdict, res.Exit, b.String()}
}

// timeless are the processes without what no two runs share.
func timeless(rec *record.Record) []string {
	var out []string
	for _, p := range rec.Processes {
		p.Started, p.OutsideNS, p.Phases, p.Usage, p.Clock, p.Warnings = "", 0, record.Phases{}, record.Usage{}, nil, nil
		p.Discarded = slices.DeleteFunc(slices.Clone(p.Discarded), func(d record.Discard) bool { return d.Why == "clock check" })
		data, _ := json.Marshal(p)
		out = append(out, string(data))
	}
	return out
}

func key(p record.Process) string { return fmt.Sprintf("%s %s round %d", p.Row, p.Impl, p.Round) }

// measured counts the processes of a record that is being written.
func (k *killing) measured(output string) int {
	data, _ := os.ReadFile(filepath.Join(k.dir, output, "latest", harness.RecordFile))
	return bytes.Count(data, []byte("\nXbench-Process: "))
}

func (k *killing) read(output string) *record.Record {
	k.t.Helper()
	rec, err := harness.ReadRecord(filepath.Join(k.dir, output, "latest"))
	if err != nil {
		k.t.Fatal(err)
	}
	return rec
}

// command is xbench in the test's directory. TestMain has put it into the
// path, with its workers; nothing else is needed from there.
func (k *killing) command(args ...string) *exec.Cmd {
	path, err := exec.LookPath("xbench")
	if err != nil {
		k.t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = k.dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(path), "GORACE=atexit_sleep_ms=0")
	return cmd
}

func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	return -1
}

// noWorker waits until nothing runs in the test's directory.
func (k *killing) noWorker() {
	k.t.Helper()
	if runtime.GOOS != "linux" {
		return // there is no /proc to look at
	}
	var left []string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		left = nil
		procs, _ := filepath.Glob("/proc/[0-9]*/cwd")
		for _, p := range procs {
			if dir, err := os.Readlink(p); err == nil && dir == k.dir {
				left = append(left, p)
			}
		}
		if len(left) == 0 {
			return
		}
	}
	k.t.Errorf("still alive after the kill: %v", left)
}
