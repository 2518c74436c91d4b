#!/usr/bin/env bash
# The rules of the house that the compiler cannot enforce. Prints each broken rule with its places,
# and fails. What the compiler enforces (imports between rooms, unsafe expressions, mutable globals)
# is not repeated here. Usage: Scripts/fences.sh
#
# To let a file through, add it to the list of its rule: a shell pattern under Sources/.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

may_be_unsafe=(
  'RDB/Bytes/RawSpan+Reading.swift' 'RDB/Bytes/ByteArray.swift'
  'RDB/Codecs/LZF.swift' 'RDB/Codecs/CRC64.swift' 'RDB/Codecs/Scratch.swift' 'RDB/Scan/RecordBatch.swift'
  'AOF/Bytes/ByteParts.swift' 'AOF/Bytes/RawSpan+Log.swift'
  # reads an object ahead without a reference
  'AOF/Values/KeyState.swift'
  'Restore/Matching/KeyBytes.swift' 'Restore/Matching/LiteralTable.swift'
  'Restore/Regex/RegexCode.swift' 'Restore/Regex/RegexEngine.swift'
  'Restore/Matching/KeyMatcher.swift' 'Restore/Regex/RegexRunner.swift'
  'Restore/Naming/KeyNamer.swift'
  'Restore/Signatures/SignatureMatcher.swift'
  'Export/Output/OutputBuffer.swift' 'Export/Output/OutputCursor.swift' 'Export/Output/RawSpan+Bytes.swift'
  # stores of a row, behind one check
  'Export/Output/RowCursor.swift' 'Export/Commands/OutputCursor+Rows.swift'
  'Export/Commands/OutputCursor+Sets.swift' 'Export/KeyList/KeyListWriter+Runs.swift'
  # @unchecked Sendable: what belongs to one thread at a time
  'RDBSift/Sweep/Threads/OrderedJobQueue.swift' 'RDBSift/Sweep/RecordOutput.swift' 'RDBSift/Sweep/OutputBoundary.swift'
  'RDBSift/Sweep/SweepScanner.swift' 'RDBSift/Sweep/Speculative/ChunkJoiner.swift' 'RDBSift/Backup/Source/Source.swift'
  'RDBSift/Sweep/Threads/OrderedFileOutput.swift' 'RDBSift/Threats/RawSpan+Address.swift'
  'RDBSift/Keys/RawSpan+Rows.swift'
  'Storage/*.swift'
)
may_import_libc=('Storage/System/SystemCalls*.swift')
may_import_foundation=('rdbsift-cli/*.swift')
# OutputStream: the names of standard output as a path
may_print=('rdbsift-cli/Console.swift' 'Storage/Files/OutputStream.swift' 'Storage/Files/OpenedInput.swift')
may_exit=('rdbsift-cli/ExitStatus.swift' 'Storage/System/SystemCalls+Signals.swift')
may_call_clocks=('Storage/System/SystemCalls+Machine.swift')
may_read_clocks=('Storage/System/SystemClock.swift' 'rdbsift-cli/Clock.swift')
# SignaturePack: the words are text in rules
may_ask_environment=(
  'Restore/Signatures/SignaturePack+*.swift' 'Storage/System/SystemCalls+Machine.swift' 'Storage/System/Machine.swift'
  'rdbsift-cli/*.swift'
)
# The names of temporary files; the key of digests, of which nothing that is shown depends.
may_use_randomness=(
  'Storage/Files/OutputFile.swift' 'Storage/Files/SpillFile.swift' 'RDBSift/Compare/ComparisonKey.swift'
)
may_use_threads=('RDBSift/*.swift' 'Storage/System/SystemCalls+Threads.swift')
# Storage: signal handlers. The door: the progress line, which the scanning thread moves.
may_use_atomics=('RDBSift/*.swift' 'Storage/System/SignalRegistry.swift' 'rdbsift-cli/TerminalProgress.swift'
  )

broken=0

report() { # report RULE OFFENDERS
  if [[ -z $2 ]]; then return; fi
  broken=1
  printf 'fences: %s\n' "$1" >&2
  sed 's/^/    /' <<<"$2" >&2
}

