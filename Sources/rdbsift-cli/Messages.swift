// Error and warning messages: what is wrong, where, and what to try.

import RDB
import RDBSift
import Restore
import Storage

enum Messages {
  /// The failure of a job.
  static func text(_ failure: JobFailure, path: String) -> String {
    switch failure {
    case .damage(let damage): text(damage, path: path)
    case .system(let error): text(error)
    case .container(let error): text(error, path: path)
    case .offset(let wrong): text(wrong, path: path)
    case .range(let wrong): text(wrong, path: path)
    case .stopped: "\(spelled(path)): the job was ended before its end"
    case .pattern(let error, let pattern, let key, let offset):
      "pattern \(error.pattern + 1)\(option(error)), \(spelled(pattern)), \(text(error.reason)) "
        + "on key \(spelled(key)) at byte "
        + "\(Formatting.count(offset)) of \(spelled(path)); whether it "
        + "\(error.renames ? "renames" : "selects") that key is unknown. "
        + "Use a pattern that backtracks less, such as one without nested repetition."
    }
  }

  private static func option(_ error: KeyMatchError) -> String {
    error.excludes ? " of --exclude" : error.renames ? " of --rename" : ""
  }

  /// The failure of a job, and the format that the file may have instead.
  static func text(_ failure: FileFailure) -> String {
    let text = text(failure.failure, path: failure.path)
    guard let format = failure.format else { return text }
    let skip = format.headerOffset.map { "; to read it from there: --skip \($0)" } ?? ""
    return "\(text); it looks like \(format.description)\(skip)"
  }

  /// What to do about a damaged file; nil for other failures and for what is no RDB file.
  static func nextStep(_ failure: FileFailure) -> String? {
    guard case .damage(let damage) = failure.failure, damage.reading != .header,
      damage.fileSize > 0,
      Folder.hasEntry(failure.path)
    else { return nil }
    return recovery(of: failure.path)
  }

  /// How to recover records of a damaged file.
  static func recovery(of path: String) -> String {
    "to recover records after the damage: rdbsift salvage \(ShellWord.path(path))"
  }

  /// A failed system call.
  static func text(_ error: SystemError) -> String { "\(spelled(error.path)): \(error.message)" }

  private static func text(_ reason: KeyMatchError.Reason) -> String {
    switch reason {
    case .stepLimit: "exceeded the match limit"
    case .memoryLimit: "exceeded the memory limit"
    case .refused: "was rejected by PCRE2"
    }
  }

  /// A path or a key, escaped for a terminal.
  static func spelled(_ bytes: some Sequence<UInt8>) -> String {
    Formatting.key(bytes, width: 120)
  }

  /// A path, escaped for a terminal.
  static func spelled(_ path: String) -> String { spelled(path.utf8) }
}

// MARK: - Damage

extension Messages {
  /// Damage: the offset, the key and the reason.
  static func text(_ damage: Damage, path: String) -> String {
    var place = "\(spelled(path)): byte \(Formatting.count(damage.error.offset))"
    if damage.error.inside >= 0 {
      place += " (byte \(Formatting.count(damage.error.inside)) of the decompressed string)"
    }
    // The message about an unknown type already contains its number.
    if let type = damage.type, damage.error.reason != .unknownType {
      place += ", db \(damage.database), \(name(type))"
    }
    if let key = damage.key { place += " \(spelled(key))" }
    return "\(place): \(what(damage.error, fileSize: damage.fileSize))"
  }

  /// What is wrong with a value, and with which part of it.
  static func explained(_ error: RDBError, fileSize: Int) -> String {
    let text = what(error, fileSize: fileSize)
    return partName(error.part).map { "\(text): \($0)" } ?? text
  }

