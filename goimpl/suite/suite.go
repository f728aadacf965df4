// Package suite is the Go side of the benchmark catalogue: it binds the build
// executors and the graph engine to the protocol. It is the only part of
// goimpl that knows of xbench.
package suite

import (
	"fmt"
	"io"

	"xbench/goimpl/build"
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

// Main is the Go implementation as a process: without arguments the worker
// that xbench talks to, with BuildWorkerArg one of its own children.
func Main(args []string, in io.Reader, out, errw io.Writer) int {
	switch {
	case len(args) == 0:
		return sdk.Main(Implementation())
	case len(args) == 1 && args[0] == BuildWorkerArg:
		if err := build.ServeWorker(in, out); err != nil {
			fmt.Fprintf(errw, "build worker: %v\n", err)
			return 1
		}
		return 0
	}
	fmt.Fprintf(errw, "unknown arguments %q\n", args)
	return 2
}
