#!/usr/bin/env bash
# Checks the format of every Swift file and the rules of the house, or formats. Usage: Scripts/lint.sh [--fix]
set -euo pipefail
cd "$(dirname "$0")/.."

# Only what is ours: not the build directories that lie between.
files=()
while IFS= read -r file; do files+=("$file"); done < <(
  find Package.swift Sources Tests Fuzz Benchmarks Examples -name '*.swift' -not -path '*/.build*' 2>/dev/null | sort
)

if [[ ${1:-} == --fix ]]; then
  swift format format --in-place --parallel "${files[@]}"
  exit 0
fi

status=0
swift format lint --strict --parallel "${files[@]}" || status=1
Scripts/fences.sh || status=1
if ((status == 0)); then echo "lint: ${#files[@]} files are clean"; fi
exit "$status"
