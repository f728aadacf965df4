// Package badworker is an implementation with one vice, for tests of whatever
// has to live with implementations.
//
// It offers two benchmarks, demo/a and demo/b, that hash a little. Everything
// it does is right except for what its mode says, and that only goes wrong in
// demo/b unless the mode says otherwise. A test binary or a command becomes one
// by calling Main before anything else. Nothing but tests should import it.
package badworker

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"xbench/harness/sdk"
)

// Good is the mode without a vice.
const Good = "good"

// Modes says what each mode does wrong.
func Modes() map[string]string {
	return map[string]string{
		Good:                "nothing",
		"chatty":            "prints to standard output in every way it can, which the SDK catches",
		"silent":            "never answers, not even initialize",
		"crash-at-start":    "exits with status 4 before it reads anything",
		"higher-protocol":   "answers initialize with protocol 2",
		"bad-name":          "offers a benchmark whose name holds a terminal escape",
		"missing-benchmark": "lists demo/b as unsupported",
		"picky":             "refuses sizes above 2, in prepare",
		"works-in-prepare":  "takes 50 ms in prepare, many times what it is timed for",
		"crash-on-verify":   "exits with status 3 in verify",
		"crash-in-run":      "exits with status 3 in run",
		"killed-in-run":     "is killed in run, as by the system when memory runs out",
		"panic-in-run":      "panics in run",
		"error-in-run":      "reports an error from run",
		"error-on-stderr":   "reports an error from run and prints the reason to standard error",
		"error-twice":       "reports an error from run and prints the same to standard error",
		"escapes":           "reports an error full of terminal escapes from run",
		"html":              "reports an error full of HTML from run",
		"hang-in-run":       "never comes back from run",
		"ignore-term":       "never comes back from run and ignores SIGTERM",
		"wrong-digest":      "computes another digest, in verify and run",
		"wrong-when-timed":  "computes another digest in run, and the right one in verify",
		"wrong-on-half":     "computes another digest for inputs of even nonces but 0, in verify and run",
		"wrong-counter":     "counts one item too many, in verify and run",
		"missing-counter":   "reports no counters, in verify and run",
		"stderr-flood":      "writes 8 MiB to standard error in run and exits with status 3",
		"fork-helper":       "starts a helper that holds its pipes, in run, and exits with status 3",
		"runaway-helper":    "the same, and the helper leaves the process group; it lives for a minute",
		"keep-helper":       "starts such a helper in run and forgets about it",
		"stray-print":       "prints a warning to the protocol's stream before the answer to run",
		"wrong-id":          "answers run under another id",
		"two-answers":       "answers run twice",
		"half-line":         "writes half of the answer to run and exits with status 0",
		"huge-line":         "answers run with a line that never ends",
		"invalid-utf8":      "answers run with bytes that are not UTF-8",
		"not-a-response":    "answers run with JSON that is no response",
		"close-stdout":      "closes its standard output instead of answering run, and lives on",
		"extra-sample":      "returns m+1 samples",
		"missing-sample":    "returns m-1 samples",
		"zero-time":         "claims that the first sample took 0 ns",
		"negative-time":     "claims that the first sample took -1 ns",
		"absurd-time":       "claims that the first sample took 30 years",
		"overflow-time":     "claims times whose sum does not fit 64 bits",
		"nan-time":          "claims that the first sample took NaN",
		"fraction-time":     "claims that the first sample took half a nanosecond more than it did",
		"slow-clock":        "claims half the time of every sample",
		"fast-clock":        "claims twice the time of every sample",
		"stopped-clock":     "claims 1 ns for every sample",
		"exit-nonzero":      "shuts down with status 5, whatever was prepared",
		"no-exit":           "answers shutdown and stays, whatever was prepared",
		"last-word":         "writes another line after the answer to shutdown, whatever was prepared",
	}
}

// helperEnv turns Main into the helper that some modes start.
const helperEnv = "XBENCH_BADWORKER_HELPER"

// Main serves as an implementation with the given vice and returns the exit
// status.
func Main(mode string) int {
	if os.Getenv(helperEnv) != "" {
		time.Sleep(time.Minute) // longer than any test waits, but not for ever
		return 0
	}
	if _, ok := Modes()[mode]; !ok {
		fmt.Fprintf(os.Stderr, "badworker: no mode %q\n", mode)
		return 2
	}
	switch mode {
	case "silent":
		hang()
	case "crash-at-start":
		fmt.Fprintln(os.Stderr, "cannot start: no such luck")
		return 4
	case "ignore-term":
		signal.Ignore(syscall.SIGTERM)
	}
	d := &demo{mode: mode}
	out := wireFor(d)
	if out == nil {
		return sdk.Main(d.implementation())
	}
	if err := sdk.Serve(d.implementation(), os.Stdin, out); err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		return 1
	}
	return d.afterShutdown()
}

