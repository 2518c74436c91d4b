// Checksums, damage and findings as text and as members of reports.

import RDB
import RDBSift

/// A file's checksum as text.
enum ChecksumWords {
  /// The state with its values; `isWhole` is whether the end of the file was reached.
  static func long(_ state: ChecksumState, isWhole: Bool) -> String {
    switch state {
    case .valid(let sum): "valid (\(Formatting.hex(sum)))"
    case .mismatch(let stored, let computed): "mismatch (\(values(stored, computed)))"
    case .disabled: "disabled (rdbchecksum no)"
    case .none: "none (RDB version below 5)"
    case .unchecked: short(state, isWhole: isWhole)
    }
  }

  /// The state in a word or two.
  static func short(_ state: ChecksumState, isWhole: Bool) -> String {
    switch state {
    case .valid: "valid"
    case .mismatch: "mismatch"
    case .disabled: "disabled"
    case .none: "none"
    case .unchecked: isWhole ? "not checked" : "not reached"
    }
  }

  /// The message about a checksum that does not match.
  static func mismatch<Sum: FixedWidthInteger & UnsignedInteger>(
    _ stored: Sum, _ computed: Sum
  ) -> String {
    "checksum mismatch (\(values(stored, computed)))"
  }

  private static func values<Sum: FixedWidthInteger & UnsignedInteger>(
    _ stored: Sum, _ computed: Sum
  ) -> String {
    "stored \(Formatting.hex(stored)), computed \(Formatting.hex(computed))"
  }
}

extension Value {
  /// A file's checksum.
  static func checksum(_ state: ChecksumState, isWhole: Bool) -> Value {
    var name = ChecksumWords.short(state, isWhole: isWhole)
    var (stored, computed): (UInt64?, UInt64?)
    switch state {
    case .valid(let sum): (stored, computed) = (sum, sum)
    case .mismatch(let one, let other): (stored, computed) = (one, other)
    case .disabled, .none: break
    case .unchecked: name = isWhole ? "not_checked" : "not_reached"
    }
    let record: Value = ["state": .text(name), "stored": .hex(stored), "computed": .hex(computed)]
    return record.shown(as: .text(ChecksumWords.long(state, isWhole: isWhole)))
  }

  /// The damage that ended a job, with its record; null for other failures.
  static func damage(_ failure: JobFailure?, path: String) -> Value {
    guard case .damage(let damage)? = failure else { return .null }
    var finding = Finding(damage)
    finding.database = damage.database
    let message = Messages.text(damage, path: path)
    return .object(FindingWords.place(finding) + ["message": .text(message)])
  }
}

extension RDBError {
  /// The offset in the decompressed string, for damage inside LZF data.
  fileprivate var placeInside: Int? { inside < 0 ? nil : Int(inside) }
}

// MARK: - Findings

extension Finding {
  /// Whether it is at a place in its file.
  fileprivate var hasPlace: Bool {
    switch kind {
    case .missingFile, .unlistedFile, .emptyBase: false
    default: true
    }
  }
}

/// Findings in one file.
struct FindingWords {
  /// The file's path.
  let path: String

  /// A finding as a line: severity, rule, offset, key and message.
  func line(_ finding: Finding) -> String {
    "\(finding.severity) [\(finding.rule)] \(message(finding))"
  }

  /// A finding as a row.
  func row(_ finding: Finding) -> Fields {
    let file: Fields = finding.file.map { ["log_file": .path($0)] } ?? [:]
    return ["severity": .text("\(finding.severity)"), "rule": .text(finding.rule)] + file
      + FindingWords.place(finding)
      + ["reading": .text(finding.reading.rawValue), "message": .text(message(finding))]
  }

  /// The reason, the offsets and the record of a finding.
  fileprivate static func place(_ finding: Finding) -> Fields {
    let error: RDBError? = if case .damage(let error) = finding.kind { error } else { nil }
    return [
      "reason": .text(error.map { "\($0.reason)" }), "offset": .count(finding.offset),
      "inside": .count(error?.placeInside), "number": .count(error?.number),
      "record_offset": .count(finding.start), "db": .number(finding.database),
      "rdb_type": .number(finding.type?.rawValue), "key": .key(finding.key),
    ]
  }

  private func message(_ finding: Finding) -> String {
    var place = Messages.spelled(finding.file ?? path)
    if finding.hasPlace { place += ": byte \(Formatting.count(finding.offset))" }
    if case .damage(let error) = finding.kind, let inside = error.placeInside {
      place += " (byte \(Formatting.count(inside)) of the decompressed string)"
    }
    if let database = finding.database { place += ", db \(database)" }
    if let type = finding.type { place += ", \(Messages.name(type))" }
    if let key = finding.key { place += " \(Messages.spelled(key))" }
    return "\(place): \(explanation(finding))"
  }

  private func explanation(_ finding: Finding) -> String {
    func keys(_ found: UInt64, _ what: String, _ promised: UInt64) -> String {
      "\(Formatting.count(found, "key", "keys"))\(what), but the file states "
        + Formatting.count(promised)
    }
    switch finding.kind {
    case .damage(let error) where error.reason == .limitExceeded && finding.severity == .note:
      return
        "only the first \(Formatting.count(error.number)) elements were compared with each other; "
        + "duplicates after them are not found"
    case .damage(let error): return Messages.explained(error, fileSize: finding.fileSize)
    case .checksum(let stored, let computed):
      return ChecksumWords.mismatch(stored, computed)
    case .keyCount(let promised, let found): return keys(found, "", promised)
    case .expiringCount(let promised, let found): return keys(found, " with a TTL", promised)
    case .slotCount(let slot, let promised, let found):
      return keys(found, " in slot \(slot)", promised)
    case .wrongSlot(let stated, let own):
      return "listed under slot \(stated), but the key belongs to slot \(own)"
    case .duplicateKey(let first):
      return "duplicate key, first seen in the record at byte \(Formatting.count(first)); servers "
        + "stop loading here"
    case .duplicateLibrary(let first):
      return "the function library has the name of the one at byte \(Formatting.count(first)); "
        + "servers stop loading here"
    case .trailing(let tail):
      return "\(Formatting.count(tail.count, "byte", "bytes")) of trailing data "
        + "(\(Messages.name(tail.kind))), which servers ignore"
    case .log(let finding): return LogText.text(finding)
    case .missingFile: return "the file is missing, which the manifest names"
    case .unlistedFile: return "the manifest does not name this file: servers do not load it"
    case .emptyBase: return "the base of the log is empty"
    }
  }
}
