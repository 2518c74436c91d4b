#!/usr/bin/env bash
# Builds the fuzzers with AddressSanitizer and libFuzzer, and runs them one after the other.
#
#   Fuzz/run.sh [SECONDS [TARGET...]]        each for so many seconds (60)
#   Fuzz/run.sh --regressions [TARGET...]    each over its Corpus and FailCases, once
#   Fuzz/run.sh --merge [TARGET...]          makes Fuzz/.build/merged/TARGET of what was found
#
# What a run finds interesting stays in Fuzz/.build/found/TARGET and is where the next one begins.
# An input that crashes goes to Fuzz/FailCases/TARGET: give it a name that says what is wrong, mend
# the code and commit both. libFuzzer ships in the toolchain of Linux; Apple's has none.
set -euo pipefail
cd "$(dirname "$0")"

all=(FuzzScan FuzzValues FuzzLZF FuzzFilterKey FuzzRoundTrip FuzzSalvage FuzzContainers
  FuzzZstd FuzzKinds FuzzChunks FuzzKeyList FuzzLog FuzzLogModel)
mode=fuzz seconds=60
case ${1:-} in
  '') ;;
  --regressions) mode=regressions && shift ;;
  --merge) mode=merge && shift ;;
  *[!0-9]*) echo "usage: Fuzz/run.sh [SECONDS | --regressions | --merge] [TARGET...]" >&2 && exit 64 ;;
  *) seconds=$1 && shift ;;
esac
targets=("$@")
if ((${#targets[@]} == 0)); then targets=("${all[@]}"); fi

# A release build, since a fuzzer is as good as it is fast; preconditions stay. The compiler heeds
# only the last -sanitize it is given, and SwiftPM gives its two in an order that changes from build
# to build, so both are named once more, together. Stripping dead code would take the counters of
# coverage with it.
build=(swift build -c release --sanitize=fuzzer --sanitize=address -Xswiftc -sanitize=address,fuzzer
  --disable-dead-strip)
log=.build/run.log
mkdir -p .build
if ! "${build[@]}" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi

# The backtrace of a trap is libFuzzer's to print; what is left over at exit is not looked for, since
# a trap leaves everything.
export SWIFT_BACKTRACE=enable=no
export ASAN_OPTIONS=detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}

# No run may take long, nor allocate more than its input justifies: an input has at most 8 KiB, LZF
# makes at most 88 times that, and a buffer that grows is copied once.
common=(-timeout=10 -rss_limit_mb=2048 -max_len=8192)

status=0
for target in "${targets[@]}"; do
  fuzzer=.build/release/$target
  [[ -x $fuzzer ]] || { echo "run.sh: no target $target" >&2 && exit 64; }
  found=.build/found/$target
  mkdir -p "$found" "FailCases/$target"
  if [[ $("$fuzzer" -runs=0 2>&1) != *'Loaded 1 modules'* ]]; then
    echo "run.sh: $target was built without counters of coverage" >&2
    exit 1
  fi
  dictionary=() memory=16
  case $target in
    FuzzScan | FuzzValues | FuzzRoundTrip) dictionary=(-dict=Dictionaries/rdb.dict) ;;
    FuzzLog) dictionary=(-dict=Dictionaries/log.dict) ;;
    # A frame of zstd may name a window of 128 MiB.
    FuzzZstd) memory=160 ;;
  esac
  options=("${common[@]}" -malloc_limit_mb="$memory")
  case $mode in
    fuzz)
      echo "== $target, $seconds s"
      nice "$fuzzer" "$found" "Corpus/$target" "FailCases/$target" "${options[@]}" \
        ${dictionary[@]+"${dictionary[@]}"} -artifact_prefix="FailCases/$target/" \
        -max_total_time="$seconds" -print_final_stats=1 >"$log" 2>&1 || status=1
      ;;
    regressions)
      echo "== $target"
      "$fuzzer" -runs=0 "Corpus/$target" "FailCases/$target" "${options[@]}" \
        -artifact_prefix=.build/ >"$log" 2>&1 || status=1
      ;;
    merge)
      echo "== $target"
      rm -rf ".build/merged/$target" && mkdir -p ".build/merged/$target"
      "$fuzzer" -merge=1 ".build/merged/$target" "Corpus/$target" "$found" "${options[@]}" \
        >"$log" 2>&1 || status=1
      ;;
  esac
  if ((status != 0)); then
    tail -n 60 "$log" >&2
    exit "$status"
  fi
  grep -aE '^#[0-9]+[[:space:]]+(INITED|DONE)|^stat::(average_exec|peak_rss)|^MERGE-OUTER: [0-9]+ new' \
    "$log" || true
done
