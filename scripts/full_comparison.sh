#!/usr/bin/env bash
# Compares the Go engines with the Python ones in full: all build scenarios and
# graph benchmarks at their own sizes. Builds xbench, runs the suite full,
# writes the report. Takes the suite's budget, most of an hour, or as long as
# the number of rounds given needs.
#
#   scripts/full_comparison.sh [-h] [ROUNDS] [-- FLAG...]
#
# ROUNDS is 2 to 45; fewer than 5 measure, but prove little. Flags after -- go
# to xbench run, e.g. -- --budget 20m. It runs in the repository, wherever it
# is called from: results are in xbench-results there, and paths in flags start
# there.
#
# Exits as xbench does: 0 proved, 1 disproved or invalid, 2 a mistake or a
# missing tool, 3 inconclusive, 130 interrupted.
#
# XBENCH=FILE in the environment takes that binary instead of building one.
set -euo pipefail
# shellcheck source=scripts/comparison.sh
. "$(dirname "$0")/comparison.sh"

rounds=
case ${1-} in
  -h | --help) usage && exit ;;
  -- | '') ;;
  *[!0-9]*) wrong "\"$1\": rounds must be a whole number, 2 to 45; flags for xbench go after --" ;;
  *) rounds=$1 && shift ;;
esac
case ${1-} in
  '') ;;
  --) shift ;;
  *) wrong "unexpected argument \"$1\"; flags for xbench go after --" ;;
esac
build
compare --suite full ${rounds:+--rounds "$rounds"} "$@"
