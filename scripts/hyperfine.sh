#!/usr/bin/env bash
# Measures the same pairs of commands with hyperfine and with xbench, in turns,
# and prints a Markdown table: what each says of both, of their ratio, and what
# a launch costs. Needs hyperfine, Go and python3; RUNS is 45 at most:
#
#   scripts/hyperfine.sh [RUNS]
#
# HYPERFINE_PAIRS names a file with other pairs, one a line: name, command,
# command, separated by tabs.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-30}
command -v hyperfine >/dev/null || { echo "hyperfine.sh: hyperfine is not installed: https://github.com/sharkdp/hyperfine" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/xbench" ./cmd/xbench
go build -o "$work/spin" ./scripts/internal/spin

pairs=${HYPERFINE_PAIRS:-$work/pairs}
if [ -z "${HYPERFINE_PAIRS:-}" ]; then
	{
		printf 'nothing\t%s\t%s\n' true true
		printf 'short\t%s 1ms\t%s 2ms\n' "$work/spin" "$work/spin"
		printf 'medium\t%s 20ms\t%s 25ms\n' "$work/spin" "$work/spin"
		printf 'long\t%s 200ms\t%s 210ms\n' "$work/spin" "$work/spin"
		printf 'python\t%s\t%s\n' "python3 -c 'print(sum(range(1000000)))'" "python3 -c 'print(sum(i for i in range(1000000)))'"
	} >"$pairs"
fi

echo "$(hyperfine --version), xbench $("$work/xbench" --version | cut -d' ' -f2), $runs runs each, $(uname -s) $(uname -m), $(nproc) cores"
echo
n=0
while IFS=$'\t' read -r name a b; do
	n=$((n + 1))
	began=$(date +%s%N)
	hyperfine -N --style none -w 3 -r "$runs" "$a" "$b" --export-json "$work/hyperfine-$n.json" >/dev/null 2>&1
	middle=$(date +%s%N)
	"$work/xbench" run -q -w 3 -r "$runs" -o "$work/results-$n" --command "$a" --command "$b" -n a -n b \
		--export-json "$work/xbench-$n.json" >/dev/null 2>&1 || { "$work/xbench" compare "$work/results-$n/latest"; exit 1; }
	ended=$(date +%s%N)
	cp "$work/results-$n/latest/summary.json" "$work/summary-$n.json"
	printf '%s\t%s\t%s\n' "$name" $((middle - began)) $((ended - middle)) >>"$work/walls"
done <"$pairs"
python3 scripts/hyperfine.py "$work" "$runs"
