#!/usr/bin/env bash
# Shows a preview and an export of samples/shop.rdb. Usage: Scripts/demo.sh PATH-TO-RDBSIFT
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$repository"

say() { printf '\n$ %s\n' "$*"; }

say "rdbsift info samples/shop.rdb"
"$binary" info samples/shop.rdb

# Which sessions would come back, seen from the moment of the backup?
say "rdbsift preview samples/shop.rdb --filter-key 'session:.*' --now 2026-11-20T10:00:00Z"
"$binary" preview samples/shop.rdb --filter-key 'session:.*' --now 2026-11-20T10:00:00Z

say "rdbsift export samples/shop.rdb --filter-key 'cart:.*' --now 2026-11-20T10:00:00Z > carts.resp"
"$binary" export samples/shop.rdb --filter-key 'cart:.*' --now 2026-11-20T10:00:00Z >"$work/carts.resp"
[[ -s $work/carts.resp ]] || { echo "demo: the export is empty" >&2; exit 1; }

say "wc -c < carts.resp"
wc -c <"$work/carts.resp"

say "head -n 12 carts.resp"
head -n 12 "$work/carts.resp" | tr -d '\r'

printf '\nThese are Redis commands: redis-cli --pipe < carts.resp puts the carts into a server.\n'
