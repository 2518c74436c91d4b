// The job of `preview`: everything that a restore would do, counted and written nowhere. What does not
// depend on other keys is counted record by record; what a comparison and a list need is done for the
// records of a slice together, so that memory is waited for once.

package import Export
package import RDB
package import Restore

/// What a preview is asked for.
package struct PreviewRequest: Sendable {
  /// What is selected, and what becomes of expiries.
  package var selection: Selection
  /// The same patterns, read in other ways.
  package var readings: [RecordFilter] = []
  /// The keys that are there now, if they are known.
  package var present: PresentKeys?
  /// How the rows of a list of keys are written, if there is one.
  package var list: PreviewListFormat?

  /// A preview of a restore.
  package init(_ selection: Selection) { self.selection = selection }
}

/// How the rows of a list are written.
package struct PreviewListFormat: Sendable {
  /// The format of rows.
  package var format: RowFormat
  /// The patterns of the selection, which rows name.
  package var patterns: [[UInt8]]
  /// What files are called, by their numbers; nil where rows do not name their file.
  package var files: [String]?

  /// Makes a format.
  package init(_ format: RowFormat, patterns: [[UInt8]], files: [String]?) {
    self.format = format
    self.patterns = patterns
    self.files = files
  }

  /// What writes the rows of a file, and what stands before and behind all rows.
  package func writer(_ file: Int = 0) -> PreviewRowWriter {
    PreviewRowWriter(format, patterns: patterns, file: files.map { Array($0[file].utf8) })
  }

  /// How parts of a list are joined.
  package var join: RecordOutput.Join { format.join }
}

extension Backup {
  /// Counts what a restore of the backup would do.
  ///
  /// - Parameters:
  ///   - request: What is asked for.
  ///   - output: Where the rows of a list go.
  /// - Returns: What was counted.
  package func preview(
    _ request: PreviewRequest, into output: RecordOutput? = nil
  ) -> BackupResult<PreviewSummary> {
    var sweeping = SweepRequest("reading", request.selection)
    sweeping.comparesFiles = true
    return sweep(sweeping, into: output) { PreviewVisitor(request, file: $0) }
  }
}

/// Counts on one thread what a restore would do.
struct PreviewVisitor: RecordVisitor, ~Copyable {
  /// Records that are compared and listed together.
  private static let sliceCount = 256

  static var visitsSkipped: Bool { true }

  private var output = OutputBuffer(capacity: 4096)
  private var readings: OtherReadings
  private var tally: RunningTally
  private var summary: PreviewSummary
  private var meter = OutputMeter()
  private var scratch = Scratch()
  private var comparer: Comparer?
  private var lister: PreviewLister?
  private let file: Int
  /// Whether expiries move.
  private let moves: Bool
  /// Records of the slice at hand that are to be compared, and rows that are to be listed.
  private var compared: [ComparedRecord] = []
  private var rows: [PreviewRow] = []

  init(_ request: PreviewRequest, file: Int) {
    let selection = request.selection
    self.file = file
    comparer = request.present.map { Comparer($0, file: file) }
    lister = request.list.map { PreviewLister($0.writer(file)) }
    moves = selection.shift != nil
    readings = OtherReadings(request.readings, asked: selection, file: file)
    tally = RunningTally(patternCount: selection.filter.keys.patterns.count)
    summary = PreviewSummary(selection, modes: request.readings.count, file: file)
  }

  mutating func exchange(_ output: inout OutputBuffer) { swap(&self.output, &output) }

  mutating func beginPart() { lister?.beginPart() }

  @inline(__always)
  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    tally.add(record, disposition, pattern: context.pattern, in: context.dialect)
    try readings.add(record, disposition, in: bytes, context.values)
    switch disposition {
    case .restore(let expiry):
      look(record, until: expiry, in: bytes, context.values)
      if comparer != nil { compared.append(ComparedRecord(record, until: expiry)) }
    case .skip(.expiredAtReference): summary.expiredAtReference.add(record, in: bytes)
    case .skip(.expiredAtSubmission): summary.expiredAtSubmission.add(record, in: bytes)
    case .skip: break
    }
    if lister != nil, disposition.isAskedFor {
      rows.append(PreviewRow(record, disposition, pattern: context.pattern))
    }
    if max(compared.count, rows.count) >= PreviewVisitor.sliceCount {
      try follow(in: bytes, context.values)
    }
  }

  mutating func end(_ bytes: RawSpan, _ context: borrowing VisitContext) throws(JobFailure) {
    try follow(in: bytes, context.values)
  }

  /// Compares and lists the records of a slice.
  private mutating func follow(
    in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) {
    let failure = comparer?.compare(&compared, in: bytes, context)
    if lister != nil {
      var effects = compared[...]
      for var row in rows {
        if comparer != nil, row.isRestored {
          // Where the comparison ended the list ends too.
          guard let effect = effects.popFirst()?.effect else { break }
          row.effect = effect.name
        }
        lister?.append(row, in: bytes, context.dialect, to: &output)
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
    if record.type.rawValue > RDBType.zset2.rawValue {
      summary.fields.add(record, now: summary.lives.now, in: bytes, context, &scratch)
    }
    meter.add(record, until: expiry, in: bytes, context, into: &summary.output)
  }

  consuming func finish() -> PreviewSummary {
    summary.tally = tally.total()
    summary.output.select(summary.tally.restoredByDatabase.map(\.database), file: file)
    summary.readings = readings.finish()
    summary.comparison = comparer?.finish()
    summary.rows = lister?.rows ?? 0
    return summary
  }
}

extension PreviewRow {
  /// The row of a key of which it is known what becomes of it.
  fileprivate init(_ record: RDBRecord, _ disposition: Disposition, pattern: Int?) {
    switch disposition {
    case .restore(let expiry):
      self.init(record, disposition: PreviewRow.restored, until: expiry, pattern: pattern)
    case .skip(let reason): self.init(record, disposition: reason.name, pattern: pattern)
    }
  }

  /// What becomes of a key that is restored.
  private static let restored = "restored"

  fileprivate var isRestored: Bool { disposition == PreviewRow.restored }
}

extension Disposition {
  /// Whether patterns, database and all the rest select the key, whatever its expiry.
  var isAskedFor: Bool {
    switch self {
    case .restore, .skip(.limit): true
    case .skip(let reason): !reason.isNotSelected
    }
  }
}
