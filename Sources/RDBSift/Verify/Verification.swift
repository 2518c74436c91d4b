// `verify`: decodes every value to its last byte, and compares keys with each other and with the counts in the
// file.

import RDB
import Restore

/// The findings of a verification in records.
package struct VerificationSummary: Mergeable, Sendable {
  /// Checked records.
  package var records: UInt64 = 0
  /// Checked elements.
  package var elements: UInt64 = 0
  /// Records with values that are not decoded.
  package var undecoded: UInt64 = 0
  /// The findings.
  package var findings: FindingList
  /// Key counts by database and slot.
  package var counts = KeyCounts()
  /// The function libraries that have a name.
  var libraries = LibraryList()

  /// Makes an empty summary with a limit on the findings kept for each rule.
  package init(limit: Int = FindingList.reported) { findings = FindingList(limit: limit) }

  /// Adds the summary of another thread or file.
  package mutating func merge(_ other: VerificationSummary) {
    records += other.records
    elements += other.elements
    undecoded += other.undecoded
    findings.merge(other.findings)
    counts.merge(other.counts)
    libraries.merge(other.libraries)
  }
}

/// Checks every element of every value.
struct VerificationVisitor: RecordVisitor, ~Copyable {
  private var check = RecordCheck()
  private var scratch = Scratch()
  private var summary: VerificationSummary
  /// Whether every record is checked, so that keys can be counted.
  private let isWhole: Bool

  init(isWhole: Bool, limit: Int) {
    self.isWhole = isWhole
    summary = VerificationSummary(limit: limit)
  }

  mutating func begin(_ batch: borrowing RecordBatch, in bytes: RawSpan) {
    if isWhole { summary.checkEvents(of: batch, in: bytes) }
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) {
    examine(record, in: bytes, context.values)
  }

  private mutating func examine(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) {
    summary.records &+= 1
    do throws(RDBError) {
      if try check.check(record, in: bytes, context) {
        summary.elements &+= check.elements
      } else {
        summary.undecoded &+= 1
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

  /// Compares the stored slot with the slot of the key.
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
        .wrongSlot(stored: slot, own: own.rawValue), .warning, record, key: key.unpacked(in: bytes),
        fileSize: bytes.byteCount))
  }

  /// Whether the slot is an attribute of Redis Enterprise, which numbers slots differently.
  private func isEnterprise(_ record: RDBRecord, in bytes: RawSpan) -> Bool {
    var isAttribute = false
    try? record.attributes(in: bytes, ValueContext()) { place in
      isAttribute =
        isAttribute
        || [UInt8](copying: bytes.extracting(place.range)).first
          == RDBOpcode.enterpriseSlot.rawValue
    }
    return isAttribute
  }

  private mutating func note(
    _ error: RDBError, _ severity: Finding.Severity, _ record: RDBRecord, in bytes: RawSpan
  ) {
    let key = record.readableKey(in: bytes)
    let damage = Damage(
      error, in: record, key: key, fileSize: bytes.byteCount)
    summary.findings.append(Finding(damage, severity))
  }

  consuming func finish() -> VerificationSummary {
    summary.counts.end()
    return summary
  }
}
