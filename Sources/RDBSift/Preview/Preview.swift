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
  private var comparer: Comparer?
  private let lister: FateLister?
  /// Whether expiries move.
  private let moves: Bool
  /// Records of the slice at hand that are to be compared, and rows that are to be listed.
  private var compared: [ComparedRecord] = []
  private var rows: [FateRow] = []

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
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    try batch.withRecords { records throws(JobFailure) in
      for start in stride(from: 0, to: records.count, by: PreviewWorker.sliceCount) {
        let end = min(start &+ PreviewWorker.sliceCount, records.count)
        let failure = count(records.extracting(start..<end), in: bytes, context)
        // What came before a failure is compared and listed as ever.
        try follow(in: bytes, context)
        if let failure { throw failure }
      }
    }
  }

  /// Records that are compared and listed together.
  private static let sliceCount = 256

  private mutating func count(
    _ records: Span<RDBRecord>, in bytes: RawSpan, _ context: ValueContext
  ) -> JobFailure? {
    do throws(JobFailure) {
      for index in records.indices {
        try process(records[index], in: bytes, context)
      }
      return nil
    } catch {
      return error
    }
  }

  @inline(__always)
  private mutating func process(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) {
    let disposition = try selector.disposition(
      of: record, in: bytes, context: context)
    tally.add(record, disposition, pattern: selector.lastMatch, in: context.dialect)
    try readings.add(record, disposition, in: bytes, context)
    switch disposition {
    case .restore(let expiry):
      look(record, until: expiry, in: bytes, context)
      if comparer != nil { compared.append(ComparedRecord(record, until: expiry)) }
    case .skip(.expiredAtReference):
      summary.expiredAtReference.add(record, in: bytes)
    case .skip(.expiredAtSubmission):
      summary.expiredAtSubmission.add(record, in: bytes)
    case .skip: break
    }
    if lister != nil, disposition.isAskedFor {
      rows.append(FateRow(record, disposition, pattern: selector.lastMatch))
    }
  }

  /// Compares and lists the records of a slice.
  private mutating func follow(
    in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) {
    let failure = comparer?.compare(&compared, in: bytes, context)
    if let lister {
      var effects = compared[...]
      for var row in rows {
        if comparer != nil, row.isRestored {
          // Where the comparison ended the list ends too.
          guard let effect = effects.popFirst()?.effect else { break }
          row.effect = effect.name
        }
        lister.append(row, in: bytes, context.dialect, to: &output)
      }
      rows.removeAll(keepingCapacity: true)
    }
    compared.removeAll(keepingCapacity: true)
    if let failure { throw failure }
  }

  /// Looks closer at a key that would be restored.
  private mutating func look(
    _ record: RDBRecord, until expiry: UnixMilliseconds?, in bytes: RawSpan,
    _ context: ValueContext
  ) {
    if !CommandExporter.supports(record.type, in: context.dialect) { summary.unsupported &+= 1 }
    if let expiry { summary.lives.add(expiry) }
    if moves, let expiry = record.expiry { summary.fileLives.add(expiry) }
    summary.first.add(record, in: bytes)
    summary.biggest.add(record, in: bytes)
    if record.type.rawValue > 5 {
      summary.fields.add(
        record, now: summary.lives.now, in: bytes, context, &scratch)
    }
    meter.add(record, until: expiry, in: bytes, context, into: &summary.output)
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
  fileprivate init(_ record: RDBRecord, _ disposition: Disposition, pattern: Int?) {
    switch disposition {
    case .restore(let expiry):
      self.init(record, fate: FateRow.restored, until: expiry, pattern: pattern)
    case .skip(let reason): self.init(record, fate: reason.name, pattern: pattern)
    }
  }

  /// The fate of a key that is restored.
  private static let restored = "restored"

  fileprivate var isRestored: Bool { fate == FateRow.restored }
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
