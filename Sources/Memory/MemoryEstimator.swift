// The memory of keys, record by record: strings from the record alone, anything else by one walk.

package import RDB

/// The sizes of one value.
package struct ValueSizes: BitwiseCopyable, Sendable {
  /// Elements: fields and members once, of a stream its entries; of a string, 1.
  package var elements = 0
  /// Bytes of the longest element; 0 for streams and values that are not decoded.
  package var longest = 0
  /// Bytes of all elements.
  package var elementBytes = 0
  /// Whether the value could be measured.
  package var isDecoded = true
  /// Whether it is a table, and not packed.
  package var isTable = false
}

/// Estimates the memory of records, on one thread.
package struct MemoryEstimator: ~Copyable {
  private var sink: MemorySink
  private var scratch = Scratch()
  /// The sizes of the last value.
  package private(set) var sizes = ValueSizes()

  /// Makes an estimator.
  ///
  /// - Parameters:
  ///   - models: The models, each with the limits that decide about encodings; nil keeps the file's.
  ///   - measuresElements: Whether the longest element of packed values is found too.
  package init(_ models: [(MemoryModel, EncodingLimits?)], measuresElements: Bool) {
    sink = MemorySink(models.map { ModelSums($0.0, $0.1) }, opens: measuresElements)
  }

  /// Measures a record.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - bytes: The bytes that it was scanned from.
  ///   - context: The context for decoding values.
  ///   - result: Receives the memory under each model; it has as many elements as there are models.
  /// - Throws: Damage to the value, with its offset in `bytes`.
  package mutating func measure(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext,
    into result: inout [KeyMemory]
  ) throws(RDBError) {
    let key = KeyFacts(record)
    let container =
      context.dialect == .dragonfly ? .unknown : Container(record.type, context.dialect)
    if case .string = container {
      return try measureString(record, key, in: bytes, into: &result)
    }
    guard container != .unknown else {
      sizes = ValueSizes(
        elements: Int(clamping: record.elements ?? 0), isDecoded: false)
      for index in result.indices { result[index] = .unknown }
      return
    }
    sink.begin(container, record.type)
    var at = record.valueOffset
    try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
    let facts = sink.facts
    sizes = ValueSizes(
      elements: facts.count, longest: facts.longest, elementBytes: facts.elementBytes,
      isTable: container == .table || container == .skiplist)
    for index in result.indices { result[index] = sink.models[index].finish(facts, key) }
  }

  @inline(__always)
  private mutating func measureString(
    _ record: RDBRecord, _ key: KeyFacts, in bytes: RawSpan, into result: inout [KeyMemory]
  ) throws(RDBError) {
    let value = try record.stringValue(in: bytes)
    let length = value.length
    let isInteger: Bool
    switch value {
    case .integer: isInteger = true
    case .raw(let place):
      isInteger =
        place.count <= 20 && ByteHash.canonicalNumber(bytes.extracting(place.range)) != nil
    case .lzf: isInteger = false
    }
    sizes = ValueSizes(elements: 1, longest: length)
    for index in result.indices {
      result[index] = sink.models[index].string(length, isInteger: isInteger, key)
    }
  }
}

extension Container {
  /// The container that a server makes of a value of this type.
  fileprivate init(_ type: RDBType, _ dialect: RDBDialect) {
    switch type {
    case .string: self = .string
    case .set, .hash, .hashMetadataPreGA, .hashMetadata: self = .table
    case .zset, .zset2: self = .skiplist
    case .list, .listZiplist, .listQuicklist, .listQuicklist2: self = .quicklist
    case .hashZipmap, .setIntset, .zsetZiplist, .hashZiplist, .hashListpack,
      .zsetListpack, .setListpack:
      self = .blob
    case .hashListpackExPreGA, .hashListpackEx: self = .listpackEx
    case .streamListpacks, .streamListpacks2, .streamListpacks3, .streamListpacks4,
      .streamListpacks5:
      self = .stream
    default: self = .unknown
    }
  }
}
