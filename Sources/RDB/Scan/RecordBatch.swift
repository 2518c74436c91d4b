/// A reused row of records, and what the file says between them.
///
/// Records are handed over in batches, since a call or an optional per key costs more than reading
/// the key. A batch of a few hundred stays in the first cache.
public struct RecordBatch: ~Copyable, Sendable {
  /// Room for records; the first `count` are filled.
  var storage: [RDBRecord]
  /// Records in the batch.
  public internal(set) var count = 0
  /// What stands between records: each event precedes the record at `index`.
  public internal(set) var events: [(index: Int, event: RDBEvent)] = []

  /// Makes a batch for at most `capacity` records.
  public init(capacity: Int = 256) {
    precondition(capacity > 0)
    storage = Array(repeating: RDBRecord.empty, count: capacity)
  }

  /// Records the batch can hold.
  public var capacity: Int { storage.count }

  /// Whether nothing was scanned into it.
  public var isEmpty: Bool { count == 0 && events.isEmpty }

  /// The record at a place in the batch.
  @inline(__always)
  public subscript(index: Int) -> RDBRecord {
    precondition(index < count)
    return storage[index]
  }

  /// The records, borrowed.
  public borrowing func withRecords<Result, Failure: Error>(
    _ body: (Span<RDBRecord>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(storage.span.extracting(first: count))
  }

  /// Empties the batch and keeps its room.
  public mutating func removeAll() {
    count = 0
    events.removeAll(keepingCapacity: true)
  }
}

extension RDBRecord {
  /// What a batch is filled with before records are.
  static var empty: RDBRecord {
    RDBRecord(
      offset: 0, valueCount: 0, expiryMilliseconds: 0, elementCount: 0, keyStored: 0, keyCount: 0,
      evictionNumber: 0, attributeCount: 0, database: 0, slotNumber: 0xffff, type: .string,
      flags: [])
  }
}
