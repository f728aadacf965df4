// Package suite is the Go side of the benchmark catalogue: it binds the build
// executors and the graph engine to the protocol. It is the only part of
// goimpl that knows of xbench.
package suite

import (
	"xbench/harness/sdk"
)

// Version is what the worker reports as its own.
const Version = "1"

// BuildWorkerArg is the argument after which Main becomes a worker process of
// the multiprocess executor.
const BuildWorkerArg = "build-worker"

// Implementation lists every benchmark that the Go side offers.
func Implementation() sdk.Implementation {
	return sdk.Implementation{
		Version:    Version,
		Nonce:      true,
		Benchmarks: append(buildBenchmarks(), graphBenchmarks()...),
	}
}
