package worker

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// short are timeouts for workers that will not answer. They only have to be
// long enough for those that will, on a busy machine.
var short = Timeouts{Initialize: 20 * time.Second, Prepare: 20 * time.Second, Verify: 20 * time.Second, Run: 20 * time.Second, Shutdown: 5 * time.Second}

// noRaceSleep stops the race detector from sleeping for a second at the exit of
// every child.
const noRaceSleep = "GORACE=atexit_sleep_ms=0"

func specFor(t *testing.T, mode string, timeouts Timeouts) Spec {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Spec{Name: "fake", Args: []string{self}, Env: []string{modeEnv + "=" + mode, noRaceSleep}, Timeouts: timeouts}
}

// start launches a worker with a vice. When the test is over neither a process
// nor a goroutine may be left.
func start(t *testing.T, mode string, timeouts Timeouts) *Worker {
	t.Helper()
	goroutines := runtime.NumGoroutine()
	w, err := Start(context.Background(), specFor(t, mode, timeouts))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.Kill()
		checkGroupGone(t, w.Pid())
		within(t, "goroutines to end", func() bool { return runtime.NumGoroutine() <= goroutines })
	})
	return w
}

// within waits for something that happens soon but not at once.
func within(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("still waiting for %s", what)
			return
		}
	}
}

func prepared(t *testing.T, w *Worker, benchmark string) {
	t.Helper()
	ctx := context.Background()
	if _, err := w.Initialize(ctx); err != nil {
		t.Fatal(err)
	}
	if err := w.Prepare(ctx, protocol.PrepareParams{Benchmark: benchmark}); err != nil {
		t.Fatal(err)
	}
}

var threeSamples = protocol.RunParams{Iterations: 2, Samples: 3, Nonce: "7"}

func TestGoodWorker(t *testing.T) {
	for _, mode := range []string{"good", "chatty"} {
		t.Run(mode, func(t *testing.T) {
			ctx := context.Background()
			w := start(t, mode, short)
			info, err := w.Initialize(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if info.Implementation.Language != "go" || !info.Nonce || len(info.Benchmarks) != 2 || info.Clock.CallNS <= 0 {
				t.Errorf("got %+v", info)
			}
			params := protocol.Params{{Name: "size", Value: int64(3)}}
			if err := w.Prepare(ctx, protocol.PrepareParams{Benchmark: "demo/b", Params: params}); err != nil {
				t.Fatal(err)
			}
			v, err := w.Verify(ctx, protocol.VerifyParams{Nonce: "9", WantResult: true})
			if err != nil {
				t.Fatal(err)
			}
			if v.Counters["items"] != 3 || !strings.Contains(string(v.Result), *v.Digest) {
				t.Errorf("got %+v", v)
			}
			res, outside, err := w.Run(ctx, threeSamples, 0)
			if err != nil {
				t.Fatal(err)
			}
			// Sample 2 works on nonce 7+2.
			if *res.Digest != *v.Digest {
				t.Errorf("run ends on %s, verify of the same nonce on %s", *res.Digest, *v.Digest)
			}
			var total int64
			for _, ns := range res.SamplesNS {
				total += ns
			}
			if len(res.SamplesNS) != 3 || time.Duration(total) > outside {
				t.Errorf("%d samples of %v in all, %v passed outside", len(res.SamplesNS), time.Duration(total), outside)
			}
			exit := w.Close(ctx)
			if !exit.OK || exit.Status != "exit status 0" || exit.Failure != nil {
				t.Errorf("got %+v, %v", exit, exit.Failure)
			}
			if exit.User+exit.System <= 0 {
				t.Error("used no processor time")
			}
			if again := w.Close(ctx); again != exit {
				t.Errorf("closed again: got %+v, want %+v", again, exit)
			}
			if mode == "chatty" {
				for _, want := range []string{"a stray print\n", "a stray print of a child\n"} {
					if !strings.Contains(exit.Stderr, want) {
						t.Errorf("stderr lacks %q: %s", want, exit.Stderr)
					}
				}
			}
		})
	}
}

// The kernel starts a child's account at the launcher's own peak. Both are the
// same binary here, and this one is made the larger by far.
func TestPeakMemoryIsTheChilds(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("peaks are known on Linux only")
	}
	ballast := make([]byte, 200<<20)
	for i := 0; i < len(ballast); i += 4096 {
		ballast[i] = 1
	}
	w := start(t, "good", short)
	prepared(t, w, "demo/b")
	exit := w.Close(context.Background())
	if exit.MaxRSS <= 0 || exit.MaxRSS > 150<<20 || exit.RSSAtMost {
		t.Errorf("got %d MiB, at most: %v; the launcher has over 200 MiB", exit.MaxRSS>>20, exit.RSSAtMost)
	}
	runtime.KeepAlive(ballast)
}

