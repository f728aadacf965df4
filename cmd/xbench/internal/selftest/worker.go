package selftest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"xbench/harness/protocol"
	"xbench/harness/sdk"
)

// Command is the hidden first argument with which xbench starts itself as one
// of the planted programs; the second is the program's name.
const Command = "__selftest"

// prefix begins the names of the benchmarks.
const prefix = "selftest/"

// Main serves as the planted program of that name until it is told to shut
// down, and returns the exit status.
func Main(args []string) int {
	if len(args) != 1 {
		fmt.Fprintln(os.Stderr, "selftest: want the name of one program")
		return 2
	}
	v, ok := vices[args[0]]
	if !ok {
		fmt.Fprintf(os.Stderr, "selftest: no program %q\n", args[0])
		return 2
	}
	if v.spoil == nil {
		return sdk.Main(implementation(v))
	}
	if err := sdk.Serve(implementation(v), os.Stdin, &wire{v.spoil}); err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		return 1
	}
	return 0
}

// implementation offers every kind of work, with a vice in all of it.
func implementation(v vice) sdk.Implementation {
	impl := sdk.Implementation{Version: "1", Nonce: !v.noNonce}
	for _, k := range kinds {
		name := prefix + k.name
		impl.Benchmarks = append(impl.Benchmarks, sdk.Benchmark{
			Name: name,
			Prepare: func(sdk.Params) (sdk.Case, error) {
				return &work{vice: v, name: name, unit: k.unit, scratch: newScratch(), memory: make(map[uint64]answer)}, nil
			},
		})
	}
	return impl
}

// An answer is what one iteration gives.
type answer struct {
	state uint64
	units int64 // counted as they were done
}

// work is one prepared benchmark.
type work struct {
	vice
	name    string
	unit    unit
	scratch *scratch
	nonce   uint64 // of the last batch
	got     answer // of the last iteration
	thrown  uint64 // what became of the ballast; kept, so that no compiler leaves it out
	memory  map[uint64]answer
}

// input is where the chain for a nonce begins.
func (w *work) input(nonce uint64) uint64 {
	sum := sha256.Sum256([]byte(w.name))
	return scramble(binary.LittleEndian.Uint64(sum[:]) + nonce)
}

// chain does so many counted units from x on.
func (w *work) chain(x uint64, units int) answer {
	a := answer{state: x}
	for range units {
		a.state = w.unit(w.scratch, a.state)
		a.units++
	}
	return a
}

// once is one honest iteration, with the program's own ballast.
func (w *work) once(x uint64) answer {
	a := w.chain(x, neededUnits)
	w.thrown ^= w.chain(a.state, ballast+w.more).state
	return a
}

func (w *work) Batch(nonce uint64, k int64) (func() error, error) {
	w.nonce = nonce
	if w.batch != nil {
		return w.batch(w, nonce, k), nil
	}
	x := w.input(nonce)
	return func() error {
		for range k {
			w.got = w.once(x)
		}
		return nil
	}, nil
}

func (w *work) Outcome() (sdk.Outcome, error) {
	if w.after != nil {
		w.after(w)
	}
	return w.outcome(w.got), nil
}

// outcome is an answer as the protocol has it.
func (w *work) outcome(a answer) sdk.Outcome {
	sum := sha256.Sum256(binary.LittleEndian.AppendUint64([]byte(w.name), a.state))
	digest := hex.EncodeToString(sum[:])
	return sdk.Outcome{Digest: &digest, Counters: map[string]int64{"units": a.units}}
}

func (w *work) Verify(nonce uint64, wantResult bool) (sdk.Verification, error) {
	a := w.once(w.input(nonce))
	if w.verify != nil {
		a = w.verify(w, nonce)
	}
	o := w.outcome(a)
	v := sdk.Verification{Digest: o.Digest, Counters: o.Counters}
	if wantResult {
		v.Result = fmt.Appendf(nil, `{"state":"%016x","units":%d}`, a.state, a.units)
	}
	return v, nil
}

func (w *work) Close() error { return nil }

// A wire spoils the answers to run on their way out. It gets one whole answer
// at a time, because the SDK writes it at once.
type wire struct{ spoil func(*protocol.RunResult) }

func (w *wire) Write(line []byte) (int, error) {
	out := line
	if bytes.Contains(line, []byte(`"samples_ns"`)) {
		var answer struct {
			JSONRPC string             `json:"jsonrpc"`
			ID      int64              `json:"id"`
			Result  protocol.RunResult `json:"result"`
		}
		if err := json.Unmarshal(line, &answer); err != nil {
			return 0, err
		}
		w.spoil(&answer.Result)
		spoilt, err := json.Marshal(answer)
		if err != nil {
			return 0, err
		}
		out = append(spoilt, '\n')
	}
	if _, err := os.Stdout.Write(out); err != nil {
		return 0, err
	}
	return len(line), nil
}
