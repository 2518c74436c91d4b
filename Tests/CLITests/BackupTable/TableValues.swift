// Values of every common type, in the encodings of Redis 7.4.

import RDB
import TestSupport

/// Makes values that differ by a number.
enum TableValues {
  /// One maker per type and encoding; streams, modules and hashes whose fields expire are those that
  /// servers wrote.
  static let shapes: [@Sendable (Int) -> TableValue] = [
    { text("value of \($0)") }, { integer($0) }, { compressed($0) }, { list($0) },
    { intsetValue($0) },
    { set($0) }, { zset($0) }, { zset2($0) }, { hash($0) }, { hashtable($0) },
    { recorded(expiringHashes, $0) }, { recorded(streams, $0) }, { recorded(modules, $0) },
  ]

  static func text(_ text: String) -> TableValue { made(0) { $0.string(text) } }

  private static func made(_ type: UInt8, _ body: (inout RDBBuilder) -> Void) -> TableValue {
    var value = RDBBuilder.bare
    body(&value)
    return TableValue(type: type, bytes: value.bytes)
  }

  private static func integer(_ number: Int) -> TableValue {
    made(0) { $0.integerString(Int32(number * 997)) }
  }

  private static func compressed(_ number: Int) -> TableValue {
    made(0) { $0.lzfString(Array(String(repeating: "part \(number) ", count: 20).utf8)) }
  }

  private static func listpack(_ words: [String]) -> [UInt8] {
    var pack = ListpackBuilder()
    for word in words { pack.string(word) }
    return pack.bytes()
  }

  private static func list(_ number: Int) -> TableValue {
    made(18) {
      $0.length(2)
      $0.length(2)
      $0.string(listpack((0...(number % 5)).map { "item \($0) of \(number)" }))
      $0.length(1)
      $0.string("plain \(number)")
    }
  }

  private static func intsetValue(_ number: Int) -> TableValue {
    made(11) { $0.string(intset([1, Int64(number) + 2, 30_000], width: 4)) }
  }

  private static func set(_ number: Int) -> TableValue {
    made(20) { $0.string(listpack(["member", "of \(number)"])) }
  }

  private static func zset(_ number: Int) -> TableValue {
    made(17) { $0.string(listpack(["low", "1", "high", "\(number + 2).5"])) }
  }

  private static func zset2(_ number: Int) -> TableValue {
    made(5) {
      $0.length(2)
      $0.string("first")
      $0.double(Double(number) / 8)
      $0.string("last")
      $0.double(.infinity)
    }
  }

  private static func hash(_ number: Int) -> TableValue {
    made(16) { $0.string(listpack(["name", "n\(number)", "size", "\(number)"])) }
  }

  private static func hashtable(_ number: Int) -> TableValue {
    made(4) {
      $0.length(1)
      $0.string("field")
      $0.string("\(number)")
    }
  }

  private static func recorded(_ values: [TableValue], _ number: Int) -> TableValue {
    values.isEmpty ? text("no fixture") : values[number % values.count]
  }

  private static let expiringHashes = values("redis-7.4.1/hfe", types: [24, 25], upTo: 400)
  private static let streams = values("redis-7.4.1/all", types: [21], upTo: 400)
  private static let modules = values("redis-stack-7.4.0-v1/modules", types: [7], upTo: 200)

  /// The small values of a fixture that have one of some types.
  private static func values(_ name: String, types: [UInt8], upTo size: Int) -> [TableValue] {
    guard let bytes = try? Fixtures.bytes(name) else { return [] }
    return ScannedFile(scanning: bytes).records.compactMap { record in
      let type = record.type.rawValue
      guard types.contains(type), record.valueCount <= size else { return nil }
      return TableValue(type: type, bytes: Array(bytes[record.valueOffset..<record.end]))
    }
  }
}
