#!/usr/bin/env bash
# Runs every command that README.md and docs/*.md show, those of docs/outputs.md
# with benchstat, jq and pandas, and says how many there were.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$(scripts/needs.sh go python jq docs rust node hyperfine tools)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export XBENCH_DOCS_REQUIRED=1 PATH=$tools/bin:$tools/venv/bin:$PATH

go test -v -count=1 -timeout 5m -run 'TestScripts/outputs_doc$' ./cmd/xbench >"$log" 2>&1 || { cat "$log" && exit 1; }
# Without the line the test did not run.
grep -o 'docs: [1-9][0-9]* commands run, 0 skipped' "$log" || { cat "$log" && exit 1; }

go test -v -count=1 -timeout 10m -run 'TestEveryCommandRuns$' ./docs >"$log" 2>&1 || { cat "$log" && exit 1; }
sed -n 's/^ *[a-z_]*\.go:[0-9]*: \(.* not run here: .*\)/\1/p' "$log"
grep -o 'docs: [1-9][0-9]* commands run, 0 left to [^ ]*, [0-9]* run elsewhere, 0 skipped' "$log" || { cat "$log" && exit 1; }
