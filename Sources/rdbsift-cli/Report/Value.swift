// A value of a report: what is known, not how it is written. Renderers format and escape each kind in
// one place.

import RDB

/// A value, or values together.
enum Value: Sendable {
  /// Not known: null for a program, nothing for people.
  case null
  case flag(Bool)
  /// A number that is a name, such as that of a database.
  case number(Int64)
  /// How many.
  case count(UInt64)
  /// Elements; of so many keys the layout does not give them.
  case elements(UInt64, uncounted: UInt64)
  /// A size in bytes.
  case bytes(Int)
  case instant(UnixMilliseconds)
  /// A checksum.
  case hex(UInt64)
  /// A part of 1.
  case share(Double)
  /// A bar in a chart: a part of the largest number, in so many columns. Only for people.
  case bar(UInt64, of: UInt64, columns: UInt64)
  /// Our own words, in printable text.
  case text(String)
  /// Bytes from a file or an argument; people see at most so many columns.
  case key([UInt8], width: Int = 60)
  case list([Value])
  case record([Field])
}

extension Value {
  /// How many; never negative.
  static func count(_ number: Int) -> Value { .count(UInt64(clamping: number)) }

  /// A number that is a name.
  static func number(_ number: some UnsignedInteger) -> Value { .number(Int64(clamping: number)) }

  /// A size in bytes.
  static func bytes(_ number: UInt64) -> Value { .bytes(Int(clamping: number)) }

  /// A path or another name from outside.
  static func path(_ path: String) -> Value { .key(Array(path.utf8), width: 120) }

  /// A value that may not be known.
  static func optional<Wrapped>(_ value: Wrapped?, _ make: (Wrapped) -> Value) -> Value {
    value.map(make) ?? .null
  }

  /// Rows of a table.
  static func rows(_ rows: [[Field]]) -> Value { .list(rows.map(Value.record)) }

  /// Whether it is not known.
  var isNull: Bool { if case .null = self { true } else { false } }

  /// Whether people compare it by its digits, so that a column of it is aligned at the right.
  var isNumeric: Bool {
    switch self {
    case .number, .count, .elements, .bytes, .share: true
    default: false
    }
  }

  /// Whether a terminal may cut it where the window is narrow.
  var mayBeCut: Bool {
    switch self {
    case .key, .list, .bar: true
    default: false
    }
  }
}
