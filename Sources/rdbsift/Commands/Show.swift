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
    usage: "rdbsift show [<options>] <file> ... <key>",
    discussion: """
      The key is taken byte for byte. If several databases (or a damaged file) hold it, all of its \
      records are shown. Elements are one per line, escaped as in keys --format tsv; a hash has \
      field, tab, value, a sorted set score, tab, member; a deadline stands behind its value. \
      Streams, modules and rarer types have lines whose first word says what they are. With \
      --format json a record is the row of keys --format ndjson with a member "value": pairs and \
      elements, or an object.

      The last word is the key. Bytes that cannot be typed may be written \\xHH, \\n, \\r or \\t, a \
      backslash \\\\ (see --literal).
      """)

  @OptionGroup var source: SourceOptions

  @Flag(help: "Take the key as it is typed: a backslash is a backslash.")
  var literal = false

  @Option(help: ArgumentHelp("Only this database. May be repeated.", valueName: "number"))
  var db: [UInt32] = []

  @Option(help: "text, json, or raw (the bytes of a string and nothing else).")
  var format: ShowFormat = .text

  @Option(help: ArgumentHelp("Elements to show at most; 0 for all.", valueName: "n"))
  var limit = 0

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit takes a number of elements, or 0 for all") }
  }

  func run() throws {
    try Session.run { session in
      // One array of words is all that the parser takes, so the key is among the files.
      var source = source
      guard let key = source.files.popLast(), !source.files.isEmpty else {
        throw Misuse("a file and a key are needed: rdbsift show dump.rdb cart:1001")
      }
      guard let wanted = literal ? Array(key.utf8) : EscapedKey.bytes(key) else {
        throw Misuse(
          #"the key has a backslash that begins neither \\, \n, \r, \t nor \xHH; see --literal"#)
      }
      var request = RestoreRequest(now: UnixMilliseconds(Clock.nowMilliseconds()))
      request.keepsExpired = true
      request.databases = db.isEmpty ? nil : db
      let pattern = KeyPattern(wanted, mode: .literal, from: .keyRegex(option: 0))
      // The empty key is a key, but no pattern; it is found by hand.
      if !wanted.isEmpty { request.patterns = [pattern] }
      let selected = try request.selection()
      return try source.withBackup(session) { file in
        try file.withBytes { try show(wanted, in: file, $0, selected) }
      } set: {
        try show(wanted, in: $0, selected)
      }
    }
  }

  private func show(
    _ wanted: [UInt8], in file: OpenFile, _ bytes: RawSpan, _ selected: Selection
  ) throws -> ExitStatus {
    let result = try file.sweep(bytes, label: "looking", into: PartOutput { _ in }) {
      () throws(JobFailure) in LookupWorker(selected, onlyEmptyKey: wanted.isEmpty)
    }
    var found = LookupSummary()
    for other in result.summaries { found.merge(other) }
    let screen = ShowScreen(
      file: file, key: wanted, context: found.context, format: format, limit: limit)
    try screen.write(found.records, in: bytes)
    let status = try file.conclude(result)
    guard found.count > 0 else {
      file.session.tell(
        error: "no key \(KeyText.spelled(wanted)) in \(Messages.spelled(file.path))")
      return .finding
    }
    return status
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
