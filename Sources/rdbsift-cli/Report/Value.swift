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
  case count(UInt64)
  /// Elements; of so many keys the layout does not give them.
  case elements(UInt64, uncounted: UInt64)
  /// A size.
  case bytes(Int)
  case instant(UnixMilliseconds)
  /// A checksum.
  case hex(UInt64)
  /// A part of 1.
  case share(Double)
  /// A bar of a chart, the longest of so many columns. Only for people.
  case bar(UInt64, of: UInt64, columns: UInt64)
  /// Our own words, in printable text.
  case text(String)
  /// Bytes from outside, if there are any; people see at most so many columns of them. In a report, a
  /// program gets two members, `NAME` for text and `NAME_b64` for other bytes, of which one is null.
  case key([UInt8]?, width: Int = 60)
  /// Text from outside, such as a path; people see at most so many columns of it.
  case foreign(String, width: Int = 60)
  case list([Value])
  /// Named values.
  case object(Fields)
  /// A value that people see too, under a title and perhaps as another value.
  indirect case titled(Value, title: String?, as: Value?)
  /// A value that only people see; its name is the title.
  indirect case textOnly(Value)
}

// MARK: - What may not be known

extension Value {
  static func number<Number: UnsignedInteger>(_ number: Number?) -> Value {
    number.map { .number(Int64(clamping: $0)) } ?? .null
  }
  static func count(_ number: Int?) -> Value {
    number.map { .count(UInt64(clamping: $0)) } ?? .null
  }
  static func count(_ number: UInt64?) -> Value { number.map { .count($0) } ?? .null }
  static func bytes(_ size: UInt64) -> Value { .bytes(Int(clamping: size)) }
  static func bytes(_ size: Int?) -> Value { size.map { .bytes($0) } ?? .null }
  static func instant(_ instant: UnixMilliseconds?) -> Value {
    instant.map { .instant($0) } ?? .null
  }
  static func hex(_ number: UInt64?) -> Value { number.map { .hex($0) } ?? .null }
  static func text(_ text: String?) -> Value { text.map { .text($0) } ?? .null }

  /// A path or another name from outside.
  static func path(_ path: String) -> Value { .foreign(path, width: 120) }

  /// Rows of a table.
  static func rows(_ rows: [Fields]) -> Value { .list(rows.map(Value.object)) }
}

extension Value: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral members: (StaticString, Value)...) { self = .object(Fields(members)) }
}

// MARK: - For people

extension Value {
  /// The same, shown under the member's name in words.
  var shown: Value { shown() }

  /// The same, shown if a condition holds: under a title or the member's name in words, as it is or as
  /// another value.
  func shown(_ title: String? = nil, as other: Value? = nil, if isShown: Bool = true) -> Value {
    isShown ? .titled(self, title: title, as: other) : self
  }

  /// The same, for programs only.
  var dataOnly: Value { if case .titled(let value, title: _, as: _) = self { value } else { self } }

  var isNull: Bool {
    switch self {
    case .null, .key(nil, width: _): true
    default: false
    }
  }

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
    case .key, .foreign, .list, .bar: true
    default: false
    }
  }
}