func TestFailuresOfRun(t *testing.T) {
	quick := short
	quick.Run = 300 * time.Millisecond
	quick.Shutdown = 500 * time.Millisecond
	check := func(mode string, timeouts Timeouts, kind string, want ...string) {
		t.Helper()
		t.Run(mode, func(t *testing.T) {
			ctx := context.Background()
			w := start(t, mode, timeouts)
			prepared(t, w, "demo/a")
			// A vice of demo/b leaves demo/a alone.
			if _, _, err := w.Run(ctx, threeSamples, 20*time.Second); err != nil {
				t.Fatalf("demo/a: %v", err)
			}
			if err := w.Prepare(ctx, protocol.PrepareParams{Benchmark: "demo/b"}); err != nil {
				t.Fatal(err)
			}
			_, _, err := w.Run(ctx, threeSamples, 0)
			checkFailure(t, err, kind, "run", want...)
			exit := w.Close(ctx)
			if exit.Status == "" {
				t.Error("no exit status in words")
			}
			checkSafe(t, exit.Stderr)
		})
	}
	check("crash-in-run", short, record.FailCrash, "exited before it answered (exit status 3)", "last stderr: about to crash")
	check("killed-in-run", short, record.FailCrash, "died before it answered (signal: killed, not by xbench; out of memory?)", "peak memory")
	check("panic-in-run", short, record.FailWork, "panic: index out of luck (vices.go:40)")
	check("error-in-run", short, record.FailWork, "worker fake: run demo/b: the disk is on fire")
	check("error-on-stderr", short, record.FailWork, "worker fake: run demo/b: exit status 1; last stderr: disk: no space left")
	check("error-twice", short, record.FailWork, "the disk is on fire", once)
	check("escapes", short, record.FailWork, `\x1b[2J\x1b]0;owned\a red`, `\u202e`, `\r\nnext`)
	check("html", short, record.FailWork, "<script>alert(1)</script>") // for the page to escape
	check("hang-in-run", quick, record.FailTimeout, "no reply in 300ms; killed (signal: killed); last stderr: MemoryError")
	check("ignore-term", quick, record.FailTimeout, "no reply in 300ms; killed (signal: killed); last stderr: MemoryError")
	check("stderr-flood", short, record.FailCrash, "exit status 3", "last stderr: the last line")
	check("fork-helper", short, record.FailCrash, "exited before it answered (exit status 3)")
	check("stray-print", short, record.FailProtocol, `is not JSON: "warning: stray print" (workers must keep stdout for the protocol; print to stderr)`, "line 5")
	check("wrong-id", short, record.FailProtocol, "protocol: line 5 answers request 1005, which was never made; the last was 5")
	check("half-line", short, record.FailProtocol, `line 5 ends without a newline: "{"jsonrpc":"2.0","id":5`)
	check("huge-line", short, record.FailProtocol, `line 5 is longer than 16777216 bytes: "xxx`)
	check("invalid-utf8", short, record.FailProtocol, "line 5 is not valid UTF-8", `\xff\xfe`)
	check("not-a-response", short, record.FailProtocol, `line 5 is not a JSON-RPC response: "{"progress":0.5}"`)
	check("close-stdout", quick, record.FailProtocol, "closed its standard output but kept running; stopped (signal: terminated)")
	check("extra-sample", short, record.FailProtocol, "3 samples were asked for, 4 came back")
	check("missing-sample", short, record.FailProtocol, "3 samples were asked for, 2 came back")
	check("zero-time", short, record.FailClock, "sample 1 of 3 took 0 ns")
	check("negative-time", short, record.FailClock, "sample 1 of 3 took -1 ns")
	check("absurd-time", short, record.FailClock, "claims 262800h", "passed")
	check("overflow-time", short, record.FailClock, "claims 2562047h47m16.854775807s in samples")
	check("nan-time", short, record.FailProtocol, "is not JSON", `"samples_ns":[NaN,`)
	check("fraction-time", short, record.FailProtocol, "samples_ns must be an integer of at most 64 bits, not number")
}

// once is of every message, and of one that is expected says that it does not
// repeat what stands on standard error.
const once = "worker fake"

