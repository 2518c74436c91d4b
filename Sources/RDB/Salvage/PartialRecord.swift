// What is whole of a damaged collection, as a record of its own: the same key, attributes and kind, in
// a layout that has one string per element.
//
//   list 1, set 2, hash 4, sorted set 5 (3 in files before RDB 8)
//   hash with deadlines 24, of Valkey 22; stream 15 (PartialStream.swift)
//
// Nothing is read beyond the gap. Nodes of a list are looked at one by one, so that those behind a
// damaged one are kept; a packed structure that is cut is read up to there (CutString.swift).

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
      [.list, .set, .hash, .sortedSet, .stream].contains(shape)
    else { return nil }
    let bytes = bytes.extracting(first: min(gap.range.end, bytes.byteCount))
    var at = typeAt &+ 1
    guard typeAt < bytes.byteCount, let name = try? bytes.readString(&at),
      PartialRecord.isWhole(name, in: bytes)
    else { return nil }
    self.header = header
    dialect = context.dialect == .valkey ? .valkey : .redis
    database = gap.database
    self.bytes = [UInt8](copying: bytes.extracting(gap.range.offset..<typeAt))
    let key = [UInt8](copying: bytes.extracting((typeAt &+ 1)..<at))
    if shape == .stream {
      let stream = PartialStream(type, in: bytes, at: at)
      elements = stream.count
      guard elements > 0 else { return nil }
      self.bytes += [15] + key + stream.value()
    } else {
      var sink = PartialSink(dialect)
      PartialRecord.pour(type, context, in: bytes, at: at, into: &sink)
      elements = sink.count
      guard elements > 0 else { return nil }
      self.bytes += [sink.type(of: shape, dialect, header)] + key
      sink.append(to: &self.bytes, shape, dialect, header)
    }
  }

  /// Whether a key can be read.
  private static func isWhole(_ key: StringObject, in bytes: RawSpan) -> Bool {
    var scratch = Scratch()
    return (try? scratch.withBytes(of: key, in: bytes) { (_) throws(RDBError) in }) != nil
  }

  /// Pours the elements of a value that are whole.
  private static func pour(
    _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, at start: Int,
    into sink: inout PartialSink
  ) {
    switch type.rawValue {
    case 14, 18: pourNodes(type, context, in: bytes, at: start, into: &sink)
    case 9...13, 16, 17, 20, 23, 25:
      // 25 has a number before the string.
      let string = start &+ (type.rawValue == 25 ? 8 : 0)
      guard string < bytes.byteCount, let cut = CutString(in: bytes, at: string)?.closed(type)
      else { return walk(type, context, in: bytes, at: start, into: &sink) }
      let value = [UInt8](copying: bytes.extracting(start..<string)) + cut
      value.withRawSpan { walk(type, context, in: $0, at: 0, into: &sink) }
    default: walk(type, context, in: bytes, at: start, into: &sink)
    }
  }

  /// Pours each node of a list as a list of its own.
  private static func pourNodes(
    _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, at start: Int,
    into sink: inout PartialSink
  ) {
    var at = start
    guard let nodes = try? bytes.readLength(&at) else { return }
    // Each node takes bytes, so the loop ends with them, whatever the count claims.
    for _ in 0..<nodes {
      let node = at
      var isPlain = false
      if type.rawValue == 18 {
        guard let container = try? bytes.readLength(&at) else { return }
        isPlain = container == 1
      }
      let string = at
      var value: [UInt8] = [1]
      if (try? bytes.skipString(&at)) != nil {
        value += [UInt8](copying: bytes.extracting(node..<at))
      } else {
        guard !isPlain, let cut = CutString(in: bytes, at: string)?.closed(type) else { return }
        value += [UInt8](copying: bytes.extracting(node..<string)) + cut
        at = bytes.byteCount
      }
      value.withRawSpan { walk(type, context, in: $0, at: 0, into: &sink) }
    }
  }

  private static func walk(
    _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, at start: Int,
    into sink: inout PartialSink
  ) {
    var at = start
    var scratch = Scratch()
    // That it ends with an error is what it is about; what came before that was poured.
    try? RDB.walk(type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
  }
}

/// Keeps the strings of elements.
private struct PartialSink: ValueSink, ~Copyable {
  static var looks: Bool { true }
  static var checks: Bool { true }
  static var opens: ValueOpening { [.elements, .deadlines] }

  private(set) var count: UInt64 = 0
  /// The latest deadline of a field that servers take.
  private let latestDeadline: Int64
  private var strings: [[UInt8]] = []
  private var scores: [Double] = []
  private var deadlines: [Int64?] = []
  private var names: Set<[UInt8]> = []
  private var shape = ValueShape.string
  private var scratch = Scratch()

  /// Begins with no elements, for a record of a dialect.
  init(_ dialect: RDBDialect) {
    latestDeadline = dialect == .valkey ? .max : ValueRules.latestDeadline
  }

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
    // A deadline that servers refuse is damage.
    if let expiry, !(0...latestDeadline).contains(expiry.rawValue) { return }
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
