// An index of the keys of one backup, for lookups while another is swept. It stores 32 bytes per key and
// finds keys by 64 bits of a keyed hash: with ten million keys, one backup in 400,000 has a collision.
//
// A partition is an array of entries. Inserting appends; `sort` then orders the entries into buckets of
// about four by hash. Arrays grow by a quarter, so a key takes at most 40 bytes while keys are inserted
// and 33 bytes afterwards.

package import RDB
import Synchronization

/// What the index stores about a value.
struct KeyIndexValue: Hashable, BitwiseCopyable {
  /// The digest of the value.
  var digest: UInt128
  /// The expiry; nil for none.
  var expiry: UnixMilliseconds?
}

/// Keys with the digests of their values; any number of threads may read it.
package struct KeyIndex: Sendable {
  /// Partitions of all keys.
  package static var partitions: Int { KeyIndexPartition.count }
  /// Bytes that a key takes at most, while keys are added.
  package static let bytesPerKey = 40

  /// The key of the digests.
  package let key: DigestKey
  private let partitions: [KeyIndexPartition]
  /// The partitions whose keys it has; the others may have keys that did not fit.
  package let covered: Range<Int>
  /// The first place of each partition, and the total.
  private let starts: [Int]

  fileprivate init(
    _ key: DigestKey, _ partitions: [KeyIndexPartition], covering covered: Range<Int>
  ) {
    self.key = key
    self.covered = covered
    self.partitions = partitions
    var starts = [0]
    for partition in partitions { starts.append(starts[starts.count - 1] + partition.capacity) }
    self.starts = starts
  }

  /// The number of keys.
  package var count: Int { partitions.reduce(0) { $0 + $1.count } }

  /// The number of places, used or free; `place(of:)` returns less.
  package var capacity: Int { starts[partitions.count] }

  /// Bytes of memory that the tables take.
  package var byteCount: Int { partitions.reduce(0) { $0 + $1.byteCount } }

  /// Whether the key with this hash would be in the index if the backup had it.
  @inline(__always)
  func covers(_ hash: UInt64) -> Bool { covered.contains(KeyIndexPartition.number(of: hash)) }

  /// The place of the key with this hash, or nil.
  @inline(__always)
  func place(of hash: UInt64) -> Int? {
    let number = KeyIndexPartition.number(of: hash)
    return partitions[number].place(of: KeyIndexPartition.tag(hash)).map { starts[number] &+ $0 }
  }

  /// The place and the value of the key with this hash, or nil.
  @inline(__always)
  func find(_ hash: UInt64) -> (place: Int, value: KeyIndexValue)? {
    let number = KeyIndexPartition.number(of: hash)
    guard let place = partitions[number].place(of: KeyIndexPartition.tag(hash)) else { return nil }
    return (starts[number] &+ place, partitions[number][place])
  }

  /// Loads the buckets of these hashes into the cache.
  ///
  /// The loads do not depend on each other, so their cache misses overlap.
  ///
  /// - Returns: A meaningless number, so that the compiler keeps the loads.
  func prefetch(_ hashes: Span<UInt64>) -> UInt64 {
    var sum: UInt64 = 0
    for index in hashes.indices {
      let hash = hashes[index]
      sum ^= partitions[KeyIndexPartition.number(of: hash)].load(KeyIndexPartition.tag(hash))
    }
    return sum
  }
}

