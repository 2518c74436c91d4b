// The scanning side of a sweep: scan state, metadata so far and failure.

import RDB

/// The state of the scanning thread.
final class SweepScanner: @unchecked Sendable {
  // Unchecked: the scanning thread owns it, and after the scan the thread that reads the result.

  var scan: SummingScanner
  var metadata: RDBMetadata
  var notes = NoteList()
  var failure: JobFailure?
  /// Whether the workers compute the checksum.
  let leavesChecksum: Bool
  /// The checksum computed by the workers.
  var checksum: UInt64?
  /// Unpacks the bytes; nil if all are there.
  let unpacking: Unpacking?
  /// Bytes that had arrived at the last call of `fill`.
  private(set) var visible = 0
  /// Records that do not count; nil if all do.
  var replaced: ReplacedRecords?
  /// Picks the only records that are read; nil if all are.
  var picker: RecordPicker?
  /// The only part that is read; nil for the whole file.
  var range: FileRange?
  /// Records of the range that were scanned.
  private var rangeKeys: UInt64 = 0
  /// Ends the scan from outside; nil if nobody does.
  var cancellation: Cancellation?
  /// The last scanned records.
  var tail = RecordTail()
  /// Whether nobody reads values: the memory of long strings is then given back as they arrive.
  var dropsValues = false

  /// Makes a scan from the first byte.
  ///
  /// With `leavesChecksum`, the workers compute the checksum.
  init(
    _ scanner: RDBScanner, checksum: Bool, leavesChecksum: Bool = false,
    unpacking: Unpacking? = nil
  ) {
    self.unpacking = unpacking
    self.leavesChecksum = checksum && leavesChecksum
    scan = SummingScanner(scanner: scanner, checksum: checksum && !leavesChecksum)
    metadata = RDBMetadata(header: scanner.header)
  }

  /// Appends records to a batch and adds the opcodes between them to the metadata.
  ///
  /// Returns why it stopped; damage sets `failure` and returns `.end`.
  func fill(
    _ batch: inout RecordBatch, from bytes: RawSpan, until end: Int = .max
  ) -> RDBScanner.Stop {
    if picker?.isOpened == true { return fillPicked(&batch, from: bytes) }
    if let range { return fill(&batch, from: bytes, until: end, of: range) }
    let stop = scanNext(&batch, from: bytes, until: end)
    tail.take(batch)
    if let replaced { replaced.filter(&batch, in: bytes.extracting(first: visible)) }
    guard picker != nil else { return stop }
    let arrived = bytes.extracting(first: visible)
    let isAtEnd = stop == .end && failure == nil
    guard let wrong = picker?.filter(&batch, in: arrived, isAtEnd: isAtEnd) else { return stop }
    failure = .offset(wrong)
    return .end
  }

  /// Appends records of a range; at its end, checks that the scan came to the end that it states.
  private func fill(
    _ batch: inout RecordBatch, from bytes: RawSpan, until end: Int, of range: FileRange
  ) -> RDBScanner.Stop {
    let known = batch.count
    let stop = scanNext(&batch, from: bytes, until: range.isLast ? end : min(end, range.end))
    rangeKeys += UInt64(batch.count - known)
    guard stop == .end || scan.scanner.state.offset >= range.end else { return stop }
    if failure == nil, let wrong = range.misfit(scan.scanner, keys: rangeKeys) {
      failure = .range(wrong)
    }
    return .end
  }

  /// Appends records that were opened at their offsets, after the opcodes before the first key.
  private func fillPicked(_ batch: inout RecordBatch, from bytes: RawSpan) -> RDBScanner.Stop {
    while picker?.isAfterHead == false {
      let stop = scanNext(&batch, from: bytes, until: scan.scanner.state.offset + 1)
      guard stop == .limit || batch.count > 0 else { return stop }
      if batch.count > 0 { picker?.isAfterHead = true }
    }
    batch.remove(records: { _ in true }, events: { _ in false })
    picker?.append(to: &batch)
    return picker?.isAtEnd == true ? .end : .batchFull
  }

  /// Appends records and adds the opcodes between them to the metadata.
  private func scanNext(
    _ batch: inout RecordBatch, from bytes: RawSpan, until end: Int
  ) -> RDBScanner.Stop {
    // Skip events of an earlier call.
    let noted = batch.events.count
    let stop = advance(in: bytes) { bytes, isWhole throws(RDBError) in
      try scan.fill(&batch, from: bytes, until: end, isWhole: isWhole)
    }
    for (_, event) in batch.events[noted...] {
      metadata.note(event, in: bytes.extracting(first: visible))
    }
    return stop
  }

  /// Counts records up to an offset, or over a speculative chunk, and adds opcodes to the metadata.
  ///
  /// Returns why it stopped; damage sets `failure` and returns `.end`.
  func fill(
    _ tally: inout RecordTally, from bytes: RawSpan, until end: Int,
    over chunk: SpeculativeChunk? = nil
  ) -> RDBScanner.Stop {
    let stop = advance(in: bytes) { bytes, isWhole throws(RDBError) in
      if let chunk { return try scan.fill(&tally, from: bytes, over: chunk) }
      return try scan.fill(&tally, from: bytes, until: end, isWhole: isWhole)
    }
    for event in tally.events { metadata.note(event, in: bytes.extracting(first: visible)) }
    tally.removeEvents()
    return stop
  }

