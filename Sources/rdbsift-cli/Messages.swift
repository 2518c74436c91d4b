// Every sentence about what went wrong: what, where, and what to try.

import RDB
import RDBSift
import Restore
import Storage

enum Messages {
  /// A job that stopped.
  static func text(_ failure: JobFailure, path: String) -> String {
    switch failure {
    case .damage(let damage): text(damage, path: path)
    case .system(let error): text(error)
    case .container(let error): text(error, path: path)
    case .pattern(let error, let pattern, let key, let offset):
      "pattern \(error.pattern + 1)\(option(error)), \(spelled(pattern)), \(text(error.reason)) "
        + "on the key \(spelled(key)) at byte "
        + "\(Formatting.count(offset)) of \(spelled(path)); whether it "
        + "\(error.renames ? "renames" : "selects") that key is unknown. "
        + "Try a pattern that backtracks less, such as one without nested repetition."
    }
  }

  private static func option(_ error: KeyMatchError) -> String {
    error.excludes ? " of --exclude" : error.renames ? " of --rename" : ""
  }

  /// A job that stopped, and what its file may be instead.
  static func text(_ failure: FileFailure) -> String {
    let text = text(failure.failure, path: failure.path)
    guard let kind = UnsupportedFormat(failure.head) else { return text }
    return "\(text); it looks like \(kind.description)"
  }

  /// The system's refusal.
  static func text(_ error: SystemError) -> String { "\(spelled(error.path)): \(error.message)" }

  private static func text(_ reason: KeyMatchError.Reason) -> String {
    switch reason {
    case .stepLimit: "took more steps than are allowed"
    case .memoryLimit: "needed more memory than is allowed"
    case .refused: "was refused by PCRE2"
    }
  }

  /// A path or a key, as a terminal may show it.
  static func spelled(_ bytes: some Sequence<UInt8>) -> String {
    Formatting.key(bytes, width: 120)
  }

  /// A path, as a terminal may show it.
  static func spelled(_ path: String) -> String { spelled(path.utf8) }
}

// MARK: - Damage

extension Messages {
  /// Damage: where, whose, what.
  static func text(_ damage: Damage, path: String) -> String {
    var place = "\(spelled(path)): byte \(Formatting.count(damage.error.offset))"
    if damage.error.inside >= 0 {
      place += " (byte \(Formatting.count(damage.error.inside)) of what is compressed there)"
    }
    // Of a type that nobody knows, the message itself tells the number.
    if let type = damage.type, damage.error.reason != .unknownType {
      place += ", db \(damage.database), \(name(type))"
    }
    if let key = damage.key { place += " \(spelled(key))" }
    return "\(place): \(what(damage.error, fileSize: damage.fileSize))"
  }

  /// What is wrong with bytes, and which part of them.
  static func explained(_ error: RDBError, fileSize: Int) -> String {
    let text = what(error, fileSize: fileSize)
    return partName(error.part).map { "\(text): \($0)" } ?? text
  }

  private static func partName(_ part: RDBError.Part) -> String? {
    switch part {
    case .whole: nil
    case .total: "the length that it says is not its length"
    case .tail: "its last entry is not where it says"
    case .count: "it has not as many entries as it says"
    case .entry: "an entry that leaves it or is of no kind"
    case .link: "an entry's size, written for walking backwards, is not its size"
    case .end: "its end is not where it must be"
    case .pairs: "one of two entries that belong together is missing"
    case .width: "a width that does not exist"
    case .order: "entries do not ascend"
    case .node: "a node's id"
    case .length: "it has not as many entries, or deleted ones, as it says"
    case .lastID: "an entry behind the last id"
    case .firstID: "its first entry is not the one it says"
    case .maxDeletedID: "an id was deleted that was never given"
    case .added: "more entries than were ever added"
    case .group: "two groups of one name"
    case .pending: "pending entries that are nobody's, or somebody's twice"
    case .consumer: "two consumers of one name"
    case .producers: "producers that are too many, too long remembered, or of one name"
    case .fields: "a number of fields that cannot be"
    }
  }

  static func name(_ type: RDBType) -> String {
    "\(type.shape(in: .redis)?.name ?? "type") (RDB type \(type.rawValue))"
  }

  private static func what(_ error: RDBError, fileSize: Int) -> String {
    let number = Formatting.count(error.number)
    switch error.reason {
    case .truncated: return truncated(error, fileSize: fileSize)
    case .badMagic:
      return "not an RDB file: it begins with neither REDIS nor VALKEY"
    case .badVersion: return "not an RDB version: the header's last digits make no version"
    case .badLength: return "a length that makes no sense (\(number))"
    case .badString: return "a string encoding that does not exist (\(number))"
    case .badLZF: return "compressed bytes (LZF) that do not unpack to what they promise"
    case .badListpack: return "a listpack whose parts do not agree"
    case .badZiplist: return "a ziplist whose parts do not agree"
    case .badZipmap: return "a zipmap whose parts do not agree"
    case .badIntset: return "an intset whose parts do not agree"
    case .badScore: return "a score that is not a number"
    case .badStream: return "a stream whose parts do not agree"
    case .badTemplate: return "a hash template that is not defined or does not fit (\(number))"
    case .badExpiry: return "a field's deadline that is no time (\(number))"
    case .badArray: return "an array whose tags or indexes make no sense (\(number))"
    case .badModule: return "a module value whose opcodes make no sense (\(number))"
    case .badQuicklist: return "a quicklist node of a kind that does not exist (\(number))"
    case .unknownOpcode: return "an opcode that this version does not know (\(error.number))"
    case .unknownType: return "a value type that this version does not know (\(error.number))"
    case .unskippable:
      return "a value of type \(error.number), which carries no marks to step over it"
    case .unsupportedCompression:
      return error.number == 201
        ? "a block of records compressed with ZSTD, which is not unpacked here; let Dragonfly save "
          + "them with --compression_mode 3 (LZ4) or 0"
        : "a block of compressed records (LZ4) that does not unpack"
    case .limitExceeded: return "a number beyond what is believed (\(number))"
    case .duplicateElement: return "element \(number) has stood there before"
    case .wrongOrder: return "elements that are not in the order of their layout (\(number))"
    case .emptyValue: return "a collection without elements, which servers leave out"
    case .badFunction: return "a function library whose first line does not name it"
    case .badHyperLogLog: return "it begins like a HyperLogLog, but is not laid out like one"
    }
  }

