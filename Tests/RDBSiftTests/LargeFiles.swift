// Files that are large enough for many jobs, of every kind of record that matters to how parts are
// joined: databases that change, keys that nothing is written for, keys that are packed.

import TestSupport

/// Builds large files, the same for the same seed.
struct LargeFile {
  private var builder = RDBBuilder("REDIS0011")
  private var random: SeededRandom
  private var number = 0

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    builder.aux("redis-ver", "7.2.4")
    builder.aux("redis-bits", "64")
  }

  /// Bytes so far.
  var count: Int { builder.count }

  /// The file as far as it is, without an end.
  var unsummed: [UInt8] { builder.bytes }

  /// The file, ended.
  var bytes: [UInt8] { builder.ended() }

  /// Adds records up to a size.
  mutating func fill(to size: Int) {
    while builder.count < size { addRecord() }
  }

  private mutating func addRecord() {
    number += 1
    if random.below(200) == 0 { builder.selectDB(UInt64(random.below(6))) }
    if random.below(1000) == 0 { builder.aux("note", "\(number)") }
    if random.below(3) == 0 {
      builder.expireMS(1_800_000_000_000 + Int64(random.below(400_000_000)) * 1000)
    }
    let name = "key:\(number)"
    switch random.below(14) {
    case 0: builder.record(1, key: name, value: list(of: random.below(4)))
    case 1: builder.record(4, key: name, value: hash(of: random.below(300)))
    case 2: builder.record(16, key: name, value: packedHash())
    case 3: addPackedKey()
    case 4: addUnsupported(name)
    case 5: builder.record(5, key: name, value: sortedSet(of: 1 + random.below(5)))
    default:
      builder.string(key: name, value: String(repeating: "v", count: random.below(120)))
    }
  }

  /// A list; without elements, nothing is written of it.
  private mutating func list(of count: Int) -> [UInt8] {
    var value = RDBBuilder.bare
    value.length(UInt64(count))
    for index in 0..<count { value.string("element \(index)") }
    return value.bytes
  }

  private mutating func hash(of count: Int) -> [UInt8] {
    var value = RDBBuilder.bare
    value.length(UInt64(count))
    for index in 0..<count {
      value.string("field:\(index)")
      value.integerString(Int32(truncatingIfNeeded: random.next()))
    }
    return value.bytes
  }

  private func packedHash() -> [UInt8] {
    var pack = ListpackBuilder()
    for index in 0..<5 {
      pack.string("f\(index)")
      pack.integer(Int64(index * number))
    }
    var value = RDBBuilder.bare
    value.string(pack.bytes())
    return value.bytes
  }

  private mutating func sortedSet(of count: Int) -> [UInt8] {
    var value = RDBBuilder.bare
    value.length(UInt64(count))
    for index in 0..<count {
      value.string("member \(index)")
      value.double(index == 3 ? -0.0 : Double(random.below(1000)) / 8)
    }
    return value.bytes
  }

  /// A string whose key is a number or compressed.
  private mutating func addPackedKey() {
    builder.byte(0)
    if random.below(2) == 0 {
      builder.integerString(Int32(truncatingIfNeeded: number))
    } else {
      builder.lzfString(Array("packed:packed:packed:packed:\(number)".utf8))
    }
    builder.string("value")
  }

  /// A cron job, which neither commands nor payloads carry.
  private mutating func addUnsupported(_ name: String) {
    builder.key(64, name)
    builder.string("script \(number)")
    builder.raw([UInt8](repeating: 0, count: 16))
    builder.length(0)
    builder.length(0)
  }

  /// A hash of so many bytes, which is one record.
  mutating func addGiant(_ size: Int) {
    builder.key(4, "giant")
    builder.length(UInt64(size / 100))
    for index in 0..<(size / 100) {
      builder.string("field:\(1_000_000 + index)")
      builder.string(String(repeating: "g", count: 84))
    }
  }

  /// A string whose bytes fill the file up to a size.
  mutating func pad(to size: Int) {
    // Type, a key of one byte, and a length of five bytes.
    let rest = size - builder.count - 8
    precondition(rest >= 0)
    builder.key(0, "p")
    builder.string([UInt8](repeating: 0x70, count: rest), as: .thirtyTwo)
  }

  /// Raw bytes.
  mutating func raw(_ bytes: [UInt8]) { builder.raw(bytes) }

  /// SELECTDB.
  mutating func select(_ database: UInt64) { builder.selectDB(database) }

  /// A string.
  mutating func string(_ key: String, _ value: String) { builder.string(key: key, value: value) }

  /// A list without elements.
  mutating func emptyList(_ key: String) { builder.record(1, key: key, value: [0]) }

  /// A module's value.
  mutating func unsupported(_ key: String) { addUnsupported(key) }
}
