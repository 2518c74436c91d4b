// Findings of `verify`: sentences, and rows.

import RDB
import RDBSift

/// Findings in one file.
struct FindingWords {
  /// The file's path.
  let path: String

  /// A finding as a line: how severe it is, the rule, where, whose, what.
  func line(_ finding: Finding) -> String {
    "\(finding.severity) [\(finding.rule)] \(message(finding))"
  }

  /// A finding as a row.
  func row(_ finding: Finding) -> [Field] {
    var error: RDBError?
    if case .damage(let damage) = finding.kind { error = damage }
    let inside = error.flatMap { $0.inside < 0 ? nil : $0.inside }
    return [
      Field("severity", .text("\(finding.severity)")), Field("rule", .text(finding.rule)),
      Field("reason", .optional(error) { .text("\($0.reason)") }),
      Field("offset", .count(finding.offset)), Field("inside", .optional(inside) { .count($0) }),
      Field("number", .optional(error) { .count($0.number) }),
      Field("record", .count(finding.start)),
      Field("db", .optional(finding.database) { .number($0) }),
      Field("rdb_type", .optional(finding.type) { .number($0.rawValue) }),
      Field("key", .optional(finding.key) { .key($0) }),
      Field("reading", .text(finding.reading.rawValue)),
      Field("message", .text(message(finding))),
    ]
  }

  private func message(_ finding: Finding) -> String {
    var place = "\(Messages.spelled(path)): byte \(Formatting.count(finding.offset))"
    if case .damage(let error) = finding.kind, error.inside >= 0 {
      place += " (byte \(Formatting.count(error.inside)) of what is compressed there)"
    }
    if let database = finding.database { place += ", db \(database)" }
    if let type = finding.type { place += ", \(Messages.name(type))" }
    if let key = finding.key { place += " \(Messages.spelled(key))" }
    return "\(place): \(explanation(finding))"
  }

  private func explanation(_ finding: Finding) -> String {
    func keys(_ found: UInt64, _ what: String, _ promised: UInt64) -> String {
      "\(Formatting.count(found, "key", "keys"))\(what), where the file says "
        + Formatting.count(promised)
    }
    switch finding.kind {
    case .damage(let error): return Messages.explained(error, fileSize: finding.fileSize)
    case .checksum(let stored, let computed):
      return "the file says the checksum \(Formatting.hex(stored)), its bytes make "
        + Formatting.hex(computed)
    case .keyCount(let promised, let found): return keys(found, "", promised)
    case .expiringCount(let promised, let found): return keys(found, " with an expiry", promised)
    case .slotCount(let slot, let promised, let found):
      return keys(found, " in slot \(slot)", promised)
    case .wrongSlot(let told, let own):
      return "told among the keys of slot \(told), but its slot is \(own)"
    case .duplicateKey(let first):
      return "the key stands there already, in the record at byte \(Formatting.count(first)); "
        + "servers stop loading at it"
    case .trailing(let count):
      return "\(Formatting.count(count, "byte", "bytes")) behind the end of the file proper; "
        + "servers ignore them"
    }
  }
}
