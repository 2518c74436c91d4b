// Keys that stand in one database twice, found in bounded memory: eight bytes per key while the file
// is read, in buckets by their first bits, so that the comparison of each stays in the cache. Equal
// hashes are only a suspicion; whoever finds some looks at those keys themselves.

import Dispatch
import RDB
import Synchronization

/// Hashes of the keys that one thread has seen.
package struct KeyCensus: Sendable {
  /// Keys that a thread takes in at most: 2 GiB of hashes.
  private static let limit = 1 << 28
  private static let bucketBits = 8
  /// Hashes met twice that are told at most: enough to tell that a file was put together of others.
  package static let suspectLimit = 4096

  private var buckets = [[UInt64]](repeating: [], count: 1 << KeyCensus.bucketBits)
  private var count = 0

  /// Makes a census of nobody.
  init() {}

  /// Whether some keys found no room.
  package var isCut: Bool { count >= KeyCensus.limit }

  /// Takes in a key by its hash, of which the database is a part.
  @inline(__always)
  mutating func add(_ hash: UInt64) {
    guard count < KeyCensus.limit else { return }
    count &+= 1
    buckets[Int(truncatingIfNeeded: hash >> UInt64(64 - KeyCensus.bucketBits))].append(hash)
  }

  /// The hashes that were taken in twice, by whatever thread: some of them, if they are many.
  package static func suspects(in all: [KeyCensus], threads: Int) -> Set<UInt64> {
    let found = Mutex<Set<UInt64>>([])
    DispatchQueue.concurrentPerform(iterations: max(1, threads)) { thread in
      for bucket in stride(from: thread, to: 1 << bucketBits, by: max(1, threads)) {
        var seen = HashSet64(capacity: all.reduce(0) { $0 + $1.buckets[bucket].count })
        var twice: Set<UInt64> = []
        for census in all {
          for hash in census.buckets[bucket] where !seen.insert(hash) { twice.insert(hash) }
        }
        if !twice.isEmpty { found.withLock { $0.formUnion(twice) } }
      }
    }
    // Which of them are left out must not depend on who was first.
    return Set(found.withLock { $0 }.sorted().prefix(suspectLimit))
  }
}
