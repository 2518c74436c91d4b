#!/usr/bin/env bash
# Makes the DocC archives of the libraries, and fails on any warning. Usage: Scripts/docs.sh [BUILD [OUTPUT]]
#
#   BUILD    a directory with the modules, such as .build/debug; without it, they are built
#   OUTPUT   where the archives go (.build/docs)
#
# The tools come with a toolchain of Linux, so that neither the package nor its users need a plugin. To read an
# archive: docc preview, or a web server on a copy made by docc process-archive transform-for-static-hosting.
set -euo pipefail
cd "$(dirname "$0")/.."

build=${1:-}
output=${2:-.build/docs}
if [[ -z $build ]]; then
  "${SWIFT:-swift}" build --target RDBSift
  build=.build/debug
fi
build=$(cd "$build" && pwd -P)
triple=$(basename "$(dirname "$build")")

maps=()
for map in Sources/*/module.modulemap; do maps+=(-Xcc "-fmodule-map-file=$PWD/$map"); done

for module in RDBSift RDB; do
  graphs=$output/graphs/$module
  rm -rf "$graphs" "$output/$module.doccarchive"
  mkdir -p "$graphs"
  swift-symbolgraph-extract -module-name "$module" -I "$build/Modules" -target "$triple" "${maps[@]}" \
    -minimum-access-level public -skip-synthesized-members -output-dir "$graphs"
  docc convert "Sources/$module/$module.docc" --additional-symbol-graph-dir "$graphs" \
    --fallback-display-name "$module" --fallback-bundle-identifier "rdbsift.$module" \
    --warnings-as-errors --output-path "$output/$module.doccarchive"
done
