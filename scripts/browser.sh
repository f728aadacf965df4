#!/usr/bin/env bash
# Tests report.html in a real browser, with axe-core among others, and says how
# many tests there were. What is missing comes through scripts/needs.sh.
#
#   scripts/browser.sh                                 # the tests
#   scripts/browser.sh --screenshots DIR report.html   # its pictures: light, dark, narrow, open, print
#
# XBENCH_BROWSER is the browser to use, XBENCH_AXE the axe.min.js.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" = --screenshots ]; then
  [ $# = 3 ] || { echo "usage: scripts/browser.sh --screenshots DIR report.html" >&2; exit 2; }
  scripts/needs.sh go browser >/dev/null
  exec go run ./internal/browser/shots "$2" "$3"
fi
[ $# = 0 ] || { echo "usage: scripts/browser.sh [--screenshots DIR report.html]" >&2; exit 2; }

tools=$(scripts/needs.sh go browser axe)
XBENCH_AXE=${XBENCH_AXE:-$tools/axe.min.js}
export XBENCH_AXE XBENCH_BROWSER_REQUIRED=1

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
go test -v -count=1 -timeout 10m -run 'Browser' ./internal/browser ./compare/report 2>&1 | tee "$log" || status=$?

# Only the leaves count: a test of subtests is no test of its own.
awk -v status="$status" '
  $1 == "---" && $2 ~ /^(PASS|FAIL|SKIP):$/ { n++; name[n] = $3; how[n] = $2 }
  END {
    for (i = 1; i <= n; i++) {
      leaf = 1
      for (j = 1; j <= n; j++) if (index(name[j], name[i] "/") == 1) leaf = 0
      if (leaf) count[how[i]]++
    }
    # A package that does not build or a browser that hangs has no lines.
    if (status != 0 && !count["FAIL:"]) count["FAIL:"] = 1
    printf "\nbrowser: %d passed, %d failed, %d skipped\n", count["PASS:"], count["FAIL:"], count["SKIP:"]
    exit status != 0 || count["SKIP:"] || !count["PASS:"]
  }' "$log"
