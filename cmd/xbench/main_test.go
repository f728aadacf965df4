package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"xbench/harness/worker/badworker"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

// TestMain lets the test binary play xbench and the workers it launches.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == goimplCommand {
		os.Exit(goimplMain(os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
	}
	testscript.Main(m, map[string]func(){
		"xbench": main,
		"badworker": func() {
			mode := "good"
			if len(os.Args) > 1 {
				mode = os.Args[1]
			}
			os.Exit(badworker.Main(mode))
		},
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".cache"))
			return nil
		},
	})
}