func hang() {
	for {
		time.Sleep(time.Hour)
	}
}

// Implementation is the demo without a vice, for tests that want it in their
// own process.
func Implementation() sdk.Implementation { return (&demo{mode: Good}).implementation() }

// A demo is the implementation and what its vice needs to know.
type demo struct {
	mode     string
	prepared string // benchmark
}

// has tells whether the vice is mode and due now.
func (d *demo) has(mode string) bool { return d.mode == mode && d.prepared == "demo/b" }

func (d *demo) implementation() sdk.Implementation {
	impl := sdk.Implementation{Version: "1.0", Nonce: true}
	for _, name := range []string{"demo/a", "demo/b"} {
		if name == "demo/b" && d.mode == "missing-benchmark" {
			impl.Unsupported = append(impl.Unsupported, sdk.Unsupported{Name: name, Reason: "not ported yet"})
			continue
		}
		impl.Benchmarks = append(impl.Benchmarks, sdk.Benchmark{
			Name:        name,
			Description: "a chain of 100 hashes per item",
			Params:      []sdk.Param{{Name: "size", Default: int64(1)}},
			Prepare: func(p sdk.Params) (sdk.Case, error) {
				if p.Int("size") < 1 {
					return nil, sdk.InvalidParam(fmt.Sprintf("size %d: must be at least 1", p.Int("size")))
				}
				d.prepared = name
				if d.has("picky") && p.Int("size") > 2 {
					return nil, sdk.InvalidParam(fmt.Sprintf("size %d: must be at most 2", p.Int("size")))
				}
				if d.has("works-in-prepare") {
					time.Sleep(50 * time.Millisecond)
				}
				return &work{demo: d, name: name, size: p.Int("size")}, nil
			},
		})
	}
	return impl
}

// work is one prepared benchmark: a chain of hashes over its name and nonce.
type work struct {
	*demo
	name string
	size int
	sum  [sha256.Size]byte

	nonce uint64 // of the latest execution
	timed bool   // it was run's
}

func (w *work) input(nonce uint64) []byte {
	if nonce == 0 {
		return []byte(w.name)
	}
	return []byte(w.name + "#" + strconv.FormatUint(nonce, 10))
}

func (w *work) once(input []byte) {
	w.sum = sha256.Sum256(input)
	for range 100*w.size - 1 {
		w.sum = sha256.Sum256(w.sum[:])
	}
}

func (w *work) Batch(nonce uint64, k int64) (func() error, error) {
	input := w.input(nonce)
	return func() error {
		w.nonce, w.timed = nonce, true
		if err := w.misbehaveInRun(); err != nil {
			return err
		}
		for range k {
			w.once(input)
		}
		return nil
	}, nil
}

func (w *work) Outcome() (sdk.Outcome, error) {
	sum := w.sum
	if w.has("wrong-digest") || w.timed && w.has("wrong-when-timed") || w.nonce > 0 && w.nonce%2 == 0 && w.has("wrong-on-half") {
		sum[0] ^= 1
	}
	digest := hex.EncodeToString(sum[:])
	counters := map[string]int64{"items": int64(w.size)}
	if w.has("wrong-counter") {
		counters["items"]++
	}
	if w.has("missing-counter") {
		counters = nil
	}
	return sdk.Outcome{Digest: &digest, Counters: counters}, nil
}

func (w *work) Verify(nonce uint64, wantResult bool) (sdk.Verification, error) {
	if w.has("crash-on-verify") {
		fmt.Fprintln(os.Stderr, "about to crash")
		os.Exit(3)
	}
	w.nonce, w.timed = nonce, false
	w.once(w.input(nonce))
	o, err := w.Outcome()
	v := sdk.Verification{Digest: o.Digest, Digests: map[string]string{"state": *o.Digest}, Counters: o.Counters}
	if wantResult {
		v.Result = fmt.Appendf(nil, `{"hash":"%s","size":%d}`, *o.Digest, w.size)
	}
	return v, err
}

func (w *work) Close() error { return nil }
