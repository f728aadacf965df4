#!/usr/bin/env bash
# Runs every command of docs/outputs.md on the results of a run, those of
# benchstat, jq and pandas included, and says how many there were.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$(scripts/needs.sh go jq docs)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
PATH=$tools/bin:$tools/venv/bin:$PATH XBENCH_DOCS_REQUIRED=1 \
  go test -v -count=1 -timeout 5m -run 'TestScripts/outputs_doc$' ./cmd/xbench >"$log" 2>&1 || { cat "$log" && exit 1; }
# Without the line the test did not run.
grep -o 'docs: [1-9][0-9]* commands run, 0 skipped' "$log" || { cat "$log" && exit 1; }
