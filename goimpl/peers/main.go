// Command peers is both sides of the comparison of goimpl with other Go
// libraries: "peers goimpl" does the work of every row with goimpl, "peers peer"
// does it with the library that the row's knob peer names. One binary, so that
// both sides run under the same build, runtime and imports.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"xbench/goimpl/peers/graphs"
	"xbench/goimpl/peers/tasks"
	"xbench/harness/sdk"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	side := strings.Join(args, " ")
	if side != "goimpl" && side != "peer" {
		fmt.Fprintf(os.Stderr, "peers: which side is %q, want goimpl or peer\n", side)
		return 2
	}
	return sdk.Main(implementation(side))
}

func implementation(side string) sdk.Implementation {
	if side == "goimpl" {
		return sdk.Implementation{
			Version: "1",
			Nonce:   true,
			Benchmarks: slices.Concat(
				tasks.Benchmarks(func(_, executor string) (tasks.Maker, error) { return tasks.Engine(executor), nil }),
				graphs.Benchmarks(func(string) string { return "goimpl" })),
		}
	}
	return sdk.Implementation{
		Version: versions(),
		Nonce:   true,
		Benchmarks: slices.Concat(
			tasks.Benchmarks(func(peer, _ string) (tasks.Maker, error) { return tasks.Peer(peer) }),
			graphs.Benchmarks(func(peer string) string { return peer })),
	}
}

// versions names the libraries linked in, with their versions, for the record.
func versions() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	ours := map[string]string{
		"github.com/alitto/pond/v2":    "pond",
		"github.com/panjf2000/ants/v2": "ants",
		"github.com/sourcegraph/conc":  "conc",
		"golang.org/x/sync":            "errgroup",
		"github.com/cloudwego/eino":    "eino",
		"github.com/heimdalr/dag":      "heimdalr/dag",
	}
	var list []string
	for _, dep := range info.Deps {
		if name, ok := ours[dep.Path]; ok {
			list = append(list, name+" "+dep.Version)
		}
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}
