#!/usr/bin/env bash
# Builds the extension module of examples/extension with cargo, sees that both
# sides do the same work, and has the claims about it judged.
#
#   scripts/extension.sh
#
# XBENCH is the binary to use; otherwise one is built. Without cargo it is
# skipped; with CI=true that is an error.
set -euo pipefail
# shellcheck source=scripts/comparison.sh
source "$(dirname "$0")/comparison.sh"
case ${1-} in -h | --help) usage && exit ;; esac

ended() { # ended PASSED FAILED SKIPPED
  printf '%d passed, %d failed, %d skipped\n' "$@"
  [ "$2" = 0 ] && { [ "$3" = 0 ] || [ "${CI-}" != true ]; }
  exit
}

if ! command -v cargo >/dev/null; then
  echo 'extension: skipped: no cargo (https://rustup.rs)'
  ended 0 0 1
fi
build
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
config=$root/examples/extension/xbench.yaml

"$xbench" check --config "$config" >"$work/check" 2>&1 || { cat "$work/check" && ended 0 1 0; }
grep -Eq ' [1-9][0-9]* same, 0 different, 0 failed, 0 unsupported, 0 alone' "$work/check" || { cat "$work/check" && ended 0 1 0; }
(cd "$work" && "$xbench" run -q --config "$config") >"$work/run" 2>&1 || { cat "$work/run" && ended 0 1 0; }
grep -E '^ *(PASS|FAIL) ' "$work/run"
ended 1 0 0
