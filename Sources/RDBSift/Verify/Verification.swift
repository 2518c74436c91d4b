// The job of `verify`: every value is walked to its last byte, and keys are compared with each other
// and with what the file says of them. What one thread sees of that is put together at the end.

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
  /// What is wrong with them.
  package var findings = FindingList()
  /// How many keys there are.
  package var counts = KeyCounts()
  /// Which keys there are; one per thread.
  package var censuses: [KeyCensus] = []

  /// Makes a summary of nothing.
  package init() {}

  /// Adds another thread's summary.
  package mutating func merge(_ other: VerificationSummary) {
    records += other.records
    elements += other.elements
    unopened += other.unopened
    findings.merge(other.findings)
    counts.merge(other.counts)
    censuses += other.censuses
  }
}

/// Looks at every element of every value.
package struct VerificationWorker: RecordWorker, ~Copyable {
  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private var check = RecordCheck()
  private var scratch = Scratch()
  private var summary = VerificationSummary()
  /// Whether every record of the file is looked at, so that keys can be counted and compared.
  private let isWhole: Bool
  private var census = KeyCensus()

  /// Makes a worker for one thread.
  package init(_ selection: Selection, isWhole: Bool = false) {
    selector = RecordSelector(selection)
    self.isWhole = isWhole
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Looks.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    if isWhole { summary.look(atEventsOf: batch, in: bytes) }
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      guard case .restore = answer else { continue }
      look(record, in: bytes, context)
    }
  }

  private mutating func look(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) {
    summary.records &+= 1
    do throws(RDBError) {
      if try check.check(record, in: bytes, context) {
        summary.elements &+= check.elements
      } else {
        summary.unopened &+= 1
      }
    } catch {
      note(error, .error, record, in: bytes)
    }
    for remark in check.remarks {
      let severity = FindingRules.severity(ofRemark: remark.reason)
      note(remark, severity, record, in: bytes)
    }
    if isWhole { count(record, in: bytes) }
  }

  private mutating func count(_ record: RDBRecord, in bytes: RawSpan) {
    summary.counts.add(record)
    guard let key = try? record.key(in: bytes),
      let hash = try? ByteHash.of(key, in: bytes, &scratch)
    else { return }
    census.add(ByteHash.of(hash, database: record.database))
    if let slot = record.slot { compare(slot, key, record, in: bytes) }
  }

  /// Compares the slot that the file tells with the key's own.
  private mutating func compare(
    _ slot: UInt16, _ key: StringObject, _ record: RDBRecord, in bytes: RawSpan
  ) {
    let own = try? scratch.withBytes(of: key, in: bytes) { (text) throws(RDBError) in
      HashSlot(of: text)
    }
    guard let own, own.rawValue != slot, !isEnterprise(record, in: bytes) else {
      return
    }
    summary.findings.append(
      Finding(
        .wrongSlot(told: slot, own: own.rawValue), .warning, record, key: key.spelled(in: bytes),
        fileSize: bytes.byteCount))
  }

  /// Whether the slot is told by an attribute of the key: Redis Enterprise counts slots in its own way.
  private func isEnterprise(_ record: RDBRecord, in bytes: RawSpan) -> Bool {
    var isTold = false
    try? record.attributes(in: bytes, ValueContext()) { place in
      isTold = isTold || [UInt8](copying: bytes.extracting(place.range)).first == 121
    }
    return isTold
  }

  private mutating func note(
    _ error: RDBError, _ severity: Finding.Severity, _ record: RDBRecord, in bytes: RawSpan
  ) {
    let key = (try? record.key(in: bytes)).flatMap { $0.spelled(in: bytes) }
    let damage = Damage(
      error, in: record, key: key, fileSize: bytes.byteCount)
    summary.findings.append(Finding(damage, severity))
  }

  /// What was found.
  package consuming func finish() -> VerificationSummary {
    summary.counts.end()
    if isWhole { summary.censuses = [census] }
    return summary
  }
}
