#!/usr/bin/env bash
# Runs pyref's tests on every Python from 3.10 on that this machine has: those
# on PATH under their version's name, and those that pyenv keeps.
set -euo pipefail
cd "$(dirname "$0")/.."

found=()
for python in python3.{10..19} "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3 python3; do
  # A version manager's shim may be there without the version behind it.
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2] if sys.version_info >= (3, 10) else "")' 2>/dev/null) || continue
  case " ${found[*]-} " in *" ${version:-none} "*) continue ;; esac
  [ -n "$version" ] || continue
  found+=("$version")
  began=$SECONDS
  if ! log=$("$python" -B -m unittest discover -s pyref/tests -t . 2>&1); then
    printf '%s\n' "$log"
    printf 'python %s: failed\n' "$version"
    exit 1
  fi
  printf 'python %s: %s, %d s\n' "$version" "$(printf '%s\n' "$log" | grep -E '^Ran ' || true)" $((SECONDS - began))
done
[ ${#found[@]} -gt 0 ] || { echo 'no Python >= 3.10 found'; exit 1; }
