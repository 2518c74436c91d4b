// Scans and checks the readable stretches of a damaged file: on one thread first, since many end soon, then on
// all threads.

package import RDB

/// Scans and checks the readable stretches of a damaged file.
package struct SalvageSurvey {
  /// Bytes of a stretch that one thread checks before others start.
  private static let alone = 1 << 21

  private let options: SweepOptions

  /// Makes a survey.
  package init(_ options: SweepOptions) { self.options = options }

  /// Maps the segments and gaps of a file.
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
    extend(&stretch, bytes)
    return stretch
  }

  private func extend(_ stretch: inout SalvageScan, _ bytes: RawSpan) {
    let scan = SweepScanner(stretch.scanner, checksum: false)
    scan.tail = stretch.tail
    let pool = WorkerPool(threads: options.threads, output: .none)
    let start = stretch.scanner
    let found = pool.run(bytes, scan, options) {
      SalvageWorker(SalvageScan(at: start))
    }.summary
    stretch.merge(found)
    stretch.failures.sort { $0.record.start < $1.record.start }
    stretch.scanner = scan.scan.scanner
    if case .damage(let damage)? = scan.failure { stretch.error = damage.error }
    stretch.tail = scan.tail
    stretch.end = scan.metadata.end.map { ($0, scan.metadata.storedChecksum) }
    if scan.metadata.aux("df-ver") != nil { stretch.namesDragonfly = true }
  }
}

extension SalvageScan: Mergeable {
  /// Adds what another thread found in the same stretch.
  package mutating func merge(_ other: SalvageScan) {
    failures += other.failures
    keys += other.keys
    textKeys += other.textKeys
  }
}

/// Checks records on one thread.
private struct SalvageWorker: BatchWorker, ~Copyable {
  var needsOrder: Bool { false }

  private var check = RecordCheck()
  private var found: SalvageScan

  init(_ found: SalvageScan) { self.found = found }

  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, _ values: ValueContext,
    _ notes: inout NoteList
  ) {
    found.examine(batch, in: bytes, values, &check)
  }

  consuming func finish() -> WorkerResult<SalvageScan> {
    WorkerResult(summary: found, restored: 0, keys: nil)
  }
}