is_allowed() { # is_allowed PATH PATTERN...
  local path=${1#Sources/} pattern
  shift
  for pattern in "$@"; do
    # shellcheck disable=SC2053 # the right side is a pattern
    if [[ $path == $pattern ]]; then return 0; fi
  done
  return 1
}

# Lines of code that match, comments left out, in the files that are not allowed to.
fence() { # fence RULE REGEX [ALLOWED-PATTERN...]
  local rule=$1 regex=$2 file found offenders=
  shift 2
  while IFS= read -r file; do
    if is_allowed "$file" "$@"; then continue; fi
    found=$(sed -E 's|^[[:space:]]*//.*||; s|[[:space:]]//[[:space:]].*||' "$file" | grep -nE "$regex" | sed "s|^|$file:|" || true)
    if [[ -n $found ]]; then offenders+=${offenders:+$'\n'}$found; fi
  done < <(find Sources -name '*.swift' | sort)
  report "$rule" "$offenders"
}

# A word that is not part of a longer one, nor a member of something.
call() { printf '(^|[^.A-Za-z0-9_`])(%s)\\(' "$1"; }
word() { printf '(^|[^A-Za-z0-9_])(%s)($|[^A-Za-z0-9_])' "$1"; }
module() { printf '^[[:space:]]*((public|package|internal|private|fileprivate|@[A-Za-z_()]+)[[:space:]]+)*import[[:space:]]+((struct|enum|class|func|var|let|protocol|typealias)[[:space:]]+)?(%s)($|[^A-Za-z0-9_])' "$1"; }

fence 'unsafe code is only in the files that are listed for it' \
  "$(word 'unsafe|@unsafe|@safe|@unchecked|unsafeBitCast|Unsafe[A-Za-z]*')" "${may_be_unsafe[@]}"
fence 'no variable escapes the checks for data races' 'nonisolated\(unsafe\)([[:space:]]+[a-z]+)*[[:space:]]+var[[:space:]]'
fence 'libc is imported in Storage/System/SystemCalls only' "$(module 'Glibc|Musl|Darwin|Android')" "${may_import_libc[@]}"
fence 'no Foundation below the door' \
  "$(module 'Foundation|FoundationEssentials|FoundationNetworking')" "${may_import_foundation[@]}"
fence 'only the console prints' \
  "$(call 'print|debugPrint|readLine|fputs|puts|fprintf|printf')|$(word 'stdout|stderr|stdin')" "${may_print[@]}"
fence 'only ExitStatus ends the process' \
  "$(call 'exit|_exit|abort|quick_exit')" "${may_exit[@]}"
fence 'the clocks are called in one file' \
  "$(word 'clock_gettime|gettimeofday|mach_absolute_time|ContinuousClock|SuspendingClock|DispatchTime|CFAbsoluteTimeGetCurrent')|$(call 'Date|time|clock')|Date\\.now" "${may_call_clocks[@]}"
fence 'only the door reads the time, in rdbsift-cli/Clock.swift' "$(word 'SystemClock')" "${may_read_clocks[@]}"
fence 'only the door asks for the environment' \
  "$(word 'getenv|setenv|ProcessInfo')|Machine\\.environment" "${may_ask_environment[@]}"
fence 'no randomness: the same input gives the same output' \
  "\\.random\\(|\\.randomElement\\(|\\.shuffled?\\(|$(word 'SystemRandomNumberGenerator|arc4random[a-z_]*|getrandom|Hasher')" "${may_use_randomness[@]}"
fence 'threads and async are for RDBSift' \
  "$(word 'async|await|Task|TaskGroup|actor|Thread|DispatchQueue|DispatchGroup|pthread_[a-z_]+')|$(module 'Dispatch')" "${may_use_threads[@]}"
fence 'locks and atomics are for RDBSift' \
  "$(word 'Mutex|Atomic|AtomicLazyReference|NSLock')|$(module 'Synchronization')" "${may_use_atomics[@]}"
fence 'no network: offline is a promise' \
  "$(call 'socket|connect|getaddrinfo|gethostbyname|sendto|recvfrom')|$(word 'URLSession|NWConnection|NIOCore')"
fence 'nothing is forced' "$(word 'try!|as!')|$(call 'fatalError')|try![[:space:]]|as![[:space:]]"
fence 'no @inlinable' '@inlinable|@usableFromInline|@frozen'

report 'no TODO: open an issue instead' \
  "$(grep -rnE "$(word 'TODO|FIXME|HACK')" Sources Tests --include='*.swift' || true)"
report 'a file is about one thing: no more than 400 lines' \
  "$(find Sources -name '*.swift' -exec wc -l {} + | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines" }')"

exit "$broken"
