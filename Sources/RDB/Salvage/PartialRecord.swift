// What is whole of a damaged collection, as a record of its own: the same key, attributes and kind, in
// a layout that has one string per element.
//
//   list 1, set 2, hash 4, sorted set 5 (3 in files before RDB 8)
//   hash with field expiries 24, of Valkey 22; stream 15 (PartialStream.swift)
//
// Nothing is read beyond the gap. Nodes of a list are looked at one by one, so that those behind a
// damaged one are kept; a packed structure that is cut is read up to there (CutString.swift).

/// A record that was put together of the whole elements of a damaged one.
package struct PartialRecord: Sendable {
  /// The record, its attributes included.
  package private(set) var bytes: [UInt8] = []
  /// The header of the file it is from.
  package let header: RDBHeader
  /// Whose meaning its type has.
  package let dialect: RDBDialect
  /// Its database.
  package let database: UInt32
  /// Its elements.
  package let elements: UInt64

  /// Reads what is whole of the record that a gap begins with; nil if that is nothing, or no
  /// collection.
  package init?(_ gap: SalvageGap, in bytes: RawSpan, _ header: RDBHeader) {
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
      self.bytes += [RDBType.streamListpacks.rawValue] + key + stream.value()
    } else {
      var sink = PartialSink(dialect)
      PartialRecord.pour(type, context, in: bytes, at: at, into: &sink)
      elements = sink.count
      guard elements > 0 else { return nil }
      self.bytes += [sink.type(of: shape, dialect, header).rawValue] + key
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
    switch type {
    case .listQuicklist, .listQuicklist2:
      pourNodes(type, context, in: bytes, at: start, into: &sink)
    case _ where type.isPackedString:
      // One type has a number before the string.
      let string = start &+ (type == .hashListpackEx ? 8 : 0)
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
      if type == .listQuicklist2 {
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
  static var decodes: Bool { true }
  static var checks: Bool { true }
  static var accepts: ValueContent { [.elements, .fieldExpiries] }

  private(set) var count: UInt64 = 0
  /// The latest field expiry that servers accept.
  private let latestFieldExpiry: Int64
  private var strings: [[UInt8]] = []
  private var scores: [Double] = []
  private var expiries: [Int64?] = []
  private var names: Set<[UInt8]> = []
  private var shape = ValueShape.string
  private var scratch = Scratch()

  /// Begins with no elements, for a record of a dialect.
  init(_ dialect: RDBDialect) {
    latestFieldExpiry = dialect == .valkey ? .max : ValueRules.latestFieldExpiry
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
    // An expiry that servers refuse is damage.
    if let expiry, !(0...latestFieldExpiry).contains(expiry.rawValue) { return }
    guard names.insert(name).inserted else { return }
    strings += [name, value]
    expiries.append(expiry?.rawValue)
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

  private var hasExpiries: Bool { expiries.contains { $0 != nil } }

  /// The type of the record that these elements make.
  func type(of shape: ValueShape, _ dialect: RDBDialect, _ header: RDBHeader) -> RDBType {
    switch shape {
    case .list: .list
    case .set: .set
    case .sortedSet: header.version < 8 ? .zset : .zset2
    default: hasExpiries ? (dialect == .valkey ? .valkeyHash2 : .hashMetadata) : .hash
    }
  }

  /// Appends the value.
  func append(
    to bytes: inout [UInt8], _ shape: ValueShape, _ dialect: RDBDialect, _ header: RDBHeader
  ) {
    let least = expiries.compactMap { $0 }.min() ?? 0
    let type = type(of: shape, dialect, header)
    if type == .hashMetadata { bytes.append(littleEndian: UInt64(bitPattern: least)) }
    bytes.append(length: count)
    for index in 0..<Int(count) {
      switch type {
      case .list, .set: bytes.append(string: strings[index])
      case .zset:
        bytes.append(string: strings[index])
        bytes.append(score: scores[index])
      case .zset2:
        bytes.append(string: strings[index])
        bytes.append(littleEndian: scores[index].bitPattern)
      default:
        // The minimum itself is stored as 1.
        if type == .hashMetadata {
          bytes.append(length: expiries[index].map { UInt64(bitPattern: $0 &- least) &+ 1 } ?? 0)
        }
        bytes.append(string: strings[2 * index])
        bytes.append(string: strings[2 * index + 1])
        if type == .valkeyHash2 {
          bytes.append(littleEndian: UInt64(bitPattern: expiries[index] ?? -1))
        }
      }
    }
  }
}
