// A walk as a user of the product RDB writes it, with nothing but what is public: the same sink as the
// benchmark's own, which has access to everything.

public import RDB

/// Walks every value of a file into a sink that counts elements.
///
/// - Parameter bytes: The file.
/// - Returns: The number of elements.
/// - Throws: Damage.
public func countElements(_ bytes: RawSpan) throws(RDBError) -> UInt64 {
  var scanner = try RDBScanner(headerOf: bytes)
  var batch = RecordBatch()
  var sink = CountingSink()
  var scratch = Scratch()
  var stop = RDBScanner.Stop.batchFull
  while stop != .end {
    batch.removeAll()
    stop = try scanner.scan(bytes, into: &batch)
    try batch.withRecords { records throws(RDBError) in
      for index in records.indices {
        let record = records[index]
        guard record.type.isDecoded(in: scanner.context.dialect) else { continue }
        var at = record.valueOffset
        try walk(
          record.type, scanner.context, in: bytes, at: &at, scratch: &scratch, into: &sink)
      }
    }
  }
  return sink.elements
}

/// Counts elements by the row, and adds up their sizes so that each is looked at.
private struct CountingSink: ValueSink {
  static var decodes: Bool { true }
  var elements: UInt64 = 0
  var size = 0

  mutating func begin(_ shape: ValueShape, count: Int?) {}
  mutating func item(_ item: StringObject, in bytes: RawSpan) {
    elements += 1
    size &+= item.count
  }
  mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {
    elements += 1
    size &+= field.count &+ value.count
  }
  mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {
    elements += 1
    size &+= member.count
  }
  mutating func items(_ items: Span<StringObject>, in bytes: RawSpan) {
    for index in items.indices { size &+= items[index].count }
    elements += UInt64(items.count)
  }
  mutating func pairs(_ items: Span<StringObject>, in bytes: RawSpan) {
    for index in items.indices { size &+= items[index].count }
    elements += UInt64(items.count / 2)
  }
  mutating func members(
    _ members: Span<StringObject>, scores: Span<Double>, in bytes: RawSpan
  ) {
    for index in members.indices { size &+= members[index].count }
    elements += UInt64(members.count)
  }
}
