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

  /// Takes in a key by its hash.
  func insert(_ hash: UInt64, _ value: PresentValue) {
    boxes[PresentShard.number(of: hash)].shard.withLock {
      $0.insert(PresentShard.tag(hash), value)
    }
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

/// A part of the keys: those whose hashes begin with the same eight bits.
struct PresentShard {
  /// Shards, so that threads seldom meet in one and little is moved when one grows.
  static let count = 256
  /// Hash, digest and expiry.
  static let bytesPerPlace = 8 + 16 + 8
  private static let noExpiry = Int64.min

  private(set) var count = 0
  /// 0 where a place is free.
  private var tags: [UInt64] = []
  private var digests: [UInt128] = []
  private var expiries: [Int64] = []

  /// Places, taken or not.
  var capacity: Int { tags.count }

  @inline(__always)
  static func number(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 56) }

  /// What is compared of a hash: all but the shard's number, and never 0.
  @inline(__always)
  static func tag(_ hash: UInt64) -> UInt64 { hash << 8 | 1 }

  subscript(place: Int) -> PresentValue {
    let expiry = expiries[place]
    return PresentValue(
      digest: digests[place],
      expiry: expiry == PresentShard.noExpiry ? nil : UnixMilliseconds(expiry))
  }

  /// The place of a tag, or nil.
  @inline(__always)
  func place(of tag: UInt64) -> Int? {
    guard !tags.isEmpty else { return nil }
    let place = search(tag)
    return tags[place] == tag ? place : nil
  }

  /// Takes in a value.
  ///
  /// Of two with one tag the greater digest stays, so that the order does not matter: a file that has
  /// a key twice is none that a server loads.
  mutating func insert(_ tag: UInt64, _ value: PresentValue) {
    if count &* 20 >= capacity &* 17 { grow() }
    let place = search(tag)
    let expiry = value.expiry?.rawValue ?? PresentShard.noExpiry
    if tags[place] == tag {
      guard (value.digest, expiry) > (digests[place], expiries[place]) else { return }
    } else {
      tags[place] = tag
      count &+= 1
    }
    digests[place] = value.digest
    expiries[place] = expiry
  }

  /// The place where a tag is, or would be.
  ///
  /// There is a free place in every table, so the search ends.
  @inline(__always)
  private func search(_ tag: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: tag.multipliedFullWidth(by: UInt64(tags.count)).high)
    while tags[place] != 0, tags[place] != tag {
      place &+= 1
      if place == tags.count { place = 0 }
    }
    return place
  }

  @inline(never)
  private mutating func grow() {
    let old = self
    let capacity = max(capacity &* 5 / 4, 64)
    tags = Array(repeating: 0, count: capacity)
    digests = Array(repeating: 0, count: capacity)
    expiries = Array(repeating: PresentShard.noExpiry, count: capacity)
    for place in old.tags.indices where old.tags[place] != 0 {
      let new = search(old.tags[place])
      tags[new] = old.tags[place]
      digests[new] = old.digests[place]
      expiries[new] = old.expiries[place]
    }
  }
}
