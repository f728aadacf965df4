package suite

import (
	"fmt"
	"slices"
	"strings"

	"xbench/harness/sdk"
)

// graphBenchmarks is the graph half of the catalogue, group by group, then the
// untimed cases that pin the semantics down.
func graphBenchmarks() []sdk.Benchmark {
	return slices.Concat(
		compilationBenchmarks(),
		sequentialBenchmarks(),
		branchingBenchmarks(),
		parallelBenchmarks(),
		checkpointBenchmarks(),
		streamingBenchmarks(),
		cloningBenchmarks(),
		stressBenchmarks(),
		realWorldBenchmarks(),
		tracingBenchmarks(),
		readOnlyBenchmarks(),
		langgraphBenchmarks(),
		graphConformance(),
	)
}

// knob is an integer parameter.
func knob(name string, def int64) sdk.Param { return sdk.Param{Name: name, Default: def} }

// executing adds the knobs that executing benchmarks have in common; those
// given come before them in names.
func executing(params ...sdk.Param) []sdk.Param {
	return append(params, sdk.Param{Name: "compile", Default: "outside"}, sdk.Param{Name: "isolation", Default: "share"})
}

// storing is executing with checkpoints.
func storing(durability string, params ...sdk.Param) []sdk.Param {
	return append(executing(params...), sdk.Param{Name: "durability", Default: durability})
}

// minimum of an integer knob.
func minimum(name string) int64 {
	switch name {
	case "nodes", "width", "stages", "iterations":
		return 1
	case "counter0":
		return -1 << 30
	}
	return 0
}

// choices of a text knob.
func choices(name string) []string {
	switch name {
	case "compile":
		return []string{"outside", "inside"}
	case "isolation":
		return []string{"share", "copy"}
	case "copy":
		return []string{"generic", "deepcopy", "typed"}
	case "durability":
		return []string{"step", "exit"}
	case "repr":
		return []string{"record", "map"}
	}
	return nil
}

// benchmark puts a check of the knobs' values before prepare.
func benchmark(name, description string, params []sdk.Param, prepare func(sdk.Params) (sdk.Case, error)) sdk.Benchmark {
	return sdk.Benchmark{Name: name, Description: description, Params: params,
		Prepare: func(p sdk.Params) (sdk.Case, error) {
			for _, k := range params {
				if err := checkKnob(k.Name, p[k.Name]); err != nil {
					return nil, err
				}
			}
			return prepare(p)
		}}
}

func checkKnob(name string, value any) error {
	switch v := value.(type) {
	case int64:
		if least := minimum(name); v < least {
			return sdk.InvalidParam(fmt.Sprintf("%s=%d: want at least %d", name, v, least))
		}
		const most = 1 << 30 // beyond it only memory would run out
		if v > most {
			return sdk.InvalidParam(fmt.Sprintf("%s=%d: want at most %d", name, v, most))
		}
	case string:
		known := choices(name)
		if known != nil && !slices.Contains(known, v) {
			return sdk.InvalidParam(fmt.Sprintf("%s=%s: want one of %s", name, v, strings.Join(known, ", ")))
		}
	}
	return nil
}
