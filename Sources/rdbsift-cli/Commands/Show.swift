import ArgumentParser
import Export
import RDB
import RDBSift
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

  func validate() throws {
    if hex, deleted { throw ValidationError("--hex and --deleted show different things") }
    if hex || deleted, format != .text {
      throw ValidationError("--format goes with neither --hex nor --deleted")
    }
    if limit < 0 { throw ValidationError("--limit takes a number of elements, or 0 for all") }
  }

  func run() throws {
    try Session.run { session in
      // One array of words is all that the parser takes, so the key is among the files.
      var source = source
      let key = offset == nil ? source.files.popLast() : nil
      guard !source.files.isEmpty else {
        throw Misuse("a file and a key are needed: rdbsift show dump.rdb cart:1001")
      }
      if offset != nil, source.files.count > 1 {
        throw Misuse("--offset names the record; give one file and no key")
      }
      let wanted = try key.map { try bytes(of: $0) }
      let selected = try selection(wanted)
      return try source.withBackup(session) { file in
        try file.withBytesAndContainers { try show(wanted, in: file, $0, selected) }
      } set: {
        guard let wanted, !hex, !deleted else {
          throw Misuse("--offset, --hex and --deleted look into one file; here are several")
        }
        return try show(wanted, in: $0, selected)
      }
    }
  }

  private func show(
    _ wanted: [UInt8]?, in file: OpenFile, _ bytes: RawSpan, _ selected: Selection
  ) throws -> ExitStatus {
    let result = try file.sweep(bytes, label: "looking", into: PartOutput { _ in }) {
      [offset] () throws(JobFailure) in
      LookupWorker(selected, onlyEmptyKey: wanted?.isEmpty ?? false, at: offset)
    }
    var found = LookupSummary()
    for other in result.summaries { found.merge(other) }
    var status = ExitStatus.done
    if hex {
      try writeHex(found, bytes, file.session)
    } else if deleted {
      if try writeDeleted(found, bytes, file.session) == 0 {
        status = .finding
        if found.count > 0 { file.session.tell(warning: "no deleted entry is left in the file") }
      }
    } else {
      try write(found, wanted, file, bytes)
    }
    let end = try file.conclude(result)
    guard found.count > 0 else {
      file.session.tell(error: missing(wanted, file))
      return .finding
    }
    return end == .done ? status : end
  }

  private func bytes(of key: String) throws -> [UInt8] {
    guard let wanted = literal ? Array(key.utf8) : EscapedBytes.bytes(Array(key.utf8)) else {
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
