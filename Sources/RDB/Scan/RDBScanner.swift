// A file, one batch of records at a time. Values are stepped over by their lengths.
//
// The loop waits for memory and for branches, not for arithmetic, so every check stays in. What
// costs is a call, a closure, a class or a copy per key; there is none: strings are handled in the
// loop, everything else in one function that is not inlined, and the state lives in locals until a
// batch is full.

/// Reads the records of an RDB file from front to back.
///
/// Holds no bytes: they are lent to each call.
public struct RDBScanner: Sendable {
  /// The file's header.
  public let header: RDBHeader
  /// Where the scan stands.
  public internal(set) var state: ScanState
  /// What the meaning of values depends on.
  public internal(set) var context: ValueContext

  /// Why a call of `scan` came back.
  public enum Stop: Hashable, Sendable {
    /// The batch holds as many records as it can, or what follows changes the meaning of types and
    /// is to be read after they were used.
    case batchFull
    /// The next record begins at the limit or behind it.
    case limit
    /// The end opcode was read.
    case end
  }

  /// Begins at a file's first byte.
  /// - Throws: `.truncated`, `.badMagic` or `.badVersion`.
  public init(headerOf bytes: RawSpan) throws(RDBError) {
    header = try RDBHeader(parsing: bytes)
    state = ScanState(offset: RDBHeader.byteCount)
    context = ValueContext(dialect: header.isValkey ? .valkey : .redis)
  }

  /// Goes on from a state in a file with a known header and context.
  public init(header: RDBHeader, resuming state: ScanState, context: ValueContext) {
    self.header = header
    self.state = state
    self.context = context
  }

  /// Appends records to a batch until it is full, the limit is reached or the file ends.
  ///
  /// - Parameters:
  ///   - bytes: A part of the file that holds at least the record at `state.offset`.
  ///   - base: Where that part begins in the file.
  ///   - limit: An offset in the file. A record that begins before it is read to its end, if `bytes`
  ///     reach that far.
  ///   - batch: Where records go.
  /// - Returns: Why it came back.
  /// - Throws: What is wrong, with its offset in the file. `state` then stands before the record or
  ///   opcode that could not be read, and `batch` holds what came before. After `.truncated`, the
  ///   same call with more bytes goes on.
  public mutating func scan(
    _ bytes: RawSpan, base: Int = 0, until limit: Int = .max, into batch: inout RecordBatch
  ) throws(RDBError) -> Stop {
    precondition(base >= 0 && state.offset >= base)
    if state.isEnded { return .end }
    let end = min(limit &- base, bytes.byteCount)
    var count = batch.count
    defer { batch.count = count }
    let stop = try fill(bytes, base: base, end: end, &batch.storage, &count, &batch.events)
    // Where the bytes stop before the limit does, the file goes on: it has not said its end.
    guard stop != .limit || limit &- base <= bytes.byteCount else {
      throw RDBError(.truncated, at: state.offset, number: 1)
    }
    return stop
  }

  /// The loop.
  ///
  /// Short strings, with an expiry or without, are most records of most files and are read here, with
  /// everything in registers. What is left goes through `step`.
  private mutating func fill(
    _ bytes: RawSpan, base: Int, end: Int, _ storage: inout [RDBRecord], _ filled: inout Int,
    _ events: inout [(index: Int, event: RDBEvent)]
  ) throws(RDBError) -> Stop {
    var records = storage.mutableSpan
    var at = state.offset &- base
    var count = filled
    defer {
      state.offset = at &+ base
      filled = count
    }
    var hasPending = state.pending.start >= 0
    while at < end {
      guard count < records.count else { return .batchFull }
      let byte = bytes.byte(at: at)
      if byte == RDBType.string.rawValue, !hasPending {
        if let record = readShortString(in: bytes, &at, typeAt: at, base: base) {
          records[count] = record
          count &+= 1
          continue
        }
      } else if byte == RDBOpcode.expireTimeMS.rawValue, !hasPending,
        let record = readExpiringString(in: bytes, &at, base: base)
      {
        records[count] = record
        count &+= 1
        continue
      }
      let before = at
      let saved = count > 0 && RDBOpcode(byte).mayChangeContext ? (self, events.count) : nil
      do throws(RDBError) {
        try step(RDBOpcode(byte), in: bytes, &at, base: base, &records, &count, &events)
      } catch {
        throw error.moved(by: base)
      }
      if let (saved, eventCount) = saved, saved.context != context {
        // What the records of a batch mean must not change behind them: this comes with the next.
        self = saved
        at = before
        events.removeLast(events.count - eventCount)
        return .batchFull
      }
      if state.isEnded { return .end }
      hasPending = state.pending.start >= 0
    }
    return .limit
  }

