// Package protocol holds the messages that xbench and an implementation
// exchange, and the line codec that carries them.
//
// It is a leaf: both ends, the record and compare may import it, and it
// imports nothing of xbench. The transport is JSON-RPC 2.0, one object per
// line, requests on the worker's standard input and responses on its standard
// output; docs/protocol.md has a transcript.
package protocol

import "encoding/json"

// Version is the protocol version this build speaks.
const Version = 1

// MaxLine is the longest line either side may send.
const MaxLine = 16 << 20

// Method names.
const (
	MethodInitialize = "initialize"
	MethodPrepare    = "prepare"
	MethodVerify     = "verify"
	MethodRun        = "run"
	MethodShutdown   = "shutdown"
)

// Error codes a worker may answer with. The first four are JSON-RPC's own.
const (
	CodeParse          = -32700
	CodeInvalidRequest = -32600 // also: a method out of turn, such as run before prepare
	CodeMethodNotFound = -32601
	CodeInvalidParams  = -32602
	CodeUnsupported    = 1 // the benchmark is not supported; the message is the reason
	CodeFailed         = 2 // the benchmark itself failed
)

// InitializeParams opens the conversation.
type InitializeParams struct {
	Protocol int `json:"protocol"`
}

// Info is a worker's answer to initialize.
type Info struct {
	Protocol       int            `json:"protocol"`
	Implementation Implementation `json:"implementation"`
	Clock          Clock          `json:"clock"`
	Nonce          bool           `json:"nonce"` // inputs depend on the nonce
	Benchmarks     []Benchmark    `json:"benchmarks"`
	Unsupported    []Unsupported  `json:"unsupported,omitempty"`
}

// Implementation says what program answers.
type Implementation struct {
	Version  string `json:"version"`
	Language string `json:"language"`
	Runtime  string `json:"runtime"` // e.g. "go1.26.0", "CPython 3.13.1"
	Build    Build  `json:"build"`
	// Settings say how the program runs, in its own words: "gc": "GOGC=100".
	// Workers that say nothing have none.
	Settings map[string]string `json:"settings,omitempty"`
}

// Build says how the program was built.
type Build struct {
	Mode  string   `json:"mode"` // "release", "debug" or "unknown"
	Flags []string `json:"flags"`
}

// Clock describes the monotonic clock that samples are taken with.
type Clock struct {
	Name         string `json:"name"`
	ResolutionNS int64  `json:"resolution_ns"`
	CallNS       int64  `json:"call_ns"`
}

// Benchmark is one entry of a worker's list. The order of Params is the order
// in which knobs appear in a benchmark's name; a null default marks a knob
// that every name must carry.
type Benchmark struct {
	Name        string `json:"name"`
	Params      Params `json:"params"`
	Description string `json:"description,omitempty"`
}

// Unsupported names a benchmark the worker knows of but cannot run.
type Unsupported struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// PrepareParams asks for the set-up that stays outside the clock.
type PrepareParams struct {
	Benchmark string `json:"benchmark"`
	Params    Params `json:"params"`
}

// VerifyParams asks for one untimed execution.
type VerifyParams struct {
	Nonce      string `json:"nonce"` // unsigned 64-bit, decimal
	WantResult bool   `json:"want_result,omitempty"`
}

// Verification is what an untimed execution found.
type Verification struct {
	Digest     *string           `json:"digest"` // primary; null when there is nothing to digest
	Digests    map[string]string `json:"digests,omitempty"`
	Counters   map[string]int64  `json:"counters"`
	Error      *WorkError        `json:"error"`
	Result     json.RawMessage   `json:"result,omitempty"`      // canonical JSON, when asked for
	ResultPath string            `json:"result_path,omitempty"` // or where it lies on disk
}

// WorkError is an error that is part of the expected outcome: conformance
// cases compare it field by field.
type WorkError struct {
	Kind    string   `json:"kind"`
	Field   string   `json:"field,omitempty"`
	Node    string   `json:"node,omitempty"`
	Key     string   `json:"key,omitempty"`
	Path    []string `json:"path,omitempty"`
	Count   int64    `json:"count,omitempty"`
	Message string   `json:"message,omitempty"`
}

// RunParams asks for m samples of k iterations each. Sample s works on the
// input for nonce Nonce+s when the worker takes nonces.
type RunParams struct {
	Iterations int64  `json:"iterations"`
	Samples    int    `json:"samples"`
	Nonce      string `json:"nonce"`
}

// RunResult is the outcome of a run call. Digest and Counters describe the
// last iteration of the last sample.
type RunResult struct {
	SamplesNS []int64          `json:"samples_ns"`
	Digest    *string          `json:"digest"`
	Counters  map[string]int64 `json:"counters"`
	CPUNS     int64            `json:"cpu_ns"`
	OutsideNS int64            `json:"outside_ns"` // spent between samples on purpose
}