/// Builds an index; any thread may insert keys.
package final class KeyIndexBuilder: Sendable {
  private final class Box: Sendable {
    let partition = Mutex(KeyIndexPartition())
  }

  /// The key of the digests.
  package let key: DigestKey
  private let boxes: [Box]
  private let first: Int
  /// The first partition that does not fit, from which on keys are left out.
  private let end = Atomic(KeyIndexPartition.count)
  private let limit: Int?
  private let total = Mutex(0)

  /// Makes an empty builder.
  ///
  /// - Parameters:
  ///   - key: The key of the digests.
  ///   - first: The first partition whose keys it takes.
  ///   - limit: How many keys it takes at most; nil for all. It takes those of one partition in any case.
  package init(_ key: DigestKey, from first: Int = 0, limit: Int? = nil) {
    self.key = key
    self.first = first
    self.limit = limit
    boxes = (0..<KeyIndexPartition.count).map { _ in Box() }
  }

  /// Whether a key with this hash is taken, as far as that is known by now.
  @inline(__always)
  func accepts(_ hash: UInt64) -> Bool {
    let number = KeyIndexPartition.number(of: hash)
    return number >= first && number < end.load(ordering: .relaxed)
  }

  /// Inserts keys of one partition.
  fileprivate func insert(_ entries: Span<KeyIndexEntry>, intoPartition number: Int) {
    let isTaken = boxes[number].partition.withLock { partition in
      guard number < end.load(ordering: .acquiring) else { return false }
      partition.insert(entries)
      return true
    }
    if let limit, isTaken { count(entries.count, limit) }
  }

  /// Counts keys that were inserted, and leaves out the last partitions as long as there are too many.
  ///
  /// Which ones is decided by the keys alone, since partitions only grow.
  private func count(_ count: Int, _ limit: Int) {
    total.withLock { total in
      total += count
      while total > limit, end.load(ordering: .relaxed) > first + 1 {
        let last = end.load(ordering: .relaxed) - 1
        end.store(last, ordering: .releasing)
        total -= boxes[last].partition.withLock { partition in
          defer { partition = KeyIndexPartition() }
          return partition.capacity
        }
      }
    }
  }

  /// Sorts the keys on `threads` threads and returns the index.
  ///
  /// The builder is empty afterwards.
  package func finish(threads: Int) -> KeyIndex {
    let threads = max(threads, 1)
    runWorkers(threads) { thread in
      for number in stride(from: thread, to: boxes.count, by: threads) {
        boxes[number].partition.withLock { $0.sort() }
      }
    }
    return KeyIndex(
      key,
      boxes.map { box in
        box.partition.withLock { partition in
          defer { partition = KeyIndexPartition() }
          return partition
        }
      }, covering: first..<end.load(ordering: .relaxed))
  }
}

/// Collects the keys of one thread and inserts them into a builder partition by partition, so that
/// their cache misses overlap.
struct KeyIndexBatch: ~Copyable {
  private let builder: KeyIndexBuilder
  private var entries: [KeyIndexEntry] = []
  private var sorted: [KeyIndexEntry] = []
  private var ends = [Int](repeating: 0, count: KeyIndexPartition.count)

  /// Keys per batch.
  private static let limit = 8192

  init(_ builder: KeyIndexBuilder) { self.builder = builder }

  /// Inserts a key by its hash.
  mutating func insert(_ hash: UInt64, _ value: KeyIndexValue) {
    entries.append(KeyIndexEntry(hash, value))
    if entries.count == KeyIndexBatch.limit { flush() }
  }

  /// Passes the collected keys to the builder.
  mutating func flush() {
    for number in ends.indices { ends[number] = 0 }
    for entry in entries { ends[KeyIndexPartition.number(of: entry.tag)] &+= 1 }
    for number in ends.indices.dropFirst() { ends[number] &+= ends[number &- 1] }
    while sorted.count < entries.count { sorted.append(KeyIndexEntry()) }
    var places = ends
    for entry in entries {
      let number = KeyIndexPartition.number(of: entry.tag)
      places[number] &-= 1
      sorted[places[number]] = entry
      sorted[places[number]].tag = KeyIndexPartition.tag(entry.tag)
    }
    entries.removeAll(keepingCapacity: true)
    for number in ends.indices where places[number] < ends[number] {
      builder.insert(
        sorted.span.extracting(places[number]..<ends[number]), intoPartition: number)
    }
  }
}

/// An entry of the index.
struct KeyIndexEntry: BitwiseCopyable {
  var digest: UInt128 = 0
  /// The compared part of the key's hash; 0 in a free place.
  var tag: UInt64 = 0
  /// The expiry in Unix milliseconds, or `noExpiry`.
  var expiry = KeyIndexEntry.noExpiry

  static let noExpiry = Int64.min

  /// A free place.
  init() {}

  init(_ tag: UInt64, _ value: KeyIndexValue) {
    self.tag = tag
    digest = value.digest
    expiry = value.expiry?.rawValue ?? KeyIndexEntry.noExpiry
  }

