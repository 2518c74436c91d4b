// Checksums and damage: the words and members that reports of several commands have.

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

extension Field {
  /// A file's checksum.
  static func checksum(_ state: ChecksumState, isWhole: Bool) -> Field {
    let name: String
    var (stored, computed): (UInt64?, UInt64?)
    switch state {
    case .right(let sum): (name, stored, computed) = ("right", sum, sum)
    case .wrong(let one, let other): (name, stored, computed) = ("wrong", one, other)
    case .off, .none: name = ChecksumWords.short(state, isWhole: isWhole)
    case .unchecked: name = isWhole ? "unchecked" : "unreached"
    }
    return Field(
      "checksum", title: "checksum",
      .record([
        Field("state", .text(name)), Field("stored", .optional(stored) { .hex($0) }),
        Field("computed", .optional(computed) { .hex($0) }),
      ]), shown: .text(ChecksumWords.long(state, isWhole: isWhole)))
  }
}

extension Value {
  /// The failure of a job, where it is damage.
  static func damage(_ failure: JobFailure?, path: String) -> Value {
    guard case .damage(let damage)? = failure else { return .null }
    return .damage(damage, path: path)
  }

  /// Damage, and the record it is in.
  static func damage(_ damage: Damage, path: String) -> Value {
    let error = damage.error
    return .record([
      Field("reason", .text("\(error.reason)")), Field("offset", .count(error.offset)),
      Field("inside", error.inside < 0 ? .null : .count(error.inside)),
      Field("number", .count(error.number)), Field("record", .count(damage.start)),
      Field("db", .number(damage.database)),
      Field("rdb_type", .optional(damage.type) { .number($0.rawValue) }),
      Field("key", .optional(damage.key) { .key($0) }),
      Field("message", .text(Messages.text(damage, path: path))),
    ])
  }
}