  private static func partName(_ part: RDBError.Part) -> String? {
    switch part {
    case .whole: nil
    case .total: "total length does not match its size"
    case .tail: "offset of the last entry is wrong"
    case .count: "entry count does not match its header"
    case .entry: "an entry is invalid or exceeds its bounds"
    case .link: "back length of an entry does not match its size"
    case .end: "end marker is missing or misplaced"
    case .pairs: "odd number of entries where pairs are required"
    case .width: "invalid element width"
    case .order: "entries are not in ascending order"
    case .node: "invalid node ID"
    case .length: "number of entries or deleted entries does not match its header"
    case .lastID: "an entry is later than the last ID"
    case .firstID: "first entry does not match the stored first ID"
    case .maxDeletedID: "maximum deleted ID is later than the last ID"
    case .added: "more entries than were added"
    case .group: "duplicate consumer group"
    case .pending: "a pending entry has no owner, or more than one"
    case .consumer: "duplicate consumer"
    case .producers: "too many producers or remembered IDs, or a duplicate producer"
    case .fields: "invalid number of fields"
    case .redefined: "its ID is defined twice in the file"
    case .trailer, .checksum: nil
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
      return "not an RDB file: it starts with neither REDIS nor VALKEY"
    case .badVersion: return "invalid RDB version in the header"
    case .badLength: return "invalid length (\(number))"
    case .badString: return "invalid string encoding (\(number))"
    case .badLZF: return "LZF data does not decompress to its stated length"
    case .badListpack: return "invalid listpack"
    case .badZiplist: return "invalid ziplist"
    case .badZipmap: return "invalid zipmap"
    case .badIntset: return "invalid intset"
    case .badScore: return "score is not a number"
    case .badStream: return "invalid stream"
    case .badTemplate: return "hash template is undefined or does not match its values (\(number))"
    case .badExpiry: return "invalid field TTL (\(number))"
    case .badArray: return "invalid tag or index in an array (\(number))"
    case .badModule: return "invalid opcode in a module value (\(number))"
    case .badQuicklist: return "invalid quicklist node type (\(number))"
    case .unknownOpcode: return "unknown opcode \(error.number)"
    case .unknownType: return "unknown value type \(error.number)"
    case .unskippable:
      return "value type \(error.number) cannot be skipped: its length is not stored"
    case .unsupportedCompression:
      return error.number == 224
        ? "a chunk of a value is truncated"
        : "a corrupt block of \(error.number == 201 ? "ZSTD" : "LZ4")-compressed records"
    case .limitExceeded: return "value \(number) exceeds the supported limit"
    case .duplicateElement: return "element \(number) is a duplicate"
    case .wrongOrder: return "elements are out of order (\(number))"
    case .emptyValue: return "empty collection; servers drop it on load"
    case .badFunction: return "the first line of a function library does not name it"
    case .badHyperLogLog: return "starts like a HyperLogLog but is not a valid one"
    case .zeroHole: return "\(number) zero bytes in place of records"
    case .onesHole: return "\(number) FF bytes in place of records"
    }
  }

  private static func truncated(_ error: RDBError, fileSize: Int) -> String {
    if fileSize == 0 { return "the file is empty" }
    let left = max(0, fileSize - error.offset)
    if error.part == .checksum {
      return "the checksum after the EOF opcode is truncated: \(left) of its 8 bytes are left"
    }
    if error.part == .trailer {
      return "unexpected end of file (truncated): it ends between records, without the EOF opcode"
    }
    // A cut number or header lacks at most nine bytes; a larger number is a length from the file.
    if left == 0, error.number <= 9 {
      return "unexpected end of file (truncated)"
    }
    return "a length of \(Formatting.count(error.number, "byte", "bytes")) exceeds the "
      + "\(Formatting.count(left)) left: the file is truncated, or the length is wrong"
  }
}

// MARK: - Requests

extension Messages {
  /// All problems of a request, one per line.
  static func lines(_ error: RestoreRequestError) -> [String] {
    switch error {
    case .parameters(let problems): problems.map(text)
    case .pattern(let error): [text(error)]
    }
  }

  /// An error or a warning about a parameter.
  static func text(_ problem: RequestProblem) -> String {
    let text = "\(spelled(problem.text)) \(explanation(problem.code))"
    guard let bound = problem.bound else { return "\(problem.code): \(text)" }
    return "\(problem.code): \(text) \(Formatting.instant(bound))"
  }