  /// Runs a step of the scan on the bytes that have arrived; the flag is whether these are all.
  private func advance(
    in bytes: RawSpan, _ step: (RawSpan, Bool) throws(RDBError) -> RDBScanner.Stop
  ) -> RDBScanner.Stop {
    visible = bytes.byteCount
    guard cancellation?.isCancelled != true else {
      failure = .stopped
      return .end
    }
    do throws(RDBError) {
      guard let unpacking else { return try step(bytes, true) }
      return try advance(in: bytes, unpacking, step)
    } catch {
      failure = .damage(
        Damage(error, scanner: scan.scanner, in: bytes.extracting(first: visible)))
      return .end
    }
  }

  /// Waits for enough bytes to run a step, and for more if a record needs more.
  private func advance(
    in range: RawSpan, _ unpacking: Unpacking,
    _ step: (RawSpan, Bool) throws(RDBError) -> RDBScanner.Stop
  ) throws(RDBError) -> RDBScanner.Stop {
    let start = scan.scanner.state.offset
    var wanted = start + SummingScanner.step
    var passed = 0
    while true {
      let arrived = unpacking.wait(for: wanted)
      visible = arrived.count
      do throws(RDBError) {
        return try step(range.extracting(first: visible), arrived.isWhole)
      } catch {
        guard error.reason == .truncated, !arrived.isWhole else { throw error }
        // Process the records read so far first, so that their bytes can be released.
        if scan.scanner.state.offset > start { return .limit }
        if passed < SweepScanner.passedStrings, let end = passOver(error, range, unpacking) {
          passed += 1
          wanted = end + SummingScanner.step
          continue
        }
        // Grow by half each time, so that rescanning a long record costs a constant factor.
        wanted = visible + max((visible - start) / 2, SummingScanner.step)
      }
    }
  }

  /// Strings of a record that are passed over; the scan begins at its start again behind each.
  private static let passedStrings = 256
  /// Bytes of a string that is worth it, and that are unpacked at once.
  private static let passedStep = 8 << 20
  /// Bytes at the start of a string that stay: what says its encoding.
  private static let keptStart = 1 << 12

  /// Lets a long string arrive that the scan steps over, and gives back its memory.
  ///
  /// - Returns: The offset behind the string; nil if the error is about something else, or if the string is
  ///   short, read by somebody, or cut.
  private func passOver(_ error: RDBError, _ range: RawSpan, _ unpacking: Unpacking) -> Int? {
    let start = error.offset
    guard dropsValues, error.inside < 0, error.number > UInt64(SweepScanner.passedStep),
      error.number < UInt64(range.byteCount - start),
      // It is the value's, if the key is whole.
      scan.scanner.failureLocation(in: range.extracting(first: visible)).key != nil
    else { return nil }
    let end = start + Int(error.number)
    var dropped = start + SweepScanner.keptStart
    while visible < end {
      let arrived = unpacking.wait(for: min(visible + SweepScanner.passedStep, end))
      visible = arrived.count
      scan.sum(range, upTo: min(visible, end))
      unpacking.drop(dropped..<min(visible, end))
      dropped = max(dropped, min(visible, end) - SweepScanner.passedStep)
      if arrived.isWhole, visible < end { return nil }
    }
    return end
  }

  /// The first byte that the scan or the checksum still needs.
  func settled(in bytes: RawSpan) -> Int {
    min(scan.scanner.failureLocation(in: bytes.extracting(first: visible)).start, scan.unsummed)
  }

  /// Makes the result of the sweep.
  func result<Summary>(_ found: WorkerResult<Summary>, in bytes: RawSpan) -> SweepResult<Summary> {
    metadata.dialect = scan.scanner.context.dialect
    var checked = ChecksumState.unchecked
    var tail: FileTail?
    if let end = metadata.end {
      checked = ChecksumState(
        stored: metadata.storedChecksum, computed: checksum ?? scan.finish(end: end, in: bytes))
      let last = end + 1 + (metadata.storedChecksum == nil ? 0 : 8)
      let count = unpacking?.wait(for: last + FileTail.headCount).count ?? bytes.byteCount
      tail = FileTail(bytes.extracting(first: count), from: last)
    }
    var result = SweepResult(
      metadata: metadata, checksum: checked, size: bytes.byteCount, tail: tail,
      summary: found.summary, restored: found.restored, keys: found.keys, notes: notes,
      failure: failure)
    if let unpacking { result.conclude(unpacking) }
    return result
  }
}

extension SweepScanner {
  /// Makes the result of a sweep that counts during the scan.
  func result<Summary: Mergeable & Sendable>(
    _ summary: Summary, in bytes: RawSpan
  ) -> SweepResult<Summary> {
    result(WorkerResult(summary: summary, restored: 0, keys: nil), in: bytes)
  }
}

extension SweepResult {
  /// Unpacks the rest and adds the remarks about the containers.
  fileprivate mutating func conclude(_ unpacking: Unpacking) {
    // After a write error the rest need not be read.
    if case .system? = failure {
      unpacking.stop()
      size = unpacking.arrived.count
      return
    }
    size = unpacking.drain()
    interruption = unpacking.failure
    remarks = unpacking.remarks
    if let start = tail?.offset { tail?.count = size - start }
    if case .damage(var damage)? = failure {
      damage.fileSize = size
      failure = .damage(damage)
    }
  }
}
