// Reads a file one batch of records at a time. Values are skipped by their lengths.
//
// The loop waits for memory and branches, not for arithmetic, so every check stays in. A call, a
// closure, a class or a copy per key is expensive, so there is none: strings are handled in the
// loop, everything else in one function that is not inlined, and the state lives in locals until a
// batch is full.

/// Reads the records of an RDB file from front to back.
///
/// Holds no bytes: each call borrows them.
public struct RDBScanner: Sendable {
  /// The file's header.
  public let header: RDBHeader
  /// The position of the scan.
  public internal(set) var state: ScanState
  /// What the meaning of values depends on.
  public internal(set) var context: ValueContext

  /// Why a call of `scan` came back.
  public enum Stop: Hashable, Sendable {
    /// The batch is full, or the next opcode changes the meaning of types and must be read
    /// after the records of the batch were used.
    case batchFull
    /// The next record begins at the limit or after it.
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
  package init(header: RDBHeader, resuming state: ScanState, context: ValueContext) {
    self.header = header
    self.state = state
    self.context = context
  }

  /// Appends records to a batch until it is full, the limit is reached or the file ends.
  ///
  /// - Parameters:
  ///   - bytes: A part of the file that holds at least the record at `state.offset`.
  ///   - limit: An offset in the file. A record that begins before it is read to its end, if `bytes`
  ///     reach that far.
  ///   - batch: Where records go.
  /// - Returns: Why it came back.
  /// - Throws: What is wrong, with its offset in the file. `state` is then before the record or
  ///   opcode that could not be read, and `batch` holds what came before. After `.truncated`, repeat
  ///   the call with more bytes.
  public mutating func scan(
    _ bytes: RawSpan, until limit: Int = .max, into batch: inout RecordBatch
  ) throws(RDBError) -> Stop {
    try run(bytes, until: limit, into: &batch)
  }

  /// Counts records until the limit is reached, the file ends, or `tally` holds as many events as it
  /// can.
  ///
  /// The same scan as that into a batch, at half the cost: no record is ever stored.
  package mutating func scan(
    _ bytes: RawSpan, until limit: Int = .max, into tally: inout RecordTally
  ) throws(RDBError) -> Stop {
    try run(bytes, until: limit, into: &tally)
  }

  /// The scan, whatever takes what it reads.
  mutating func run<Sink: RecordSink & ~Copyable>(
    _ bytes: RawSpan, until limit: Int, into sink: inout Sink
  ) throws(RDBError) -> Stop {
    if state.isEnded { return .end }
    let end = min(limit, bytes.byteCount)
    let stop = try fill(bytes, end: end, &sink)
    // Where the bytes stop before the limit does, the file goes on: it has not said its end.
    guard stop != .limit || limit <= bytes.byteCount else {
      let part: RDBError.Part = state.pending.start < 0 ? .trailer : .whole
      throw RDBError(.truncated, part, at: state.offset, number: 1)
    }
    return stop
  }

  /// The loop: runs of short strings, and between them whatever else there is, one by one.
  private mutating func fill<Sink: RecordSink & ~Copyable>(
    _ bytes: RawSpan, end: Int, _ sink: inout Sink
  ) throws(RDBError) -> Stop {
    var at = state.offset
    defer { state.offset = at }
    while at < end {
      if state.pending.start < 0, !sink.isFull {
        readRun(in: bytes, &at, end: end, &sink)
        guard at < end else { return .limit }
      }
      guard !sink.isFull else { return .batchFull }
      do throws(RDBError) {
        guard try step(in: bytes, &at, &sink) else { return .batchFull }
      } catch {
        throw error
      }
      if state.isEnded { return .end }
    }
    return .limit
  }

  /// Reads short strings as long as nothing else comes.
  ///
  /// They are most records of most files. All that changes from one to the next is in registers.
  private func readRun<Sink: RecordSink & ~Copyable>(
    in bytes: RawSpan, _ at: inout Int, end: Int, _ sink: inout Sink
  ) {
    var run = sink.beginRun()
    var next = at
    while next < end, !run.isFull {
      let byte = bytes.byte(at: next)
      if byte == RDBType.string.rawValue {
        guard let record = readShortString(in: bytes, &next, typeAt: next) else {
          break
        }
        run.take(record)
      } else {
        guard byte == RDBOpcode.expireTimeMS.rawValue,
          let record = readExpiringString(in: bytes, &next)
        else { break }
        run.take(record)
      }
    }
    sink.endRun(
      run, of: next &- at, in: bytes, database: state.database, context.dialect)
    at = next
  }