  private static func explanation(_ code: RequestCode) -> String {
    switch code {
    case .restoreTypeInvalid: "is neither 0 nor 1"
    case .restoreTypeDeprecated: "has been ignored by the service since 2025"
    case .restoreTypeMismatch: "conflicts with the other parameters or with this file"
    case .restoreTimeMissing: "requires --restore-time"
    case .restoreTimeFormat, .timeShiftFormat:
      "is not a UTC time in the form yyyy-MM-ddTHH:mm:ssZ or yyyy-MM-ddTHH:mmZ"
    case .restoreTimeTooEarly: "is before the earliest restorable time:"
    case .restoreTimeTooLate: "is after the latest restorable time:"
    case .timeShiftTooEarly: "is before the restore time:"
    case .timeShiftTooLate: "is after the time of the restore:"
    case .timeShiftNoReference:
      "has no reference: the file has no ctime; add --restore-time"
    case .typeUnknown:
      "is not a type: use string, list, set, zset, hash, stream, module, array or a module's type"
    case .filterKeyNeedsPIT: "with a FilterKey: older service documentation requires RestoreType 1"
    default: "is not valid"
    }
  }

  /// A pattern that cannot be used.
  static func text(_ error: FilterKeyError) -> String {
    switch error.reason {
    case .emptyFilterKey: "\(error.code): the expression is empty"
    case .emptyItem:
      "\(error.code): item \(error.index + 1) is empty; patterns are comma-separated, so remove "
        + "the extra comma"
    case .emptyPattern: "\(error.code): the pattern is empty"
    case .syntax(_, let message):
      "\(error.code): \(message), at byte \(error.offset) of \(spelled(error.pattern.bytes))"
        + (error.itemAfterComma.map { next in
          "; patterns are comma-separated, and this one was split into "
            + "\(spelled(error.pattern.bytes)) and \(spelled(next)). Use --key-regex for a pattern "
            + "that contains a comma"
        } ?? "") + misreading(error.pattern)
    }
  }

  /// What a pattern that does not compile was probably meant to be.
  private static func misreading(_ pattern: KeyPattern) -> String {
    let reasons = pattern.misreadings
    if reasons.contains(.braces) {
      return "; braces around a number are a quantifier: write \\{ and \\}, or use --match literal "
        + "or glob"
    }
    return reasons.contains(.looksLikeGlob) ? "; it looks like a glob: use --match glob" : ""
  }

  /// A warning about a pattern.
  static func text(_ warning: FilterKeyWarning, _ patterns: [KeyPattern]) -> String {
    let pattern = patterns.indices.contains(warning.index) ? patterns[warning.index].bytes : []
    let words: String
    switch warning.reason {
    case .commaInQuantifier:
      let next = patterns.dropFirst(warning.index + 1).first?.bytes ?? []
      words =
        "a comma inside {m,n} split a pattern into \(spelled(pattern)) and \(spelled(next)). Use "
        + "--key-regex for a pattern that contains a comma"
    case .looksLikeGlob:
      words =
        "\(spelled(pattern)) looks like a glob but is read as a regular expression, where * "
        + "repeats the preceding item. To match a prefix, use .* or --match glob"
    case .braces:
      let braces =
        patterns.indices.contains(warning.index) ? patterns[warning.index].bracedNumber : nil
      words =
        "\(spelled(braces ?? [])) in \(spelled(pattern)) is a quantifier, which repeats the preceding "
        + "item; for braces in a key, write \\{ and \\}, or use --match literal or glob"
    case .multibyteClass:
      words =
        "\(spelled(pattern)) has a class with characters of several bytes, which matches one of the "
        + "bytes; use (?:é|ü) instead of [éü]"
    case .wideComma:
      words =
        "\(spelled(pattern)) contains a full-width comma, which does not separate patterns; use ,"
    case .lineBreak:
      words =
        "\(spelled(pattern)) contains a line break, which does not separate patterns; use commas, "
        + "or --keys-file for one pattern per line"
    case .matchesAll: words = "\(spelled(pattern)) matches every key"
    case .unescapedDot:
      words =
        "the dot in \(spelled(pattern)) matches any byte; use \\. for a dot, or --match literal"
    case .redundantAnchor:
      words = "\(spelled(pattern)) must match the whole key anyway; ^ and $ have no effect"
    case .padded:
      words =
        "\(spelled(pattern)) starts or ends with a space or quote, which is part of the pattern"
    case .shadowed:
      let other = warning.other.flatMap { patterns.indices.contains($0) ? patterns[$0].bytes : nil }
      words =
        "every key that \(spelled(pattern)) matches is also matched by \(spelled(other ?? []))"
    case .manyKeys:
      words = "more patterns than the service recommends (10 keys, or 3 regular expressions)"
    }
    return "\(warning.reason.rawValue): \(words)"
  }
}