  /// A string record whose key and value are below 64 bytes each and stored as they are.
  ///
  /// Nil, and `at` unmoved, where it is another or is not whole.
  @inline(__always)
  private func readShortString(
    in bytes: RawSpan, _ at: inout Int, typeAt: Int, base: Int
  ) -> RDBRecord? {
    var next = typeAt &+ 1  // there is a byte at typeAt
    guard let keyCount = bytes.skipShortString(&next) else { return nil }
    let valueAt = next
    guard bytes.skipShortString(&next) != nil else { return nil }
    at = next
    return RDBRecord(
      offset: typeAt &+ base, valueCount: next &- valueAt, expiryMilliseconds: 0,
      elementCount: 1, keyStored: UInt32(truncatingIfNeeded: keyCount &+ 1),
      keyCount: UInt32(truncatingIfNeeded: keyCount), evictionNumber: 0, attributeCount: 0,
      database: state.database, slotNumber: state.slot, type: .string, flags: [])
  }

  /// The same behind an expiry in milliseconds: nine bytes at `at`.
  @inline(__always)
  private func readExpiringString(
    in bytes: RawSpan, _ at: inout Int, base: Int
  ) -> RDBRecord? {
    guard bytes.byteCount &- at > 9, bytes.byte(at: at &+ 9) == RDBType.string.rawValue else {
      return nil
    }
    let start = at
    guard var record = readShortString(in: bytes, &at, typeAt: start &+ 9, base: base) else {
      return nil
    }
    record.expiryMilliseconds = bytes.littleEndian64(at: start &+ 1)
    record.attributeCount = 9
    record.flags = .expiry
    return record
  }

  /// Reads whatever stands at `at`, and moves behind it: an attribute, an opcode or a record.
  @inline(never)
  private mutating func step(
    _ opcode: RDBOpcode, in bytes: RawSpan, _ at: inout Int, base: Int,
    _ records: inout MutableSpan<RDBRecord>, _ count: inout Int,
    _ events: inout [(index: Int, event: RDBEvent)]
  ) throws(RDBError) {
    var next = at &+ 1
    if opcode.rawValue < 100 {
      let type = RDBType(opcode.rawValue)
      if type == .string {
        records[count] = try readString(in: bytes, &next, base: base, state.pending)
      } else {
        records[count] = try readRecord(type, in: bytes, &next, base: base, state.pending)
      }
      count &+= 1
      if state.pending.start >= 0 { state.pending = ScanState.Attributes() }
    } else {
      try readOpcode(opcode, in: bytes, &next, base: base, count, &events)
    }
    at = next
  }

  /// Any other string record; `at` is behind its type byte.
  @inline(never)
  private func readString(
    in bytes: RawSpan, _ at: inout Int, base: Int, _ pending: ScanState.Attributes
  ) throws(RDBError) -> RDBRecord {
    let keyAt = at
    let key = try bytes.readString(&at)
    let valueAt = at
    let value = try bytes.readString(&at)
    var record = try makeRecord(
      key, typeAt: keyAt &- 1, valueAt: valueAt, end: at, base: base, pending)
    switch value {
    case .raw: break
    case .integer: record.flags.insert(.valueIsInteger)
    case .lzf: record.flags.insert(.valueIsLZF)
    }
    return record
  }

  @inline(__always)
  private func makeRecord(
    _ key: StringObject, typeAt: Int, valueAt: Int, end: Int, base: Int,
    _ pending: ScanState.Attributes
  ) throws(RDBError) -> RDBRecord {
    var flags = pending.flags
    let keyStored = valueAt &- typeAt &- 1
    let keyCount: Int
    if case .raw(let place) = key {
      keyCount = place.count
    } else {
      keyCount = key.count
      flags.insert(.keyIsPacked)
    }
    let typeOffset = typeAt &+ base
    let attributes = pending.start < 0 ? 0 : typeOffset &- pending.start
    guard keyStored | keyCount | attributes <= Int(UInt32.max) else {
      throw RDBError(.limitExceeded, at: typeAt &+ 1, number: UInt64(keyCount))
    }
    return RDBRecord(
      offset: typeOffset, valueCount: end &- valueAt, expiryMilliseconds: pending.expiry,
      elementCount: 1, keyStored: UInt32(truncatingIfNeeded: keyStored),
      keyCount: UInt32(truncatingIfNeeded: keyCount), evictionNumber: pending.eviction,
      attributeCount: UInt32(truncatingIfNeeded: attributes), database: state.database,
      slotNumber: pending.slot == 0xffff ? state.slot : pending.slot, type: .string, flags: flags)
  }

  /// A record of any other type; `at` is behind its type byte.
  @inline(never)
  private func readRecord(
    _ type: RDBType, in bytes: RawSpan, _ at: inout Int, base: Int,
    _ pending: ScanState.Attributes
  ) throws(RDBError) -> RDBRecord {
    let typeAt = at &- 1
    guard type.shape(in: context.dialect) != nil else {
      throw RDBError(.unknownType, at: typeAt, number: UInt64(type.rawValue))
    }
    let key = try bytes.readString(&at)
    let valueAt = at
    var sink = SkipSink()
    var scratch = Scratch()
    try walk(type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
    var record = try makeRecord(
      key, typeAt: typeAt, valueAt: valueAt, end: at, base: base, pending)
    record.type = type
    record.elementCount = sink.count
    return record
  }
}