  var value: KeyIndexValue {
    KeyIndexValue(
      digest: digest, expiry: expiry == KeyIndexEntry.noExpiry ? nil : UnixMilliseconds(expiry))
  }
}

/// The keys whose hashes share the first eight bits.
struct KeyIndexPartition {
  /// Partitions: enough that threads rarely wait for the same one, and growing one moves little.
  static let count = 256
  /// Average keys per bucket.
  private static let bucketSize = 4

  /// The number of keys; valid after `sort`.
  private(set) var count = 0
  private var places: [KeyIndexEntry] = []
  /// The first place of each bucket, and the end of the last; empty before `sort`.
  private var starts: [UInt32] = []
  /// The right shift that turns a tag into its bucket number.
  private var shift: UInt64 = 63

  /// The number of places, used or free.
  var capacity: Int { places.count }

  /// Bytes of memory that it takes.
  var byteCount: Int {
    places.capacity * MemoryLayout<KeyIndexEntry>.stride + starts.count
      * MemoryLayout<UInt32>.stride
  }

  @inline(__always)
  static func number(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 56) }

  /// The compared part of a hash: all but the partition number, never 0.
  @inline(__always)
  static func tag(_ hash: UInt64) -> UInt64 { hash << 8 | 1 }

  subscript(place: Int) -> KeyIndexValue { places[place].value }

  /// Appends entries of this partition.
  mutating func insert(_ entries: Span<KeyIndexEntry>) {
    if places.count &+ entries.count > places.capacity {
      places.reserveCapacity(max(places.count &+ entries.count, places.count &* 5 / 4))
    }
    for index in entries.indices { places.append(entries[index]) }
  }

  /// Sorts the entries into buckets; lookups work only afterwards.
  ///
  /// Of two entries with one tag the greater one is kept, so that the result does not depend on the
  /// insertion order. Servers do not load a file that has a key twice.
  mutating func sort() {
    var bits: UInt64 = 1
    while places.count > KeyIndexPartition.bucketSize << Int(bits) { bits &+= 1 }
    shift = 64 &- bits
    var ends = [UInt32](repeating: 0, count: (1 << Int(bits)) &+ 1)
    for entry in places { ends[bucket(of: entry.tag) &+ 1] &+= 1 }
    for index in ends.indices.dropFirst() { ends[index] &+= ends[index &- 1] }
    starts = ends
    var sorted = [KeyIndexEntry](repeating: KeyIndexEntry(), count: places.count)
    for entry in places {
      let bucket = bucket(of: entry.tag)
      sorted[Int(ends[bucket])] = entry
      ends[bucket] &+= 1
    }
    places = sorted
    count = places.count
    for bucket in 0..<(starts.count &- 1) {
      removeDuplicates(Int(starts[bucket])..<Int(starts[bucket &+ 1]))
    }
  }

  /// Keeps the greater of two entries with one tag.
  private mutating func removeDuplicates(_ range: Range<Int>) {
    for place in range {
      for other in (place &+ 1)..<max(place &+ 1, range.upperBound)
      where places[place].tag == places[other].tag && places[place].tag != 0 {
        let (one, two) = (places[place], places[other])
        if (two.digest, two.expiry) > (one.digest, one.expiry) { places[place] = two }
        places[other] = KeyIndexEntry()
        count &-= 1
      }
    }
  }

  @inline(__always)
  private func bucket(of tag: UInt64) -> Int { Int(truncatingIfNeeded: tag >> shift) }

  /// The place of the entry with this tag, or nil.
  @inline(__always)
  func place(of tag: UInt64) -> Int? {
    guard !starts.isEmpty else { return nil }
    let bucket = bucket(of: tag)
    var place = Int(starts[bucket])
    let end = Int(starts[bucket &+ 1])
    while place < end {
      if places[place].tag == tag { return place }
      place &+= 1
    }
    return nil
  }

  /// Reads the first and the last tag of a bucket.
  @inline(__always)
  func load(_ tag: UInt64) -> UInt64 {
    guard !starts.isEmpty else { return 0 }
    let bucket = bucket(of: tag)
    let (start, end) = (Int(starts[bucket]), Int(starts[bucket &+ 1]))
    return start < end ? places[start].tag ^ places[end &- 1].tag : 0
  }
}
