// Values element by element, in the encodings that the oldest servers have:
//
//   list, set      len n, n × str                   types 1, 2
//   hash           len n, n × (str, str)            type 4
//   sorted set     len n, n × (str, score)          type 3: text, type 5: double
//   hash with field expiries
//     Redis        int64 min, len n, n × (len t, str, str)       type 24, t = expiry − min + 1 or 0
//     Valkey       len n, n × (str, str, int64 expiry or −1)     type 22

import RDB

/// Writes the elements of a value; the caller has written their count.
struct PlainValueWriter: ValueSink, ~Copyable {
  static var decodes: Bool { true }
  static var accepts: ValueContent { [.elements, .fieldExpiries] }

  var output: OutputBuffer
  private let type: RDBType
  /// The expiry that those of type 24 are relative to.
  private let base: Int64
  private var text = OutputBuffer(capacity: 4096)
  /// The names that occurred, if repeated ones are left out.
  private var first: FirstElements?

  /// Creates a writer of elements of a value of a type.
  init(
    _ type: RDBType, base: UnixMilliseconds?, keepsFirst: Bool,
    into output: consuming OutputBuffer
  ) {
    self.type = type
    self.base = base?.rawValue ?? 0
    self.output = output
    first = keepsFirst && type != .list ? FirstElements() : nil
  }

  private mutating func isWritten(_ name: StringObject, in bytes: RawSpan) -> Bool {
    first?.insert(name, in: bytes) ?? true
  }

  mutating func begin(_ shape: ValueShape, count: Int?) {}

  mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    guard isWritten(item, in: bytes) else { return }
    output.append(element: item, of: bytes)
    output.drainIfLarge()
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    try pair(field, value, expiry: nil, in: bytes)
  }

  mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    guard isWritten(member, in: bytes) else { return }
    output.append(element: member, of: bytes)
    if type == .zset2 {
      output.append(littleEndian: score.bitPattern, width: 8)
    } else {
      appendText(score)
    }
    output.drainIfLarge()
  }

  mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    try self.item(item, in: bytes)
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    guard isWritten(field, in: bytes) else { return }
    if type == .hashMetadata {
      // `base` is the earliest expiry, so the difference is not negative; it wraps for no real time.
      output.append(length: expiry.map { UInt64(bitPattern: $0.rawValue &- base) &+ 1 } ?? 0)
    }
    output.append(element: field, of: bytes)
    output.append(element: value, of: bytes)
    if type == .valkeyHash2 {
      output.append(littleEndian: UInt64(bitPattern: expiry?.rawValue ?? -1), width: 8)
    }
    output.drainIfLarge()
  }

  /// A score as text: its length, or a byte for an infinity.
  private mutating func appendText(_ score: Double) {
    guard score.isFinite else { return output.append(score < 0 ? 255 : 254) }
    text.removeAll()
    text.append(score: score)
    output.append(UInt8(truncatingIfNeeded: text.count))  // two dozen characters at most
    text.withBytes { output.append($0) }
  }
}

extension OutputBuffer {
  /// An element as a string: numbers of packed structures may have 64 bits, those of files 32.
  fileprivate mutating func append(element: StringObject, of bytes: RawSpan) {
    guard case .integer(let value) = element, Int32(exactly: value) == nil else {
      append(stored: element, of: bytes)
      return
    }
    append(length: UInt64(Decimal.digits(value)))
    append(decimal: value)
  }
}
