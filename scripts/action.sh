#!/usr/bin/env bash
# The steps of action.yml, so that they can be read, linted and tested apart
# from it: choose, build and run. Inputs arrive as environment variables,
# INPUT_NAME for each, and never as text of a script. Runs under bash 3.2, the
# one of macOS, and under the one of Git for Windows.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)

# command_for KIND TEXT: a workflow command, which the runner shows as an
# annotation. Text of others must not begin a line or another command.
command_for() {
  local text=$2
  text=${text//%/%25}
  text=${text//$'\r'/%0D}
  text=${text//$'\n'/%0A}
  printf '::%s title=xbench::%s\n' "$1" "$text"
}

refuse() { # refuse TEXT: a mistake of whoever wrote the workflow
  command_for error "$1"
  exit 2
}

# native PATH: as programs outside this shell write it.
native() { if command -v cygpath >/dev/null; then cygpath -w "$1"; else printf '%s' "$1"; fi; }

# output NAME VALUE: an output of this step. A value is one line, so that none
# can add outputs of its own.
output() {
  printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr -d '\r\n')" >>"$GITHUB_OUTPUT"
}

boolean() { # boolean NAME VALUE: GitHub hands booleans over as text
  case $2 in
    true | false) printf %s "$2" ;;
    *) refuse "input $1: \"$2\": must be true or false" >&2 ;;
  esac
}

sha256() { # sums of files, or of standard input
  if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

bin() { printf '%s/xbench-bin' "${RUNNER_TEMP:?}"; }

exe() { if [ "${RUNNER_OS-}" = Windows ]; then printf .exe; fi; }

# platform is what release files are named after.
platform() {
  local os arch
  case ${RUNNER_OS:?} in
    Linux) os=linux ;;
    macOS) os=darwin ;;
    Windows) os=windows ;;
    *) os=$RUNNER_OS ;;
  esac
  case ${RUNNER_ARCH:?} in
    X64) arch=amd64 ;;
    ARM64) arch=arm64 ;;
    *) arch=$RUNNER_ARCH ;;
  esac
  printf '%s_%s' "$os" "$arch"
}

# sources names the state of this checkout: its path ends in a branch or a tag,
# either of which may move.
sources() {
  cd "$root"
  find . -type d \( -name .git -o -name xbench-results \) -prune -o \
    -type f ! -name '*_test.go' ! -name '*.md' ! -name '*.pyc' ! -path ./xbench -exec bash "$root/scripts/action.sh" sums {} + |
    LC_ALL=C sort | sha256 | cut -c1-32
}

# release unpacks the release INPUT_VERSION. A release that cannot be had is
# status 1, one whose sum differs ends everything: that is no reason to go on.
release() {
  local version=${INPUT_VERSION#v} archive base dir want got
  archive=xbench_${version}_$(platform).tar.gz
  base=${GITHUB_SERVER_URL:?}/${ACTION_REPOSITORY:-${GITHUB_REPOSITORY:?}}/releases/download/v$version
  dir=$(mktemp -d "${RUNNER_TEMP:?}/xbench-release.XXXXXX")
  fetch "$base/$archive" "$dir/$archive" || return 1
  fetch "$base/SHA256SUMS" "$dir/SHA256SUMS" || return 1
  want=$(awk -v name="$archive" '{ sub(/^\*/, "", $2) } $2 == name { print $1 }' "$dir/SHA256SUMS")
  got=$(sha256 "$dir/$archive" | cut -d' ' -f1)
  [ -n "$want" ] || refuse "version $version: SHA256SUMS of the release does not list $archive"
  [ "$got" = "$want" ] || refuse "version $version: $archive has the SHA-256 $got, the release says $want; not used"
  mkdir -p "$(bin)"
  tar -xzf "$dir/$archive" -C "$(bin)" "xbench$(exe)" || refuse "version $version: $archive does not unpack"
  echo "$archive: SHA-256 $got, as the release says"
}

fetch() { # fetch URL FILE
  echo "fetching $1"
  curl --fail --silent --show-error --location --proto-redir '=https' --retry 3 --output "$2" "$1"
}

# usable_go tells whether a go is there that can fetch the one go.mod asks for.
# One from setup-go would stand before the user's own on the PATH for the rest
# of the job, and might build the very programs that are to be measured.
usable_go() {
  local version major minor
  version=$(cd / && GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || return 1
  version=${version#go}
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%[!0-9]*}
  [ "${major:-0}" -gt 1 ] 2>/dev/null || [ "${minor:-0}" -ge 21 ] 2>/dev/null
}

# choose decides where the binary comes from. Outputs: directory, ready (it is
# there already), key (of the cache), go (whether there is one to build with).
choose() {
  local cache
  cache=$(boolean cache "${INPUT_CACHE:-true}")
  output directory "$(bin)"
  if [ -n "${INPUT_VERSION-}" ]; then
    [[ $INPUT_VERSION =~ ^v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.-]+)?$ ]] ||
      refuse "input version: \"$INPUT_VERSION\": must be a release such as 0.1.0; leave it out to build the action's own checkout"
    if release; then
      output ready true
      return
    fi
    command_for warning "there is no release $INPUT_VERSION for $(platform): building the action's own checkout (${ACTION_REF:-of this repository}) instead"
  fi
  output ready false
  output cache "$cache"
  output key "xbench-$(platform)-$(sources)"
  if usable_go; then output go true; else output go false; fi
}

# build makes the binary from this checkout. What the job has set for its own
# Go code must not reach this build.
build() {
  mkdir -p "$(bin)"
  env -u GOOS -u GOARCH -u GOEXPERIMENT -u GODEBUG GOWORK=off GOFLAGS= GOTOOLCHAIN=auto \
    go build -C "$root" -o "$(bin)/xbench$(exe)" ./cmd/xbench
}

