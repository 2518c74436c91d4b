// The scan's side of a sweep: where it stands, what the file has said so far, what went wrong.

import RDB

/// What the thread that scans keeps.
final class ScanDesk: @unchecked Sendable {
  // Unchecked: it belongs to the one thread that scans; when that is done, to who reads the result.

  var scan: RecordScan
  var facts: FileFacts
  var notes = NoteList()
  var failure: JobFailure?
  /// Whether the threads that work on jobs make the checksum.
  let leavesChecksum: Bool
  /// The checksum that they have made.
  var checksum: UInt64?
  /// The last record that was scanned.
  var lastRecord: RDBRecord?

  init(_ scanner: RDBScanner, checksum: Bool, threads: Int = 1) {
    leavesChecksum = checksum && threads >= WorkerPool.threadsForChecksum
    scan = RecordScan(scanner: scanner, checksum: checksum && !leavesChecksum)
    facts = FileFacts(header: scanner.header)
  }

  /// Appends records to a batch, and takes in what stands between them.
  ///
  /// Why it came back; damage is an end too, and stays as the failure.
  func fill(
    _ batch: inout RecordBatch, from bytes: RawSpan, until end: Int = .max
  ) -> RDBScanner.Stop {
    var stop = RDBScanner.Stop.end
    // The batch may hold events of an earlier call, which were taken in then.
    let noted = batch.events.count
    do throws(RDBError) {
      stop = try scan.fill(&batch, from: bytes, until: end)
    } catch {
      failure = .damage(Damage(error, scanner: scan.scanner, in: bytes))
    }
    if batch.count > 0 { lastRecord = batch[batch.count - 1] }
    for (_, event) in batch.events[noted...] { facts.note(event, in: bytes, base: 0) }
    return stop
  }

  /// Counts records, and takes in what stands between them, as far as a limit.
  ///
  /// Why it came back; damage is an end too, and stays as the failure.
  func fill(
    _ tally: inout RecordTally, from bytes: RawSpan, until end: Int
  ) -> RDBScanner.Stop {
    var stop = RDBScanner.Stop.end
    do throws(RDBError) {
      stop = try scan.fill(&tally, from: bytes, until: end)
    } catch {
      failure = .damage(Damage(error, scanner: scan.scanner, in: bytes))
    }
    for event in tally.events { facts.note(event, in: bytes, base: 0) }
    tally.removeEvents()
    return stop
  }

  /// What the sweep found.
  func result<Summary>(_ summaries: [Summary], in bytes: RawSpan) -> SweepResult<Summary> {
    facts.dialect = scan.scanner.context.dialect
    var verdict = ChecksumState.unchecked
    var trailing = 0
    if let end = facts.end {
      verdict = ChecksumState(
        stored: facts.storedChecksum, computed: checksum ?? scan.finish(end: end, in: bytes))
      trailing = bytes.byteCount - end - 1 - (facts.storedChecksum == nil ? 0 : 8)
    }
    return SweepResult(
      facts: facts, checksum: verdict, trailing: trailing, summaries: summaries,
      notes: notes, failure: failure)
  }
}