// checkFailure checks what a failure says of itself.
func checkFailure(t *testing.T, err error, kind, method string, want ...string) {
	t.Helper()
	var f *Failure
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a Failure", err)
	}
	if f.Kind != kind || f.Method != method || f.Impl != "fake" {
		t.Errorf("got kind %s, method %s, implementation %s; want %s, %s, fake", f.Kind, f.Method, f.Impl, kind, method)
	}
	if method == "run" && f.Benchmark != "demo/b" {
		t.Errorf("got benchmark %q", f.Benchmark)
	}
	for _, part := range append(want, "worker fake: "+method) {
		if !strings.Contains(f.Message, part) {
			t.Errorf("message lacks %q:\n%s", part, f.Message)
		}
	}
	if slices.Contains(want, once) && strings.Contains(f.Message, "last stderr") {
		t.Errorf("says the same twice: %s", f.Message)
	}
	if strings.Contains(f.Message, "EOF") || strings.Contains(f.Message, "context ") {
		t.Errorf("message speaks Go: %s", f.Message)
	}
	if strings.Contains(f.Message, "\n") {
		t.Errorf("message of several lines: %q", f.Message)
	}
	checkSafe(t, f.Message)
	checkSafe(t, f.Stderr)
	checkSafe(t, f.Trace)
	if len(f.Stderr) > tailBytes+len("…") {
		t.Errorf("%d bytes of stderr", len(f.Stderr))
	}
}

// checkSafe checks that a text can be written to a terminal.
func checkSafe(t *testing.T, s string) {
	t.Helper()
	if want := protocol.EscapeLines(s); s != want {
		t.Errorf("not fit for a terminal: %q", s)
	}
}

func TestFailuresOfOtherMethods(t *testing.T) {
	ctx := context.Background()
	t.Run("initialize", func(t *testing.T) {
		check := func(mode string, timeouts Timeouts, kind string, want ...string) {
			t.Helper()
			w := start(t, mode, timeouts)
			_, err := w.Initialize(ctx)
			checkFailure(t, err, kind, "initialize", want...)
		}
		quick := short
		quick.Initialize = 300 * time.Millisecond
		check("silent", quick, record.FailTimeout, "no reply in 300ms; stopped (signal: terminated)")
		check("crash-at-start", short, record.FailCrash, "(exit status 4)", "last stderr: cannot start: no such luck")
		check("higher-protocol", short, record.FailProtocol, "speaks protocol 2, this xbench up to 1")
		check("bad-name", short, record.FailProtocol, `benchmark "demo/\x1b[2Jb" holds`)
	})
	t.Run("prepare", func(t *testing.T) {
		check := func(mode, benchmark string, params protocol.Params, kind string, want ...string) {
			t.Helper()
			w := start(t, mode, short)
			if _, err := w.Initialize(ctx); err != nil {
				t.Fatal(err)
			}
			err := w.Prepare(ctx, protocol.PrepareParams{Benchmark: benchmark, Params: params})
			checkFailure(t, err, kind, "prepare", want...)
			if exit := w.Close(ctx); !exit.OK {
				t.Errorf("an error answer is not the end: %+v", exit.Failure)
			}
		}
		check("missing-benchmark", "demo/b", nil, record.FailUnsupported, "prepare demo/b: not ported yet")
		check("good", "demo/c", nil, record.FailUnsupported, `no benchmark "demo/c" (did you mean "demo/a"?)`)
		check("good", "demo/b", protocol.Params{{Name: "sise", Value: int64(1)}}, record.FailWork, `demo/b: unknown parameter "sise" (did you mean "size"?)`)
		w := start(t, "good", short)
		var f *Failure
		if err := w.Prepare(ctx, protocol.PrepareParams{Benchmark: "demo/b", Params: protocol.Params{{Name: "size", Value: int64(0)}}}); !errors.As(err, &f) {
			t.Fatalf("error %v, want a Failure", err)
		}
		if f.Code != protocol.CodeInvalidParams || f.Answer != "size 0: must be at least 1" || strings.Contains(f.Message, "code") {
			t.Errorf("code %d, answer %q, message %q; want the worker's words and no numbers", f.Code, f.Answer, f.Message)
		}
		w.Close(ctx)
	})
	t.Run("verify", func(t *testing.T) {
		w := start(t, "crash-on-verify", short)
		prepared(t, w, "demo/b")
		_, err := w.Verify(ctx, protocol.VerifyParams{Nonce: "0"})
		checkFailure(t, err, record.FailCrash, "verify", "exit status 3", "about to crash")
		// Whoever asks again hears why, not that the pipe is closed.
		_, _, again := w.Run(ctx, threeSamples, 0)
		if !errors.Is(again, err) {
			t.Errorf("got %v, want %v", again, err)
		}
	})
}

func TestTwoAnswersAreNoticed(t *testing.T) {
	ctx := context.Background()
	check := func(name string, next func(*Worker) error) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			w := start(t, "two-answers", short)
			prepared(t, w, "demo/b")
			if _, _, err := w.Run(ctx, threeSamples, 0); err != nil {
				t.Fatal(err)
			}
			err := next(w)
			if err == nil || !strings.Contains(err.Error(), "protocol: line 4 answers request 3 once more") {
				t.Errorf("got %v", err)
			}
		})
	}
	check("by the next request", func(w *Worker) error {
		_, _, err := w.Run(ctx, threeSamples, 0)
		return err
	})
	check("by Close", func(w *Worker) error {
		exit := w.Close(ctx)
		if exit.OK {
			t.Error("the end counts as orderly")
		}
		return exit.Failure
	})
}

