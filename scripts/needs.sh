#!/usr/bin/env bash
# Sees to it that everything the checks use is there before the first of them
# starts: installs it by name with apt-get, fetches it into the cache, or says
# in one go what is missing.
#
#   scripts/needs.sh               # all that .ci/run uses
#   scripts/needs.sh browser axe   # of go python git curl jq shellcheck browser axe docs
#                                  #    rust node hyperfine tools
#
# The last line it prints is the directory with what it fetched: axe.min.js,
# bin/benchstat and venv, a Python with pandas (docs), pytest-benchmark and pyperf
# (tools). XBENCH_BROWSER is the browser to use, XBENCH_AXE the axe.min.js.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/xbench/tools

# axe is only fetched, never kept in this repository: as part of a Python
# package, because Python is needed anyway and npm may not be there.
axe_package='axe-playwright-python==0.1.8 --hash=sha256:fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8'
axe_sha256=84494fec757e4710dc751c8d7a636e457f4532f08f85c86dc9070133fbff53bc
pandas=(numpy==2.2.6 pandas==2.3.3)
benchmarkers=(pytest-benchmark==5.3.1 pyperf==2.10.0)
known='go python git curl jq shellcheck browser axe docs rust node hyperfine tools'

say() { printf 'needs: %s\n' "$*" >&2; }

have_browser() {
  local name
  if [ -n "${XBENCH_BROWSER-}" ]; then
    [ "$XBENCH_BROWSER" != none ] && command -v "$XBENCH_BROWSER" >/dev/null
    return
  fi
  for name in chromium chromium-browser google-chrome google-chrome-stable chrome msedge; do
    command -v "$name" >/dev/null && return
  done
  [ -d "/Applications/Google Chrome.app" ]
}

python_for() { # python_for MODULES: a Python >= 3.10 that has them
  local python
  for python in python3 /usr/bin/python3; do
    "$python" -c "import sys, $1; sys.exit(sys.version_info < (3, 10))" 2>/dev/null && echo "$python" && return
  done
  return 1
}

have_venv() { "$tools/venv/bin/python3" -m pip --version >/dev/null 2>&1 || python_for venv,ensurepip >/dev/null; }

have_axe() {
  [ -z "${XBENCH_AXE-}" ] || { [ -s "$XBENCH_AXE" ]; return; }
  [ -s "$tools/axe.min.js" ] && [ "$(sha256 "$tools/axe.min.js")" = "$axe_sha256" ]
}

sha256() { { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi; } | cut -d' ' -f1; }

have_rust() { # from 1.70 on, cargo fetches crates without git
  local version
  rustc --version >/dev/null 2>&1 && version=$(cargo --version 2>/dev/null) || return 1
  version=${version#cargo 1.}
  [ "${version%%.*}" -ge 70 ] 2>/dev/null
}

lack() { # lack WHAT PACKAGE...: a need that is not there, and what it comes with
  local package
  missing+=("$1")
  for package in "${@:2}"; do
    case " ${packages[*]-} " in *" $package "*) ;; *) packages+=("$package") ;; esac
  done
}

# look fills missing and packages.
look() {
  local need
  missing=() packages=()
  for need; do
    case $need in
      git | curl | jq | shellcheck) command -v "$need" >/dev/null || lack "$need" "$need" ;;
      go) go version >/dev/null 2>&1 || lack 'Go >= 1.26 (https://go.dev/dl)' ;;
      python) python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || lack 'a python3 >= 3.10 on PATH' python3 ;;
      browser)
        if have_browser; then continue; fi
        # Fonts too: without any it draws boxes, and measures them.
        if [ -z "${XBENCH_BROWSER-}" ]; then lack 'Chromium or Chrome' chromium fonts-dejavu-core; else lack "a browser: XBENCH_BROWSER=$XBENCH_BROWSER is not one"; fi
        ;;
      axe)
        if have_axe; then continue; fi
        if [ -n "${XBENCH_AXE-}" ]; then lack "axe-core: XBENCH_AXE=$XBENCH_AXE is no file"; elif ! have_venv; then lack 'a Python >= 3.10 with venv, for axe-core' python3-venv; fi
        ;;
      docs) have_venv || lack 'a Python >= 3.10 with venv, for pandas' python3-venv ;;
      tools) have_venv || lack 'a Python >= 3.10 with venv, for pytest-benchmark and pyperf' python3-venv ;;
      rust) have_rust || lack 'Rust >= 1.70 (https://rustup.rs)' rustc cargo ;;
      node) node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null || lack 'Node >= 18 (https://nodejs.org)' nodejs ;;
      hyperfine) command -v hyperfine >/dev/null || lack hyperfine hyperfine ;;
      *) say "unknown: $need; known are $known" && exit 2 ;;
    esac
  done
}

