#!/usr/bin/env bash
# Lints what no compiler sees: workflows with actionlint (the action through the
# workflow that uses it), shell scripts with shellcheck. actionlint comes from
# scripts/tools/go.mod; shellcheck has to be there.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v shellcheck >/dev/null || { echo 'lint: needs shellcheck (apt-get install shellcheck, brew install shellcheck)' >&2 && exit 2; }

# Every script that git knows or would take, whatever its name: by its first line.
scripts=()
while IFS= read -r file; do
  [ -f "$file" ] || continue
  IFS= read -r line <"$file" || true
  case $line in '#!'*[/\ ]sh | '#!'*bash | '#!'*bash\ *) scripts+=("$file") ;; esac
done < <(git ls-files --cached --others --exclude-standard | grep -E '(^|/)[^.]*$|\.(sh|bash)$|^\.ci/' | grep -v '/testdata/')

workflows=(.github/workflows/*.yml examples/ci/*.yml)
shellcheck --external-sources "${scripts[@]}"
go tool -modfile=scripts/tools/go.mod actionlint "${workflows[@]}"
printf 'lint: %d shell scripts and %d workflows are clean\n' ${#scripts[@]} ${#workflows[@]}
