#!/usr/bin/env bash
# Makes the files of a release in the directory dist, or in the one given: an
# archive per platform, and SHA256SUMS, which action.yml checks them against.
#
#   scripts/dist.sh [DIR [OS/ARCH...]]
set -euo pipefail

case ${1-} in -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0" && exit ;; esac
out=${1:-dist}
[ $# -eq 0 ] || shift
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ $# -gt 0 ] || set -- linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64
version=$(sed -n 's/^const version = "\(.*\)"$/\1/p' cmd/xbench/root.go)
[ -n "$version" ] || { echo "dist: no version in cmd/xbench/root.go" >&2 && exit 1; }

names=()
for platform in "$@"; do
  os=${platform%/*} arch=${platform#*/}
  name=xbench_${version}_${os}_${arch}.tar.gz
  exe=xbench
  [ "$os" != windows ] || exe=xbench.exe
  mkdir -p "$work/$os-$arch"
  GOOS=$os GOARCH=$arch CGO_ENABLED=0 go build -trimpath -o "$work/$os-$arch/$exe" ./cmd/xbench
  cp LICENSE README.md "$work/$os-$arch/"
  tar -czf "$out/$name" -C "$work/$os-$arch" "$exe" LICENSE README.md
  names+=("$name")
  echo "$out/$name"
done
cd "$out"
if command -v sha256sum >/dev/null; then sha256sum "${names[@]}"; else shasum -a 256 "${names[@]}"; fi >SHA256SUMS
