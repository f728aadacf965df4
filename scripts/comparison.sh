#!/usr/bin/env bash
# What quick_comparison.sh and full_comparison.sh have in common: build, run
# the bundled comparison, say where the report is and what the exit code means.
# Sourced; bash 3.2 will do.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# usage prints the comment at the head of a script.
usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "$0"; }

wrong() { # wrong TEXT: a mistake on the command line
  printf '%s: %s\nsee %s --help\n' "$(basename "$0")" "$1" "$0" >&2
  exit 2
}

# build puts the path of the binary into $xbench: the one that the environment
# variable XBENCH names, or a new one.
build() {
  if [ -n "${XBENCH-}" ]; then
    xbench=$(command -v "$XBENCH") || wrong "XBENCH=$XBENCH: no such program"
    case $xbench in /*) ;; *) xbench=$PWD/$xbench ;; esac
    return
  fi
  command -v go >/dev/null || { printf '%s: building xbench needs Go 1.26 or newer\n' "$(basename "$0")" >&2 && exit 2; }
  echo "building   $root/xbench" >&2
  go build -C "$root" -o xbench ./cmd/xbench || exit 2
  xbench=$root/xbench
}

# latest is the directory of the newest run in the results directory that the
# flags given name, with all links resolved.
latest() {
  local out=xbench-results
  while [ $# -gt 0 ]; do
    case $1 in
      -o | --output) out=${2-} ;;
      -o?*) out=${1#-o} && out=${out#=} ;;
      --output=*) out=${1#*=} ;;
    esac
    shift
  done
  (cd "$out/latest" 2>/dev/null && pwd -P) || true
}

meaning() { # meaning CODE: what an exit code of xbench run says
  case $1 in
    0) echo "proved, or nothing was claimed" ;;
    1) echo "disproved, or not the same work" ;;
    2) echo "nothing was judged: a wrong flag, the configuration, or xbench itself; see above" ;;
    3) echo "inconclusive: neither proved nor disproved; a quieter machine or more rounds may tell" ;;
    130) echo "interrupted; what there is is judged in the report, and --resume goes on with it" ;;
    *) echo "xbench broke; see above" ;;
  esac
}

# compare FLAG...: run xbench with these flags in the repository, where it finds
# no configuration but the bundled one, and end as it does.
compare() {
  local code=0 before dir file
  cd "$root" || exit 2
  before=$(latest "$@")
  "$xbench" run "$@" || code=$?
  dir=$(latest "$@")
  echo >&2
  if [ -n "$dir" ] && [ "$dir" != "$before" ]; then
    for file in report:report.html markdown:PERFORMANCE.md record:record.txt; do
      [ ! -f "$dir/${file#*:}" ] || printf '%-10s %s\n' "${file%%:*}" "$dir/${file#*:}" >&2
    done
  fi
  printf '%-10s %s\n' "exit $code" "$(meaning "$code")" >&2
  exit "$code"
}
