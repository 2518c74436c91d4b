#!/usr/bin/env bash
# Sources the completions that `make stage` has made in bash, zsh and fish, and asks for some.
# Usage: Scripts/test-completions.sh STAGED
set -euo pipefail

fail() { echo "test-completions: $*" >&2; exit 1; }

staged=$(cd "${1:?usage: Scripts/test-completions.sh STAGED}" && pwd)
repository=$(cd "$(dirname "$0")/.." && pwd)
for tool in bash zsh fish python3; do
  command -v "$tool" >/dev/null || fail "$tool is needed: apt-get install bash zsh fish python3"
done
export PATH=$staged:$PATH
cd "$repository"

# The completions of a line whose last word is incomplete.
in_bash() {
  bash --norc -c '
    source "$0/rdbsift.bash"
    COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_KEY=9
    read -ra COMP_WORDS <<<"$1"
    [[ $1 != *" " ]] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    function=$(complete -p rdbsift | sed -nE "s/.* -F ([^ ]+) .*/\1/p")
    "$function" rdbsift "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
    printf "%s\n" "${COMPREPLY[@]}"' "$staged" "$1" 2>/dev/null
}
in_fish() {
  fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$staged/rdbsift.fish" "$1" \
    2>/dev/null | cut -f 1
}
# A zsh completes only in a terminal.
in_zsh() {
  zsh -f -c '
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "PS1=; unset PS2; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D"
    zpty -w shell "zstyle \":completion:*\" verbose no; zstyle \":completion:*\" list-separator \"\""
    zpty -w shell "bindkey \"^I\" list-choices; LISTMAX=10000; PATH=$PATH"
    zpty -w shell "print ready"
    zpty -r shell output "*ready*ready*"
    zpty -n -w shell "$2"$'"'\\t'"'
    sleep 1.5
    while zpty -r -t shell line; do print -r -- "$line"; done' zsh "$staged" "$1" 2>/dev/null \
    | sed 's/\x1b\[[0-9;?]*[A-Za-z]/ /g' | tr -d '\r' | tr -s ' \t' '\n'
}

check() {
  local shell=$1 line=$2 word=$3
  # A zsh lists files without their folder.
  [[ $shell != zsh ]] || word=${word##*/}
  "in_$shell" "$line" | sed 's/[ /]*$//' | grep -qxF -- "$word" \
    || fail "$shell does not complete '$line' to $word"
}
# Every option with a list of values, as the program declares them: the command, the option, and the first
# and the last value.
lists() {
  rdbsift --experimental-dump-help | python3 -c '
import json, sys
for command in json.load(sys.stdin)["command"]["subcommands"]:
    for argument in command.get("arguments", []):
        values = argument.get("completionKind", {}).get("list", {}).get("values")
        for name in argument.get("names", []) if values else []:
            print(command["commandName"], "--" + name["name"], values[0], values[-1])'
}
lists=$(mktemp)
lists >"$lists"
trap 'rm -f "$lists"' EXIT
test "$(wc -l <"$lists")" -gt 60 || fail "the program declares few lists of values"
while read -r command option first last; do
  for shell in bash fish; do
    check "$shell" "rdbsift $command $option " "$first"
    check "$shell" "rdbsift $command $option " "$last"
  done
done <"$lists"
# A zsh takes its time, so each list is asked for once.
while read -r command option first last; do
  check zsh "rdbsift $command $option " "$first"
  check zsh "rdbsift $command $option " "$last"
done < <(sort -u -k 2 "$lists")

for shell in bash fish zsh; do
  check "$shell" 'rdbsift ver' verify
  check "$shell" 'rdbsift keys --keys-file samples/sho' samples/shop.rdb
  check "$shell" 'rdbsift export -o samples/sho' samples/shop.rdb
  check "$shell" 'rdbsift export --out-dir sampl' samples
  check "$shell" 'rdbsift export --exi' --existing
  check "$shell" 'rdbsift export --existing ' skip
  check "$shell" 'rdbsift export --as ' ndjson
  check "$shell" 'rdbsift keys --match ' glob
  check "$shell" 'rdbsift info sampl' samples
  check "$shell" 'rdbsift info samples/sho' samples/shop.rdb
done
echo "test-completions: passed"
