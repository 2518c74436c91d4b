import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// The format of `show`.
enum ShowFormat: String, CaseIterable, ExpressibleByArgument {
  /// The facts of the record, then an element per line.
  case text
  /// The row of `keys --format ndjson` with one more member, the value.
  case json
  /// The bytes of a string.
  case raw
}

/// What is shown of a key.
struct ShowOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("as")],
    help: "The format of the value; raw: the bytes of a string and nothing else.")
  var format: ShowFormat = .text

  @Option(
    help: ArgumentHelp(
      "Elements (with --hex, bytes of each part) to show at most; 0: no limit.", valueName: "n"))
  var limit = 0

  @Option(
    help: ArgumentHelp("Only these databases: 0 or 0,1. May be repeated.", valueName: "numbers"))
  var db: [DatabaseList] = []

  @Flag(help: "Take the key as typed, without escapes.")
  var literal = false

  @Option(
    help: ArgumentHelp(
      "Show the record that contains this byte of the file, instead of a key.", valueName: "byte"))
  var offset: Int?

  @OptionGroup var picked: OffsetOptions

  @Option(
    help: ArgumentHelp(
      "A newer backup: show what changed inside the value.", valueName: "file"),
    completion: .file())
  var against: String?

  @Flag(help: "Show every byte of the record, with its meaning.")
  var hex = false

  @Flag(help: "Show deleted entries of a stream that are still in the file.")
  var deleted = false

  func validate() throws {
    if hex, deleted { throw ValidationError("--hex and --deleted exclude each other") }
    if hex || deleted, format != .text {
      throw ValidationError("--format cannot be combined with --hex or --deleted")
    }
    if offset != nil, picked.offsets != nil {
      throw ValidationError("--offset and --offsets exclude each other")
    }
    if against != nil, isPhysical || namesOffsets || limit != 0 || format == .raw {
      throw ValidationError(
        "--against compares values; leave out --format raw, --limit, --hex, --deleted and offsets")
    }
    if limit < 0 { throw ValidationError("--limit takes a number of elements, or 0 for all") }
  }

  /// Whether offsets tell the records, so that no key is named.
  var namesOffsets: Bool { offset != nil || picked.offsets != nil }

  /// Whether the bytes of one file are looked at.
  var isPhysical: Bool { hex || deleted || offset != nil }
}

