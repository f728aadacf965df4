package sdk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"time"
)

type benchmarkInfo struct {
	Name        string       `json:"name"`
	Params      orderedKnobs `json:"params"`
	Description string       `json:"description,omitempty"`
}

type initializeResult struct {
	Protocol       int                `json:"protocol"`
	Implementation implementationInfo `json:"implementation"`
	Clock          clockInfo          `json:"clock"`
	Nonce          bool               `json:"nonce"`
	Benchmarks     []benchmarkInfo    `json:"benchmarks"`
	Unsupported    []Unsupported      `json:"unsupported,omitempty"`
}

func (s *server) initialize(raw json.RawMessage) (any, *rpcError) {
	var params struct {
		Protocol int `json:"protocol"`
	}
	if failure := decodeParams(raw, &params); failure != nil {
		return nil, failure
	}
	if params.Protocol > protocolVersion || params.Protocol < 1 {
		return nil, &rpcError{Code: codeInvalidParams, Message: fmt.Sprintf("protocol %d was asked for, this worker speaks %d", params.Protocol, protocolVersion)}
	}
	benchmarks := make([]benchmarkInfo, 0, len(s.impl.Benchmarks))
	for _, b := range s.impl.Benchmarks {
		benchmarks = append(benchmarks, benchmarkInfo{b.Name, b.Params, b.Description})
	}
	return initializeResult{
		Protocol:       protocolVersion,
		Implementation: describe(s.impl.Version),
		Clock:          measureClock(),
		Nonce:          s.impl.Nonce,
		Benchmarks:     benchmarks,
		Unsupported:    s.impl.Unsupported,
	}, nil
}

func (s *server) prepare(raw json.RawMessage) (any, *rpcError) {
	var params struct {
		Benchmark string         `json:"benchmark"`
		Params    map[string]any `json:"params"`
	}
	if failure := decodeParams(raw, &params); failure != nil {
		return nil, failure
	}
	if failure := s.closeCase(); failure != nil {
		return nil, failure
	}
	b, failure := s.find(params.Benchmark)
	if failure != nil {
		return nil, failure
	}
	knobs, err := resolve(b, params.Params)
	if err != nil {
		return nil, &rpcError{Code: codeInvalidParams, Message: fmt.Sprintf("prepare %s: %v", b.Name, err)}
	}
	s.name = b.Name
	failure = s.protect("prepare", func() (err error) {
		s.open, err = b.Prepare(knobs)
		if err == nil && s.open == nil {
			err = errors.New("returned neither a case nor an error")
		}
		return err
	})
	if failure != nil {
		s.open = nil
		return nil, failure
	}
	return struct{}{}, nil
}

func (s *server) find(name string) (*Benchmark, *rpcError) {
	names := make([]string, 0, len(s.impl.Benchmarks))
	for i := range s.impl.Benchmarks {
		if s.impl.Benchmarks[i].Name == name {
			return &s.impl.Benchmarks[i], nil
		}
		names = append(names, s.impl.Benchmarks[i].Name)
	}
	for _, u := range s.impl.Unsupported {
		if u.Name == name {
			return nil, &rpcError{Code: codeUnsupported, Message: u.Reason}
		}
	}
	return nil, &rpcError{Code: codeUnsupported, Message: fmt.Sprintf("no benchmark %q%s", name, suggest(name, names))}
}

func (s *server) verify(raw json.RawMessage) (any, *rpcError) {
	var params struct {
		Nonce      string `json:"nonce"`
		WantResult bool   `json:"want_result"`
	}
	if failure := decodeParams(raw, &params); failure != nil {
		return nil, failure
	}
	nonce, failure := s.ready("verify", params.Nonce)
	if failure != nil {
		return nil, failure
	}
	var v Verification
	failure = s.protect("verify", func() (err error) {
		v, err = s.open.Verify(nonce, params.WantResult)
		return err
	})
	if v.Counters == nil {
		v.Counters = map[string]int64{}
	}
	return v, failure
}

// ready checks that a benchmark is prepared and reads the nonce, which is 0
// for a program that takes none.
func (s *server) ready(method, nonce string) (uint64, *rpcError) {
	if s.open == nil {
		return 0, &rpcError{Code: codeInvalidRequest, Message: method + ": no benchmark is prepared"}
	}
	n, err := strconv.ParseUint(nonce, 10, 64)
	if err != nil {
		return 0, &rpcError{Code: codeInvalidParams, Message: fmt.Sprintf("%s %s: nonce %q is not an unsigned 64-bit decimal", method, s.name, nonce)}
	}
	if !s.impl.Nonce {
		n = 0
	}
	return n, nil
}

type runResult struct {
	SamplesNS []int64          `json:"samples_ns"`
	Digest    *string          `json:"digest"`
	Counters  map[string]int64 `json:"counters"`
	CPUNS     int64            `json:"cpu_ns"`
	OutsideNS int64            `json:"outside_ns"`
}

// maxSamples bounds one run call; it keeps an answer well below maxLine.
const maxSamples = 500_000

func (s *server) run(raw json.RawMessage) (any, *rpcError) {
	var params struct {
		Iterations int64  `json:"iterations"`
		Samples    int    `json:"samples"`
		Nonce      string `json:"nonce"`
	}
	if failure := decodeParams(raw, &params); failure != nil {
		return nil, failure
	}
	nonce, failure := s.ready("run", params.Nonce)
	if failure != nil {
		return nil, failure
	}
	if params.Iterations < 1 || params.Samples < 1 || params.Samples > maxSamples {
		return nil, &rpcError{Code: codeInvalidParams, Message: fmt.Sprintf("run %s: %d samples of %d iterations: both must be at least 1, samples at most %d", s.name, params.Samples, params.Iterations, maxSamples)}
	}
	var result runResult
	failure = s.protect("run", func() (err error) {
		result, err = s.measure(nonce, params.Iterations, params.Samples)
		return err
	})
	return result, failure
}

// measure takes m samples of k iterations each.
//
// One garbage collection is forced before the first sample, so that what
// prepare, verify or an earlier call left behind is not charged to it; between
// samples the collector is left alone, because its work is part of what the
// program costs. The processor time is read around each sample, outside its
// clock; that of child processes counts once they have been waited for.
func (s *server) measure(nonce uint64, k int64, m int) (runResult, error) {
	began := time.Now()
	result := runResult{SamplesNS: make([]int64, 0, m)}
	var timed time.Duration
	runtime.GC()
	for i := range m {
		if s.ctx.Err() != nil {
			return result, errTerminated
		}
		n := nonce
		if s.impl.Nonce {
			n += uint64(i)
		}
		batch, err := s.open.Batch(n, k)
		if err != nil {
			return result, err
		}
		cpu := cpuTime()
		start := time.Now()
		err = batch()
		elapsed := time.Since(start)
		result.CPUNS += (cpuTime() - cpu).Nanoseconds()
		if err != nil {
			return result, err
		}
		result.SamplesNS = append(result.SamplesNS, elapsed.Nanoseconds())
		timed += elapsed
	}
	outcome, err := s.open.Outcome()
	if err != nil {
		return result, err
	}
	result.Digest, result.Counters = outcome.Digest, outcome.Counters
	if result.Counters == nil {
		result.Counters = map[string]int64{}
	}
	result.OutsideNS = (time.Since(began) - timed).Nanoseconds()
	return result, nil
}

// decodeParams reads a method's params, keeping integers exact.
func decodeParams(raw json.RawMessage, v any) *rpcError {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		return &rpcError{Code: codeInvalidParams, Message: "params: " + err.Error()}
	}
	return nil
}
