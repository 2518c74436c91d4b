// The keys of one file, remembered for the sweep of another: per key 32 bytes and a bit. Keys are found
// by 64 bits of their keyed hash, of which two among ten million are alike once in 400,000 files.
//
// A shard is a row of entries. While keys come in they are only put behind each other; then they are put
// into buckets of four or so by their hashes, and a bucket is a few neighbours in memory. An array grows
// by a quarter, so a key takes 40 bytes at most while keys come in, and 33 afterwards.

import Dispatch
package import RDB
import Synchronization

/// What is remembered of a key's value.
struct PresentValue: Hashable, BitwiseCopyable {
  /// The digest of the value.
  var digest: UInt128
  /// The expiry; nil for none.
  var expiry: UnixMilliseconds?
}

/// Keys with what they hold, to be asked by any number of threads.
package struct PresentKeys: Sendable {
  /// The secret that digests were made with.
  package let key: DigestKey
  private let shards: [PresentShard]
  /// Where the places of each shard begin among all places.
  private let starts: [Int]

  fileprivate init(_ key: DigestKey, _ shards: [PresentShard]) {
    self.key = key
    self.shards = shards
    var starts = [0]
    for shard in shards { starts.append(starts[starts.count - 1] + shard.capacity) }
    self.starts = starts
  }

  /// Keys.
  package var count: Int { shards.reduce(0) { $0 + $1.count } }

  /// Places, taken or not: numbers that `place` answers are below.
  package var capacity: Int { starts[shards.count] }

  /// Bytes that the tables take.
  package var byteCount: Int { shards.reduce(0) { $0 + $1.byteCount } }

  /// The place of the key with a hash; nil if there is none.
  @inline(__always)
  func place(of hash: UInt64) -> Int? {
    let shard = PresentShard.number(of: hash)
    return shards[shard].place(of: PresentShard.tag(hash)).map { starts[shard] &+ $0 }
  }

  /// What the key with a hash holds, and its place.
  @inline(__always)
  func find(_ hash: UInt64) -> (place: Int, value: PresentValue)? {
    let shard = PresentShard.number(of: hash)
    guard let place = shards[shard].place(of: PresentShard.tag(hash)) else { return nil }
    return (starts[shard] &+ place, shards[shard][place])
  }

  /// Loads what will be looked at when keys with these hashes are looked for.
  ///
  /// Each look alone would wait for memory; loads that do not depend on each other wait together.
  ///
  /// - Returns: A number that means nothing, so that the loads are made.
  func load(_ hashes: Span<UInt64>) -> UInt64 {
    var sum: UInt64 = 0
    for index in hashes.indices {
      let hash = hashes[index]
      sum ^= shards[PresentShard.number(of: hash)].load(PresentShard.tag(hash))
    }
    return sum
  }
}

/// Takes keys in, from any thread.
package final class PresentKeysBuilder: Sendable {
  private final class Box: Sendable {
    let shard = Mutex(PresentShard())
  }

  /// The secret that digests are made with.
  package let key: DigestKey
  private let boxes: [Box]

  /// Makes a builder without keys.
  package init(_ key: DigestKey) {
    self.key = key
    boxes = (0..<PresentShard.count).map { _ in Box() }
  }

  /// Takes in keys of one shard.
  fileprivate func insert(_ entries: Span<PresentEntry>, intoShard number: Int) {
    boxes[number].shard.withLock { $0.insert(entries) }
  }

  /// The keys, made ready by so many threads; the builder is empty then.
  package func finish(threads: Int) -> PresentKeys {
    let threads = max(threads, 1)
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      for number in stride(from: thread, to: boxes.count, by: threads) {
        boxes[number].shard.withLock { $0.settle() }
      }
    }
    return PresentKeys(
      key,
      boxes.map { box in
        box.shard.withLock { shard in
          defer { shard = PresentShard() }
          return shard
        }
      })
  }
}

/// Hands keys over to a builder, for one thread: those of a shard together, so that they wait for
/// memory together.
struct PresentIntake: ~Copyable {
  private let builder: PresentKeysBuilder
  private var entries: [PresentEntry] = []
  private var sorted: [PresentEntry] = []
  private var ends = [Int](repeating: 0, count: PresentShard.count)

  /// Keys that are handed over at once.
  private static let limit = 8192

  init(_ builder: PresentKeysBuilder) { self.builder = builder }

  /// Takes in a key by its hash.
  mutating func insert(_ hash: UInt64, _ value: PresentValue) {
    entries.append(PresentEntry(hash, value))
    if entries.count == PresentIntake.limit { flush() }
  }

