#!/usr/bin/env bash
# Compares the Go engines with the Python ones, a row or two per category, in
# one to five minutes: builds xbench, runs the suite quick, writes the report.
#
#   scripts/quick_comparison.sh [-h] [-- FLAG...]
#
# Flags after -- go to xbench run, e.g. five rows, five rounds, half a minute:
# -- --filter 'checkpoint|fanout|light' --rounds 5 --gate none
# It runs in the repository, wherever it is called from: results are in
# xbench-results there, and paths in flags start there.
#
# Exits as xbench does: 0 proved, 1 disproved or invalid, 2 a mistake or a
# missing tool, 3 inconclusive, 130 interrupted.
#
# XBENCH=FILE in the environment takes that binary instead of building one.
set -euo pipefail
# shellcheck source=scripts/comparison.sh
. "$(dirname "$0")/comparison.sh"

case ${1-} in
  -h | --help) usage && exit ;;
  --) shift ;;
  ?*) wrong "unexpected argument \"$1\"; flags for xbench go after --" ;;
esac
build
compare --suite quick "$@"
