// The scan's side of a sweep: where it stands, what the file has said so far, what went wrong.

import RDB

/// What the thread that scans keeps.
final class ScanDesk: @unchecked Sendable {
  // Unchecked: it belongs to the one thread that scans; when that is done, to who reads the result.

  var scan: RecordScan
  var facts: FileFacts
  var notes = NoteList()
  var failure: JobFailure?

  init(_ scanner: RDBScanner, checksum: Bool) {
    scan = RecordScan(scanner: scanner, checksum: checksum)
    facts = FileFacts(header: scanner.header)
  }

  /// Appends records to a batch, and takes in what stands between them.
  ///
  /// Whether there is more; damage ends it, and stays as the failure.
  func fill(_ batch: inout RecordBatch, from bytes: RawSpan) -> Bool {
    var more = false
    // The batch may hold events of an earlier call, which were taken in then.
    let noted = batch.events.count
    do throws(RDBError) {
      more = try scan.fill(&batch, from: bytes)
    } catch {
      failure = .damage(Damage(error, scanner: scan.scanner, in: bytes))
    }
    facts.note(batch, from: noted, in: bytes, base: 0)
    return more
  }

  /// What the sweep found.
  func result<Summary>(_ summaries: [Summary], in bytes: RawSpan) -> SweepResult<Summary> {
    facts.dialect = scan.scanner.context.dialect
    var checksum = ChecksumState.unchecked
    var trailing = 0
    if let end = facts.end {
      checksum = ChecksumState(
        stored: facts.storedChecksum, computed: scan.finish(end: end, in: bytes))
      trailing = bytes.byteCount - end - 1 - (facts.storedChecksum == nil ? 0 : 8)
    }
    return SweepResult(
      facts: facts, checksum: checksum, trailing: trailing, summaries: summaries,
      notes: notes, failure: failure)
  }
}
