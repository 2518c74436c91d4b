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
  /// Function libraries that were written.
  package var functions: UInt64 = 0
  /// Function libraries that the target does not take.
  package var functionsLeftOut: UInt64 = 0

  /// Adds another thread's summary.
  package mutating func merge(_ other: ExtractionSummary) {
    tally.merge(other.tally)
    written += other.written
    functions += other.functions
    functionsLeftOut += other.functionsLeftOut
  }
}

/// Writes the selected records as RESP commands.
package struct ExtractionWorker: RecordWorker, ~Copyable {
  private var exporter: CommandExporter
  private var selector: RecordSelector
  private var namer: RecordNamer
  private var tally: RunningTally
  package private(set) var written: UInt64 = 0
  private var joint: PartJoint?
  /// What becomes of the records of the batch at hand.
  private var fates: [RecordFate] = []
  /// Whether functions are written: where everything is asked for.
  private let takesFunctions: Bool
  /// Whether the part has bytes before its first SELECT.
  private var partIsOpen = false
  private var functions: UInt64 = 0
  private var functionsLeftOut: UInt64 = 0

  /// Makes a worker for one thread.
  package init(
    _ selection: Selection, options: CommandExporter.Options, naming: KeyNaming = .identity
  ) {
    var options = options
    options.renames = !naming.isIdentity
    namer = RecordNamer(naming)
    exporter = CommandExporter(into: OutputBuffer(), options: options)
    selector = RecordSelector(selection)
    tally = RunningTally(patternCount: selection.filter.keys.patterns.count)
    takesFunctions = selection.filter.selectsEverything && selection.limit == nil
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
    partIsOpen = false
    self.joint = joint
  }

  /// Writes commands.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    // The exporter takes back the SELECT of a record of which it wrote nothing, so it knows best.
    defer { leaveDatabase() }
    // Taken out while it is lent beside what it tells.
    var fates: [RecordFate] = []
    swap(&fates, &self.fates)
    defer { swap(&fates, &self.fates) }
    try batch.withRecords { records throws(JobFailure) in
      let (decided, failure) = decide(
        records, in: bytes, context: context, into: &fates)
      var index = 0
      if takesFunctions, !batch.events.isEmpty {
        for (place, event) in batch.events where place <= decided {
          guard let library = FunctionSource(event) else { continue }
          try export(
            records.extracting(first: place), fates.span, from: &index, in: bytes,
            context, &notes)
          try export(library, in: bytes)
        }
      }
      try export(
        records.extracting(first: decided), fates.span, from: &index, in: bytes,
        context, &notes)
      if let failure { throw failure }
    }
  }

  /// Writes the records from `index` on.
  private mutating func export(
    _ records: Span<RDBRecord>, _ fates: Span<RecordFate>, from index: inout Int,
    in bytes: RawSpan, _ context: ValueContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    while index < records.count {
      let run = exporter.exportRun(records, fates: fates, from: index, in: bytes)
      written &+= UInt64(truncatingIfNeeded: run.written)
      index = run.next
      guard index < records.count else { break }
      if fates[index].isWritten {
        try export(records[index], fates[index].expiry, in: bytes, context, &notes)
      }
      index &+= 1
    }
  }

  /// Writes a function library, if the target takes any.
  private mutating func export(
    _ library: FunctionSource, in bytes: RawSpan
  ) throws(JobFailure) {
    guard exporter.options.target?.hasFunctions ?? true else {
      functionsLeftOut &+= 1
      return
    }
    do throws(RDBError) {
      try exporter.export(library, from: bytes)
    } catch {
      throw .damage(Damage(error, fileSize: bytes.byteCount))
    }
    functions &+= 1
    // Bytes stand before the first SELECT, which can no longer be left to who joins the part.
    exporter.database = nil
    partIsOpen = true
    joint?.forgetsDatabase = true
  }

  @inline(__always)
  private mutating func export(
    _ record: RDBRecord, _ expiry: UnixMilliseconds?, in bytes: RawSpan,
    _ context: ValueContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    let opens = openPart(with: record)
    if exporter.options.renames { try rename(record, in: bytes) }
    let outcome: CommandExporter.Outcome
    do throws(RDBError) {
      outcome = try exporter.export(
        record, expiry: expiry, from: bytes, context: context)
    } catch {
      let key = (try? record.key(in: bytes)).flatMap { $0.spelled(in: bytes) }
      let size = bytes.byteCount
      throw .damage(Damage(error, in: record, key: key, fileSize: size))
    }
    if outcome != .empty && outcome != .unsupported {
      written &+= 1
    } else if opens {
      closePart()
    }
    guard let kind = RecordNote.Kind(outcome) else { return }
    notes.append(kind, record, in: bytes)
  }

  @inline(never)
  private mutating func rename(
    _ record: RDBRecord, in bytes: RawSpan
  ) throws(JobFailure) {
    try namer.withName(of: record, in: bytes) { name throws(JobFailure) in
      exporter.rename(to: name)
    }
  }

  /// Lets a record begin the part, if none has, and leaves its database for whoever joins the part.
  /// - Returns: Whether it does.
  @inline(__always)
  private mutating func openPart(with record: RDBRecord) -> Bool {
    guard let joint, joint.firstDatabase == nil else { return false }
    return begin(joint, with: record)
  }

  @inline(never)
  private mutating func begin(_ joint: PartJoint, with record: RDBRecord) -> Bool {
    guard !partIsOpen, !exporter.options.databases.isSingle else { return false }
    let database = exporter.options.databases(record.database)
    joint.firstDatabase = database
    exporter.database = database
    return true
  }

  /// Tells whoever joins the part in which database it ends.
  private func leaveDatabase() {
    guard let joint else { return }
    joint.lastDatabase = exporter.database
    if exporter.database != nil { joint.forgetsDatabase = false }
  }

  /// Lets the next record begin the part, since nothing was written of the one that did.
  private mutating func closePart() {
    joint?.firstDatabase = nil
    exporter.database = nil
  }

  /// What was done.
  package consuming func finish() -> ExtractionSummary {
    ExtractionSummary(
      tally: tally.total(), written: written, functions: functions,
      functionsLeftOut: functionsLeftOut)
  }
}

extension ExtractionWorker: PartWriter {
  /// Decides what becomes of records.
  @inline(__always)
  package mutating func decide(
    _ records: Span<RDBRecord>, in bytes: RawSpan, context: ValueContext,
    into fates: inout [RecordFate]
  ) -> (decided: Int, failure: JobFailure?) {
    selector.decide(records, in: bytes, context: context, into: &fates) {
      tally.add($0, $1, pattern: $2, in: context.dialect)
    }
  }

  /// Before the records of one output.
  package mutating func begin(part: Int, _ joint: PartJoint) { beginPart(joint) }

  /// Writes records of one output; function libraries belong to none.
  package mutating func write(
    _ records: Span<RDBRecord>, _ fates: Span<RecordFate>,
    events: [(index: Int, event: RDBEvent)], in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    defer { leaveDatabase() }
    var index = 0
    try export(records, fates, from: &index, in: bytes, context, &notes)
  }
}

extension RecordNote.Kind {
  /// What is to be told of an outcome; nil if nothing.
  fileprivate init?(_ outcome: CommandExporter.Outcome) {
    switch outcome {
    case .written: return nil
    case .writtenWithoutMinusZero: self = .minusZero
    case .writtenWithoutDeadlines: self = .deadlines
    case .writtenWithoutStreamState: self = .streamState
    case .writtenWithoutMetadata: self = .metadata
    case .empty: self = .empty
    case .unsupported: self = .unsupported
    }
  }
}
