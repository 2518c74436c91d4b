// The selected records as commands, their expiries moved.

package import Export
package import RDB
import Restore

/// Writes the selected records as RESP commands.
package struct CommandWriter: RecordWriter, ~Copyable {
  private var exporter: CommandExporter
  private var namer: RecordNamer
  package private(set) var written: UInt64 = 0
  private var boundary: OutputBoundary?
  /// Whether functions are written: where everything is asked for.
  private let takesFunctions: Bool
  /// Whether the part has bytes before its first SELECT.
  private var partIsOpen = false
  private var counts = ExportCounts()

  init(_ request: ExportRequest) {
    var options = request.commands
    options.renames = !request.mapping.naming.isIdentity
    options.databases = request.mapping.databases
    namer = RecordNamer(request.mapping.naming)
    exporter = CommandExporter(into: OutputBuffer(), options: options)
    let selection = request.selection
    takesFunctions =
      selection.filter.selectsEverything && selection.limit == nil && request.parts == nil
  }

  package var output: OutputBuffer {
    _read { yield exporter.output }
    _modify { yield &exporter.output }
  }

  /// The first SELECT of a part is written, if it is needed, when the part is joined.
  package mutating func begin(part: Int, _ boundary: OutputBoundary) {
    exporter.database = nil
    partIsOpen = false
    self.boundary = boundary
  }

  package mutating func write(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    // The exporter takes back the SELECT of a record of which it wrote nothing, so it knows best.
    defer { leaveDatabase() }
    var index = 0
    if takesFunctions, !context.events.isEmpty {
      for (place, event) in context.events {
        guard let library = FunctionSource(event) else { continue }
        try export(
          records.extracting(first: place), actions, from: &index, in: bytes, context, &notes)
        try export(library, in: bytes)
      }
    }
    try export(records, actions, from: &index, in: bytes, context, &notes)
  }

  /// Writes the records from `index` on, or only their expiries where nothing else has changed.
  private mutating func export(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, from index: inout Int,
    in bytes: RawSpan, _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    for place in context.expiryChanges where place >= index && place < records.count {
      try exportRecords(
        records.extracting(first: place), actions, from: &index, in: bytes, context.values, &notes)
      try exportExpiry(of: records[place], actions[place].expiry, in: bytes)
      index = place &+ 1
    }
    try exportRecords(records, actions, from: &index, in: bytes, context.values, &notes)
  }

  private mutating func exportExpiry(
    of record: RDBRecord, _ expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(JobFailure) {
    _ = openPart(with: record)
    if exporter.options.renames { try rename(record, in: bytes) }
    do throws(RDBError) {
      try exporter.exportExpiry(of: record, expiry, from: bytes)
    } catch {
      throw .damage(Damage(error, in: record, key: nil, fileSize: bytes.byteCount))
    }
    written &+= 1
  }

  private mutating func exportRecords(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, from index: inout Int,
    in bytes: RawSpan, _ context: ValueContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    while index < records.count {
      let run = exporter.exportRun(records, actions: actions, from: index, in: bytes)
      written &+= UInt64(truncatingIfNeeded: run.written)
      index = run.next
      guard index < records.count else { break }
      if actions[index].isWritten {
        try export(records[index], actions[index].expiry, in: bytes, context, &notes)
      }
      index &+= 1
    }
  }

  /// Writes a function library, if the target takes any.
  private mutating func export(
    _ library: FunctionSource, in bytes: RawSpan
  ) throws(JobFailure) {
    guard exporter.options.target?.supportsFunctions ?? true else {
      counts.functionsLeftOut &+= 1
      return
    }
    guard let name = library.libraryName(in: bytes) else {
      counts.functionsBroken &+= 1
      return
    }
    do throws(RDBError) {
      try exporter.export(library, from: bytes)
    } catch {
      throw .damage(Damage(error, fileSize: bytes.byteCount))
    }
    counts.functions &+= 1
    counts.libraries.add(name, at: library.offset)
    // Bytes stand before the first SELECT, which can no longer be left to who joins the part.
    exporter.database = nil
    partIsOpen = true
    boundary?.forgetsDatabase = true
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
      let key = record.readableKey(in: bytes)
      let size = bytes.byteCount
      throw .damage(Damage(error, in: record, key: key, fileSize: size))
    }
    if outcome != .empty && outcome != .unsupported {
      written &+= 1
    } else if opens {
      closePart()
    }
    guard
      let kind = RecordNote.Kind(outcome, record, for: exporter.options.target, in: bytes)
    else { return }
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
    guard let boundary, boundary.firstDatabase == nil else { return false }
    return begin(boundary, with: record)
  }

  @inline(never)
  private mutating func begin(_ boundary: OutputBoundary, with record: RDBRecord) -> Bool {
    guard !partIsOpen, !exporter.options.databases.isSingle else { return false }
    let database = exporter.options.databases(record.database)
    boundary.firstDatabase = database
    exporter.database = database
    return true
  }

  /// Tells whoever joins the part in which database it ends.
  private func leaveDatabase() {
    guard let boundary else { return }
    boundary.lastDatabase = exporter.database
    if exporter.database != nil { boundary.forgetsDatabase = false }
  }

  /// Lets the next record begin the part, since nothing was written of the one that did.
  private mutating func closePart() {
    boundary?.firstDatabase = nil
    exporter.database = nil
  }

  package consuming func finish() -> ExportCounts { counts }
}
