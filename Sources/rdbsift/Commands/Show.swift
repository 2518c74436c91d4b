import ArgumentParser
import Export
import Pipeline
import RDB
import Restore
import Storage

/// How `show` spells a value.
enum ShowFormat: String, CaseIterable, ExpressibleByArgument {
  /// The facts of the record, then an element per line.
  case text
  /// The row of `keys --format ndjson` with one more member, the value.
  case json
  /// The bytes of a string.
  case raw
}

/// Shows the value of a key.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a key's value: its elements, type, encoding and place in the file.",
    discussion: """
      The key is taken byte for byte. If several databases (or a damaged file) hold it, all of its \
      records are shown. Elements are one per line, escaped as in keys --format tsv; a hash has \
      field, tab, value, a sorted set score, tab, member; a deadline stands behind its value. \
      Streams, modules and rarer types have lines whose first word says what they are. With \
      --format json a record is the row of keys --format ndjson with a member "value": pairs and \
      elements, or an object.
      """)

  @OptionGroup var source: SourceOptions

  @Argument(
    help: ArgumentHelp(
      """
      The key. Bytes that cannot be typed may be written \\xHH, \\n, \\r or \\t, a backslash \\\\ (see \
      --literal).
      """)
  )
  var key: String?

  @Option(
    help: ArgumentHelp("The record that this byte of the file belongs to.", valueName: "byte"))
  var offset: Int?

  @Flag(help: "Show every byte of the record, and what it is.")
  var hex = false

  @Flag(help: "Of a stream, show the entries that were deleted and are still in the file.")
  var deleted = false

  @Flag(help: "Take the key as it is typed: a backslash is a backslash.")
  var literal = false

  @Option(help: ArgumentHelp("Only this database. May be repeated.", valueName: "number"))
  var db: [UInt32] = []

  @Option(help: "text, json, or raw (the bytes of a string and nothing else).")
  var format: ShowFormat = .text

  @Option(
    help: ArgumentHelp(
      "Elements to show at most (of each part with --hex, bytes); 0 for all.", valueName: "n"))
  var limit = 0

  @OptionGroup var evidence: EvidenceOptions

  func validate() throws {
    if (key == nil) == (offset == nil) {
      throw ValidationError("name a key, or --offset with a byte of the file")
    }
    if hex, deleted { throw ValidationError("--hex and --deleted show different things") }
    if limit < 0 { throw ValidationError("--limit takes a number of elements, or 0 for all") }
  }

  func run() throws {
    try Session.run { session in
      let wanted = try wantedKey()
      return try source.withFile(session) { file, bytes in
        try evidence.note(file, session)
        let result = try file.sweep(bytes, label: "looking", into: PartOutput { _ in }) {
          [offset, selected = try selection(wanted)] () throws(JobFailure) in
          LookupWorker(selected, onlyEmptyKey: wanted?.isEmpty ?? false, at: offset)
        }
        var found = LookupSummary()
        for other in result.summaries { found.merge(other) }
        var status = ExitStatus.done
        if hex {
          try writeHex(found, bytes, session)
        } else if deleted {
          if try writeDeleted(found, bytes, session) == 0 { status = .finding }
        } else {
          try write(found, wanted, file, bytes)
        }
        let end = try file.conclude(result)
        guard found.count > 0 else {
          session.tell(error: missing(wanted, file))
          return .finding
        }
        return end == .done ? status : end
      }
    }
  }

  /// The bytes of the key that is asked for; nil where a place is.
  private func wantedKey() throws -> [UInt8]? {
    guard let key else { return nil }
    guard let wanted = literal ? Array(key.utf8) : EscapedKey.bytes(key) else {
      throw Misuse(
        #"the key has a backslash that begins neither \\, \n, \r, \t nor \xHH; see --literal"#)
    }
    return wanted
  }

  private func selection(_ wanted: [UInt8]?) throws -> Selection {
    var request = RestoreRequest(now: UnixMilliseconds(Clock.nowMilliseconds()))
    request.keepsExpired = true
    request.databases = db.isEmpty ? nil : db
    // The empty key is a key, but no pattern; it is found by hand.
    if let wanted, !wanted.isEmpty {
      request.patterns = [KeyPattern(wanted, mode: .literal, from: .keyRegex(option: 0))]
    }
    return try request.selection()
  }

  private func write(
    _ found: LookupSummary, _ wanted: [UInt8]?, _ file: OpenFile, _ bytes: RawSpan
  ) throws {
    let key =
      wanted
      ?? found.records.first.flatMap { try? $0.key(in: bytes) }.flatMap { $0.spelled(in: bytes) }
      ?? []
    let screen = ShowScreen(
      file: file, key: key, context: found.context, format: format, limit: limit)
    try screen.write(found.records, in: bytes)
  }

  private func missing(_ wanted: [UInt8]?, _ file: OpenFile) -> String {
    guard let wanted else {
      return "byte \(HumanText.count(offset ?? 0)) of \(Messages.spelled(file.path)) belongs to no "
        + "key; see map"
    }
    return "no key \(KeyText.spelled(wanted)) in \(Messages.spelled(file.path))"
  }
}

/// Keys as they are typed: `\\` is a backslash, `\xHH` a byte; `\n`, `\r` and `\t` are what they are in
/// the lines of `keys`.
enum EscapedKey {
  /// The bytes; nil if a backslash is followed by anything else.
  static func bytes(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\\"): bytes.append(byte)
      case UInt8(ascii: "n"): bytes.append(0x0a)
      case UInt8(ascii: "r"): bytes.append(0x0d)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "x"):
        let digits = Array(rest.prefix(2))
        // UInt8(_:radix:) would take a sign for a digit.
        guard digits.count == 2, digits[0] != UInt8(ascii: "+"),
          let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: return nil
      }
    }
    return bytes
  }
}
