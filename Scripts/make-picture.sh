#!/usr/bin/env bash
# Writes Documentation/terminal.svg, the picture of a terminal in the README, from what the program prints
# there. Usage: Scripts/make-picture.sh PATH-TO-RDBSIFT [OUTPUT, or - for standard output]
set -euo pipefail

binary=$(readlink -f "${1:?usage: Scripts/make-picture.sh PATH-TO-RDBSIFT [OUTPUT]}")
repository=$(cd "$(dirname "$0")/.." && pwd)
output=${2:-$repository/Documentation/terminal.svg}
columns=92

# The lines as they are typed; what is after them keeps the picture the same on any day.
lines=(
  "rdbsift keys shop.rdb --top 4"
  "rdbsift preview shop.rdb --filter-key 'session:.*'"
  "rdbsift export shop.rdb --filter-key 'session:.*' --as rdb -o sessions.rdb"
)
now='--now 2026-11-24T12:00:00Z'

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
ln -s "$binary" "$tools/rdbsift"
cp "$repository/samples/shop.rdb" "$tools"

for line in "${lines[@]}"; do
  printf '\x01%s\n' "$line"
  (cd "$tools" && PATH=$tools:$PATH TERM=xterm LC_ALL=C.UTF-8 script -q -e -c \
    "stty cols $columns; $line $now" /dev/null </dev/null) | tr -d '\r' \
    | fold -w "$columns" | awk 'NR <= 11 { print } NR == 12 { print "…" }'
  echo
done | python3 -c '
import html, re, sys

columns, size, leading = int(sys.argv[1]), 14, 19
width, left, top = columns * 8.43 + 32, 16, 46
styles = {"1": "font-weight:bold", "2": "fill:#8b949e", "31": "fill:#ff7b72", "33": "fill:#e3b341"}


def spans(line):
    style, text = "", ""
    for part in re.split("(\x1b\\[[0-9;]*m)", line):
        code = re.fullmatch("\x1b\\[([0-9;]*)m", part)
        if code:
            style = styles.get(code[1], "")
        elif part:
            words = html.escape(part, quote=False)
            text += f"<tspan style=\"{style}\">{words}</tspan>" if style else words
    return text


rows = []
for line in sys.stdin.read().rstrip("\n").split("\n"):
    typed = line.startswith("\x01")
    rows.append("<tspan style=\"fill:#7ee787\">$ </tspan>" + html.escape(line[1:], quote=False)
                if typed else spans(line))
height = top + leading * len(rows)
print(f"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0f} {height}\" "
      f"width=\"{width:.0f}\" height=\"{height}\" role=\"img\" "
      "aria-label=\"rdbsift in a terminal: keys, preview and export\">")
print(f"<rect width=\"{width:.0f}\" height=\"{height}\" rx=\"8\" fill=\"#0d1117\"/>")
for index, colour in enumerate(["#ff5f56", "#ffbd2e", "#27c93f"]):
    print(f"<circle cx=\"{20 + 18 * index}\" cy=\"18\" r=\"5.5\" fill=\"{colour}\"/>")
print(f"<g font-family=\"ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace\" "
      f"font-size=\"{size}\" fill=\"#e6edf3\">")
for index, row in enumerate(rows):
    if row:
        print(f"<text x=\"{left}\" y=\"{top + leading * index}\" xml:space=\"preserve\">{row}</text>")
print("</g>\n</svg>")' "$columns" >"$tools/picture"
if [[ $output == - ]]; then cat "$tools/picture"; else cp "$tools/picture" "$output"; fi
