package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"xbench/cmd/xbench/internal/selftest"
	"xbench/harness/adapter/faketool"
	"xbench/harness/worker/badworker"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

// TestMain lets the test binary play xbench and the workers it launches.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == goimplCommand {
		os.Exit(goimplMain(os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
	}
	if len(os.Args) > 1 && os.Args[1] == selftest.Command {
		os.Exit(selftest.Main(os.Args[2:]))
	}
	// Scripts wait more than they compute: for rounds that are apart, and for
	// workers that sleep. A -parallel of the command line comes after this.
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){
		"xbench":    main,
		"printer":   printer,
		"leavemark": leaveMark,
		"steady":    steadyMain,
		"faketool":  func() { os.Exit(faketool.Main(os.Args[1:])) },
		"badworker": func() {
			mode := "good"
			if len(os.Args) > 1 {
				mode = os.Args[1]
			}
			os.Exit(badworker.Main(mode))
		},
	})
}

// leaveMark makes a file and plays the worker of that mode: who was launched is
// seen.
func leaveMark() {
	if err := os.WriteFile(os.Args[1], nil, 0o644); err != nil {
		panic(err)
	}
	os.Exit(badworker.Main(os.Args[2]))
}

// printer prints its arguments, one to a line, or fails with them.
func printer() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--fail" {
		fmt.Fprintln(os.Stderr, strings.Join(args[1:], " "))
		os.Exit(7)
	}
	fmt.Println(strings.Join(args, "\n"))
}

func TestScripts(t *testing.T) {
	repo, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	cache, python := oneLine("go", "env", "GOCACHE"), oneLine("python3", "-c", "import sys; print(sys.executable)")
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("REPO", repo)
			// A race-built process sleeps a second at its end unless told not
			// to, and a run has dozens.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".cache"))
			// What Go programs are built of need not be built again for each script.
			// Where there is no Go, none builds any.
			if cache != "" {
				env.Setenv("GOCACHE", cache)
			}
			if python != "" {
				env.Setenv("PATH", beforeOthers(env.Getenv("PATH"), filepath.Dir(python)))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"waitfor":   waitFor,
			"noprocess": noProcess,
			"tear":      tear,
			"says":      says,
			"examples":  examples,
			"hole":      hole,
			"otherhost": otherHost,
			"otherwork": otherWork,

			"onlycommands": onlyCommands,
			"samereport":   sameReport,
			"validsummary": validSummary,
			"doccommands":  docCommands,
		},
	})
}

// oneLine is what a program prints, "" where it is missing or broken.
func oneLine(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// beforeOthers puts a directory into a path, behind the first, which has this
// test's own programs. What python3 is must not be found out by the script of a
// version manager each time a program asks: that costs more than most scripts.
func beforeOthers(path, dir string) string {
	own, others, _ := strings.Cut(path, string(os.PathListSeparator))
	return strings.Join([]string{own, dir, others}, string(os.PathListSeparator))
}

// patience bounds waiting in scripts; a loaded machine needs a fraction of it.
const patience = 60 * time.Second

// waitFor waits until a file has a line that matches.
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	re := regexp.MustCompile("(?m)" + args[1])
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if data, err := os.ReadFile(ts.MkAbs(args[0])); err == nil && re.Match(data) {
			return
		}
	}
	ts.Fatalf("%s has no line that matches %s", args[0], args[1])
}

// noProcess waits until no process has the script's directory as its own: all
// that xbench has launched is gone.
func noProcess(ts *testscript.TestScript, neg bool, args []string) {
	if runtime.GOOS != "linux" {
		return // there is no /proc to look at; the worker package tests the same by pid
	}
	var left []string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		left = nil
		procs, err := filepath.Glob("/proc/[0-9]*/cwd")
		ts.Check(err)
		for _, p := range procs {
			if dir, err := os.Readlink(p); err == nil && dir == ts.MkAbs(".") {
				left = append(left, p)
			}
		}
		if len(left) == 0 {
			return
		}
	}
	ts.Fatalf("still alive: %v", left)
}

// hole copies a record without its third process.
func hole(ts *testscript.TestScript, neg bool, args []string) {
	lines := strings.SplitAfter(ts.ReadFile(args[0]), "\n")
	seen := 0
	var out strings.Builder
	for i := 0; i < len(lines); i++ {
		if strings.HasPrefix(lines[i], "Xbench-Process: ") {
			if seen++; seen == 3 {
				i++ // and its benchmark line
				continue
			}
		}
		out.WriteString(lines[i])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(out.String()), 0o644))
}

// tear copies a file without its last ten bytes.
func tear(ts *testscript.TestScript, neg bool, args []string) {
	data := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(data[:len(data)-10]), 0o644))
}
