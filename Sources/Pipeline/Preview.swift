// The job of `preview`: the plan without the writing. A preview asks the same plan as an extraction,
// so what it counts is what an extraction writes.

package import Export
package import RDB
package import Restore

/// What a preview counted.
package struct PreviewSummary: Sendable {
  /// What would become of the keys.
  package var tally: PlanTally
  /// Keys and bytes that each way of reading the patterns selects, whatever their expiry.
  package var readings: [KeyCount]
  /// The first keys that would be restored, in the file's order.
  package var examples: [RecordNote] = []
  /// Keys that would be restored but whose type has no commands yet.
  package var unsupported: UInt64 = 0

  /// Adds another thread's summary.
  package mutating func merge(_ other: PreviewSummary) {
    tally.merge(other.tally)
    for index in readings.indices { readings[index] = readings[index] + other.readings[index] }
    examples = Array(
      (examples + other.examples).sorted { $0.record.offset < $1.record.offset }
        .prefix(PreviewWorker.exampleCount))
    unsupported += other.unsupported
  }
}

/// Counts what an extraction would write.
package struct PreviewWorker: RecordWorker, ~Copyable {
  /// Examples kept.
  package static let exampleCount = 10

  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private var readers: [KeyReader]
  private var tally: RunningTally
  private var summary: PreviewSummary

  /// Makes a worker for one thread.
  ///
  /// - Parameters:
  ///   - selection: What is asked for.
  ///   - readings: The same patterns, read in other ways.
  package init(_ selection: Selection, readings: [RecordFilter]) {
    selector = RecordSelector(selection)
    readers = readings.map { KeyReader($0, now: selection.now) }
    tally = RunningTally(patternCount: selection.filter.keys.patterns.count)
    summary = PreviewSummary(
      tally: PlanTally(patternCount: selection.filter.keys.patterns.count),
      readings: Array(repeating: KeyCount(), count: readings.count))
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Counts.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, base: Int, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let disposition = try selector.disposition(
        of: record, in: bytes, base: base, context: context)
      tally.add(record, disposition, pattern: selector.lastMatch, in: context.dialect)
      for place in readers.indices {
        guard try readers[place].selects(record, in: bytes, base: base, context) else { continue }
        summary.readings[place] =
          summary.readings[place] + KeyCount(keys: 1, valueBytes: UInt64(record.valueCount))
      }
      guard case .restore = disposition else { continue }
      if !CommandExporter.supports(record.type, in: context.dialect) { summary.unsupported &+= 1 }
      if summary.examples.count < PreviewWorker.exampleCount {
        keep(record, in: bytes, base: base)
      }
    }
  }

  private mutating func keep(_ record: RDBRecord, in bytes: RawSpan, base: Int) {
    var one = NoteList()
    one.append(.example, record, in: bytes, base: base)
    summary.examples.append(contentsOf: one.kept)
  }

  /// What was counted.
  package consuming func finish() -> PreviewSummary {
    summary.tally = tally.total()
    return summary
  }
}

/// One way of reading the patterns, for its count only.
private final class KeyReader {
  private var selector: RecordSelector

  init(_ filter: RecordFilter, now: UnixMilliseconds) {
    selector = RecordSelector(Selection(filter: filter, now: now, keepsExpired: true))
  }

  func selects(
    _ record: RDBRecord, in bytes: RawSpan, base: Int, _ context: ValueContext
  ) throws(JobFailure) -> Bool {
    let answer = try selector.disposition(of: record, in: bytes, base: base, context: context)
    if case .restore = answer { return true }
    return false
  }
}
