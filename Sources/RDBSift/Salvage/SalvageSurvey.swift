// The survey of a damaged file's stretches: scanned and checked on this thread at first, since many
// end soon, and on all threads if they go on.

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

  private func stretch(_ bytes: RawSpan, from scanner: RDBScanner) -> SalvageScan {
    let limit = scanner.state.offset + SalvageSurvey.alone
    guard options.threads > 1, limit < bytes.byteCount else {
      return SalvageScan(bytes, from: scanner)
    }
    var stretch = SalvageScan(bytes, from: scanner, until: limit)
    guard stretch.error == nil, !stretch.scanner.state.isEnded else { return stretch }
    options.progress?(stretch.scanner.state.offset)
    goOn(&stretch, bytes)
    return stretch
  }

  private func goOn(_ stretch: inout SalvageScan, _ bytes: RawSpan) {
    let scan = SweepScanner(stretch.scanner, checksum: false)
    scan.tail = stretch.tail
    let pool = WorkerPool(threads: options.threads, output: .none)
    let start = stretch.scanner
    let seen = pool.run(bytes, scan, options) {
      SalvageWorker(SalvageScan(at: start))
    }.summary
    stretch.merge(seen)
    stretch.failures.sort { $0.record.start < $1.record.start }
    stretch.scanner = scan.scan.scanner
    if case .damage(let damage)? = scan.failure { stretch.error = damage.error }
    stretch.tail = scan.tail
    stretch.end = scan.metadata.end.map { ($0, scan.metadata.storedChecksum) }
    if scan.metadata.aux("df-ver") != nil { stretch.namesDragonfly = true }
  }
}

extension SalvageScan: Mergeable {
  /// Adds what another thread has seen of the same stretch.
  package mutating func merge(_ other: SalvageScan) {
    failures += other.failures
    keys += other.keys
    textKeys += other.textKeys
  }
}

/// Examines records on one thread.
private struct SalvageWorker: BatchWorker, ~Copyable {
  var needsOrder: Bool { false }

  private var check = RecordCheck()
  private var seen: SalvageScan

  init(_ seen: SalvageScan) { self.seen = seen }

  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, _ values: ValueContext,
    _ notes: inout NoteList
  ) {
    seen.examine(batch, in: bytes, values, &check)
  }

  consuming func finish() -> WorkerResult<SalvageScan> {
    WorkerResult(summary: seen, restored: 0, keys: nil)
  }
}
