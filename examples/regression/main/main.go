// The worker around the program under test: it makes tables of sales, has them
// added up, and describes what came out. Only totals is timed.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"xbench/harness/sdk"
)

func main() {
	os.Exit(sdk.Main(sdk.Implementation{Version: "1.0", Nonce: true, Benchmarks: []sdk.Benchmark{{
		Name:   "sales/totals",
		Params: []sdk.Param{{Name: "lines", Default: int64(100_000)}},
		Prepare: func(p sdk.Params) (sdk.Case, error) {
			if n := p.Int("lines"); n < 1 {
				return nil, sdk.InvalidParam(fmt.Sprintf("lines %d: want 1 or more", n))
			}
			return &work{table: table(p.Int("lines"))}, nil
		},
	}}}))
}

// lineWidth is that of every line of a table.
const lineWidth = len("shop-07,004211\n")

// table is so many lines of a shop and an amount in cents.
func table(lines int) string {
	var b strings.Builder
	for i := range lines {
		fmt.Fprintf(&b, "shop-%02d,%06d\n", i*i%97, i*7919%1_000_000)
	}
	return b.String()
}

type work struct {
	table string
	sums  map[string]int64
}

// Batch begins the table at another line for every nonce, after a sale of its
// own.
func (w *work) Batch(nonce uint64, k int64) (func() error, error) {
	at := lineWidth * int(nonce%uint64(len(w.table)/lineWidth))
	input := fmt.Sprintf("shop-00,%06d\n", nonce%1_000_000) + w.table[at:] + w.table[:at]
	return func() error {
		for range k {
			w.sums = totals(input)
		}
		return nil
	}, nil
}

func (w *work) Outcome() (sdk.Outcome, error) {
	text, err := json.Marshal(w.sums) // by name
	if err != nil {
		return sdk.Outcome{}, err
	}
	digest := fmt.Sprintf("%x", sha256.Sum256(text))
	return sdk.Outcome{Digest: &digest, Counters: map[string]int64{"shops": int64(len(w.sums))}}, nil
}

func (w *work) Verify(nonce uint64, wantResult bool) (sdk.Verification, error) {
	run, err := w.Batch(nonce, 1)
	if err != nil {
		return sdk.Verification{}, err
	}
	if err := run(); err != nil {
		return sdk.Verification{}, err
	}
	out, err := w.Outcome()
	v := sdk.Verification{Digest: out.Digest, Counters: out.Counters}
	if wantResult && err == nil {
		v.Result, err = json.Marshal(w.sums)
	}
	return v, err
}

func (w *work) Close() error { return nil }