install() { # install PACKAGE...: those of the distribution
  local as=() packages=() package
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && as=(sudo); } || return 1
  say "installing $*"
  ${as[@]+"${as[@]}"} apt-get -qq -o DPkg::Lock::Timeout=300 update >&2 || say 'apt-get update failed'
  for package; do
    # Debian's own Rust is years old; beside it there is what its browsers are built with.
    case $package in rustc | cargo) if apt-cache show "$package-web" >/dev/null 2>&1; then package+=-web; fi ;; esac
    packages+=("$package")
  done
  ${as[@]+"${as[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
    install --no-install-recommends "${packages[@]}" >&2
}

listed() { # listed ITEM...: with commas between
  local all
  all=$(printf ', %s' "$@")
  printf %s "${all:2}"
}

make_venv() {
  if ! "$tools/venv/bin/python3" -m pip --version >/dev/null 2>&1; then
    "$(python_for venv,ensurepip)" -m venv --clear "$tools/venv" >&2
  fi
}

fetch_axe() {
  local work
  work=$(mktemp -d "$tools/axe.XXXXXX")
  echo "$axe_package" >"$work/requirements.txt"
  if "$tools/venv/bin/python3" -m pip download -q --no-deps --require-hashes --disable-pip-version-check -d "$work" -r "$work/requirements.txt" >&2 &&
    "$tools/venv/bin/python3" -m zipfile -e "$work"/*.whl "$work/package" >&2; then
    mv "$work/package/axe_playwright_python/axe.min.js" "$tools/axe.min.js"
  fi
  rm -rf "$work"
  have_axe || { say "no axe-core: pip did not fetch ${axe_package%% *} with the SHA-256 it must have; set XBENCH_AXE to an axe.min.js" && exit 2; }
}

fetch_tools() {
  "$tools/venv/bin/python3" -c 'import sys, importlib.metadata as m
sys.exit(any(m.version(name) != version for name, version in (arg.split("==") for arg in sys.argv[1:])))' "${benchmarkers[@]}" 2>/dev/null ||
    "$tools/venv/bin/python3" -m pip install -q --disable-pip-version-check "${benchmarkers[@]}" >&2 ||
    { say "pip did not install ${benchmarkers[*]}" && exit 2; }
}

fetch_docs() {
  "$tools/venv/bin/python3" -c 'import sys, numpy, pandas
sys.exit(sys.argv[1:] != ["numpy==" + numpy.__version__, "pandas==" + pandas.__version__])' "${pandas[@]}" 2>/dev/null ||
    "$tools/venv/bin/python3" -m pip install -q --disable-pip-version-check "${pandas[@]}" >&2 ||
    { say "pip did not install ${pandas[*]}" && exit 2; }
  go build -o "$tools/bin/benchstat" golang.org/x/perf/cmd/benchstat
}

# shellcheck disable=SC2086 # a list of words
[ $# -gt 0 ] || set -- $known
look "$@"
if [ ${#packages[@]} -gt 0 ]; then
  wanted=("${packages[@]}")
  install "${wanted[@]}" || true
  hash -r
  look "$@"
fi
if [ ${#missing[@]} -gt 0 ]; then
  say "missing: $(listed "${missing[@]}")"
  [ ${#packages[@]} -eq 0 ] || say "as root, on Debian or Ubuntu: apt-get install --no-install-recommends ${packages[*]}"
  exit 2
fi
mkdir -p "$tools"
for need; do
  case $need in
    axe) have_axe || { make_venv && fetch_axe; } ;;
    docs) make_venv && fetch_docs ;;
    tools) make_venv && fetch_tools ;;
  esac
done
say "all there: $*"
echo "$tools"
