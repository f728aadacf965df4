package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"xbench/harness/protocol"
)

// A steady worker's times are a function of benchmark, side and input alone,
// so that two runs with one seed measure the same, to the nanosecond, and must
// come to the same end. It takes at least the time that it claims, for its
// clock is checked like everybody's.
type steady struct {
	factor   float64 // this side's speed
	slower   float64 // ... less this: a build that has become slower; 0 = it has not
	prepared string
	size     int64 // how many times the work of an iteration
}

// steadyBenchmarks are the times of an iteration in microseconds, and how many
// times faster the fast side is.
var steadyBenchmarks = []struct {
	name    string
	micros  float64
	speedup float64
}{
	{"steady/clear", 100, 4},
	{"steady/close", 60, 1.01},
	{"steady/late", 80, 1.2},
	// Those of badworker, for scripts that need any worker whatever: a run is
	// mostly its clock checks, and here they cost no CPU time.
	{"demo/a", 10, 1},
	{"demo/b", 10, 1},
}

// steadyMain serves until its input ends.
func steadyMain() {
	w := &steady{size: 1}
	if len(os.Args) > 1 && os.Args[1] == "fast" {
		w.factor = 1
	}
	if len(os.Args) > 2 {
		w.slower, _ = strconv.ParseFloat(os.Args[2], 64)
	}
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			os.Exit(0)
		}
		began := time.Now()
		var req struct {
			ID     json.RawMessage `json:"id"`
			Method string          `json:"method"`
			Params json.RawMessage `json:"params"`
		}
		if err := json.Unmarshal(line, &req); err != nil {
			os.Exit(1)
		}
		result, err := json.Marshal(w.answer(req.Method, req.Params, began))
		if err != nil {
			os.Exit(1)
		}
		fmt.Printf(`{"jsonrpc":"2.0","id":%s,"result":%s}`+"\n", req.ID, result)
		if req.Method == protocol.MethodShutdown {
			os.Exit(0)
		}
	}
}

func (w *steady) answer(method string, params json.RawMessage, began time.Time) any {
	switch method {
	case protocol.MethodInitialize:
		info := protocol.Info{Protocol: 1, Nonce: true, Clock: protocol.Clock{Name: "steady", ResolutionNS: 1},
			Implementation: protocol.Implementation{Version: "1", Language: "go", Runtime: "steady", Build: protocol.Build{Mode: "release", Flags: []string{}}}}
		for _, b := range steadyBenchmarks {
			params := protocol.Params{}
			if strings.HasPrefix(b.name, "demo/") {
				params = append(params, protocol.Param{Name: "size", Value: int64(1)})
			}
			info.Benchmarks = append(info.Benchmarks, protocol.Benchmark{Name: b.name, Params: params})
		}
		return info
	case protocol.MethodPrepare:
		var p protocol.PrepareParams
		json.Unmarshal(params, &p)
		w.prepared, w.size = p.Benchmark, 1
		if size, ok := p.Params.Get("size"); ok {
			w.size, _ = size.(int64)
		}
	case protocol.MethodVerify:
		var p protocol.VerifyParams
		json.Unmarshal(params, &p)
		nonce, _ := strconv.ParseUint(p.Nonce, 10, 64)
		return protocol.Verification{Digest: w.digest(nonce), Counters: map[string]int64{"items": 3}}
	case protocol.MethodRun:
		var p protocol.RunParams
		json.Unmarshal(params, &p)
		return w.run(p, began)
	}
	return struct{}{}
}

func (w *steady) digest(nonce uint64) *string {
	s := fmt.Sprintf("%s-%d", w.prepared, nonce)
	return &s
}

func (w *steady) run(p protocol.RunParams, began time.Time) protocol.RunResult {
	nonce, _ := strconv.ParseUint(p.Nonce, 10, 64)
	res := protocol.RunResult{Counters: map[string]int64{"items": 3}}
	var claimed int64
	for s := range uint64(p.Samples) {
		ns := int64(math.Round(float64(p.Iterations) * w.iteration(nonce+s)))
		res.SamplesNS = append(res.SamplesNS, ns)
		claimed += ns
		res.Digest = w.digest(nonce + s)
	}
	time.Sleep(time.Duration(claimed) - time.Since(began))
	res.OutsideNS = int64(time.Since(began)) - claimed
	return res
}

// iteration is the time of one iteration on an input, in nanoseconds: 5 % of
// noise, drawn from the input.
func (w *steady) iteration(nonce uint64) float64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %v", w.prepared, w.factor)
	if w.slower > 0 {
		fmt.Fprintf(h, " %v", w.slower)
	}
	noise := math.Exp(0.05 * rand.New(rand.NewPCG(h.Sum64(), nonce)).NormFloat64())
	for _, b := range steadyBenchmarks {
		if b.name == w.prepared {
			ns := 1000 * b.micros * float64(w.size) * noise
			if w.factor > 0 {
				ns /= b.speedup
			}
			if w.slower > 0 {
				ns *= w.slower
			}
			return ns
		}
	}
	return 1
}
