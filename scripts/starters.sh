#!/usr/bin/env bash
# Does what a newcomer does, with real toolchains: xbench init in an empty
# directory, check, run; for all languages together and for each pair with
# Python. Says how long it took from init to the verdict.
#
#   scripts/starters.sh               # all
#   scripts/starters.sh python,rust   # one mix, or several
#
# XBENCH is the binary to use; otherwise one is built. A mix whose toolchain is
# not there is skipped; with CI=true that is an error.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
xbench=${XBENCH-}
[ -n "$xbench" ] || { xbench=$work/xbench && go build -o "$xbench" ./cmd/xbench; }
xbench=$(realpath "$xbench")

passed=0 failed=0 skipped=0

missing() { # missing LANGUAGES: the first program that is not there
  local language
  for language in ${1//,/ }; do
    case $language in
      go) command -v go ;;
      node) command -v node ;;
      python) command -v python3 ;;
      rust) command -v cargo ;;
      *) true ;; # init says that there is no such language
    esac >/dev/null || { echo "$language"; return; }
  done
}

fail() { # fail MIX WHAT FILE...
  failed=$((failed + 1))
  printf '%s: %s\n' "$1" "$2"
  cat "${@:3}"
}

# Exit 0 and PASS is what the goals of the starters promise. On a machine that is
# busy with other things the minute may be over before it is proved: then the run
# goes on, once, as xbench says that it can.
mix() {
  local languages=$1 without dir=$work/${1//,/-} began code=0
  without=$(missing "$languages")
  if [ -n "$without" ]; then
    skipped=$((skipped + 1))
    printf '%s: skipped: no toolchain for %s\n' "$languages" "$without"
    return
  fi
  began=$(date +%s)
  "$xbench" init --lang "$languages" "$dir" >"$dir.init" 2>&1 || { fail "$languages" 'init failed' "$dir.init"; return; }
  (cd "$dir" && "$xbench" check) >"$dir.check" 2>&1 || { fail "$languages" 'check failed' "$dir.check"; return; }
  grep -Eq ' [1-9][0-9]* same, 0 different, 0 failed, 0 unsupported, 0 alone' "$dir.check" ||
    { fail "$languages" 'check says something else' "$dir.check"; return; }
  (cd "$dir" && "$xbench" run --suite try) >"$dir.out" 2>"$dir.err" || code=$?
  if [ "$code" = 3 ] && grep -q '^go on with: ' "$dir.err"; then
    code=0
    (cd "$dir" && "$xbench" run --resume xbench-results/latest --budget 4m) >"$dir.out" 2>"$dir.err" || code=$?
  fi
  if [ "$code" != 0 ] || ! grep -q '^PASS, exit 0' "$dir.out"; then
    fail "$languages" "exit $code, want PASS and 0" "$dir.out" "$dir.err"
    return
  fi
  printf '%s: PASS, %d s from init to verdict\n' "$languages" $(($(date +%s) - began))
  grep -E '^ *PASS ' "$dir.out" | sed 's/^ */  /'
  passed=$((passed + 1))
}

# What Rust programmers expect of a file before they look at it.
formatted() {
  if ! cargo fmt --version >/dev/null 2>&1; then
    skipped=$((skipped + 1))
    echo 'rustfmt: skipped: not there'
  elif cargo fmt --manifest-path "$work/fmt/rust/Cargo.toml" --check >"$work/fmt.out" 2>&1; then
    passed=$((passed + 1))
    echo 'rustfmt: clean'
  else
    fail rustfmt 'would change' "$work/fmt.out"
  fi
}

if [ $# = 0 ]; then
  set -- python,go,rust,node python,go python,rust python,node
  "$xbench" init --lang rust "$work/fmt" >/dev/null 2>&1
  formatted
fi
for languages; do mix "$languages"; done
printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed = 0 ] && { [ $skipped = 0 ] || [ "${CI-}" != true ]; }
