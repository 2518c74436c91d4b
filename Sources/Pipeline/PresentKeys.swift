// The keys of one file, remembered for the sweep of another: per key 32 bytes and a bit. Keys are found
// by 64 bits of their keyed hash, of which two among ten million are alike once in 400,000 files.
//
// A shard is a table of open addressing. A place follows from the hash by a product, and what is taken
// moves on to the next; since hashes are uniform and keyed, runs are short. Tables grow by a quarter,
// so at most a third of a table is empty: 50 bytes per key at most, 43 on average.

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
  package var byteCount: Int { capacity * PresentShard.bytesPerPlace }

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

  /// The keys; the builder is empty then.
  package func finish() -> PresentKeys {
    PresentKeys(
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
  /// Hash, digest and expiry.
  static let bytesPerPlace = MemoryLayout<PresentEntry>.stride

  private(set) var count = 0
  private var places: [PresentEntry] = []
  /// What was loaded ahead, so that it is.
  private var loaded: UInt64 = 0

  /// Places, taken or not.
  var capacity: Int { places.count }

  @inline(__always)
  static func number(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 56) }

  /// What is compared of a hash: all but the shard's number, and never 0.
  @inline(__always)
  static func tag(_ hash: UInt64) -> UInt64 { hash << 8 | 1 }

  subscript(place: Int) -> PresentValue { places[place].value }

  /// The place of a tag, or nil.
  @inline(__always)
  func place(of tag: UInt64) -> Int? {
    guard !places.isEmpty else { return nil }
    let place = search(tag)
    return places[place].tag == tag ? place : nil
  }

  /// What stands where the search for a tag begins.
  @inline(__always)
  func load(_ tag: UInt64) -> UInt64 { places.isEmpty ? 0 : places[home(of: tag)].tag }

  /// Takes in entries of this shard.
  mutating func insert(_ entries: Span<PresentEntry>) {
    while (count &+ entries.count) &* 20 >= capacity &* 17 { grow() }
    var sum: UInt64 = 0
    for index in entries.indices { sum ^= load(entries[index].tag) }
    loaded = sum
    for index in entries.indices { put(entries[index]) }
  }

  /// Takes in an entry, for which there is room.
  ///
  /// Of two with one tag the greater stays, so that the order does not matter: a file that has a key
  /// twice is none that a server loads.
  @inline(__always)
  private mutating func put(_ entry: PresentEntry) {
    let place = search(entry.tag)
    if places[place].tag == entry.tag {
      let old = places[place]
      guard (entry.digest, entry.expiry) > (old.digest, old.expiry) else { return }
    } else {
      count &+= 1
    }
    places[place] = entry
  }

  @inline(__always)
  private func home(of tag: UInt64) -> Int {
    Int(truncatingIfNeeded: tag.multipliedFullWidth(by: UInt64(places.count)).high)
  }

  /// The place where a tag is, or would be.
  ///
  /// There is a free place in every table, so the search ends.
  @inline(__always)
  private func search(_ tag: UInt64) -> Int {
    var place = home(of: tag)
    while places[place].tag != 0, places[place].tag != tag {
      place &+= 1
      if place == places.count { place = 0 }
    }
    return place
  }

  @inline(never)
  private mutating func grow() {
    let old = places
    places = Array(repeating: PresentEntry(), count: max(capacity &* 5 / 4, 64))
    for entry in old where entry.tag != 0 { places[search(entry.tag)] = entry }
  }
}
