// Worker is the Go side of a comparison: what it offers, and how a piece of
// work is timed. xbench builds and starts it, see xbench.yaml.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"

	"worker/sdk"
)

// YOUR CODE GOES HERE: one entry per benchmark, with the name, the knob and the
// results that it has in every language. A benchmark has three functions:
//
//	makeInput(nonce, size)  builds the input; equal numbers give equal inputs; not timed
//	work(input)             does the work; only this is timed
//	describe(output)        returns the result as a JSON value and some counters; not timed
func benchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("orders/sum", "records", 1000, makeOrders, totalOrders, describeOrders),
		benchmark("words/top", "words", 2000, makeText, topWords, describeWords),
	}
}

func main() {
	os.Exit(sdk.Main(sdk.Implementation{Version: "1.0", Nonce: true, Benchmarks: benchmarks()}))
}

// From here on nothing needs to change.

func benchmark[In, Out any](name, knob string, size int, makeInput func(uint64, int) In, work func(In) (Out, error), describe func(Out) (any, map[string]int64)) sdk.Benchmark {
	prepare := func(p sdk.Params) (sdk.Case, error) {
		value := p.Int(knob)
		if value < 1 || value > 1_000_000 {
			return nil, sdk.InvalidParam(fmt.Sprintf("%s %d: want 1 to 1000000", knob, value))
		}
		return &task[In, Out]{size: value, makeInput: makeInput, work: work, describe: describe}, nil
	}
	return sdk.Benchmark{Name: name, Params: []sdk.Param{{Name: knob, Default: size}}, Prepare: prepare}
}

// A task is one benchmark with its size, ready to run.
type task[In, Out any] struct {
	size      int
	makeInput func(nonce uint64, size int) In
	work      func(In) (Out, error)
	describe  func(Out) (result any, counters map[string]int64)
	output    Out // of the last iteration
}

func (t *task[In, Out]) Batch(nonce uint64, k int64) (func() error, error) {
	input := t.makeInput(nonce, t.size)
	return func() (err error) {
		for range k {
			if t.output, err = t.work(input); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func (t *task[In, Out]) Outcome() (sdk.Outcome, error) {
	v, err := t.found(false)
	return sdk.Outcome{Digest: v.Digest, Counters: v.Counters}, err
}

func (t *task[In, Out]) Verify(nonce uint64, wantResult bool) (sdk.Verification, error) {
	run, err := t.Batch(nonce, 1)
	if err != nil {
		return sdk.Verification{}, err
	}
	if err := run(); err != nil {
		return sdk.Verification{}, err
	}
	return t.found(wantResult)
}

func (t *task[In, Out]) found(wantResult bool) (sdk.Verification, error) {
	result, counters := t.describe(t.output)
	text, err := canonical(result)
	if err != nil {
		return sdk.Verification{}, err
	}
	sum := sha256.Sum256(text)
	digest := hex.EncodeToString(sum[:])
	v := sdk.Verification{Digest: &digest, Counters: counters}
	if wantResult {
		v.Result = text
	}
	return v, nil
}

func (t *task[In, Out]) Close() error { return nil }
