package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"xbench/harness/config"
)

func TestSplitCommand(t *testing.T) {
	check := func(line string, want ...string) {
		t.Helper()
		got, err := splitCommand(line)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %q, %v; want %q", line, got, err, want)
		}
	}
	check(`./old 30`, "./old", "30")
	check(`  a   b  `, "a", "b")
	check(`a 'b c' "d e"`, "a", "b c", "d e")
	check(`a b\ c`, "a", "b c")
	check(`a "b\"c" "d\e"`, "a", `b"c`, `d\e`)
	check(`a '' ""`, "a", "", "")
	check(`a b'c'"d"`, "a", "bcd")
	check(`grep '$x|y' "a;b"`, "grep", "$x|y", "a;b")

	fails := func(line string) {
		t.Helper()
		if got, err := splitCommand(line); err == nil {
			t.Errorf("%s: got %q, want an error", line, got)
		}
	}
	for _, line := range []string{"", "  ", "a | b", "a > b", "a 'b", `a "b`, `a \`, "a $HOME", "a; b", "a *.txt"} {
		fails(line)
	}
}

func TestCommandNames(t *testing.T) {
	check := func(lines, names, want []string) {
		t.Helper()
		p, err := commandProject(commandFlags{lines: lines, names: names})
		if err != nil {
			t.Fatalf("%q: %v", lines, err)
		}
		var got []string
		for _, im := range p.Implementations {
			if err := config.CheckImplementationName(im.Name); err != nil {
				t.Errorf("%q: %v", lines, err)
			}
			got = append(got, im.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", lines, got, want)
		}
	}
	check([]string{"./old 30", "./new 30"}, nil, []string{"old", "new"})
	check([]string{"./fib 30", "./fib 31"}, nil, []string{"fib_30", "fib_31"})
	check([]string{"./a", "./b"}, []string{"base"}, []string{"base", "b"})
	check([]string{"/usr/bin/Python3.11 x", "./2"}, nil, []string{"python3.11", "command"})
	check([]string{"./run-2", "./run-2"}, nil, []string{"run_2", "run_2-b"})
	check([]string{"python3 old.py", "python3 new.py"}, nil, []string{"old.py", "new.py"})
	check([]string{"python3 src/old.py 30", "python3 src/new.py 30", "./c 30"}, nil, []string{"old.py", "new.py", "c"})
	check([]string{"./base/run -n 3", "./head/run -n 3"}, nil, []string{"base", "head"})
	check([]string{"node a/main.js", "node b/main.js"}, nil, []string{"a", "b"})
	check([]string{"sort x", "sort --stable x"}, nil, []string{"sort", "sort_stable"})
	check([]string{"gzip -1 x", "gzip -9 x"}, nil, []string{"gzip_1", "gzip_9"})
	check([]string{"sh -c './old | sort'", "sh -c './new | sort'"}, nil, []string{"old_sort", "new_sort"})
	check([]string{"python3 v-1.py", "python3 v-2"}, nil, []string{"v-1.py", "v_2"})
	check([]string{"a " + strings.Repeat("x", 30) + "1", "a " + strings.Repeat("x", 30) + "2"}, nil, []string{strings.Repeat("x", 24), strings.Repeat("x", 24) + "-b"})
	check([]string{"a ---", "a ..."}, nil, []string{"a", "a-b"})
	check([]string{"python3 old.py", "python3 new.py"}, []string{"new.py"}, []string{"new.py", "new.py-b"})
}

// Flags win over the environment, which wins over the file.
func TestSettingsPrecedence(t *testing.T) {
	check := func(file, env, flag, want string) {
		t.Helper()
		var got string
		c := &cobra.Command{PreRunE: fromEnvironment, RunE: func(c *cobra.Command, _ []string) error {
			v, err := settings(c, config.Settings{Gate: file})
			got = v.GetString("gate")
			return err
		}}
		c.Flags().String("gate", "", "")
		var args []string
		if flag != "" {
			args = []string{"--gate", flag}
		}
		c.SetArgs(args)
		t.Setenv("XBENCH_GATE", env)
		if err := c.Execute(); err != nil || got != want {
			t.Errorf("file %q, environment %q, flag %q: got %q, %v; want %q", file, env, flag, got, err, want)
		}
	}
	check("target", "", "", "target")
	check("target", "stretch", "", "stretch")
	check("target", "stretch", "none", "none")
	check("", "", "", "")
}

// What the environment says is read as strictly as what is typed.
func TestEnvironmentIsParsedStrictly(t *testing.T) {
	t.Setenv("XBENCH_ROUNDS", "abc")
	c := &cobra.Command{PreRunE: fromEnvironment, RunE: func(*cobra.Command, []string) error { return nil }, SilenceErrors: true, SilenceUsage: true}
	c.Flags().Int("rounds", 0, "")
	c.SetArgs(nil)
	err := c.Execute()
	if err == nil || !strings.HasPrefix(err.Error(), `environment: XBENCH_ROUNDS="abc": `) {
		t.Errorf("error %v", err)
	}
}
