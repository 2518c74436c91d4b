// Records for an older or another server: copied where it loads their type, otherwise written in a type
// that it does. What no type of the target can hold is the outcome.

package import RDB

/// Writes records of an RDB file for a server that may not load all of their types.
package struct RecordReencoder: ~Copyable {
  /// What became of a record.
  package typealias Outcome = CommandExporter.Outcome

  /// A record to write.
  package struct Item: Sendable {
    package var record: RDBRecord
    package var expiry: UnixMilliseconds?
    /// The new key; nil if the record keeps its own.
    package var name: [UInt8]?
    /// Whether only the first of repeated fields or members is written.
    package var keepsFirst = false

    /// Creates an item.
    package init(_ record: RDBRecord, expiry: UnixMilliseconds?, name: [UInt8]? = nil) {
      self.record = record
      self.expiry = expiry
      self.name = name
    }
  }

  /// The target.
  package let target: RDBTarget
  /// Writes the other parts of the file.
  package let writer: RDBWriter
  private var scratch = Scratch()

  /// Creates a writer of records for a target.
  package init(_ target: RDBTarget) {
    self.target = target
    writer = RDBWriter(target.header)
  }

  /// Whether the target loads the record's bytes as they are, if its expiry stays.
  package func loadsUnchanged(_ record: RDBRecord, _ context: ValueContext) -> Bool {
    let onlyExpiry = record.attributeCount == (record.expiry == nil ? 0 : 9)
    return onlyExpiry && target.loads(record.type, in: context.dialect)
      && (record.type != .module2 || target.mayHaveAnyModule)
  }

  /// How a value is written.
  private enum Form {
    /// As it is.
    case copy
    /// Element by element, in a type that has these.
    case elements(RDBType, ValueSizeSink)
    /// As a stream of an older type.
    case stream(RDBType)
    case empty
    case unsupported
  }

  /// What would become of a record, without writing it.
  ///
  /// - Parameters:
  ///   - item: The record, its key and expiry.
  ///   - bytes: The file's bytes.
  ///   - context: The dialect of the file, and its templates.
  /// - Returns: Whether a record is written.
  /// - Throws: What is wrong with the value, with a file offset.
  package mutating func writes(
    _ item: Item, from bytes: RawSpan, context: ValueContext
  ) throws(RDBError) -> Bool {
    switch try form(of: item, bytes, context) {
    case .empty, .unsupported: false
    case .copy, .elements, .stream: true
    }
  }

  /// Writes a record.
  ///
  /// - Parameters:
  ///   - item: The record, its key and expiry.
  ///   - bytes: The file's bytes.
  ///   - context: The dialect of the file, and its templates.
  ///   - output: The output.
  /// - Returns: What became of it. Nothing is written if it is `.empty` or `.unsupported`.
  /// - Throws: What is wrong with the value, with a file offset. Nothing is written then.
  package mutating func append(
    _ item: Item, from bytes: RawSpan, context: ValueContext, to output: inout OutputBuffer
  ) throws(RDBError) -> Outcome {
    var outcome: Outcome
    switch try form(of: item, bytes, context) {
    case .empty: return .empty
    case .unsupported: return .unsupported
    case .copy:
      try begin(item, item.record.type, bytes, context, &output)
      writer.copy(item.record.value, of: bytes, to: &output)
      outcome = .written
    case .stream(let type): outcome = try appendStream(item, as: type, bytes, context, &output)
    case .elements(let type, let size):
      outcome = try appendElements(item, as: type, size, bytes, context, &output)
    }
    if item.record.hasKeyMeta, !keepsMetadata(context), outcome == .written {
      outcome = .writtenWithoutMetadata
    }
    return outcome
  }

  /// Decides how a value is written; damage is found before anything is.
  private mutating func form(
    of item: Item, _ bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) -> Form {
    let type = item.record.type
    guard target.mayHaveModule(of: item.record, in: bytes) else { return .unsupported }
    if !item.keepsFirst, target.loads(type, in: context.dialect) { return .copy }
    if type.shape(in: context.dialect) == .stream {
      guard let older = target.stream else { return .unsupported }
      var check = StreamConversion(item.record, to: older)
      try check.convert(bytes) { _ in }
      return .stream(older)
    }
    let content = type.content(in: context.dialect)
    guard !content.isEmpty, content.isSubset(of: PlainValueWriter.accepts) else {
      return .unsupported
    }
    var size = ValueSizeSink(keepsFirst: item.keepsFirst)
    var at = item.record.valueOffset
    try walk(type, context, in: bytes, at: &at, scratch: &scratch, into: &size)
    guard let plain = self.type(for: size) else { return .unsupported }
    return size.count > 0 ? .elements(plain, size) : .empty
  }

  private func keepsMetadata(_ context: ValueContext) -> Bool {
    target.supportsKeyMetadata && context.dialect == .redis
  }

  /// Writes the attributes that the target knows, the type and the key.
  private func begin(
    _ item: Item, _ type: RDBType, _ bytes: RawSpan, _ context: ValueContext,
    _ output: inout OutputBuffer
  ) throws(RDBError) {
    let record = item.record
    if let expiry = item.expiry { writer.append(expiry, to: &output) }
    if record.attributeCount > 0 {
      let (keepsUse, keepsMetadata) = (target.supportsUse, keepsMetadata(context))
      try record.attributes(in: bytes, context) { place in
        let isKept =
          switch RDBOpcode(rawValue: bytes.byte(place.offset)) {
          case .idle, .freq: keepsUse
          case .keyMetaOrSlotImport: keepsMetadata
          default: false
          }
        if isKept { writer.copy(place, of: bytes, to: &output) }
      }
    }
    output.append(type.rawValue)
    if let name = item.name { return output.append(stored: name) }
    output.append(stored: try record.key(in: bytes), of: bytes)
  }

  // MARK: Values

  private mutating func appendElements(
    _ item: Item, as type: RDBType, _ size: ValueSizeSink, _ bytes: RawSpan,
    _ context: ValueContext, _ output: inout OutputBuffer
  ) throws(RDBError) -> Outcome {
    try begin(item, type, bytes, context, &output)
    if type == .hashMetadata {
      let earliest = UInt64(bitPattern: size.earliestExpiry?.rawValue ?? 0)
      output.append(littleEndian: earliest, width: 8)
    }
    output.append(length: size.count)
    let elements = PlainValueWriter(
      type, base: size.earliestExpiry, keepsFirst: item.keepsFirst, into: OutputBuffer(capacity: 0))
    try appendElements(item.record, elements, bytes, context, &output)
    if size.earliestExpiry != nil, type != target.expiringHash {
      return .writtenWithoutFieldExpiries
    }
    if item.keepsFirst { return .writtenWithoutDoubledFields }
    return size.losesNegativeZero ? .writtenWithoutNegativeZero : .written
  }

  private mutating func appendElements(
    _ record: RDBRecord, _ writer: consuming PlainValueWriter, _ bytes: RawSpan,
    _ context: ValueContext, _ output: inout OutputBuffer
  ) throws(RDBError) {
    var elements = writer
    swap(&elements.output, &output)
    var at = record.valueOffset
    do throws(RDBError) {
      try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &elements)
    } catch {
      swap(&elements.output, &output)
      throw error
    }
    swap(&elements.output, &output)
  }

  /// The type that a value is written in; nil if the target has none.
  private func type(for size: ValueSizeSink) -> RDBType? {
    switch size.shape {
    case .list: .list
    case .set: .set
    case .sortedSet: target.sortedSet
    case .hash: size.earliestExpiry == nil ? .hash : target.expiringHash ?? .hash
    default: nil
    }
  }

  private func appendStream(
    _ item: Item, as type: RDBType, _ bytes: RawSpan, _ context: ValueContext,
    _ output: inout OutputBuffer
  ) throws(RDBError) -> Outcome {
    try begin(item, type, bytes, context, &output)
    var conversion = StreamConversion(item.record, to: type)
    try conversion.convert(bytes) { part in
      switch part {
      case .copy(let place): writer.copy(place, of: bytes, to: &output)
      case .length(let length): output.append(length: length)
      }
    }
    return conversion.losesState ? .writtenWithoutStreamState : .written
  }
}