func TestEnds(t *testing.T) {
	quick := short
	quick.Shutdown = 300 * time.Millisecond
	check := func(mode string, timeouts Timeouts, kind, status, want string) {
		t.Helper()
		t.Run(mode, func(t *testing.T) {
			w := start(t, mode, timeouts)
			prepared(t, w, "demo/b")
			exit := w.Close(context.Background())
			if exit.OK || exit.Status != status || exit.Failure == nil {
				t.Fatalf("got %+v", exit)
			}
			checkFailure(t, exit.Failure, kind, "shutdown", want)
		})
	}
	check("exit-nonzero", short, record.FailCrash, "exit status 5", "ended with exit status 5 after its last answer; peak memory")
	check("no-exit", quick, record.FailTimeout, "signal: terminated", "answered but did not exit in 300ms; stopped (signal: terminated)")
	check("last-word", short, record.FailProtocol, "exit status 0", "answers request 1 once more")
}

func TestInterrupt(t *testing.T) {
	w := start(t, "hang-in-run", short)
	prepared(t, w, "demo/b")
	ctx, cancel := context.WithCancel(context.Background())
	go cancelWhen(cancel, func() bool { return strings.Contains(w.tail.text(), "MemoryError") })
	_, _, err := w.Run(ctx, threeSamples, time.Minute)
	checkFailure(t, err, "", "run", "interrupted; killed (signal: killed)")
	if !errors.Is(err, context.Canceled) {
		t.Error("errors.Is does not find the cancellation")
	}
}

func cancelWhen(cancel func(), ready func() bool) {
	for !ready() {
		time.Sleep(time.Millisecond)
	}
	cancel()
}

func TestKillDuringRun(t *testing.T) {
	w := start(t, "hang-in-run", short)
	prepared(t, w, "demo/b")
	go cancelWhen(func() { w.Kill() }, func() bool { return strings.Contains(w.tail.text(), "MemoryError") })
	_, _, err := w.Run(context.Background(), threeSamples, time.Minute)
	checkFailure(t, err, record.FailCrash, "run", "killed (signal: killed)")
	if exit := w.Kill(); exit.OK || exit.Status != "signal: killed" {
		t.Errorf("got %+v", exit)
	}
}

// A child that does not read must not block us beyond the deadline.
func TestRequestNobodyReads(t *testing.T) {
	quick := short
	quick.Prepare = 300 * time.Millisecond
	w := start(t, "silent", quick)
	big := protocol.Params{{Name: "state", Value: strings.Repeat("x", 1<<20)}}
	err := w.Prepare(context.Background(), protocol.PrepareParams{Benchmark: "demo/b", Params: big})
	checkFailure(t, err, record.FailTimeout, "prepare", "no reply in 300ms")
}

func TestStartFailures(t *testing.T) {
	check := func(spec Spec, want string) {
		t.Helper()
		spec.Name = "rust"
		_, err := Start(context.Background(), spec)
		var f *Failure
		if !errors.As(err, &f) || f.Kind != record.FailCrash || f.Method != "start" {
			t.Fatalf("got %v", err)
		}
		if f.Message != want {
			t.Errorf("got  %s\nwant %s", f.Message, want)
		}
	}
	check(Spec{}, "worker rust: start: no program is given")
	check(Spec{Args: []string{"./no-such-program"}}, "worker rust: start: ./no-such-program: no such file or directory")
	check(Spec{Args: []string{"no-such-program"}}, "worker rust: start: no-such-program: executable file not found in $PATH")
	check(Spec{Args: []string{os.Args[0]}, Dir: "no/such"}, "worker rust: start: working directory no/such: no such file or directory")
}

func TestCheckTimes(t *testing.T) {
	check := func(res protocol.RunResult, outside time.Duration, ok bool) {
		t.Helper()
		if err := checkTimes(res, outside); (err == nil) != ok {
			t.Errorf("%+v in %v: got %v", res, outside, err)
		}
	}
	ms := int64(time.Millisecond)
	check(protocol.RunResult{SamplesNS: []int64{40 * ms, 50 * ms}, OutsideNS: 5 * ms}, 100*time.Millisecond, true)
	check(protocol.RunResult{SamplesNS: []int64{40 * ms, 70 * ms}}, 100*time.Millisecond, false)
	check(protocol.RunResult{SamplesNS: []int64{40 * ms, 50 * ms}, OutsideNS: 20 * ms}, 100*time.Millisecond, false)
	check(protocol.RunResult{SamplesNS: []int64{1}, OutsideNS: -1}, time.Second, false)
	check(protocol.RunResult{SamplesNS: []int64{1}, CPUNS: -1}, time.Second, false)
}