/// Shows the value of a key.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a key's value: its elements, type, encoding and place in the file.",
    usage: "rdbsift show [<options>] <file> ... <key>",
    discussion: """
        rdbsift show dump.rdb cart:1001
        rdbsift show dump.rdb user:1 --format json
        rdbsift show dump.rdb --offsets wanted.csv --format json

      The last word is the key, byte for byte. Bytes that cannot be typed are written \\xHH, \\n, \\r or \
      \\t, and a backslash \\\\; --literal turns this off. If several databases (or a damaged file) have \
      the key, all its records are shown.

      Elements are one per line, escaped as in keys --format tsv: field, tab, value for a hash; score, \
      tab, member for a sorted set; a field TTL follows its value. Lines of streams, modules and rarer \
      types begin with the kind of part. With --format json, a record is the row of keys --format ndjson \
      with a member "value".

      With --against, lines begin with - for what only the old value has and with + for what only the new \
      one has; a field with another value has both; with --format json, these are pairs. The exit status is 0 if nothing differs, and 1 if \
      something does.
      """)

  @OptionGroup(title: "Value") var options: ShowOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Time") var moment: MomentOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    try Session.run(to: output) { session in
      // One array of words is all that the parser takes, so the key is among the files.
      var source = source
      let key = options.namesOffsets ? nil : source.files.popLast()
      if source.files.isEmpty, key.map({ Folder.hasEntry($0) }) ?? !options.namesOffsets {
        throw Misuse("expected a file and a key: rdbsift show dump.rdb cart:1001")
      }
      if options.offset != nil, source.files.count > 1 {
        throw Misuse("--offset names the record; give one file and no key")
      }
      try source.refuseSharedInput(
        with: options.picked.readers + (options.against.map { [("--against", $0)] } ?? []))
      let wanted = try key.map { try bytes(of: $0) }
      let selected = try selection(wanted)
      return try source.withBackup(session, readAgain: true, takesLogs: !options.isPhysical) {
        named in
        let moved = options.isPhysical ? named : try moment.backup(named, selected, session)
        let backup = try options.picked.backup(moved)
        if backup.isSeveral, options.isPhysical {
          throw Misuse("--offset, --hex and --deleted need exactly one file; several were given")
        }
        if let against = options.against {
          var newer = source
          newer.files = [against]
          return try newer.withBackup(session, readAgain: true, takesLogs: true) { named in
            let new = try named.at(nil, option: "restore-time", selected.filter, session)
            return try compare(wanted ?? [], in: backup, with: new, session)
          }
        }
        guard let typed = key.map({ Array($0.utf8) }), let wanted, typed != wanted else {
          return try show(wanted, in: backup, selected, session)
        }
        return try show(wanted, orTyped: typed, in: backup, session)
      }
    }
  }

  /// Shows the key that a text with escapes means or, if there is none, the key of the text itself.
  private func show(
    _ wanted: [UInt8], orTyped typed: [UInt8], in backup: Backup, _ session: Session
  ) throws -> ExitStatus {
    let found = try lookUp(wanted, in: backup, try selection(wanted)).readable
    let isFound = found.contains { $0.result.summary.count > 0 }
    let other = isFound ? 0 : try lookUp(typed, in: backup, try selection(typed)).merged?.count ?? 0
    let key = other > 0 ? typed : wanted
    if other > 0 {
      session.console.tell(
        line:
          "note: no key \(Formatting.key(wanted)); the backslash is taken as typed, as with --literal"
      )
    }
    return try show(key, in: backup, try selection(key), session)
  }

  func lookUp(
    _ wanted: [UInt8]?, in backup: Backup, _ selected: RestoreSelection
  ) throws -> BackupResult<LookupSummary> {
    var request = LookupRequest()
    request.onlyEmptyKey = wanted?.isEmpty ?? false
    request.offset = options.offset
    if options.picked.offsets != nil { request.limit = .max }
    return try backup.lookUp(selected, request).orThrow()
  }

  private func show(
    _ wanted: [UInt8]?, in backup: Backup, _ selected: RestoreSelection, _ session: Session
  ) throws -> ExitStatus {
    let result = try lookUp(wanted, in: backup, selected)
    var statuses: [ExitStatus] = []
    var shown = 0
    for found in result.readable where found.result.summary.count > 0 {
      let isFirst = shown == 0
      shown += 1
      statuses.append(
        try backup.withBytes(of: found.index) { bytes in
          try write(
            found.result.summary, bytes, (backup.subject(of: found), found.file.part),
            isOneOfSeveral: backup.isSeveral, isFirst: isFirst, session)
        })
    }
    statuses.append(try session.concludeAll(result))
    guard shown > 0 else {
      session.report(error: missing(wanted, backup))
      return .finding
    }
    return ExitStatus.worst(statuses)
  }

  private func bytes(of key: String) throws -> [UInt8] {
    guard let wanted = options.literal ? Array(key.utf8) : EscapedBytes.bytes(Array(key.utf8))
    else {
      throw Misuse(
        #"the key has a backslash that begins neither \\, \n, \r, \t nor \xHH; see --literal"#)
    }
    return wanted
  }

  func selection(_ wanted: [UInt8]?) throws -> RestoreSelection {
    var request = RestoreRequest(now: UnixMilliseconds(Clock.nowMilliseconds()))
    request.keepsExpired = true
    request.databases = options.db.isEmpty ? nil : options.db.flatMap(\.numbers)
    // The empty key is a key, but no pattern; it is found by hand.
    if let wanted, !wanted.isEmpty {
      request.patterns = [KeyPattern(wanted, mode: .literal, from: .keyRegex(option: 0))]
    }
    return try request.selection()
  }

  /// Writes the records of a file, or what is asked about them; the status that follows.
  private func write(
    _ found: LookupSummary, _ bytes: RawSpan, _ file: (subject: ReportSubject, part: MomentPart?),
    isOneOfSeveral: Bool, isFirst: Bool,
    _ session: Session
  ) throws -> ExitStatus {
    if options.hex {
      try writeHex(found, bytes, session)
    } else if options.deleted {
      guard try writeDeleted(found, bytes, session) == 0 else { return .done }
      session.warn("no deleted entry is left in the file")
      return .finding
    } else {
      var writer = RecordPrinter(
        file: file.subject, context: found.context, format: options.format, limit: options.limit)
      writer.part = file.part
      writer.isOneOfSeveral = isOneOfSeveral
      writer.isFirst = isFirst
      try writer.write(found.records, in: bytes)
    }
    return .done
  }

  private func missing(_ wanted: [UInt8]?, _ backup: Backup) -> String {
    let count = Formatting.count(backup.files.count, "file", "files")
    let place = backup.isSeveral ? count : Messages.spelled(backup.names[0])
    if options.picked.offsets != nil { return "--offsets names no record of \(place)" }
    guard let wanted else {
      return "byte \(Formatting.count(options.offset ?? 0)) of \(place) belongs to no key; see map"
    }
    return "no key \(Formatting.key(wanted)) in \(place)"
  }
}
