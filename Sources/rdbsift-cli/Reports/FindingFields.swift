// Checksums, damage and findings: the words and members that reports of several commands share.

import RDB
import RDBSift

/// A file's checksum in words.
enum ChecksumWords {
  /// The state; of a file whose end was not reached there is none.
  static func long(_ state: ChecksumState, isWhole: Bool) -> String {
    switch state {
    case .right(let sum): "right (\(Formatting.hex(sum)))"
    case .wrong(let stored, let computed):
      "wrong (the file says \(Formatting.hex(stored)), its bytes make \(Formatting.hex(computed)))"
    case .off: "switched off when the file was written"
    case .none: "none, as before RDB version 5"
    case .unchecked: short(state, isWhole: isWhole)
    }
  }

  /// The state in a word or two.
  static func short(_ state: ChecksumState, isWhole: Bool) -> String {
    switch state {
    case .right: "right"
    case .wrong: "wrong"
    case .off: "off"
    case .none: "none"
    case .unchecked: isWhole ? "not checked" : "not reached"
    }
  }
}

extension Value {
  /// A file's checksum.
  static func checksum(_ state: ChecksumState, isWhole: Bool) -> Value {
    var name = ChecksumWords.short(state, isWhole: isWhole)
    var (stored, computed): (UInt64?, UInt64?)
    switch state {
    case .right(let sum): (stored, computed) = (sum, sum)
    case .wrong(let one, let other): (stored, computed) = (one, other)
    case .off, .none: break
    case .unchecked: name = isWhole ? "unchecked" : "unreached"
    }
    let record: Value = ["state": .text(name), "stored": .hex(stored), "computed": .hex(computed)]
    return record.shown(as: .text(ChecksumWords.long(state, isWhole: isWhole)))
  }

  /// The failure of a job, where it is damage, and the record it is in.
  static func damage(_ failure: JobFailure?, path: String) -> Value {
    guard case .damage(let damage)? = failure else { return .null }
    var finding = Finding(damage)
    finding.database = damage.database
    let message = Messages.text(damage, path: path)
    return .object(FindingWords.place(finding) + ["message": .text(message)])
  }
}

extension RDBError {
  /// The place in what is compressed at the offset, if it is there.
  fileprivate var placeInside: Int? { inside < 0 ? nil : Int(inside) }
}

// MARK: - Findings

/// Findings in one file.
struct FindingWords {
  /// The file's path.
  let path: String

  /// A finding as a line: how severe it is, the rule, where, whose, what.
  func line(_ finding: Finding) -> String {
    "\(finding.severity) [\(finding.rule)] \(message(finding))"
  }

  /// A finding as a row.
  func row(_ finding: Finding) -> Fields {
    ["severity": .text("\(finding.severity)"), "rule": .text(finding.rule)]
      + FindingWords.place(finding)
      + ["reading": .text(finding.reading.rawValue), "message": .text(message(finding))]
  }

  /// What is wrong, where, and in which record.
  fileprivate static func place(_ finding: Finding) -> Fields {
    let error: RDBError? = if case .damage(let error) = finding.kind { error } else { nil }
    return [
      "reason": .text(error.map { "\($0.reason)" }), "offset": .count(finding.offset),
      "inside": .count(error?.placeInside), "number": .count(error?.number),
      "record": .count(finding.start), "db": .number(finding.database),
      "rdb_type": .number(finding.type?.rawValue), "key": .key(finding.key),
    ]
  }

  private func message(_ finding: Finding) -> String {
    var place = "\(Messages.spelled(path)): byte \(Formatting.count(finding.offset))"
    if case .damage(let error) = finding.kind, let inside = error.placeInside {
      place += " (byte \(Formatting.count(inside)) of what is compressed there)"
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
