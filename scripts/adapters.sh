#!/usr/bin/env bash
# Live adapters with the real tools: runs the examples of examples/adapters in
# a copy and holds what comes of them against what must. Uses cargo, go and a
# Python with pytest-benchmark and pyperf, which scripts/needs.sh fetches; what
# is missing is skipped, with a message. The last line has the counts.
#
#   scripts/adapters.sh [XBENCH]
set -euo pipefail
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
xbench=${1-}
[ -n "$xbench" ] || { go build -o "$dir/xbench" ./cmd/xbench; xbench=$dir/xbench; }
cp -R examples/adapters "$dir/"

tools=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/xbench/tools
[ ! -x "$tools/venv/bin/python3" ] || PATH=$tools/venv/bin:$PATH
mkdir "$dir/tmp"
export TMPDIR=$dir/tmp CARGO_TARGET_DIR=$dir/target

passed=0 failed=0 skipped=0
ok() { passed=$((passed + 1)); }
not() { failed=$((failed + 1)); printf 'adapters: FAILED: %s\n' "$*" >&2; }
holds() { # holds WHAT FILE PATTERN...: every pattern is in the file
  local what=$1 file=$2 pattern
  shift 2
  for pattern; do
    grep -Eq -- "$pattern" "$file" || { not "$what: no line with $pattern"; cat "$file" >&2; return; }
  done
  ok
}
exits() { # exits CODE WHAT COMMAND...: its output goes to $dir/out
  local want=$1 what=$2 code=0
  shift 2
  "$@" >"$dir/out" 2>&1 || code=$?
  if [ "$code" = "$want" ]; then ok; else not "$what: exit $code, want $want"; cat "$dir/out" >&2; fi
}
lacks() { # lacks WHAT COMMAND...: says so if a command is not there
  local what=$1
  shift
  if "$@" >/dev/null 2>&1; then return 1; fi
  skipped=$((skipped + 1))
  printf 'adapters: skipped: %s: %s does not work\n' "$what" "$*" >&2
}

# example NAME PATTERN...: checks, lists and runs an example. Its goals hold by
# far; a busy host may leave them open, but never disprove them.
example() {
  local name=$1 code=0
  shift
  cd "$dir/adapters/$name"
  exits 0 "$name: list" "$xbench" list
  holds "$name: list" "$dir/out" "${listed[@]}"
  exits 0 "$name: check" "$xbench" check
  holds "$name: check" "$dir/out" ' 0 different, 0 failed, 0 unsupported, 0 alone'
  "$xbench" run --rounds 5 --spacing 0 -q >"$dir/run" 2>&1 || code=$?
  cat "$dir/run"
  case $code in 0 | 3) ok ;; *) not "$name: run: exit $code" ;; esac
  holds "$name: run" "$dir/run" 'outputs compared beforehand, not of the timed samples' "$@"
  echo 'goals: [{claim: a million times, speedup: ">= 1000000"}]' >"$dir/goals.yaml"
  exits 1 "$name: a goal that is out of reach" "$xbench" compare xbench-results/latest --goals "$dir/goals.yaml"
  # Nothing but the results, and what the tools build, is left behind.
  if [ -n "$(ls -A "$TMPDIR")" ]; then not "$name: left behind: $(ls "$TMPDIR")"; else ok; fi
  if [ -e python/.benchmarks ] || [ -e python/.pytest_cache ] || [ -e "$dir/target/criterion" ]; then not "$name: the tools wrote beside the sources"; else ok; fi
  cd - >/dev/null
}

# broken NAME FROM TO CODE PATTERN...: an example with a mistake in its file.
broken() {
  local name=$1 from=$2 to=$3 want=$4
  shift 4
  cd "$dir/adapters/$name"
  cp xbench.yaml "$dir/whole.yaml"
  sed "s|$from|$to|" "$dir/whole.yaml" >xbench.yaml
  if cmp -s xbench.yaml "$dir/whole.yaml"; then not "$name: $from is not in xbench.yaml"; fi
  exits "$want" "$name: $from -> $to" "$xbench" run --rounds 2 --spacing 0 -q --filter '/small|small$'
  holds "$name: $from -> $to" "$dir/out" "$@"
  cp "$dir/whole.yaml" xbench.yaml
  cd - >/dev/null
}

