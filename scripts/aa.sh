#!/usr/bin/env bash
# Compares programs with themselves, on this host: three runs of all graph
# benchmarks, Go against the same Go twice and Python against the same Python
# once, and counts how often an interval leaves out 1x. What is given goes to
# each xbench run; without --rounds there are 8.
#
#   scripts/aa.sh                    # about a quarter of an hour
#   scripts/aa.sh --filter invoke --rounds 13
set -euo pipefail
cd "$(dirname "$0")/.."
go build -o xbench ./cmd/xbench
out=$(mktemp -d)
trap 'rm -rf "$out/work"' EXIT
mkdir -p "$out/work"

# config NAME WORKER DIR: the demo's suites for twice the same worker.
config() {
	{
		echo "implementations:"
		for side in reference candidate; do
			echo "  - {name: $side, reference: $([[ $side = reference ]] && echo true || echo false), worker: $2, dir: $3}"
		done
		sed -n '/^counters:/,/^$/p; /^suites:/,$p' configs/demo.yaml
	} >"$out/work/$1.yaml"
}
config go "[$PWD/xbench, __goimpl]" "$PWD"
config python "[\"{python}\", -m, pyref]" "$PWD"

rounds=(--rounds 8)
[[ " $* " == *" --rounds "* ]] && rounds=()
n=0
for name in go go python; do
	n=$((n + 1))
	./xbench run -q --config "$out/work/$name.yaml" --suite graph --gate none --seed $n -o "$out/$n" "${rounds[@]}" "$@" >"$out/$n.txt"
done
echo "records in $out"
go run ./scripts/aa "$out"/*/latest