  private static func truncated(_ error: RDBError, fileSize: Int) -> String {
    if fileSize == 0 { return "the file is empty" }
    let left = max(0, fileSize - error.offset)
    // Up to nine bytes are missing where a number or the header is cut; more is what a length says.
    if left == 0, error.number <= 9 {
      return "the file ends here, in the middle of something: it was cut"
    }
    return "a length says \(Formatting.count(error.number, "byte", "bytes")), "
      + "\(Formatting.count(left)) are left: the file was cut, or the length is wrong"
  }
}

// MARK: - Requests

extension Messages {
  /// Everything that is wrong with a request, a line each.
  static func lines(_ error: RestoreRequestError) -> [String] {
    switch error {
    case .parameters(let problems): problems.map(text)
    case .pattern(let error): [text(error)]
    }
  }

  /// What is wrong or doubtful with a parameter.
  static func text(_ problem: RequestProblem) -> String {
    let text = "\(spelled(problem.text)) \(explanation(problem.code))"
    guard let bound = problem.bound else { return "\(problem.code): \(text)" }
    return "\(problem.code): \(text) \(Formatting.instant(bound))"
  }

  private static func explanation(_ code: RequestCode) -> String {
    switch code {
    case .restoreTypeInvalid: "is neither 0 nor 1"
    case .restoreTypeDeprecated: "is ignored by the service since 2025"
    case .restoreTypeMismatch: "does not go with the other parameters, or with this file"
    case .restoreTimeMissing: "needs a --restore-time"
    case .restoreTimeFormat, .timeShiftFormat:
      "is not a UTC time of the form yyyy-MM-ddTHH:mm:ssZ or yyyy-MM-ddTHH:mmZ"
    case .restoreTimeTooEarly: "is before the first moment that the file covers:"
    case .restoreTimeTooLate: "is after the last moment that can be restored:"
    case .timeShiftTooEarly: "is before the restore time, which is"
    case .timeShiftTooLate: "is after the moment of the restore, which is"
    case .timeShiftNoReference:
      "has nothing to count from: the file has no ctime, so give --restore-time"
    case .typeUnknown:
      "is no type: string, list, set, zset, hash, stream, module, array or a module's nine letters"
    case .filterKeyNeedsPIT: "with a FilterKey: older texts of the service ask for RestoreType 1"
    default: "is not possible"
    }
  }

  /// A pattern that cannot be used.
  static func text(_ error: FilterKeyError) -> String {
    switch error.reason {
    case .emptyFilterKey: "\(error.code): the expression is empty"
    case .emptyItem:
      "\(error.code): item \(error.index + 1) is empty; a comma separates patterns, so there is one "
        + "too many"
    case .emptyPattern: "\(error.code): the pattern is empty"
    case .syntax(_, let message):
      "\(error.code): \(message), at byte \(error.offset) of \(spelled(error.pattern.bytes))"
        + (error.itemAfterComma.map { next in
          "; every comma separates: the pieces are \(spelled(error.pattern.bytes)) and "
            + "\(spelled(next)). Use --key-regex for a pattern with a comma"
        } ?? "")
    }
  }

  /// A doubt about a pattern.
  static func text(_ warning: FilterKeyWarning, _ patterns: [KeyPattern]) -> String {
    let pattern = patterns.indices.contains(warning.index) ? patterns[warning.index].bytes : []
    let words: String
    switch warning.reason {
    case .commaInQuantifier:
      let next = patterns.dropFirst(warning.index + 1).first?.bytes ?? []
      words =
        "\(spelled(pattern)) ends inside a {m,n}: every comma separates, and the pieces are "
        + "\(spelled(pattern)) and \(spelled(next)). Use --key-regex"
    case .looksLikeGlob:
      words =
        "\(spelled(pattern)) looks like a glob, but is read as a regular expression, in which * "
        + "repeats what stands before it. For a prefix write .* or use --match glob"
    case .matchesAll: words = "\(spelled(pattern)) selects every key"
    case .unescapedDot:
      words =
        "the dot in \(spelled(pattern)) is any byte; write \\. for a dot, or use --match literal"
    case .redundantAnchor:
      words = "\(spelled(pattern)) describes the whole key anyway: ^ and $ at its ends say nothing"
    case .padded:
      words =
        "\(spelled(pattern)) has a space or quotes at its ends, which are part of it: nothing is trimmed"
    case .shadowed:
      let other = warning.other.flatMap { patterns.indices.contains($0) ? patterns[$0].bytes : nil }
      words =
        "every key that \(spelled(pattern)) selects is selected by \(spelled(other ?? [])) too"
    case .manyKeys:
      words = "more patterns than the service advises (10 keys, or 3 with expressions)"
    }
    return "\(warning.reason.rawValue): \(words)"
  }
}