if ! lacks rust-python cargo --version && ! lacks rust-python python3 -c 'import pytest_benchmark'; then
  listed=('parse/large +yes +yes' 'rust has 1 benchmark of criterion that no row is about: text')
  example rust-python 'PASS|INCONCLUSIVE' 'rust has 1 benchmark of criterion that no row is about: text'
  broken rust-python 'test_parse.small.' 'test_parse[smal]' 2 'xbench.yaml:[0-9]+:[0-9]+: parse/small: pytest-benchmark of python: it has no benchmark "test_parse.smal." \(nearest: "test_parse.small."\)'
  broken rust-python 'pytest, bench\]' 'pytest, nowhere]' 2 'could not list its benchmarks: ERROR: file or directory not found: nowhere'
  broken rust-python 'bench, --bench, logs' 'bench, --bench, none' 2 'could not list its benchmarks: error: no bench target named .none.'
  sed -i.bak 's/assert len(records) == lines/assert len(records) == 17/' "$dir/adapters/rust-python/python/bench/test_logs.py"
  broken rust-python 'twice as fast' 'twice' 1 'bench/test_logs.py::test_parse.small. - AssertionError: assert 100 == 17 .exit status 1.'
  sed -i.bak 's/assert len(records) == 17/assert len(records) == lines/' "$dir/adapters/rust-python/python/bench/test_logs.py"
  sed -i.bak 's/b.iter(|| logs::parse(black_box(&log)))/b.iter(|| assert!(log.is_empty()))/' "$dir/adapters/rust-python/rust/benches/logs.rs"
  broken rust-python 'twice as fast' 'twice' 1 "INVALID parse/small: criterion of rust: parse/small: thread .main.*panicked"
fi
if ! lacks go-pyperf go version && ! lacks go-pyperf python3 -c 'import pyperf'; then
  listed=('count/size=large +yes +yes' 'go has 1 benchmark of gotest that no row is about: BenchmarkText')
  example go-pyperf 'PASS|INCONCLUSIVE'
  # Go's collector is at work in every line, one processor has no suffix, and
  # what switches the collector off on one side is said.
  mkdir "$dir/garbage" && cd "$dir/garbage"
  printf 'module garbage\n\ngo 1.26\n' >go.mod
  cat >garbage_test.go <<'GO'
package garbage

import (
	"fmt"
	"os"
	"runtime"
	"testing"
)

type node struct {
	left, right *node
	pad         [4]int
}

func grow(depth int) *node {
	if depth == 0 {
		return new(node)
	}
	return &node{left: grow(depth - 1), right: grow(depth - 1)}
}

var sink *node

func BenchmarkTree(b *testing.B) {
	b.Run("depth-10", func(b *testing.B) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for b.Loop() {
			sink = grow(10)
		}
		runtime.ReadMemStats(&after)
		if f, err := os.OpenFile(os.Getenv("LINES"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
			fmt.Fprintln(f, b.Elapsed().Milliseconds(), after.NumGC-before.NumGC)
			f.Close()
		}
	})
}
GO
  cat >xbench.yaml <<'YAML'
implementations:
  - {name: default, reference: true, adapter: gotest, command: [./bench.test], build: [go, test, -c, -o, bench.test, .], env: {GOMAXPROCS: "1", LINES: lines}, names: {tree: Tree/depth-10}}
  - {name: uncollected, adapter: gotest, command: [./bench.test], build: [go, test, -c, -o, bench.test, .], env: {GOMAXPROCS: "1", GOGC: "off"}, names: {tree: Tree/depth-10}}
benchmarks: [{name: tree}]
goals: [{claim: collection costs nothing, speedup: ">= 0.01"}]
YAML
  exits 0 'garbage: run' "$xbench" run --rounds 5 --spacing 0 -q
  holds 'garbage: environment' xbench-results/latest/PERFORMANCE.md 'environment GOGC: default not set, uncollected off'
  # Every line that counts: a warm-up and a sample in each of 5 processes.
  if awk '$1 >= 400 { n++; if ($2 == 0) idle++ } END { exit !(n >= 10 && idle == 0) }' lines; then ok; else not 'garbage: lines without a collection'; cat lines >&2; fi
  cd - >/dev/null
  broken go-pyperf '\[./bench.test\]' '[go, test, .]' 3 'NOT EVALUATED, exit 3'
  broken go-pyperf 'count small,' 'count smal,' 2 'pyperf of python: it has no benchmark "count smal" \(nearest: "count small"\)'
  broken go-pyperf 'Count/small' 'Count/smal' 1 'gotest of go: count/size=small: no samples of "BenchmarkCount/smal"'
fi
printf 'adapters: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
