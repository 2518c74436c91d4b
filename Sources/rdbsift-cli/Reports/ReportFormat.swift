// How a report is spelled, and the parts that reports of several commands share.

import ArgumentParser
import RDB
import RDBSift

/// How a report is spelled.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
}

/// What a report is about: a file, or several.
struct ReportSubject {
  /// The path, or how many files there are.
  let path: String
  /// Bytes of all of it.
  let size: Int
  /// The digest of the file, as a member of a report; null for several.
  var sha256 = JSONValue.null
  /// Behind a restore time that was not given.
  var timeNote = " (the file's own: its ctime)"
}

/// The option of the commands that report.
struct ReportOptions: ParsableArguments {
  @Option(help: "text, or json for programs.")
  var format: ReportFormat = .text
}

/// A file's checksum in words, and as members of a report.
enum ChecksumText {
  /// The state in words; of a file whose end was not reached there is none.
  static func spelled(_ state: ChecksumState, isWhole: Bool) -> String {
    switch state {
    case .right(let sum): "right (\(hexadecimal(sum)))"
    case .wrong(let stored, let computed):
      "wrong (the file says \(hexadecimal(stored)), its bytes make \(hexadecimal(computed)))"
    case .off: "switched off when the file was written"
    case .none: "none, as before RDB version 5"
    case .unchecked: isWhole ? "not checked" : "not reached"
    }
  }

  /// The state in a word or two.
  static func word(_ state: ChecksumState, isWhole: Bool) -> String {
    switch state {
    case .right: "right"
    case .wrong: "wrong"
    case .off: "off"
    case .none: "none"
    case .unchecked: isWhole ? "not checked" : "not reached"
    }
  }

  /// The state as a member of a report.
  static func json(_ state: ChecksumState, isWhole: Bool) -> JSONValue {
    switch state {
    case .right(let sum): object("right", stored: sum, computed: sum)
    case .wrong(let stored, let computed): object("wrong", stored: stored, computed: computed)
    case .off: object("off")
    case .none: object("none")
    case .unchecked: object(isWhole ? "unchecked" : "unreached")
    }
  }

  private static func object(
    _ state: String, stored: UInt64? = nil, computed: UInt64? = nil
  ) -> JSONValue {
    .object([
      "state": .text(state), "stored": .optional(stored) { .text(hexadecimal($0)) },
      "computed": .optional(computed) { .text(hexadecimal($0)) },
    ])
  }
}

/// A checksum as people compare it.
func hexadecimal(_ number: UInt64) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

/// Damage as a member of a report.
enum DamageText {
  static func json(_ damage: Damage, path: String) -> JSONValue {
    .object([
      "reason": .text("\(damage.error.reason)"), "offset": .count(damage.error.offset),
      "inside": damage.error.inside < 0 ? .null : .count(damage.error.inside),
      "number": .count(damage.error.number), "record": .count(damage.start),
      "db": .count(UInt64(damage.database)),
      "rdb_type": .optional(damage.type) { .count(UInt64($0.rawValue)) },
      "key": .optional(damage.key) { .bytes($0) },
      "message": .text(Messages.text(damage, path: path)),
    ])
  }

  /// The failure of a job, where it is damage; null where there is none.
  static func json(_ failure: JobFailure?, path: String) -> JSONValue {
    guard case .damage(let damage)? = failure else { return .null }
    return json(damage, path: path)
  }
}
