/// A reused array of records, and the events between them.
///
/// Records are passed in batches: a call or an optional per key costs more than reading
/// the key. A batch of a few hundred stays in the L1 cache.
@safe
public struct RecordBatch: ~Copyable, @unchecked Sendable {
  // Unchecked: the row is this value's own. A pointer, since an array would ask for each record
  // whether it has another owner.

  /// Events it holds at most before the scan comes back: a file may have nothing but events.
  private static let eventLimit = 4096

  /// Room for records; the first `count` are filled.
  private let storage: UnsafeMutableBufferPointer<RDBRecord>
  /// Records in the batch.
  public private(set) var count = 0
  /// Events between records: each precedes the record at `index`.
  public private(set) var events: [(index: Int, event: RDBEvent)] = []

  /// Makes a batch for at most `capacity` records.
  public init(capacity: Int = 256) {
    precondition(capacity > 0)
    // SAFETY: freed in `deinit`; records are plain bits and need no end of their own.
    unsafe storage = .allocate(capacity: capacity)
  }

  deinit { unsafe storage.deallocate() }

  /// Records the batch can hold.
  public var capacity: Int { unsafe storage.count }

  /// Whether nothing was scanned into it.
  public var isEmpty: Bool { count == 0 && events.isEmpty }

  /// The record at a place in the batch.
  @inline(__always)
  public subscript(index: Int) -> RDBRecord {
    precondition(index >= 0 && index < count)
    // SAFETY: the first `count` places are inside the row and were filled.
    return unsafe storage[index]
  }

  /// The records, borrowed.
  public borrowing func withRecords<Result, Failure: Error>(
    _ body: (Span<RDBRecord>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: the first `count` places were filled; the row lives through the call, and nobody can
    // change it meanwhile.
    try body(unsafe UnsafeBufferPointer(rebasing: storage[..<count]).span)
  }

  /// Removes records and events; the others keep their order.
  package mutating func remove(
    records isRemoved: (RDBRecord) -> Bool, events isOmitted: (RDBEvent) -> Bool
  ) {
    var (kept, next) = (0, 0)
    for index in 0..<count {
      while next < events.count, events[next].index <= index {
        events[next].index = kept
        next += 1
      }
      let record = self[index]
      guard !isRemoved(record) else { continue }
      // SAFETY: `kept` is at most `index`, which is inside the filled places.
      unsafe storage[kept] = record
      kept += 1
    }
    for place in next..<events.count { events[place].index = kept }
    count = kept
    events.removeAll { isOmitted($0.event) }
  }

  /// Appends a record that was read elsewhere; the batch must have room for it.
  package mutating func append(_ record: RDBRecord) {
    var run = beginRun()
    run.take(record)
    count = run.count
  }

  /// Empties the batch and keeps its room.
  public mutating func removeAll() {
    count = 0
    if !events.isEmpty { events.removeAll(keepingCapacity: true) }
  }
}

extension RecordBatch: RecordSink {
  var isFull: Bool { count == capacity || events.count >= RecordBatch.eventLimit }

  var needsContext: Bool { count > 0 }

  mutating func take(_ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect) {
    append(record)
  }

  mutating func take(_ event: RDBEvent) { events.append((count, event)) }

  func beginRun() -> Run { unsafe Run(storage: storage, count: count) }

  mutating func endRun(
    _ run: Run, of byteCount: Int, in bytes: RawSpan, database: UInt32, _ dialect: RDBDialect
  ) {
    count = run.count
  }

  /// The rest of the row.
  @safe
  struct Run: RecordRun {
    fileprivate let storage: UnsafeMutableBufferPointer<RDBRecord>
    fileprivate(set) var count: Int

    @inline(__always)
    var isFull: Bool { unsafe count >= storage.count }

    @inline(__always)
    mutating func take(_ record: RDBRecord) {
      precondition(!isFull)
      // SAFETY: the place is inside the row, which the batch keeps while it fills a run, and a
      // record is plain bits.
      unsafe storage.baseAddress.unsafelyUnwrapped.advanced(by: count).initialize(to: record)
      count &+= 1
    }
  }
}
