#!/bin/sh
# Runs the tools whose files xbench imports, on tiny benchmarks, and puts what
# they write into harness/foreign/testdata. Needed only when a tool changes its
# format: the tests read the files that are there. Every number is new then, so
# that docs/import.md has to be made again too.
#
#   scripts/foreign.sh           needs cargo, python3, go and hyperfine
#
# HYPERFINE names a second, newer hyperfine. Host name and directories of the
# machine are replaced.
set -eu
cd "$(dirname "$0")/.."
data=$PWD/harness/foreign/testdata
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cp -R "$data/bench/." "$work"
prefix=$(python3 -c 'import sys; print(sys.base_prefix)')
sources=$work/SOURCES.md

note() { # FILE TOOL COMMAND
	printf "| \`%s\` | %s | \`%s\` |\n" "$1" "$2" "$3" >> "$sources"
}
cat > "$sources" <<'END'
# Where these files come from

Written by scripts/foreign.sh, which ran the tools on the benchmarks in bench/.
Host name and directories were replaced, nothing else.

| file | tool | command |
|---|---|---|
END

# neutral replaces what is of this machine alone, in all files below a directory.
neutral() {
	find "$1" -type f ! -name '*.gz' -exec sed -i "s#$work#/bench#g; s#\"$(hostname)\"#\"bench-host\"#g; s#$prefix#/usr#g" {} +
}

# criterion VERSION DIR CRATE
criterion() {
	sed -i "s/CRITERION/=$1/" "$work/$3/Cargo.toml"
	(cd "$work/$3" && rm -f Cargo.lock && CARGO_TARGET_DIR=$work/target-$1 cargo bench --quiet --bench squares >/dev/null 2>&1)
	sed -i "s/\"=$1\"/\"CRITERION\"/" "$work/$3/Cargo.toml"
	rm -rf "${data:?}/$2"
	(cd "$work/target-$1/criterion" && find . -name report -prune -o -path '*/new/*' -type f -print) | while read -r f; do
		case $f in */tukey.json) continue ;; esac
		mkdir -p "$data/$2/$(dirname "$f")"
		cp "$work/target-$1/criterion/$f" "$data/$2/$f"
	done
	note "$2/" "Criterion.rs $1, $(rustc --version | cut -d' ' -f1-2)" "cargo bench --bench squares"
}
criterion 0.2.11 criterion/0.2 criterion-0.2
criterion 0.3.6 criterion/0.3 criterion
criterion 0.8.2 criterion/0.8 criterion
# A directory of the saved kind: base alone, as after --save-baseline base.
mkdir -p "$data/criterion/base/flat/sum_squares/100"
rm -rf "$data/criterion/base/flat/sum_squares/100/base"
cp -R "$data/criterion/0.8/flat/sum_squares/100/new" "$data/criterion/base/flat/sum_squares/100/base"
note "criterion/base/" "the same as 0.8, one benchmark" "mv new base"

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pytest-benchmark==5.3.1 pyperf==2.10.0
py=$work/venv/bin/python
export PYTHONDONTWRITEBYTECODE=1
mkdir -p "$data/pytest-benchmark" "$data/pyperf" "$data/hyperfine" "$data/gobench" "$data/json"
cd "$work/python"
version="pytest-benchmark 5.3.1, $($py --version)"
$py -m pytest -q -p no:cacheprovider --benchmark-json="$data/pytest-benchmark/data.json" >/dev/null
note pytest-benchmark/data.json "$version" "pytest --benchmark-json=data.json"
$py -m pytest -q -p no:cacheprovider --benchmark-save=stats >/dev/null
cp .benchmarks/*/*_stats.json "$data/pytest-benchmark/stats.json"
note pytest-benchmark/stats.json "$version" "pytest --benchmark-save=stats"

version="pyperf 2.10.0, $($py --version)"
$py perf_squares.py --processes 4 --values 3 --warmups 1 --min-time 0.002 --quiet -o "$work/suite.json" >/dev/null
neutral "$work/suite.json"
cp "$work/suite.json" "$data/pyperf/suite.json"
note pyperf/suite.json "$version" "python perf_squares.py --processes 4 --values 3 --warmups 1 --min-time 0.002 -o suite.json"
gzip -9 -n -c "$work/suite.json" > "$data/pyperf/suite.json.gz"
note pyperf/suite.json.gz "$version" "gzip suite.json"
$py -c '
import json, pyperf, sys
suite = pyperf.BenchmarkSuite.load(sys.argv[1])
print(json.dumps({b.get_name(): b.mean() for b in suite.get_benchmarks()}, indent=1))' "$work/suite.json" > "$data/pyperf/means.json"
note pyperf/means.json "$version" "Benchmark.mean() of each benchmark of suite.json, as pyperf itself computes it"
$py -m pyperf timeit --fast --processes 2 --values 2 --min-time 0.002 --quiet --duplicate 4 -s 'from squares import sum_squares' 'sum_squares(100)' -o "$data/pyperf/timeit.json" >/dev/null
note pyperf/timeit.json "$version" "python -m pyperf timeit --processes 2 --values 2 --min-time 0.002 --duplicate 4 -s 'from squares import sum_squares' 'sum_squares(100)' -o timeit.json"

$py by_hand.py "$data/json"
for f in mean_ms scenarios samples; do
	note json/$f.json "$($py --version)" "python by_hand.py ."
done

cp "$work/target-0.8.2/release/squares" . 2>/dev/null ||
	(cd "$work/criterion" && sed -i '/criterion/d; /dev-dep/d; /\[\[bench/,/harness/d' Cargo.toml && CARGO_TARGET_DIR=$work/target-bin cargo build --quiet --release && cp "$work/target-bin/release/squares" "$work/python/squares")
for hf in hyperfine ${HYPERFINE:-}; do
	version=$($hf --version)
	n=${version#hyperfine }
	$hf -N --runs 8 --warmup 1 --export-json "$data/hyperfine/$n.json" 'python3 squares.py 1000' './squares 1000' >/dev/null 2>&1
	note "hyperfine/$n.json" "$version" "hyperfine -N --runs 8 --warmup 1 --export-json $n.json 'python3 squares.py 1000' './squares 1000'"
	$hf -N --runs 4 -L n 1000,100000 --export-json "$data/hyperfine/$n-parameters.json" 'python3 squares.py {n}' './squares {n}' >/dev/null 2>&1
	note "hyperfine/$n-parameters.json" "$version" "hyperfine -N --runs 4 -L n 1000,100000 --export-json $n-parameters.json 'python3 squares.py {n}' './squares {n}'"
done

cd "$work/go"
version=$(go version | cut -d' ' -f3)
go test -run '^$' -bench . -count 5 -benchtime 2ms -benchmem > "$data/gobench/count.txt"
note gobench/count.txt "$version" "go test -run '^\$' -bench . -count 5 -benchtime 2ms -benchmem"
go test -run '^$' -bench . -count 3 -benchtime 2ms -cpu 1,2 > "$data/gobench/cpu.txt"
note gobench/cpu.txt "$version" "go test -run '^\$' -bench . -count 3 -benchtime 2ms -cpu 1,2"
go test -run '^$' -bench . -count 3 -benchtime 2ms -json > "$data/gobench/events.json"
note gobench/events.json "$version" "go test -run '^\$' -bench . -count 3 -benchtime 2ms -json"

for d in criterion pytest-benchmark pyperf hyperfine gobench json; do neutral "$data/$d"; done
cat >> "$sources" <<'END'

`json/columns.json`, a shape that needs `--fields`, and `goals.yaml` are written by
hand.
END
cp "$sources" "$data/SOURCES.md"
