#!/usr/bin/env bash
# Tests report.html in a real browser: installs a Chromium if there is none,
# fetches axe-core, runs the tests and says how many there were.
#
#   scripts/browser.sh                                 # the tests
#   scripts/browser.sh --screenshots DIR report.html   # its pictures: light, dark, narrow, open, print
#
# XBENCH_BROWSER is the browser to use, XBENCH_AXE the axe.min.js.
set -euo pipefail
cd "$(dirname "$0")/.."

have_browser() {
  local name
  for name in ${XBENCH_BROWSER:-chromium chromium-browser google-chrome google-chrome-stable chrome msedge}; do
    command -v "$name" >/dev/null && return
  done
  [ -z "${XBENCH_BROWSER:-}" ] && [ -d "/Applications/Google Chrome.app" ]
}

install_browser() {
  [ -z "${XBENCH_BROWSER:-}" ] || { echo "XBENCH_BROWSER=$XBENCH_BROWSER: not found" >&2; return 1; }
  command -v apt-get >/dev/null || { echo "no browser and no apt-get: install Chromium or Chrome and put it on PATH, or set XBENCH_BROWSER" >&2; return 1; }
  local root=()
  [ "$(id -u)" = 0 ] || root=(sudo)
  echo "installing chromium" >&2
  "${root[@]}" apt-get -qq -o DPkg::Lock::Timeout=300 update >&2
  # Fonts too: without any it draws boxes, and measures them.
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
    install --no-install-recommends chromium fonts-dejavu-core >&2
}

# axe is only fetched, never kept in this repository. A Python package that
# carries it comes first: Python is needed anyway, npm may not be there.
fetch_axe() {
  local dir=${XDG_CACHE_HOME:-$HOME/.cache}/xbench/axe-4.12.1 work
  if [ ! -s "$dir/axe.min.js" ]; then
    work=$(mktemp -d)
    { python3 -m pip download -q --no-deps --disable-pip-version-check -d "$work" axe-playwright-python==0.1.8 >&2 &&
      python3 -m zipfile -e "$work"/*.whl "$work/package" ||
      (cd "$work" && npm pack --silent axe-core@4.12.1 >/dev/null && tar xzf axe-core-*.tgz); } || true
    mkdir -p "$dir"
    find "$work/package" -name axe.min.js -exec cp {} "$dir/" \; 2>/dev/null || true
    rm -rf "$work"
  fi
  [ -s "$dir/axe.min.js" ] || { echo "no axe-core: neither pip nor npm fetched it; set XBENCH_AXE to an axe.min.js" >&2; return 1; }
  echo "$dir/axe.min.js"
}

have_browser || install_browser

if [ "${1:-}" = --screenshots ]; then
  [ $# = 3 ] || { echo "usage: scripts/browser.sh --screenshots DIR report.html" >&2; exit 2; }
  exec go run ./internal/browser/shots "$2" "$3"
fi
[ $# = 0 ] || { echo "usage: scripts/browser.sh [--screenshots DIR report.html]" >&2; exit 2; }

XBENCH_AXE=${XBENCH_AXE:-$(fetch_axe)}
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
