// The survey of a damaged file's stretches: scanned and checked on this thread at first, since many
// end soon, and on all threads if they go on.

import Export
package import RDB

/// Scans and checks stretches of a damaged file.
package struct SalvageSurvey {
  /// Bytes of a stretch that are checked before other threads are asked to help.
  private static let alone = 1 << 21

  private let options: SweepOptions

  /// Makes a survey.
  package init(_ options: SweepOptions) { self.options = options }

  /// What is left of a file.
  package func map(_ bytes: RawSpan) -> SalvageMap {
    salvage(bytes) { stretch(bytes, from: $0) }
  }

  private func stretch(_ bytes: RawSpan, from scanner: RDBScanner) -> SalvageStretch {
    let limit = scanner.state.offset + SalvageSurvey.alone
    guard options.threads > 1, limit < bytes.byteCount else {
      return SalvageStretch(bytes, from: scanner)
    }
    var stretch = SalvageStretch(bytes, from: scanner, until: limit)
    guard stretch.error == nil, !stretch.scanner.state.isEnded else { return stretch }
    options.progress?(stretch.scanner.state.offset)
    goOn(&stretch, bytes)
    return stretch
  }

  private func goOn(_ stretch: inout SalvageStretch, _ bytes: RawSpan) {
    let desk = ScanDesk(stretch.scanner, checksum: false)
    desk.tail = stretch.tail
    let pool = WorkerPool(threads: options.threads, output: PartOutput { _ in })
    let start = stretch.scanner
    let failures = try? pool.run(bytes, desk, options) { () throws(JobFailure) in
      SalvageWorker(SalvageStretch(at: start))
    }
    for seen in failures ?? [] {
      stretch.failures += seen.failures
      stretch.keys += seen.keys
      stretch.textKeys += seen.textKeys
    }
    stretch.failures.sort { $0.record.start < $1.record.start }
    stretch.scanner = desk.scan.scanner
    if case .damage(let damage)? = desk.failure { stretch.error = damage.error }
    stretch.tail = desk.tail
    stretch.end = desk.facts.end.map { ($0, desk.facts.storedChecksum) }
    if desk.facts.aux("df-ver") != nil { stretch.namesDragonfly = true }
  }
}

/// Checks records, and keeps those that are damaged.
private struct SalvageWorker: RecordWorker, ~Copyable {
  /// Nothing is written.
  var output = OutputBuffer(capacity: 4096)
  private var check = RecordCheck()
  private var seen: SalvageStretch

  init(_ seen: SalvageStretch) { self.seen = seen }

  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    seen.examine(batch, in: bytes, context, &check)
  }

  consuming func finish() -> SalvageStretch { seen }
}
