// Package sdk makes a Go program an implementation that xbench can measure.
//
// Describe each benchmark with a Benchmark, pass the list to Main, done: the
// package speaks the protocol on standard input and output, keeps stray prints
// out of it, and does the timing. It imports only the standard library, so the
// directory may be copied into a program that does not depend on xbench; for
// the same reason it spells out the few messages that package protocol also
// has.
package sdk

import "encoding/json"

// An Implementation is everything a worker offers.
type Implementation struct {
	Version     string
	Nonce       bool // inputs depend on the nonce
	Benchmarks  []Benchmark
	Unsupported []Unsupported
}

// Unsupported names a benchmark this program knows of but cannot run here.
type Unsupported struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// A Param is a knob. The order of a benchmark's params is the order in which
// they appear in names. A nil Default marks a knob that must always be given.
type Param struct {
	Name    string
	Default any // nil, bool, int64, float64, string, []any, map[string]any
}

// A Benchmark is one piece of work.
type Benchmark struct {
	Name        string
	Description string
	Params      []Param
	// Prepare does the set-up that stays outside the clock. The params it
	// gets are the defaults overlaid with what was asked for, checked for
	// unknown names and wrong types.
	Prepare func(p Params) (Case, error)
}

// Params are the values of a benchmark's knobs.
type Params map[string]any

// Int, Str, Bool and Float return a knob's value; they panic on a name that
// the benchmark does not declare, which is a bug in the worker.
func (p Params) Int(name string) int       { return int(p[name].(int64)) }
func (p Params) Str(name string) string    { return p[name].(string) }
func (p Params) Bool(name string) bool     { return p[name].(bool) }
func (p Params) Float(name string) float64 { return p[name].(float64) }

// A Case is a prepared benchmark.
type Case interface {
	// Batch makes ready to execute k iterations on the input for nonce, and
	// returns the function that does so. Only that function is timed. Fresh
	// stores and directories for k iterations are made here.
	Batch(nonce uint64, k int64) (run func() error, err error)
	// Outcome describes the last iteration of the last batch that ran. It is
	// called outside the clock.
	Outcome() (Outcome, error)
	// Verify executes once, untimed, and looks at everything.
	Verify(nonce uint64, wantResult bool) (Verification, error)
	// Close releases what the case holds: threads, directories, children.
	Close() error
}

// An Outcome is what a timed iteration produced. Digest is nil when there is
// nothing to digest.
type Outcome struct {
	Digest   *string
	Counters map[string]int64
}

// A Verification is what an untimed execution produced.
type Verification struct {
	Digest   *string           `json:"digest"`
	Digests  map[string]string `json:"digests,omitempty"`
	Counters map[string]int64  `json:"counters"`
	Error    *WorkError        `json:"error"`
	Result   json.RawMessage   `json:"result,omitempty"`
}

// A WorkError is an error that is part of the expected outcome.
type WorkError struct {
	Kind    string   `json:"kind"`
	Field   string   `json:"field,omitempty"`
	Node    string   `json:"node,omitempty"`
	Key     string   `json:"key,omitempty"`
	Path    []string `json:"path,omitempty"`
	Count   int64    `json:"count,omitempty"`
	Message string   `json:"message,omitempty"`
}