  /// Hands over what was taken in.
  mutating func flush() {
    for number in ends.indices { ends[number] = 0 }
    for entry in entries { ends[PresentShard.number(of: entry.tag)] &+= 1 }
    for number in ends.indices.dropFirst() { ends[number] &+= ends[number &- 1] }
    while sorted.count < entries.count { sorted.append(PresentEntry()) }
    var places = ends
    for entry in entries {
      let number = PresentShard.number(of: entry.tag)
      places[number] &-= 1
      sorted[places[number]] = entry
      sorted[places[number]].tag = PresentShard.tag(entry.tag)
    }
    entries.removeAll(keepingCapacity: true)
    for number in ends.indices where places[number] < ends[number] {
      builder.insert(
        sorted.span.extracting(places[number]..<ends[number]), intoShard: number)
    }
  }
}

/// A key as a table holds it.
struct PresentEntry: BitwiseCopyable {
  var digest: UInt128 = 0
  /// What is compared of the key's hash; 0 where there is no key.
  var tag: UInt64 = 0
  /// The expiry in milliseconds.
  var expiry = PresentEntry.noExpiry

  static let noExpiry = Int64.min

  /// No key.
  init() {}

  init(_ tag: UInt64, _ value: PresentValue) {
    self.tag = tag
    digest = value.digest
    expiry = value.expiry?.rawValue ?? PresentEntry.noExpiry
  }

  var value: PresentValue {
    PresentValue(
      digest: digest, expiry: expiry == PresentEntry.noExpiry ? nil : UnixMilliseconds(expiry))
  }
}

/// A part of the keys: those whose hashes begin with the same eight bits.
struct PresentShard {
  /// Shards, so that threads seldom meet in one and little is moved when one grows.
  static let count = 256
  /// Keys of a bucket, about.
  private static let bucketSize = 4

  /// Keys; known once they are in buckets.
  private(set) var count = 0
  private var places: [PresentEntry] = []
  /// Where each bucket begins, and the end of the last; empty until keys are in buckets.
  private var starts: [UInt32] = []
  /// By how many bits a tag is moved down to be its bucket's number.
  private var shift: UInt64 = 63

  /// Places, taken or not.
  var capacity: Int { places.count }

  /// Bytes that it takes.
  var byteCount: Int {
    places.capacity * MemoryLayout<PresentEntry>.stride + starts.count * MemoryLayout<UInt32>.stride
  }

  @inline(__always)
  static func number(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 56) }

  /// What is compared of a hash: all but the shard's number, and never 0.
  @inline(__always)
  static func tag(_ hash: UInt64) -> UInt64 { hash << 8 | 1 }

  subscript(place: Int) -> PresentValue { places[place].value }

  /// Takes in entries of this shard.
  mutating func insert(_ entries: Span<PresentEntry>) {
    if places.count &+ entries.count > places.capacity {
      places.reserveCapacity(max(places.count &+ entries.count, places.count &* 5 / 4))
    }
    for index in entries.indices { places.append(entries[index]) }
  }

  /// Puts the keys into buckets; only then can they be asked for.
  ///
  /// Of two with one tag the greater stays, so that the order does not matter: a file that has a key
  /// twice is none that a server loads.
  mutating func settle() {
    var bits: UInt64 = 1
    while places.count > PresentShard.bucketSize << Int(bits) { bits &+= 1 }
    shift = 64 &- bits
    var ends = [UInt32](repeating: 0, count: (1 << Int(bits)) &+ 1)
    for entry in places { ends[bucket(of: entry.tag) &+ 1] &+= 1 }
    for index in ends.indices.dropFirst() { ends[index] &+= ends[index &- 1] }
    starts = ends
    var sorted = [PresentEntry](repeating: PresentEntry(), count: places.count)
    for entry in places {
      let bucket = bucket(of: entry.tag)
      sorted[Int(ends[bucket])] = entry
      ends[bucket] &+= 1
    }
    places = sorted
    count = places.count
    for bucket in 0..<(starts.count &- 1) {
      dropDoubles(Int(starts[bucket])..<Int(starts[bucket &+ 1]))
    }
  }

  /// Leaves of two entries with one tag the greater.
  private mutating func dropDoubles(_ range: Range<Int>) {
    for place in range {
      for other in (place &+ 1)..<max(place &+ 1, range.upperBound)
      where places[place].tag == places[other].tag && places[place].tag != 0 {
        let (one, two) = (places[place], places[other])
        if (two.digest, two.expiry) > (one.digest, one.expiry) { places[place] = two }
        places[other] = PresentEntry()
        count &-= 1
      }
    }
  }

  @inline(__always)
  private func bucket(of tag: UInt64) -> Int { Int(truncatingIfNeeded: tag >> shift) }

  /// The place of a tag, or nil.
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

  /// What is looked at first and last in the search for a tag.
  @inline(__always)
  func load(_ tag: UInt64) -> UInt64 {
    guard !starts.isEmpty else { return 0 }
    let bucket = bucket(of: tag)
    let (start, end) = (Int(starts[bucket]), Int(starts[bucket &+ 1]))
    return start < end ? places[start].tag ^ places[end &- 1].tag : 0
  }
}
