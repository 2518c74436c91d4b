// The job of `verify`: every value is walked to its last byte, and keys are compared with each other
// and with what the file says of them. What one thread sees of that is put together at the end.

package import RDB
package import Restore

/// What a verification found in records.
package struct VerificationSummary: Mergeable, Sendable {
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
  /// Makes a summary of nothing.
  package init() {}

  /// Adds another thread's summary.
  package mutating func merge(_ other: VerificationSummary) {
    records += other.records
    elements += other.elements
    unopened += other.unopened
    findings.merge(other.findings)
    counts.merge(other.counts)
  }
}

/// Looks at every element of every value.
struct VerificationVisitor: RecordVisitor, ~Copyable {
  private var check = RecordCheck()
  private var scratch = Scratch()
  private var summary = VerificationSummary()
  /// Whether every record of the file is looked at, so that keys can be counted.
  private let isWhole: Bool

  init(isWhole: Bool) { self.isWhole = isWhole }

  mutating func begin(_ batch: borrowing RecordBatch, in bytes: RawSpan) {
    if isWhole { summary.look(atEventsOf: batch, in: bytes) }
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) {
    look(record, in: bytes, context.values)
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
    guard let slot = record.slot, let key = try? record.key(in: bytes) else { return }
    compare(slot, key, record, in: bytes)
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
    var isStated = false
    try? record.attributes(in: bytes, ValueContext()) { place in
      isStated =
        isStated
        || [UInt8](copying: bytes.extracting(place.range)).first
          == RDBOpcode.enterpriseSlot.rawValue
    }
    return isStated
  }

  private mutating func note(
    _ error: RDBError, _ severity: Finding.Severity, _ record: RDBRecord, in bytes: RawSpan
  ) {
    let key = record.readableKey(in: bytes)
    let damage = Damage(
      error, in: record, key: key, fileSize: bytes.byteCount)
    summary.findings.append(Finding(damage, severity))
  }

  /// What was found.
  consuming func finish() -> VerificationSummary {
    summary.counts.end()
    return summary
  }
}
