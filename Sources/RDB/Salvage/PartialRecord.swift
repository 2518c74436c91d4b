// What is whole of a damaged collection, as a record of its own: the same key, attributes and kind, in
// a layout that has one string per element.
//
//   list 1, set 2, hash 4, sorted set 5 (3 in files before RDB 8)
//   hash with deadlines 24, of Valkey 22

/// A record that was put together of the whole elements of a damaged one.
public struct PartialRecord: Sendable {
  /// The record, its attributes included.
  public private(set) var bytes: [UInt8] = []
  /// The header of the file it is from.
  public let header: RDBHeader
  /// Whose meaning its type has.
  public let dialect: RDBDialect
  /// Its database.
  public let database: UInt32
  /// Its elements.
  public let elements: UInt64

  /// Reads what is whole of the record that a gap begins with; nil if that is nothing, or no
  /// collection.
  public init?(_ gap: SalvageGap, in bytes: RawSpan, _ header: RDBHeader) {
    let context = gap.context
    guard let type = gap.type, let typeAt = gap.typeOffset,
      let shape = type.shape(in: context.dialect),
      [.list, .set, .hash, .sortedSet].contains(shape)
    else { return nil }
    var at = typeAt &+ 1
    guard (try? bytes.skipString(&at)) != nil else { return nil }
    let keyEnd = at
    var sink = PartialSink()
    var scratch = Scratch()
    do throws(RDBError) {
      try walk(type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
    } catch {
      // That is what it is about; what came before it was poured.
    }
    guard sink.count > 0 else { return nil }
    self.header = header
    dialect = context.dialect == .valkey ? .valkey : .redis
    database = gap.database
    elements = sink.count
    self.bytes = [UInt8](copying: bytes.extracting(gap.range.offset..<typeAt))
    self.bytes.append(sink.type(of: shape, dialect, header))
    self.bytes += [UInt8](copying: bytes.extracting((typeAt &+ 1)..<keyEnd))
    sink.append(to: &self.bytes, shape, dialect, header)
  }
}

/// Keeps the strings of elements.
private struct PartialSink: ValueSink, ~Copyable {
  static var looks: Bool { true }
  static var checks: Bool { true }
  static var opens: ValueOpening { [.elements, .deadlines] }

  private(set) var count: UInt64 = 0
  private var strings: [[UInt8]] = []
  private var scores: [Double] = []
  private var deadlines: [Int64?] = []
  private var names: Set<[UInt8]> = []
  private var shape = ValueShape.string
  private var scratch = Scratch()

  mutating func begin(_ shape: ValueShape, count: Int?) { self.shape = shape }

  private mutating func text(
    _ string: StringObject, in bytes: RawSpan
  ) throws(RDBError) -> [UInt8] {
    try scratch.withBytes(of: string, in: bytes) { (text) throws(RDBError) in
      [UInt8](copying: text)
    }
  }

  mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    let text = try text(item, in: bytes)
    guard shape == .list || names.insert(text).inserted else { return }
    strings.append(text)
    count &+= 1
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    try pair(field, value, expiry: nil, in: bytes)
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    let name = try text(field, in: bytes)
    let value = try text(value, in: bytes)
    guard names.insert(name).inserted else { return }
    strings += [name, value]
    deadlines.append(expiry?.rawValue)
    count &+= 1
  }

  mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    try self.item(item, in: bytes)
  }

  mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    let text = try text(member, in: bytes)
    guard names.insert(text).inserted else { return }
    strings.append(text)
    scores.append(score)
    count &+= 1
  }

  private var hasDeadlines: Bool { deadlines.contains { $0 != nil } }

  /// The type of the record that these elements make.
  func type(of shape: ValueShape, _ dialect: RDBDialect, _ header: RDBHeader) -> UInt8 {
    switch shape {
    case .list: 1
    case .set: 2
    case .sortedSet: header.version < 8 ? 3 : 5
    default: hasDeadlines ? (dialect == .valkey ? 22 : 24) : 4
    }
  }

  /// Appends the value.
  func append(
    to bytes: inout [UInt8], _ shape: ValueShape, _ dialect: RDBDialect, _ header: RDBHeader
  ) {
    let least = deadlines.compactMap { $0 }.min() ?? 0
    let type = type(of: shape, dialect, header)
    if type == 24 { bytes.append(littleEndian: UInt64(bitPattern: least)) }
    bytes.append(length: count)
    for index in 0..<Int(count) {
      switch type {
      case 1, 2: bytes.append(string: strings[index])
      case 3:
        bytes.append(string: strings[index])
        bytes.append(score: scores[index])
      case 5:
        bytes.append(string: strings[index])
        bytes.append(littleEndian: scores[index].bitPattern)
      default:
        // The least deadline itself is told as 1.
        if type == 24 {
          bytes.append(length: deadlines[index].map { UInt64(bitPattern: $0 &- least) &+ 1 } ?? 0)
        }
        bytes.append(string: strings[2 * index])
        bytes.append(string: strings[2 * index + 1])
        if type == 22 {
          bytes.append(littleEndian: UInt64(bitPattern: deadlines[index] ?? -1))
        }
      }
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian number: UInt64) {
    for shift in 0..<8 { append(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))) }
  }

  fileprivate mutating func append(length: UInt64) {
    if length < 64 {
      append(UInt8(length))
    } else {
      // Versions before 8 know no length of 64 bits.
      let isLong = length > UInt64(UInt32.max)
      append(isLong ? 0x81 : 0x80)
      for shift in (0..<(isLong ? 8 : 4)).reversed() {
        append(UInt8(truncatingIfNeeded: length >> UInt64(8 * shift)))
      }
    }
  }

  fileprivate mutating func append(string: [UInt8]) {
    append(length: UInt64(string.count))
    self += string
  }

  fileprivate mutating func append(score: Double) {
    guard score.isFinite else { return append(score < 0 ? 255 : 254) }
    let text = Array(score.description.utf8)
    append(UInt8(truncatingIfNeeded: text.count))  // two dozen characters at most
    self += text
  }
}