  /// A string record whose key and value are below 64 bytes each and stored as they are.
  ///
  /// Nil, and `at` unmoved, where it is another or is not whole.
  @inline(__always)
  private func readShortString(
    in bytes: RawSpan, _ at: inout Int, typeAt: Int
  ) -> RDBRecord? {
    var next = typeAt &+ 1  // there is a byte at typeAt
    guard let keyCount = bytes.skipShortKey(&next) else { return nil }
    let valueAt = next
    guard bytes.skipShortString(&next) != nil else { return nil }
    at = next
    return RDBRecord(
      offset: typeAt, valueCount: next &- valueAt, expiryMilliseconds: 0,
      elementCount: 1, keyStored: UInt32(truncatingIfNeeded: keyCount &+ 1),
      keyCount: UInt32(truncatingIfNeeded: keyCount), evictionNumber: 0, attributeCount: 0,
      database: state.database, slotNumber: state.slot, type: .string, flags: [])
  }

  /// The same after an expiry in milliseconds, whose nine bytes are at `at`.
  @inline(__always)
  private func readExpiringString(
    in bytes: RawSpan, _ at: inout Int
  ) -> RDBRecord? {
    guard bytes.byteCount &- at > 9, bytes.byte(at: at &+ 9) == RDBType.string.rawValue else {
      return nil
    }
    let start = at
    // Servers take −1 for no expiry.
    guard bytes.littleEndian64(at: start &+ 1) != -1 else { return nil }
    guard var record = readShortString(in: bytes, &at, typeAt: start &+ 9) else {
      return nil
    }
    record.expiryMilliseconds = bytes.littleEndian64(at: start &+ 1)
    record.attributeCount = 9
    record.flags = .expiry
    return record
  }

  /// Reads the attribute, opcode or record at `at`, and moves past it.
  ///
  /// - Returns: False, and nothing was done, where it changes the meaning of types and the sink has
  ///   records that are still to be used with the meaning of before.
  @inline(never)
  private mutating func step<Sink: RecordSink & ~Copyable>(
    in bytes: RawSpan, _ at: inout Int, _ sink: inout Sink
  ) throws(RDBError) -> Bool {
    let opcode = RDBOpcode(bytes.byte(at: at))
    var next = at &+ 1
    if opcode.rawValue < RDBType.end {
      let type = RDBType(opcode.rawValue)
      let record =
        type == .string
        ? try readString(in: bytes, &next, state.pending)
        : try readRecord(type, in: bytes, &next, state.pending)
      sink.take(record, in: bytes, context.dialect)
      if state.pending.start >= 0 { state.pending = ScanState.Attributes() }
    } else {
      let saved = opcode.mayChangeContext && sink.needsContext ? self : nil
      let event = try readOpcode(opcode, in: bytes, &next)
      if let saved, saved.context != context {
        self = saved
        return false
      }
      if let event { sink.take(event) }
    }
    at = next
    return true
  }

  /// Any other string record; `at` is after its type byte.
  @inline(never)
  private func readString(
    in bytes: RawSpan, _ at: inout Int, _ pending: ScanState.Attributes
  ) throws(RDBError) -> RDBRecord {
    let keyAt = at
    let key = try bytes.readString(&at)
    if key.count == 0 { try bytes.refuseZeros(at: keyAt &- 1) }
    let valueAt = at
    let value = try bytes.readString(&at)
    var record = try makeRecord(
      key, typeAt: keyAt &- 1, valueAt: valueAt, end: at, pending)
    switch value {
    case .raw: break
    case .integer: record.flags.insert(.valueIsInteger)
    case .lzf: record.flags.insert(.valueIsLZF)
    }
    return record
  }

  @inline(__always)
  private func makeRecord(
    _ key: StringObject, typeAt: Int, valueAt: Int, end: Int,
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
    let typeOffset = typeAt
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

  /// A record of any other type; `at` is after its type byte.
  @inline(never)
  private func readRecord(
    _ type: RDBType, in bytes: RawSpan, _ at: inout Int,
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
      key, typeAt: typeAt, valueAt: valueAt, end: at, pending)
    record.type = type
    record.elementCount = sink.count
    return record
  }
}
