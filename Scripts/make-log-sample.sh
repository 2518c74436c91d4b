#!/usr/bin/env bash
# Makes samples/shop-log: an append-only log of the shop, with time stamps, in which somebody runs FLUSHALL.
#
# Usage: Scripts/make-log-sample.sh [RDBSIFT]. Needs python3. The same bytes in every run: the base is an export of
# samples/shop.rdb, and the commands are written as a server with aof-timestamp-enabled logs them.
set -euo pipefail
export LC_ALL=C TZ=UTC

repository=$(cd "$(dirname "$0")/.." && pwd)
rdbsift=${1:-$repository/.build/debug/rdbsift}
folder=$repository/samples/shop-log
mkdir -p "$folder"

"$rdbsift" export "$repository/samples/shop.rdb" --filter-key 'cart:.*,stock:.*' --now 2026-11-24T05:46:27Z --as rdb \
  --output "$folder/appendonly.aof.7.base.rdb"
printf 'file appendonly.aof.7.base.rdb seq 7 type b\nfile appendonly.aof.7.incr.aof seq 7 type i\n' \
  >"$folder/appendonly.aof.manifest"

python3 - "$folder/appendonly.aof.7.incr.aof" <<'EOF'
import calendar, sys, time

def second(text):
    return calendar.timegm(time.strptime("2026-11-24T" + text, "%Y-%m-%dT%H:%M:%S"))

out = open(sys.argv[1], "wb")

def stamp(moment):
    out.write(b"#TS:%d\r\n" % moment)

def command(*words):
    out.write(b"*%d\r\n" % len(words))
    for word in map(str, words):
        out.write(b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode()))

start = second("14:58:00")
stamp(start)
command("SELECT", 0)
for step in range(80):
    if step:
        stamp(start + 3 * step)
    number = 1 + step * 7 % 40
    command("HSET", "basket:%d" % number, "article:%d" % (step % 13), 1 + step % 3)
    command("PEXPIREAT", "basket:%d" % number, (start + 3 * step + 7200) * 1000)
    if step % 4 == 0:
        command("INCR", "orders:today")
        command("SET", "order:%d" % (5000 + step), "paid")
for number in (3, 9):
    stamp(second("15:02:0%d" % number))
    command("SET", "order:%d" % (5100 + number), "paid")
stamp(second("15:02:11"))
command("SET", "order:5200", "paid")
command("FLUSHALL")
stamp(second("15:02:38"))
command("SELECT", 0)
command("HSET", "basket:3", "article:1", 2)
command("INCR", "orders:today")
stamp(second("15:04:50"))
command("SET", "order:5201", "open")
EOF
