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
    let record = item.record
    var outcome: Outcome
    if target.loads(record.type, in: context.dialect) {
      try begin(item, record.type, bytes, context, &output)
      writer.copy(record.value, of: bytes, to: &output)
      outcome = .written
    } else if record.type.shape(in: context.dialect) == .stream {
      outcome = try appendStream(item, bytes, context, &output)
    } else {
      outcome = try appendElements(item, bytes, context, &output)
    }
    if record.hasKeyMeta, !keepsMetadata(context), outcome == .written {
      outcome = .writtenWithoutMetadata
    }
    return outcome
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
    _ item: Item, _ bytes: RawSpan, _ context: ValueContext, _ output: inout OutputBuffer
  ) throws(RDBError) -> Outcome {
    let content = item.record.type.content(in: context.dialect)
    guard !content.isEmpty, content.isSubset(of: PlainValueWriter.accepts) else {
      return .unsupported
    }
    var size = ValueSizeSink()
    var at = item.record.valueOffset
    try walk(item.record.type, context, in: bytes, at: &at, scratch: &scratch, into: &size)
    guard let type = type(for: size) else { return .unsupported }
    guard size.count > 0 else { return .empty }
    try begin(item, type, bytes, context, &output)
    if type == .hashMetadata {
      let earliest = UInt64(bitPattern: size.earliestExpiry?.rawValue ?? 0)
      output.append(littleEndian: earliest, width: 8)
    }
    output.append(length: size.count)
    try appendElements(item.record, as: type, size, bytes, context, &output)
    let keepsExpiries = type == target.expiringHash
    if size.earliestExpiry != nil, !keepsExpiries { return .writtenWithoutFieldExpiries }
    return size.losesNegativeZero ? .writtenWithoutNegativeZero : .written
  }

  private mutating func appendElements(
    _ record: RDBRecord, as type: RDBType, _ size: ValueSizeSink, _ bytes: RawSpan,
    _ context: ValueContext, _ output: inout OutputBuffer
  ) throws(RDBError) {
    var lent = OutputBuffer(capacity: 0)
    swap(&lent, &output)
    var elements = PlainValueWriter(type, base: size.earliestExpiry, into: lent)
    var at = record.valueOffset
    do throws(RDBError) {
      try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &elements)
    } catch {
      output = elements.output
      throw error
    }
    output = elements.output
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
    _ item: Item, _ bytes: RawSpan, _ context: ValueContext, _ output: inout OutputBuffer
  ) throws(RDBError) -> Outcome {
    guard let type = target.stream else { return .unsupported }
    // Damage is found before anything is written.
    var check = StreamConversion(item.record, to: type)
    try check.convert(bytes) { _ in }
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
