// One small backup with every common type, written as one file, as two, and packed.

import Foundation
import RDB
import TestSupport

/// A key of the backup, ready to be written into a file.
struct TableKey {
  var database: UInt64
  var name: [UInt8]
  var value: TableValue
  /// Milliseconds since 1970; nil if the key never expires.
  var expiry: Int64?
  /// The opcode and operand of an idle time or an LFU counter, or nothing.
  var eviction: [UInt8] = []
  /// Which of the two files holds it: 0 or 1.
  var part = 0
}

/// A value as an RDB file stores it.
struct TableValue {
  var type: UInt8
  var bytes: [UInt8]
}

/// The files that every row of the table reads.
enum TableInputs {
  /// When the files were begun, in seconds, and the moment that commands take for now.
  static let created = 1_795_500_000
  static let now = "2026-11-24T12:00:00Z"

  /// All keys, in the order of the single file: by database, then by part.
  static let keys: [TableKey] = {
    let keys = regularKeys() + oddKeys() + movingKeys()
    return [0, 1, 3].flatMap { database in
      [0, 1].flatMap { part in keys.filter { $0.database == database && $0.part == part } }
    }
  }()

  /// The contents of all files by name.
  static let files: [String: [UInt8]] = {
    let parts = [0, 1].map { part in file(keys.filter { $0.part == part }) }
    let members = [Packed.Member("a.rdb", parts[0]), Packed.Member("b.rdb", parts[1])]
    let call = #"{"RestoreType":"0","FilterKey":"user:.*,queue-.*"}"#
    return [
      "one.rdb": file(keys), "a.rdb": parts[0], "b.rdb": parts[1],
      "pair.tgz": Packed.gzip(Packed.tar(members)), "later.rdb": file(laterKeys()),
      "patterns.txt": Array("user:1.*\r\ncart:.*\n\n\u{1}x\n".utf8), "call.json": Array(call.utf8),
    ]
  }()

  /// Writes all files into a folder.
  static func write(to folder: String) throws {
    for (name, bytes) in files { try CLITests.write(bytes, to: "\(folder)/\(name)") }
    try FileManager.default.createDirectory(
      atPath: folder + "/out", withIntermediateDirectories: true)
  }

  private static func file(_ keys: [TableKey]) -> [UInt8] {
    var file = RDBBuilder("REDIS0012")
    file.aux("redis-ver", "7.4.1")
    file.aux("redis-bits", "64")
    file.aux("ctime", String(created))
    file.byte(245)
    file.string("#!lua name=table\nredis.register_function('f', function() return 1 end)")
    for database in Set(keys.map(\.database)).sorted() {
      let keys = keys.filter { $0.database == database }
      file.selectDB(database)
      file.resizeDB(
        keys: UInt64(keys.count), expires: UInt64(keys.count { $0.expiry != nil }))
      for key in keys { append(key, to: &file) }
    }
    return file.ended()
  }

  private static func append(_ key: TableKey, to file: inout RDBBuilder) {
    if let expiry = key.expiry { file.expireMS(expiry) }
    file.raw(key.eviction)
    file.byte(key.value.type)
    file.string(key.name)
    file.raw(key.value.bytes)
  }
}

// MARK: - Keys

extension TableInputs {
  private static let families = ["user:%d", "cart:{%d}:items", "h.%d", "queue-%d"]

  /// Keys of every type under names that patterns tell apart, dealt out to both files in turn.
  private static func regularKeys() -> [TableKey] {
    var keys: [TableKey] = []
    for (database, copies) in [(0, 2), (1, 1)] as [(UInt64, Int)] {
      for shape in TableValues.shapes.indices {
        for family in families {
          for _ in 0..<copies {
            let number = keys.count
            var key = TableKey(
              database: database,
              name: Array(family.replacingOccurrences(of: "%d", with: String(number)).utf8),
              value: TableValues.shapes[shape](number))
            key.expiry = expiry(number)
            key.eviction = eviction(number)
            key.part = (number + number / 4) % 2
            keys.append(key)
          }
        }
      }
    }
    return keys
  }

  /// None, past before the backup, past by now, two hours from now, far.
  private static func expiry(_ number: Int) -> Int64? {
    let begun = Int64(created) * 1000
    let offsets: [Int64?] = [nil, -3_600_000, 7_200_000, 28_800_000, 8_000_000_000]
    return offsets[number % 5].map { begun + $0 + Int64(number) }
  }

  /// Nothing, an idle time in seconds, an LFU counter.
  private static func eviction(_ number: Int) -> [UInt8] {
    var bytes = RDBBuilder.bare
    switch number % 3 {
    case 1:
      bytes.byte(248)
      bytes.length(UInt64(number * 100))
    case 2: bytes.raw([249, UInt8(number % 256)])
    default: break
    }
    return bytes.bytes
  }

  /// Names that are hard to spell, names that collide under renames and joined databases, and what
  /// rules for threats find.
  private static func oddKeys() -> [TableKey] {
    let text = TableValues.text
    let odd: [(UInt64, [UInt8], Int)] = [
      (0, [], 0), (0, [0xff, 0, 0x0d, 0x0a], 1), (0, Array("a,b\\\"c'\t".utf8), 0),
      (0, Array("привет:1".utf8), 1), (1, [1, 0x78], 0), (0, Array("twin:a".utf8), 0),
      (0, Array("twin:b".utf8), 1), (0, Array("both".utf8), 0), (1, Array("both".utf8), 1),
      (0, Array("crackit".utf8), 0),
    ]
    var keys = odd.map {
      TableKey(database: $0.0, name: $0.1, value: text("odd \($0.1.count)"), part: $0.2)
    }
    for part in 0..<2 {
      keys.append(
        TableKey(
          database: 0, name: Array("token:\(part)".utf8),
          value: text("id AKIAIOSFODNN7EXAMPL\(part) here"), part: part))
    }
    return keys
  }

  /// Keys of database 3: each one is in another half of the slots when `x:` is put before its name.
  private static func movingKeys() -> [TableKey] {
    let half = { (name: String) in slot(Array(name.utf8)) * 2 / HashSlot.count }
    return [0, 1].flatMap { part in
      (0..<200).map { "moving:\(part):\($0)" }.filter { half($0) != half("x:" + $0) }.prefix(2)
        .enumerated().map { index, name in
          TableKey(
            database: 3, name: Array(name.utf8), value: TableValues.text("moves \(index)"),
            expiry: index == 0 ? nil : 1_895_500_000_000, part: part)
        }
    }
  }

  private static func slot(_ name: [UInt8]) -> Int {
    name.withRawSpan { Int(HashSlot(of: $0).rawValue) }
  }

  /// A later state: some keys are gone, some strings and expiries are others, one key is new.
  private static func laterKeys() -> [TableKey] {
    var later: [TableKey] = []
    for (index, key) in keys.enumerated() where index % 3 != 0 {
      var key = key
      if index % 4 == 0, key.value.type == 0 { key.value = TableValues.text("later \(index)") }
      if index % 7 == 0 { key.expiry = 1_895_600_000_000 }
      later.append(key)
    }
    later.append(
      TableKey(database: 0, name: Array("user:new".utf8), value: TableValues.text("new")))
    return later
  }
}
