package docs

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// An exception says what stands around a command that cannot run as it is
// shown, or of which more can be said than that it runs.
type exception struct {
	doc, command string // the command's beginning
	instead      string // runs in its place: the same on a smaller scale
	env          []string
	exits        []int
	prints       string // regexp of what it prints
	elsewhere    string // why it is not run here, and what does run it

	used bool
}

// build is README.md's own command, in the checkout that the copy was made
// from: there all but the last step has been done by other tests.
const build = `go build -C "$CHECKOUT" -o "$PWD/xbench" ./cmd/xbench`

// repository makes one to make worktrees of.
const repository = "mkdir -p ../own/here && cd ../own/here && git init -q -b main && " +
	"git -c user.name=you -c user.email=you@example.com commit -q --allow-empty -m first && git checkout -q -b new && "

var exceptions = []*exception{
	{doc: "README.md", command: "go build -o xbench", instead: build + " && ./xbench run", env: []string{"XBENCH_SUITE=smoke", "XBENCH_FILTER=simple"}, exits: []int{0, 1, 3}, prints: `time of one iteration +python +go`},
	{doc: "README.md", command: "go test ./...", elsewhere: "it is this test among others, and the stage test of .ci/run"},
	{doc: "README.md", command: "./xbench run --filter large_graph", instead: "./xbench run --filter large_graph --sweep nodes=1,3 --rounds 2"},
	{doc: "README.md", command: "./xbench run --suite graph", instead: "./xbench run --suite graph --filter 'wide_fanout.*workers' --sweep width=1,4 --rounds 2"},
	{doc: "README.md", command: "./xbench run --suite build", instead: "./xbench run --suite build --filter 'heavy_cpu_static/executor=(threadpool|multiprocess.*fork$)' --sweep iterations=10,100 --rounds 2"},

	{doc: "docs/add-your-own.md", command: "go build -o xbench ./cmd/xbench", instead: build},
	{doc: "docs/add-your-own.md", command: "xbench run --suite full", instead: "xbench run --suite full --filter words"},
	{doc: "docs/add-your-own.md", command: "xbench check --filter words --seed 7", exits: []int{1}, prints: `(?m)^different  words/top  nonce 0$`},

	{doc: "docs/commands.md", command: "xbench run --command 'python3 examples/primes/division.py {n}'", instead: "xbench run --command 'python3 examples/primes/division.py {n}' --command 'python3 examples/primes/sieve.py {n}' -L n 2000,6000,20000 --warmup 1 --export-markdown primes.md"},
	{doc: "docs/commands.md", command: "xbench run --command 'seq {n}'", instead: "env -u XBENCH_ROUNDS xbench run --command 'seq {n}' -P n 10000 30000 -D 10000 --export-json seq.json --runs 2"},

	{doc: "docs/ci.md", command: "go build -o xbench ./cmd/xbench", instead: build},
	{doc: "docs/ci.md", command: "./xbench run --config examples/primes/xbench.yaml --goals", env: []string{"XBENCH_ROUNDS=3"}, exits: []int{1}, prints: `(?m)^exit 1$`},
	{doc: "docs/ci.md", command: "./xbench doctor", prints: `(?i)spin|core`},
	{doc: "docs/ci.md", command: "scripts/quick_comparison.sh", instead: "XBENCH=$PWD/xbench scripts/quick_comparison.sh -- --filter 'light.*asyncio_queue' --rounds 2 --gate none"},
	{doc: "docs/ci.md", command: "scripts/lint.sh", elsewhere: "the stage lint of .ci/run; it needs the repository's history"},

	{doc: "examples/extension/README.md", command: "go build -o xbench", instead: build},
	{doc: "examples/extension/README.md", command: "./xbench run", elsewhere: "scripts/extension.sh, which compiles the module first; TestScripts/extension in cmd/xbench"},
	{doc: "examples/regression/README.md", command: "go build -o xbench", instead: build},
	{doc: "examples/regression/README.md", command: "git worktree add", instead: "(" + repository + "git worktree add ../main main)"},

	{doc: "docs/selftest.md", command: "xbench selftest  ", instead: "xbench selftest --only judge", env: []string{"XBENCH_ROUNDS=5"}},
	{doc: "docs/selftest.md", command: "xbench selftest --only cheats", elsewhere: "TestScripts/selftest in cmd/xbench, with this flag"},
	{doc: "docs/selftest.md", command: "xbench selftest --budget", elsewhere: "ten minutes; TestScripts/selftest in cmd/xbench runs short ones"},
	{doc: "docs/selftest.md", command: "xbench selftest --keep", elsewhere: "TestScripts/selftest in cmd/xbench keeps records and judges them again"},

	{doc: "docs/outputs.md", command: "jq ", elsewhere: "TestScripts/outputs_doc in cmd/xbench, by scripts/docs.sh too"},
	{doc: "docs/outputs.md", command: "benchstat ", elsewhere: "TestScripts/outputs_doc in cmd/xbench, by scripts/docs.sh too"},

	{doc: "docs/error-rates.md", command: "go test ./compare", elsewhere: "half an hour and more; TestErrorRates in compare makes parts of every row"},

	{doc: "docs/protocol.md", command: "XBENCH_CPUPROFILE=go.prof", elsewhere: "TestProfileOnRequest in harness/sdk"},
	{doc: "docs/protocol.md", command: "go tool pprof", elsewhere: "TestProfileOnRequest in harness/sdk"},
}

// exceptionOf is the first that is about a command, or one that says nothing.
func exceptionOf(s step) *exception {
	for _, e := range exceptions {
		if e.doc == s.doc && strings.HasPrefix(s.command, e.command) {
			e.used = true
			return e
		}
	}
	return &exception{}
}

// What is said to run a command elsewhere is there.
func TestElsewhereExists(t *testing.T) {
	check := func(where, pattern, dir, glob string) {
		t.Helper()
		files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(dir), glob))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if regexp.MustCompile(pattern).MatchString(read(t, file, file).text) {
				return
			}
		}
		t.Errorf("%q: nothing in %s matches %s", where, dir, pattern)
	}
	for _, e := range exceptions {
		if e.elsewhere == "" {
			continue
		}
		found := 0
		for _, m := range regexp.MustCompile(`(Test\w+)(?:/(\w+))? in ([a-z/]*[a-z])`).FindAllStringSubmatch(e.elsewhere, -1) {
			found++
			check(e.elsewhere, `func `+m[1]+`\(`, m[3], "*_test.go")
			if m[2] != "" {
				check(e.elsewhere, ``, m[3]+"/testdata/script", m[2]+".txt")
			}
		}
		for _, m := range regexp.MustCompile(`stage ([a-z-]+) of`).FindAllStringSubmatch(e.elsewhere, -1) {
			found++
			check(e.elsewhere, `(?m)^stage `+m[1]+` `, ".ci", "run")
		}
		if found == 0 {
			t.Errorf("%s: %q is said to run nowhere", e.doc, e.command)
		}
	}
}
