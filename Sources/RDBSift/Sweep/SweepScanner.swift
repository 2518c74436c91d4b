// The scan's side of a sweep: where it stands, what the file has said so far, what went wrong.

import RDB

/// What the thread that scans keeps.
final class SweepScanner: @unchecked Sendable {
  // Unchecked: it belongs to the one thread that scans; when that is done, to who reads the result.

  var scan: SummingScanner
  var metadata: RDBMetadata
  var notes = NoteList()
  var failure: JobFailure?
  /// Whether the threads that work on jobs make the checksum.
  let leavesChecksum: Bool
  /// The checksum that they have made.
  var checksum: UInt64?
  /// Where the bytes come from, if they are not all there yet.
  let unpacking: Unpacking?
  /// Bytes that could be read at the last call of `fill`.
  private(set) var visible = 0
  /// The last records that were scanned.
  var tail = RecordTail()

  /// Begins before the first byte; with `leavesChecksum`, whoever else asks for the checksum
  /// makes it.
  init(
    _ scanner: RDBScanner, checksum: Bool, leavesChecksum: Bool = false,
    unpacking: Unpacking? = nil
  ) {
    self.unpacking = unpacking
    self.leavesChecksum = checksum && leavesChecksum
    scan = SummingScanner(scanner: scanner, checksum: checksum && !leavesChecksum)
    metadata = RDBMetadata(header: scanner.header)
  }

  /// Appends records to a batch, and takes in what stands between them.
  ///
  /// Why it came back; damage is an end too, and stays as the failure.
  func fill(
    _ batch: inout RecordBatch, from bytes: RawSpan, until end: Int = .max
  ) -> RDBScanner.Stop {
    // The batch may hold events of an earlier call, which were taken in then.
    let noted = batch.events.count
    let stop = advance(in: bytes) { bytes, isWhole throws(RDBError) in
      try scan.fill(&batch, from: bytes, until: end, isWhole: isWhole)
    }
    for (_, event) in batch.events[noted...] {
      metadata.note(event, in: bytes.extracting(first: visible))
    }
    tail.take(batch)
    return stop
  }

  /// Counts records, and takes in what stands between them: as far as a limit, or over a shard.
  ///
  /// Why it came back; damage is an end too, and stays as the failure.
  func fill(
    _ tally: inout RecordTally, from bytes: RawSpan, until end: Int,
    over shard: SpeculativeChunk? = nil
  ) -> RDBScanner.Stop {
    let stop = advance(in: bytes) { bytes, isWhole throws(RDBError) in
      if let shard { return try scan.fill(&tally, from: bytes, over: shard) }
      return try scan.fill(&tally, from: bytes, until: end, isWhole: isWhole)
    }
    for event in tally.events { metadata.note(event, in: bytes.extracting(first: visible)) }
    tally.removeEvents()
    return stop
  }

  /// Calls a step of the scan with the bytes that are there, and whether they are all.
  private func advance(
    in bytes: RawSpan, _ step: (RawSpan, Bool) throws(RDBError) -> RDBScanner.Stop
  ) -> RDBScanner.Stop {
    visible = bytes.byteCount
    do throws(RDBError) {
      guard let unpacking else { return try step(bytes, true) }
      return try advance(in: bytes, unpacking, step)
    } catch {
      failure = .damage(
        Damage(error, scanner: scan.scanner, in: bytes.extracting(first: visible)))
      return .end
    }
  }

  /// Waits for a step of the bytes that are still coming, and for more where a record needs more.
  private func advance(
    in range: RawSpan, _ unpacking: Unpacking,
    _ step: (RawSpan, Bool) throws(RDBError) -> RDBScanner.Stop
  ) throws(RDBError) -> RDBScanner.Stop {
    let start = scan.scanner.state.offset
    var wanted = start + SummingScanner.step
    while true {
      let arrived = unpacking.wait(for: wanted)
      visible = arrived.count
      do throws(RDBError) {
        return try step(range.extracting(first: visible), arrived.isWhole)
      } catch {
        guard error.reason == .truncated, !arrived.isWhole else { throw error }
        // What was read is worked on first, so that its bytes can go away.
        if scan.scanner.state.offset > start { return .limit }
        // Half as much again each time: reading a long record anew costs no more than twice itself.
        wanted = visible + max((visible - start) / 2, SummingScanner.step)
      }
    }
  }

  /// The first byte that the scan or its checksum still needs.
  func settled(in bytes: RawSpan) -> Int {
    min(scan.scanner.failureLocation(in: bytes.extracting(first: visible)).start, scan.unsummed)
  }

  /// What the sweep found.
  func result<Summary>(_ found: WorkerResult<Summary>, in bytes: RawSpan) -> SweepResult<Summary> {
    metadata.dialect = scan.scanner.context.dialect
    var verdict = ChecksumState.unchecked
    var tail: FileTail?
    if let end = metadata.end {
      verdict = ChecksumState(
        stored: metadata.storedChecksum, computed: checksum ?? scan.finish(end: end, in: bytes))
      let last = end + 1 + (metadata.storedChecksum == nil ? 0 : 8)
      let count = unpacking?.wait(for: last + FileTail.headCount).count ?? bytes.byteCount
      tail = FileTail(bytes.extracting(first: count), from: last)
    }
    var result = SweepResult(
      metadata: metadata, checksum: verdict, size: bytes.byteCount, tail: tail,
      summary: found.summary, restored: found.restored, keys: found.keys, notes: notes,
      failure: failure)
    if let unpacking { result.conclude(unpacking) }
    return result
  }
}

extension SweepScanner {
  /// What a sweep found that counted while it scanned.
  func result<Summary: Mergeable & Sendable>(
    _ summary: Summary, in bytes: RawSpan
  ) -> SweepResult<Summary> {
    result(WorkerResult(summary: summary, restored: 0, keys: nil), in: bytes)
  }
}

extension SweepResult {
  /// Waits for what is still to come, and takes in what there is to be told of the containers.
  fileprivate mutating func conclude(_ unpacking: Unpacking) {
    // Nobody reads on where nothing can be written.
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
