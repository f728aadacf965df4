#!/usr/bin/env bash
# How reliable is a regression gate on this machine? Builds the program of
# examples/regression twice, without a difference (A/A) and with a slowdown
# planted in the new build, and runs the gate RUNS times on each:
#
#   scripts/regression_gate.sh [RUNS=20] [PERCENT=10]
#
# It prints a line per run, and then a table: red is exit 1, quiet exit 0. Needs
# Go, Python 3.10 or newer and a machine that does nothing else; a run takes 10
# to 30 s there.
set -euo pipefail
# shellcheck source=scripts/comparison.sh
source "$(dirname "$0")/comparison.sh"
case ${1-} in -h | --help) usage && exit ;; esac
runs=${1:-20} percent=${2:-10}
for n in "$runs" "$percent"; do
  case $n in '' | *[!0-9]* | 0) wrong "$n: want a whole number above 0" ;; esac
done
cd "$root"
build
program=examples/regression/new
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The planted build adds up that share of the table twice.
{
  sed 's/^func totals(/func once(/' "$program/totals.go"
  printf 'func totals(text string) map[string]int64 {\n\tonce(text[:len(text)*%d/100])\n\treturn once(text)\n}\n' "$percent"
} >"$tmp/totals.go"
printf '{"Replace": {"%s/totals.go": "%s/totals.go"}}\n' "$root/$program" "$tmp" >"$tmp/overlay.json"
mkdir "$tmp/equal" "$tmp/slow"
go build -o "$tmp/equal/main" "./$program"
go build -o "$tmp/equal/new" "./$program"
cp "$tmp/equal/main" "$tmp/slow/main"
go build -overlay "$tmp/overlay.json" -o "$tmp/slow/new" "./$program"
for dir in equal slow; do
  cat >"$tmp/$dir/xbench.yaml" <<END
suite: gate
implementations:
  - {name: python, reference: true, worker: [python3, $root/examples/regression/python/worker.py]}
  - {name: main, worker: [./main]}
  - {name: new, worker: [./new]}
benchmarks:
  - {name: sales/totals/lines=200000}
suites:
  - {name: gate, sample: 20ms, samples: 5, spacing: 1s, rounds: 20, benchmarks: ["*"]}
goals:
  - {claim: still 3x faster than Python, against: new, speedup: ">= 3"}
  - {claim: not slower than main, against: new, than: main, each: ">= 1", tolerance: 3%, inconclusive: pass}
END
done

# found says what a run's summary.json holds of new against main.
found() {
  python3 -c '
import json, sys
run = json.load(sys.stdin)
goal = next(g for g in run["goals"] if g.get("than"))
x = goal["found"] or {"ratio": 0}
lo, hi = x.get("lo") or 0, x.get("hi") or float("inf")
print(f"""{goal["verdict"]:12}  {x["ratio"]:.3f}x ({lo:.3f} - {hi:.3f})  {run["rounds"]:2} rounds""")
'
}

gate() { # gate NAME DIR: one run
  local began=$SECONDS code=0
  (cd "$tmp/$2" && "$xbench" run -q --json -o out >summary.json 2>errors.txt) || code=$?
  case $code in
    0 | 1 | 3) ;;
    *) cat "$tmp/$2/errors.txt" >&2 && exit "$code" ;;
  esac
  echo "$2 $code $((SECONDS - began))" >>"$tmp/log"
  printf '%-12s  exit %d  %s  %3d s\n' "$1" "$code" "$(found <"$tmp/$2/summary.json")" $((SECONDS - began))
}

for ((i = 1; i <= runs; i++)); do
  gate A/A equal
  gate "$percent % slower" slow
done

row() { # row NAME DIR: what came of all runs
  awk -v name="$1" -v dir="$2" '
    $1 == dir { n++; red += $2 == 1; quiet += $2 == 0; s += $3 }
    END { printf "%-12s  %4d  %4d  %5d  %5d  %11.0f\n", name, n, red, quiet, n - red - quiet, s / n }' "$tmp/log"
}
printf '\n%-12s  %4s  %4s  %5s  %5s  %11s\n' build runs red quiet other "s for a run"
row A/A equal
row "$percent % slower" slow
