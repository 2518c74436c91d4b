// Collects fingerprints of keys: 52 bits of a hash, of which the highest 12 choose a bucket and 40 are
// stored. Threads then compare the buckets of all threads and files. Equal fingerprints are few if no key
// repeats (one pair in a hundred files of ten million keys), and their keys are read again. If they
// exceed the memory limit, the upper buckets are dropped and collected in another sweep.

import RDB
import Synchronization

/// The key hashes of one thread.
package struct KeyHashes: Sendable {
  /// The most hashes that the threads of a sweep keep: 1.3 GiB.
  static let limit = 1 << 28
  /// The number of buckets.
  static let bucketCount = 1 << 12
  /// Bits of a fingerprint that are stored; the bucket has the others.
  private static let storedBits: UInt64 = 40

  private var store = FingerprintStore(buckets: KeyHashes.bucketCount)
  private var count = 0
  private var limit: Int
  /// The buckets that are collected.
  private(set) var range: Range<Int>

  /// Collects the buckets from `start` on, and at most `limit` hashes.
  init(from start: Int = 0, limit: Int) {
    self.limit = max(limit, 4)
    range = start..<KeyHashes.bucketCount
  }

  /// The part of a hash that is compared.
  @inline(__always)
  static func fingerprint(_ hash: UInt64) -> UInt64 { hash >> 12 }

  /// Adds the hash of a database and key.
  @inline(__always)
  mutating func add(_ hash: UInt64) {
    let fingerprint = KeyHashes.fingerprint(hash)
    let bucket = Int(truncatingIfNeeded: fingerprint >> KeyHashes.storedBits)
    guard range.contains(bucket) else { return }
    store.add(fingerprint & (1 << KeyHashes.storedBits - 1), to: bucket)
    count &+= 1
    if count >= limit { narrow() }
  }

  /// Ends the collection.
  mutating func end() { store.pack() }

  /// Makes room: keeps two of each hash, and drops upper buckets that do not fit.
  @inline(never)
  private mutating func narrow() {
    for bucket in range { dropRepetitions(bucket) }
    while count > limit / 2, range.count > 1 {
      range = range.dropLast()
      count -= store.count(of: range.upperBound)
      store.removeAll(of: range.upperBound)
    }
    if count > limit / 2 { limit *= 2 }
  }

  private mutating func dropRepetitions(_ bucket: Int) {
    guard store.count(of: bucket) > 2 else { return }
    var row: [UInt64] = []
    store.append(bucket, to: &row)
    store.removeAll(of: bucket)
    count -= row.count
    row.sort()
    for index in row.indices where index < 2 || row[index] != row[index - 2] {
      store.add(row[index], to: bucket)
      count += 1
    }
  }

  /// The fingerprints that occur more than once over all threads and files, sorted; and the first bucket
  /// that some thread dropped, if any.
  static func repeated(in all: [KeyHashes], threads: Int) -> (hashes: [UInt64], next: Int?) {
    let start = all.first?.range.lowerBound ?? 0
    let end = all.map(\.range.upperBound).min() ?? bucketCount
    let found = Mutex<[UInt64]>([])
    runWorkers(max(1, threads)) { thread in
      var seen = HashSet64()
      var row: [UInt64] = []
      var twice: Set<UInt64> = []
      for bucket in stride(from: start + thread, to: end, by: max(1, threads)) {
        if !row.isEmpty { row.removeAll(keepingCapacity: true) }
        for hashes in all { hashes.store.append(bucket, to: &row) }
        guard row.count > 1 else { continue }
        seen.removeAll(roomFor: row.count)
        var next = 0
        while let index = seen.insert(row.span, from: next) {
          twice.insert(UInt64(bucket) << storedBits | row[index])
          next = index + 1
        }
      }
      if !twice.isEmpty { found.withLock { [twice] in $0 += twice } }
    }
    return (found.withLock { $0.sorted() }, end < bucketCount ? end : nil)
  }
}
