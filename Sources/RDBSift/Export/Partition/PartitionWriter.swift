// Writes to several outputs with a writer for one: sorts the records of a batch by output and writes those of
// each output together.

import Export
import RDB
import Restore
package import Storage

/// The counts of a format, and written keys by output.
package struct PartitionCounts: Mergeable, Sendable {
  /// The counts of the format.
  package var counts: ExportCounts
  /// Written keys by output.
  package var keys: [UInt64]

  /// Adds the counts of another thread or file.
  package mutating func merge(_ other: PartitionCounts) {
    counts.merge(other.counts)
    for part in keys.indices { keys[part] &+= other.keys[part] }
  }
}

/// Sorts records by output and writes them.
struct PartitionWriter<Writer: RecordWriter & ~Copyable>: RecordWriter, ~Copyable
where Writer.Summary == ExportCounts {
  private let frames = PartFrames()
  private var writer: Writer
  private var namer: RecordNamer
  private let parts: SlotParts
  private var keys: [UInt64]
  private var rows = PartRows()

  init(_ writer: consuming Writer, _ parts: SlotParts, naming: KeyNaming) {
    self.writer = writer
    self.parts = parts
    namer = RecordNamer(naming)
    keys = Array(repeating: 0, count: parts.ranges.count)
    self.writer.output.drain = { [frames] in frames.append($0) }
  }

  /// The framed output of all partitions.
  var output: OutputBuffer {
    _read { yield frames.output }
    _modify { yield &frames.output }
  }

  var written: UInt64 { writer.written }

  mutating func write(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    // Taken out to avoid overlapping access to `self`.
    var rows = PartRows()
    swap(&rows, &self.rows)
    defer { swap(&rows, &self.rows) }
    try sort(records, actions, in: bytes, into: &rows)
    // Notes come sorted by output; they are reported in file order.
    var found = NoteList(keepsAll: true)
    defer { notes.append(found.sorted()) }
    var own = copy context
    for part in parts.ranges.indices {
      let range = rows.range(of: part)
      guard !range.isEmpty || !context.events.isEmpty else { continue }
      own.events = rows.events(context.events, before: range)
      try write(part, rows, range, in: bytes, own, &found)
    }
  }

  private mutating func sort(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    into rows: inout PartRows
  ) throws(JobFailure) {
    rows.begin(parts: parts.ranges.count)
    for index in records.indices where actions[index].isWritten {
      let part = try namer.withName(of: records[index], in: bytes) { name throws(JobFailure) in
        parts.part(of: name)
      }
      rows.add(index, part)
    }
    rows.sort(records, actions)
  }

  private mutating func write(
    _ part: Int, _ rows: PartRows, _ range: Range<Int>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    frames.begin(part)
    writer.begin(part: part, frames.boundary)
    let before = writer.written
    defer {
      keys[part] += writer.written - before
      writer.output.withBytes { frames.end($0) }
      writer.output.removeAll()
    }
    try writer.write(
      rows.records.span.extracting(range), rows.actions.span.extracting(range), in: bytes, context,
      &notes)
  }

  consuming func finish() -> PartitionCounts {
    PartitionCounts(counts: writer.finish(), keys: keys)
  }
}

/// Records sorted by output, in file order within each.
struct PartRows {
  private(set) var records: [RDBRecord] = []
  private(set) var actions: [RecordAction] = []
  /// The index of each record in the batch.
  private var places: [Int] = []
  private var kept: [(index: Int, part: Int)] = []
  /// The first record of each output, and the end.
  private var starts: [Int] = []

  mutating func begin(parts: Int) {
    if !kept.isEmpty { kept.removeAll(keepingCapacity: true) }
    starts = Array(repeating: 0, count: parts + 1)
  }

  mutating func add(_ index: Int, _ part: Int) {
    kept.append((index, part))
    starts[part + 1] += 1
  }

  mutating func sort(_ all: Span<RDBRecord>, _ allActions: Span<RecordAction>) {
    for part in starts.indices.dropFirst() { starts[part] += starts[part - 1] }
    var next = starts
    places = Array(repeating: 0, count: kept.count)
    for (index, part) in kept {
      places[next[part]] = index
      next[part] += 1
    }
    if !records.isEmpty { records.removeAll(keepingCapacity: true) }
    if !actions.isEmpty { actions.removeAll(keepingCapacity: true) }
    for index in places {
      records.append(all[index])
      actions.append(allActions[index])
    }
  }

  func range(of part: Int) -> Range<Int> { starts[part]..<starts[part + 1] }

  /// The events of the batch, with indices relative to the range.
  func events(
    _ events: [(index: Int, event: RDBEvent)], before range: Range<Int>
  ) -> [(index: Int, event: RDBEvent)] {
    var next = range.lowerBound
    return events.map { index, event in
      while next < range.upperBound, places[next] < index { next += 1 }
      return (next - range.lowerBound, event)
    }
  }
}

extension Backup {
  /// Writes the selected keys to one output per range of cluster slots.
  ///
  /// - Parameters:
  ///   - export: The prepared export.
  ///   - parts: The partition by slot.
  ///   - targets: An output for each part.
  /// - Returns: The results per file, and written keys by part.
  /// - Throws: `SystemError` if an output cannot be written.
  package func exportParts<Format: RecordFormat>(
    _ export: PreparedExport<Format>, _ parts: SlotParts, to targets: [OutputTarget]
  ) throws(SystemError) -> (result: BackupResult<ExportSummary>, keys: [UInt64]) {
    let (format, request) = (export.format, export.request)
    for target in targets { try target.write { format.begin(&$0) } }
    let router = PartRouter(parts: targets.count) { (part, bytes) throws(SystemError) in
      try targets[part].write(bytes)
    }
    let output = router.output
    let use = PartitionedExport(
      backup: self, request: export.sweepRequest, naming: request.mapping.naming, parts: parts,
      output: output)
    let result = format.withWriters(use)
    if let failure = output.failure { throw failure }
    if result.firstFailure == nil { try router.finish() }
    let keys = result.merged?.detail.keys ?? Array(repeating: 0, count: targets.count)
    for (target, keys) in zip(targets, keys) {
      try target.write { [checksum = target.checksum] in
        format.end(&$0, isEmpty: keys == 0, checksum: checksum)
      }
    }
    return (result.mapSummaries { $1.summary.exported }, keys)
  }
}

/// Writes a backup to one output per part.
private struct PartitionedExport: WriterUse {
  let backup: Backup
  let request: SweepRequest
  let naming: KeyNaming
  let parts: SlotParts
  let output: RecordOutput

  func run<Writer: RecordWriter & ~Copyable>(
    _ makeWriter: @escaping @Sendable (Int) -> Writer
  ) -> BackupResult<WriteSummary<PartitionCounts>> where Writer.Summary == ExportCounts {
    backup.write(request, into: output) {
      [parts, naming] file in PartitionWriter(makeWriter(file), parts, naming: naming)
    }
  }
}

extension WriteSummary where Detail == PartitionCounts {
  /// The summary without the keys by output.
  fileprivate var exported: ExportSummary {
    ExportSummary(tally: tally, written: written, detail: detail.counts)
  }
}
