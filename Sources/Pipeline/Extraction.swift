// The job of `export`: the selected records as commands, their deadlines moved.

package import Export
package import RDB
package import Restore

/// What an extraction did.
package struct ExtractionSummary: Sendable {
  /// What became of the keys, by the plan.
  package var tally: PlanTally
  /// Keys that were written.
  package var written: UInt64 = 0

  /// Adds another thread's summary.
  package mutating func merge(_ other: ExtractionSummary) {
    tally.merge(other.tally)
    written += other.written
  }
}

/// Writes the selected records as RESP commands.
package struct ExtractionWorker: RecordWorker, ~Copyable {
  private var exporter: CommandExporter
  private var selector: RecordSelector
  private var tally: RunningTally
  private var written: UInt64 = 0
  private var joint: PartJoint?
  /// What becomes of the records of the batch at hand.
  private var fates: [RecordFate] = []

  /// Makes a worker for one thread.
  package init(_ selection: Selection, options: CommandExporter.Options) {
    exporter = CommandExporter(into: OutputBuffer(), options: options)
    selector = RecordSelector(selection)
    tally = RunningTally(patternCount: selection.filter.keys.patterns.count)
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Where commands go.
  package var output: OutputBuffer {
    _read { yield exporter.output }
    _modify { yield &exporter.output }
  }

  /// The first SELECT of a part is written, if it is needed, when the part is joined.
  package mutating func beginPart(_ joint: PartJoint) {
    exporter.database = nil
    self.joint = joint
  }

  /// Writes commands.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, base: Int, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    // The exporter takes back the SELECT of a record of which it wrote nothing, so it knows best.
    defer { joint?.lastDatabase = exporter.database }
    // Taken out while it is lent beside what it tells.
    var fates: [RecordFate] = []
    swap(&fates, &self.fates)
    defer { swap(&fates, &self.fates) }
    try batch.withRecords { records throws(JobFailure) in
      let (decided, failure) = selector.decide(
        records, in: bytes, base: base, context: context, into: &fates
      ) {
        tally.add($0, $1, pattern: $2, in: context.dialect)
      }
      var index = 0
      while index < decided {
        let run = exporter.exportRun(
          records.extracting(first: decided), fates: fates.span, from: index, in: bytes, base: base)
        written &+= UInt64(truncatingIfNeeded: run.written)
        index = run.next
        guard index < decided else { break }
        if fates[index].isWritten {
          try export(records[index], fates[index].expiry, in: bytes, base: base, context, &notes)
        }
        index &+= 1
      }
      if let failure { throw failure }
    }
  }

  @inline(__always)
  private mutating func export(
    _ record: RDBRecord, _ expiry: UnixMilliseconds?, in bytes: RawSpan, base: Int,
    _ context: ValueContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    let opens = openPart(with: record)
    let outcome: CommandExporter.Outcome
    do throws(RDBError) {
      outcome = try exporter.export(
        record, expiry: expiry, from: bytes, base: base, context: context)
    } catch {
      let key = (try? record.key(in: bytes, base: base)).flatMap { $0.spelled(in: bytes) }
      let size = base + bytes.byteCount
      throw .damage(Damage(error, in: record, key: key, fileSize: size))
    }
    if outcome == .written || outcome == .writtenWithoutMinusZero {
      written &+= 1
    } else if opens {
      closePart()
    }
    switch outcome {
    case .written: break
    case .writtenWithoutMinusZero:
      notes.append(.minusZero, record, in: bytes, base: base)
    case .empty: notes.append(.empty, record, in: bytes, base: base)
    case .unsupported: notes.append(.unsupported, record, in: bytes, base: base)
    }
  }

  /// Lets a record begin the part, if none has, and leaves its database for whoever joins the part.
  /// - Returns: Whether it does.
  @inline(__always)
  private mutating func openPart(with record: RDBRecord) -> Bool {
    guard let joint, joint.firstDatabase == nil else { return false }
    joint.firstDatabase = record.database
    exporter.database = record.database
    return true
  }

  /// Lets the next record begin the part, since nothing was written of the one that did.
  private mutating func closePart() {
    joint?.firstDatabase = nil
    exporter.database = nil
  }

  /// What was done.
  package consuming func finish() -> ExtractionSummary {
    ExtractionSummary(tally: tally.total(), written: written)
  }
}
