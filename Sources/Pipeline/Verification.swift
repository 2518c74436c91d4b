// The job of `verify`: every value is walked to its last byte.

package import Export
package import RDB
package import Restore

/// What a verification found in records.
package struct VerificationSummary: Sendable {
  /// Records that were looked at.
  package var records: UInt64 = 0
  /// Elements that were looked at.
  package var elements: UInt64 = 0
  /// Records whose values are only stepped over.
  package var unopened: UInt64 = 0
  /// Values that make no sense, the first of them, in the file's order.
  package var findings: [Damage] = []
  /// Values that make no sense.
  package var findingCount: UInt64 = 0

  /// Makes a summary of nothing.
  package init() {}

  /// Makes a summary of records that were not opened.
  package init(_ tally: RecordTally) { records = tally.total.keys }

  /// Adds another thread's summary.
  package mutating func merge(_ other: VerificationSummary) {
    records += other.records
    elements += other.elements
    unopened += other.unopened
    findingCount += other.findingCount
    findings = Array(
      (findings + other.findings).sorted { $0.start < $1.start }
        .prefix(VerificationWorker.findingLimit))
  }
}

/// Looks at every element of every value.
package struct VerificationWorker: RecordWorker, ~Copyable {
  /// Findings that are kept.
  static let findingLimit = 100

  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private var sink = CheckSink()
  private var scratch = Scratch()
  private var summary = VerificationSummary()

  /// Makes a worker for one thread.
  package init(_ selection: Selection) { selector = RecordSelector(selection) }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Looks.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, base: Int, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, base: base, context: context)
      guard case .restore = answer else { continue }
      check(record, in: bytes, base: base, context)
    }
  }

  private mutating func check(
    _ record: RDBRecord, in bytes: RawSpan, base: Int, _ context: ValueContext
  ) {
    summary.records &+= 1
    guard record.type.isDecoded(in: context.dialect) else {
      summary.unopened &+= 1
      return
    }
    var at = record.valueOffset &- base
    do throws(RDBError) {
      try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
      summary.elements &+= sink.elements
    } catch {
      summary.findingCount &+= 1
      guard summary.findings.count < VerificationWorker.findingLimit else { return }
      let key = (try? record.key(in: bytes, base: base)).flatMap { $0.spelled(in: bytes) }
      summary.findings.append(
        Damage(
          error.moved(by: base), in: record, key: key, fileSize: base + bytes.byteCount))
    }
  }

  /// What was found.
  package consuming func finish() -> VerificationSummary { summary }
}