# arguments puts the command line into args. Every value stays one argument,
# whatever is in it.
arguments() {
  local name value line
  args=(run)
  case ${INPUT_CONFIG-} in '' | demo) ;; *) args+=("--config=$INPUT_CONFIG") ;; esac
  for name in suite filter goals gate inconclusive budget rounds; do
    value=$(printenv "INPUT_$(printf %s "$name" | tr '[:lower:]' '[:upper:]')") || value=
    [ -z "$value" ] || args+=("--$name=$value")
  done
  args+=("--output=$results")
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    case $line in
      '' | '#'*) ;;
      -*)
        if [[ $line =~ ^(--output(=|$)|-[hq]*o) ]]; then
          refuse "input args: \"$line\": the action would look for the results elsewhere; use the input output"
        fi
        args+=("$line")
        ;;
      *) refuse "input args: \"$line\": one flag per line, with its value after an equals sign, e.g. --impl=python" ;;
    esac
  done <<<"${INPUT_ARGS-}"
}

# configured refuses to run the bundled demo unless that is what was asked for:
# a repository whose xbench.yaml was lost would be green for ever, and was never
# measured. xbench runs the demo where no --config, no XBENCH_CONFIG and no
# xbench.yaml upwards names another.
configured() {
  local arg file
  for arg in "${args[@]}"; do
    case $arg in --config=?* | --command=?* | --resume=?*) return ;; esac
  done
  file=${XBENCH_CONFIG:-$(upwards)}
  case ${INPUT_CONFIG-}:$file in
    demo:?*) refuse "input config: demo: $file would be run instead; the demo needs a working-directory without an xbench.yaml in it or above it, and no XBENCH_CONFIG" ;;
    :) refuse "there is no xbench.yaml in $PWD or above it, so nothing of this repository would be measured; write one, name one with the input config, or ask for the bundled demo with config: demo" ;;
  esac
}

upwards() { # the xbench.yaml that xbench finds
  local dir=$PWD
  while :; do
    if [ -e "$dir/xbench.yaml" ] && [ ! -d "$dir/xbench.yaml" ]; then printf %s "$dir/xbench.yaml" && return; fi
    [ -n "${dir%/}" ] || return 0
    dir=${dir%/*}
  done
}

# at PATH: PATH so that cd takes it for a path, whatever it begins with.
at() {
  case $1 in
    /* | \\* | [A-Za-z]:*) printf %s "$1" ;;
    *) printf './%s' "$1" ;;
  esac
}

newest() { # the directory of the newest run below $results, with all links resolved
  (cd -- "$(at "$results")/latest" 2>/dev/null && pwd -P) || true
}

# field NAME FILE: a number, boolean or plain words at the top of summary.json.
field() {
  sed -n "s/^  \"$1\": \"\{0,1\}\([A-Za-z0-9 ]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$2" | head -n 1
}

# claim FILE: the largest speedup that the data proves for the first of the
# means. Nothing where it proves none, nor where the report claims none: what
# was measured was not the same work, or was not what the goals are about.
claim() {
  case $(field verdict "$1") in INVALID | 'NOT EVALUATED') return ;; esac
  awk '/^  "means": \[$/ { in_means = 1 }
    in_means && /^      "you_can_claim": [0-9]/ { print $2 + 0; exit }
    in_means && /^    }/ { exit }' "$1"
}

# run measures and ends as xbench does.
run() {
  local args pid code=0 before dir
  cd -- "$(at "${INPUT_WORKING_DIRECTORY:-.}")" || refuse "input working-directory: there is no ${INPUT_WORKING_DIRECTORY}"
  results=${INPUT_OUTPUT:-xbench-results}
  arguments
  configured
  before=$(newest)
  printf 'xbench'
  printf ' %q' "${args[@]}"
  printf '\n'
  # A cancelled job interrupts the step's first process only, which is this
  # one. xbench reports on what there is when it hears of it; the runner kills
  # it after some seconds otherwise.
  trap 'kill -INT "$pid" 2>/dev/null || true' INT TERM HUP
  "$(bin)/xbench$(exe)" "${args[@]}" &
  pid=$!
  while :; do
    code=0
    wait "$pid" || code=$?
    kill -0 "$pid" 2>/dev/null || break
  done
  trap - INT TERM HUP
  output exit-code "$code"
  dir=$(newest)
  # An older run's results must not pass for this one's.
  if [ -n "$dir" ] && [ "$dir" != "$before" ]; then tell "$dir"; else dir=; fi
  case $code in
    0 | 1 | 3 | 130)
      [ -n "$dir" ] || command_for warning "xbench ended with exit $code and left no new results in $results: there are no outputs and no artifact"
      ;;
    *) command_for error "xbench could not judge (exit $code); the end of this step's log says why" ;;
  esac
  exit "$code"
}

tell() { # tell DIR: the outputs that results have
  local name
  output directory "$(native "$1")"
  for name in report:report.html markdown:PERFORMANCE.md summary:summary.json record:record.txt junit:junit.xml; do
    [ ! -f "$1/${name#*:}" ] || output "${name%%:*}" "$(native "$1/${name#*:}")"
  done
  if [ -f "$1/summary.json" ]; then
    output verdict "$(field verdict "$1/summary.json")"
    output claim "$(claim "$1/summary.json")"
  fi
}

case ${1-} in
  choose | build | run) "$1" ;;
  sums) shift && sha256 "$@" ;;
  *) echo "usage: $0 choose|build|run, with the environment that action.yml sets" >&2 && exit 2 ;;
esac
