// The job of `preview`: the plan without the writing. A preview asks the same plan as an extraction,
// so what it counts is what an extraction writes.

package import Export
package import RDB
package import Restore

/// Counts what an extraction would write.
package struct PreviewWorker: RecordWorker, ~Copyable {
  /// Examples kept.
  package static let exampleCount = 10

  /// Where the rows of a list go.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private var readings: OtherReadings
  private var tally: RunningTally
  private var summary: PreviewSummary
  private var meter = OutputMeter()
  private var scratch = Scratch()
  private let comparer: Comparer?
  private let lister: FateLister?
  /// Whether expiries move.
  private let moves: Bool

  /// Makes a worker for one thread.
  ///
  /// - Parameters:
  ///   - selection: What is asked for.
  ///   - readings: The same patterns, read in other ways.
  ///   - present: The keys that are there now, if they are known.
  ///   - list: How every key that is asked for is listed, if it is.
  package init(
    _ selection: Selection, readings: [RecordFilter], against present: PresentKeys? = nil,
    list: FateRowWriter? = nil
  ) {
    comparer = present.map { Comparer($0) }
    lister = list.map { FateLister($0) }
    moves = selection.shift != nil
    selector = RecordSelector(selection)
    self.readings = OtherReadings(readings, asked: selection)
    tally = RunningTally(patternCount: selection.filter.keys.patterns.count)
    summary = PreviewSummary(
      tally: PlanTally(patternCount: selection.filter.keys.patterns.count),
      readings: Array(repeating: ReadingCount(), count: readings.count),
      lives: ExpirySpread(around: selection.now), fileLives: ExpirySpread(around: selection.now))
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// A part knows nothing of the rows before it.
  package mutating func beginPart(_ joint: PartJoint) { lister?.beginPart() }

  /// Counts.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, base: Int, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    try batch.withRecords { records throws(JobFailure) in
      for index in records.indices {
        try process(records[index], in: bytes, base: base, context)
      }
    }
  }

  @inline(__always)
  private mutating func process(
    _ record: RDBRecord, in bytes: RawSpan, base: Int, _ context: ValueContext
  ) throws(JobFailure) {
    let disposition = try selector.disposition(
      of: record, in: bytes, base: base, context: context)
    tally.add(record, disposition, pattern: selector.lastMatch, in: context.dialect)
    try readings.add(record, disposition, in: bytes, base: base, context)
    var effect: RestoreEffect?
    switch disposition {
    case .restore(let expiry):
      look(record, until: expiry, in: bytes, base: base, context)
      effect = try comparer?.effect(of: record, until: expiry, in: bytes, base: base, context)
    case .skip(.expiredAtReference):
      summary.expiredAtReference.add(record, in: bytes, base: base)
    case .skip(.expiredAtSubmission):
      summary.expiredAtSubmission.add(record, in: bytes, base: base)
    case .skip: break
    }
    if let lister, disposition.isAskedFor {
      let row = FateRow(
        record, disposition, effect, pattern: selector.lastMatch)
      lister.append(row, in: bytes, base: base, context.dialect, to: &output)
    }
  }

  /// Looks closer at a key that would be restored.
  private mutating func look(
    _ record: RDBRecord, until expiry: UnixMilliseconds?, in bytes: RawSpan, base: Int,
    _ context: ValueContext
  ) {
    if !CommandExporter.supports(record.type, in: context.dialect) { summary.unsupported &+= 1 }
    if let expiry { summary.lives.add(expiry) }
    if moves, let expiry = record.expiry { summary.fileLives.add(expiry) }
    summary.first.add(record, in: bytes, base: base)
    summary.biggest.add(record, in: bytes, base: base)
    if record.type.rawValue > 5 {
      summary.fields.add(
        record, now: summary.lives.now, in: bytes, base: base, context, &scratch)
    }
    meter.add(record, until: expiry, in: bytes, base: base, context, into: &summary.output)
  }

  /// What was counted.
  package consuming func finish() -> PreviewSummary {
    summary.tally = tally.total()
    summary.readings = readings.finish()
    summary.comparison = comparer?.finish()
    summary.rows = lister?.rows ?? 0
    return summary
  }
}

extension FateRow {
  /// The row of a key of which it is known what becomes of it.
  fileprivate init(
    _ record: RDBRecord, _ disposition: Disposition, _ effect: RestoreEffect?, pattern: Int?
  ) {
    switch disposition {
    case .restore(let expiry):
      self.init(
        record, fate: "restored", until: expiry, effect: effect?.name, pattern: pattern)
    case .skip(let reason): self.init(record, fate: reason.name, pattern: pattern)
    }
  }
}

extension Disposition {
  /// Whether patterns, database and all the rest select the key, whatever its expiry.
  var isAskedFor: Bool {
    switch self {
    case .restore: true
    case .skip(let reason): reason == .limit || !reason.isNotSelected
    }
  }
}
