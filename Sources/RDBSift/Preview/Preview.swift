// `preview`: counts what a restore would do and writes nothing. Records are counted one by one, and
// compared and listed in slices, so that the cache misses of index lookups overlap.

import Export
import RDB
package import Restore

/// The request of a preview.
package struct PreviewRequest: Sendable {
  /// Which keys, and how their expiries move.
  package var selection: RestoreSelection
  /// The same patterns in other match modes.
  package var otherModes: [RecordFilter] = []
  /// The current keys, if known.
  package var currentKeys: KeyIndex?
  /// How to list the keys; nil for no list.
  package var list: PreviewListFormat?

  /// A preview of a restore.
  package init(_ selection: RestoreSelection) { self.selection = selection }
}

extension Backup {
  /// Counts what a restore of the backup would do.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - output: Receives the rows of a list.
  /// - Returns: The counts per file.
  package func preview(
    _ request: PreviewRequest, into output: RecordOutput? = nil
  ) -> BackupResult<PreviewSummary> {
    var sweeping = SweepRequest("reading", request.selection)
    sweeping.comparesFiles = true
    return sweep(sweeping, into: output) { PreviewVisitor(request, file: $0) }
  }
}

/// Counts what a restore would do, on one thread.
struct PreviewVisitor: RecordVisitor, ~Copyable {
  /// Records per slice.
  private static let sliceCount = 256

  static var visitsSkipped: Bool { true }

  private var output = OutputBuffer(capacity: 4096)
  private var modes: MatchModeComparison
  private var tally: RunLengthTally
  private var summary: PreviewSummary
  private var meter = OutputMeter()
  private var scratch = Scratch()
  private var comparer: Comparer?
  private var lister: PreviewLister?
  private let file: Int
  /// Whether the selection shifts expiries.
  private let shiftsExpiries: Bool
  /// The records and rows of the current slice.
  private var compared: [ComparedRecord] = []
  private var rows: [PreviewRow] = []

  init(_ request: PreviewRequest, file: Int) {
    let selection = request.selection
    self.file = file
    comparer = request.currentKeys.map { Comparer($0, file: file) }
    lister = request.list.map { PreviewLister($0, file: file) }
    shiftsExpiries = selection.shift != nil
    modes = MatchModeComparison(request.otherModes, asked: selection, file: file)
    tally = RunLengthTally(patternCount: selection.filter.keys.patterns.count)
    summary = PreviewSummary(selection, modes: request.otherModes.count, file: file)
  }

  mutating func exchange(_ output: inout OutputBuffer) { swap(&self.output, &output) }

  mutating func beginPart() { lister?.beginPart() }

  @inline(__always)
  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    tally.add(record, disposition, pattern: context.pattern, in: context.dialect)
    try modes.add(record, disposition, in: bytes, context.values)
    switch disposition {
    case .restore(let expiry):
      measure(record, until: expiry, in: bytes, context.values)
      if comparer != nil { compared.append(ComparedRecord(record, until: expiry)) }
    case .skip(.expiredAtReference): summary.expiredAtReference.add(record, in: bytes)
    case .skip(.expiredAtSubmission): summary.expiredAtSubmission.add(record, in: bytes)
    case .skip: break
    }
    if lister != nil, disposition.isAskedFor {
      rows.append(PreviewRow(record, disposition, pattern: context.pattern))
    }
    if max(compared.count, rows.count) >= PreviewVisitor.sliceCount {
      try finishSlice(in: bytes, context.values)
    }
  }

  mutating func end(_ bytes: RawSpan, _ context: borrowing VisitContext) throws(JobFailure) {
    try finishSlice(in: bytes, context.values)
  }

  /// Compares and lists the records of a slice.
  private mutating func finishSlice(
    in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) {
    let failure = comparer?.compare(&compared, in: bytes, context)
    if lister != nil {
      var effects = compared[...]
      for var row in rows {
        if comparer != nil, row.isRestored {
          // The list ends where the comparison failed.
          guard let effect = effects.popFirst()?.effect else { break }
          row.effect = effect.name
        }
        lister?.append(row, in: bytes, context.dialect, to: &output)
      }
      if !rows.isEmpty { rows.removeAll(keepingCapacity: true) }
    }
    if !compared.isEmpty { compared.removeAll(keepingCapacity: true) }
    if let failure { throw failure }
  }

  /// Counts TTLs, examples and output of a key that would be restored.
  private mutating func measure(
    _ record: RDBRecord, until expiry: UnixMilliseconds?, in bytes: RawSpan,
    _ context: ValueContext
  ) {
    if !CommandExporter.supports(record.type, in: context.dialect) { summary.unsupported &+= 1 }
    if let expiry {
      summary.remainingTTLs.add(expiry)
      if expiry <= summary.remainingTTLs.now { summary.expiredRestored &+= 1 }
    }
    if shiftsExpiries, let expiry = record.expiry { summary.storedTTLs.add(expiry) }
    summary.first.add(record, in: bytes)
    summary.biggest.add(record, in: bytes)
    if record.type.rawValue > RDBType.zset2.rawValue {
      summary.fields.add(record, now: summary.remainingTTLs.now, in: bytes, context, &scratch)
    }
    meter.add(record, until: expiry, in: bytes, context, into: &summary.output)
  }

  consuming func finish() -> PreviewSummary {
    summary.tally = tally.total()
    summary.output.select(summary.tally.restoredByDatabase.map(\.database), file: file)
    summary.modeCounts = modes.finish()
    summary.comparison = comparer?.finish()
    summary.rows = lister?.rows ?? 0
    return summary
  }
}

extension PreviewRow {
  /// The row of a key that the plan has decided.
  fileprivate init(_ record: RDBRecord, _ disposition: Disposition, pattern: Int?) {
    switch disposition {
    case .restore(let expiry):
      self.init(record: record, disposition: PreviewRow.restored, until: expiry, pattern: pattern)
    case .skip(let reason): self.init(record: record, disposition: reason.name, pattern: pattern)
    }
  }

  /// The disposition of a restored key.
  private static let restored = "restored"

  fileprivate var isRestored: Bool { disposition == PreviewRow.restored }
}

extension Disposition {
  /// Whether the selection includes the key, whatever its expiry.
  var isAskedFor: Bool {
    switch self {
    case .restore, .skip(.expiredAtReference), .skip(.expiredAtSubmission), .skip(.limit): true
    case .skip: false
    }
  }
}
