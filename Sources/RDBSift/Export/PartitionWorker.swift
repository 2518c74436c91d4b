// A worker for many outputs, made of one that writes for a single one: the records of a batch are
// sorted by the output they belong to, and each output's are written together.

package import Export
package import RDB
package import Restore

/// Writes the records that belong to one output at a time.
package protocol PartWriter: ~Copyable, SendableMetatype {
  /// Where it writes.
  var output: OutputBuffer { get set }
  /// Whether records have to come in the file's order, all of them to this writer.
  var needsOrder: Bool { get }
  /// Keys that were written so far.
  var written: UInt64 { get }

  /// Decides what becomes of a batch's records; how many were decided, and what kept the next from it.
  mutating func decide(
    _ records: Span<RDBRecord>, in bytes: RawSpan, context: ValueContext,
    into fates: inout [RecordFate]
  ) -> (decided: Int, failure: JobFailure?)

  /// Before the records of one output.
  mutating func begin(part: Int, _ joint: PartJoint)

  /// Writes records, and what stands between them.
  mutating func write(
    _ records: Span<RDBRecord>, _ fates: Span<RecordFate>,
    events: [(index: Int, event: RDBEvent)], in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure)

  /// What was done.
  consuming func finish() -> ExtractionSummary
}

/// What was done for all outputs, and keys of each.
package struct PartitionSummary: Sendable {
  /// What was done.
  package var extraction: ExtractionSummary
  /// Keys that were written, by output.
  package var keys: [UInt64]
}

/// Sorts records by the output they belong to.
package struct PartitionWorker<Writer: PartWriter & ~Copyable>: RecordWorker, ~Copyable {
  private let frames = PartFrames()
  private var writer: Writer
  private var namer: RecordNamer
  private let parts: SlotParts
  private var keys: [UInt64]
  private var fates: [RecordFate] = []
  private var sorted = PartRows()

  /// Makes a worker of a writer.
  package init(_ writer: consuming Writer, _ parts: SlotParts, naming: KeyNaming) {
    self.writer = writer
    self.parts = parts
    namer = RecordNamer(naming)
    keys = Array(repeating: 0, count: parts.ranges.count)
    self.writer.output.drain = { [frames] in frames.append($0) }
  }

  /// Pieces of all outputs.
  package var output: OutputBuffer {
    _read { yield frames.output }
    _modify { yield &frames.output }
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { writer.needsOrder }

  /// Writes.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    // Taken out while they are lent beside what fills them.
    var fates: [RecordFate] = []
    swap(&fates, &self.fates)
    defer { swap(&fates, &self.fates) }
    var sorted = PartRows()
    swap(&sorted, &self.sorted)
    defer { swap(&sorted, &self.sorted) }
    let failure = try batch.withRecords { records throws(JobFailure) in
      let (decided, failure) = writer.decide(
        records, in: bytes, context: context, into: &fates)
      sorted.begin(parts: parts.ranges.count)
      for index in 0..<decided where fates[index].isWritten {
        let part = try namer.withName(of: records[index], in: bytes) {
          name throws(JobFailure) in parts.part(of: name)
        }
        sorted.add(index, part)
      }
      sorted.sort(records, fates.span)
      return failure
    }
    // Notes come by output; they are told in the file's order.
    var told = NoteList(keepsAll: true)
    defer { notes.append(told.sorted()) }
    for part in parts.ranges.indices {
      let range = sorted.range(of: part)
      guard !range.isEmpty || !batch.events.isEmpty else { continue }
      frames.begin(part)
      writer.begin(part: part, frames.joint)
      let before = writer.written
      defer {
        keys[part] += writer.written - before
        writer.output.withBytes { frames.end($0) }
        writer.output.removeAll()
      }
      try writer.write(
        sorted.records.span.extracting(range), sorted.fates.span.extracting(range),
        events: sorted.events(batch.events, before: range), in: bytes,
        context: context, notes: &told)
    }
    if let failure { throw failure }
  }

  /// What was done.
  package consuming func finish() -> PartitionSummary {
    PartitionSummary(extraction: writer.finish(), keys: keys)
  }
}

/// Records sorted by the output they belong to, those of one in the file's order.
private struct PartRows {
  private(set) var records: [RDBRecord] = []
  private(set) var fates: [RecordFate] = []
  /// Where the records were in the batch.
  private var places: [Int] = []
  private var kept: [(index: Int, part: Int)] = []
  /// Where the records of each output begin, and one more for the end.
  private var starts: [Int] = []

  mutating func begin(parts: Int) {
    kept.removeAll(keepingCapacity: true)
    starts = Array(repeating: 0, count: parts + 1)
  }

  mutating func add(_ index: Int, _ part: Int) {
    kept.append((index, part))
    starts[part + 1] += 1
  }

  mutating func sort(_ all: Span<RDBRecord>, _ allFates: Span<RecordFate>) {
    for part in starts.indices.dropFirst() { starts[part] += starts[part - 1] }
    var next = starts
    places = Array(repeating: 0, count: kept.count)
    for (index, part) in kept {
      places[next[part]] = index
      next[part] += 1
    }
    records.removeAll(keepingCapacity: true)
    fates.removeAll(keepingCapacity: true)
    for index in places {
      records.append(all[index])
      fates.append(allFates[index])
    }
  }

  func range(of part: Int) -> Range<Int> { starts[part]..<starts[part + 1] }

  /// The batch's events, each before the record of the range that it precedes.
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
