// Collects key hashes, eight bytes per key, in buckets by their highest bits. Threads then compare the
// buckets of all threads and files. If the hashes exceed the memory limit, the upper buckets are dropped
// and collected in another sweep.

import RDB
import Synchronization

/// The key hashes of one thread.
package struct KeyHashes: Sendable {
  /// The most hashes that the threads of a sweep keep: 2 GiB.
  static let limit = 1 << 28
  /// The number of buckets.
  static let bucketCount = 256

  private var buckets = [[UInt64]](repeating: [], count: KeyHashes.bucketCount)
  private var count = 0
  private var limit: Int
  /// The buckets that are collected.
  private(set) var range: Range<Int>

  /// Collects the buckets from `start` on, and at most `limit` hashes.
  init(from start: Int = 0, limit: Int) {
    self.limit = max(limit, 4)
    range = start..<KeyHashes.bucketCount
  }

  /// Adds the hash of a database and key.
  @inline(__always)
  mutating func add(_ hash: UInt64) {
    let bucket = Int(truncatingIfNeeded: hash >> 56)
    guard range.contains(bucket) else { return }
    buckets[bucket].append(hash)
    count &+= 1
    if count >= limit { narrow() }
  }

  /// Makes room: keeps two of each hash, and drops upper buckets that do not fit.
  @inline(never)
  private mutating func narrow() {
    for bucket in range { dropRepetitions(bucket) }
    while count > limit / 2, range.count > 1 {
      range = range.dropLast()
      count -= buckets[range.upperBound].count
      buckets[range.upperBound] = []
    }
    if count > limit / 2 { limit *= 2 }
  }

  private mutating func dropRepetitions(_ bucket: Int) {
    var kept: [UInt64] = []
    count -= buckets[bucket].count
    for hash in buckets[bucket].sorted() {
      if kept.count > 1, kept[kept.count - 1] == hash, kept[kept.count - 2] == hash { continue }
      kept.append(hash)
    }
    buckets[bucket] = kept
    count += kept.count
  }

  /// The hashes that occur more than once over all threads and files, sorted; and the first bucket that
  /// some thread dropped, if any.
  static func repeated(in all: [KeyHashes], threads: Int) -> (hashes: [UInt64], next: Int?) {
    let start = all.first?.range.lowerBound ?? 0
    let end = all.map(\.range.upperBound).min() ?? bucketCount
    let found = Mutex<[UInt64]>([])
    runWorkers(max(1, threads)) { thread in
      for bucket in stride(from: start + thread, to: end, by: max(1, threads)) {
        var seen = HashSet64(capacity: all.reduce(0) { $0 + $1.buckets[bucket].count })
        var twice: Set<UInt64> = []
        for hashes in all {
          for hash in hashes.buckets[bucket] where !seen.insert(hash) { twice.insert(hash) }
        }
        if !twice.isEmpty { found.withLock { $0 += twice } }
      }
    }
    return (found.withLock { $0.sorted() }, end < bucketCount ? end : nil)
  }
}
