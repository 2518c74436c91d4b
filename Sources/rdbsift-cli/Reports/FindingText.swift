// Findings of `verify` as lines and as members of a report.

import RDB
import RDBSift

/// Findings in words.
enum FindingText {
  /// A finding as a line: how much it matters, the rule, where, whose, what.
  static func line(_ finding: Finding, path: String) -> String {
    "\(finding.severity) [\(finding.rule)] \(message(finding, path: path))"
  }

  /// A finding without its rule.
  static func message(_ finding: Finding, path: String) -> String {
    var place = "\(Messages.spelled(path)): byte \(HumanText.count(finding.offset))"
    if case .damage(let error) = finding.kind, error.inside >= 0 {
      place += " (byte \(HumanText.count(error.inside)) of what is compressed there)"
    }
    if let database = finding.database { place += ", db \(database)" }
    if let type = finding.type { place += ", \(Messages.name(type))" }
    if let key = finding.key { place += " \(Messages.spelled(key))" }
    return "\(place): \(what(finding))"
  }

  private static func what(_ finding: Finding) -> String {
    switch finding.kind {
    case .damage(let error): return Messages.explained(error, fileSize: finding.fileSize)
    case .checksum(let stored, let computed):
      return "the file says the checksum \(hexadecimal(stored)), its bytes make "
        + hexadecimal(computed)
    case .keyCount(let promised, let found):
      return
        "\(HumanText.count(found, "key", "keys")), where the file says \(HumanText.count(promised))"
    case .expiringCount(let promised, let found):
      return "\(HumanText.count(found, "key", "keys")) with an expiry, where the file says "
        + HumanText.count(promised)
    case .slotCount(let slot, let promised, let found):
      return "\(HumanText.count(found, "key", "keys")) in slot \(slot), where the file says "
        + HumanText.count(promised)
    case .wrongSlot(let told, let own):
      return "told among the keys of slot \(told), but its slot is \(own)"
    case .duplicateKey(let first):
      return "the key stands there already, in the record at byte \(HumanText.count(first)); "
        + "servers stop loading at it"
    case .trailing(let count):
      return
        "\(HumanText.count(count, "byte", "bytes")) behind the end of the file proper; servers "
        + "ignore them"
    }
  }

  /// A finding as a member of a report.
  static func json(_ finding: Finding, path: String) -> JSONValue {
    var reason = JSONValue.null
    var inside = JSONValue.null
    var number = JSONValue.null
    if case .damage(let error) = finding.kind {
      if error.inside >= 0 { inside = .count(error.inside) }
      number = .count(error.number)
      reason = .text("\(error.reason)")
    }
    return .object([
      "severity": .text("\(finding.severity)"), "rule": .text(finding.rule),
      "reason": reason,
      "offset": .count(finding.offset), "inside": inside, "number": number,
      "record": .count(finding.start),
      "db": .optional(finding.database) { .count(UInt64($0)) },
      "rdb_type": .optional(finding.type) { .count(UInt64($0.rawValue)) },
      "key": .optional(finding.key) { .bytes($0) },
      "reading": .text(finding.reading.rawValue),
      "message": .text(message(finding, path: path)),
    ])
  }
}
