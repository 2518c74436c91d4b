// Which keys: the same options for every command. They compose: a key is selected if each option
// that is given says so; of options that may be repeated, one value is enough.

import ArgumentParser
import RDB
import RDBSift
public import Restore

extension MatchMode: ExpressibleByArgument {}

/// What is asked for.
struct SelectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Only keys that match one of these comma-separated patterns: the parameter FilterKey of \
      RestoreInstance. Commas cannot be escaped. May be repeated.
      """, valueName: "patterns"))
  var filterKey: [String] = []

  @Option(
    help: ArgumentHelp(
      "One more pattern, in which commas are literal. May be repeated.", valueName: "pattern"))
  var keyRegex: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file of patterns, one per line, or of keys --format keylist; - is standard input.",
      valueName: "file"), completion: .file())
  var keysFile: [String] = []

  @Option(
    help: ArgumentHelp(
      "Leave out keys that match this pattern. May be repeated.",
      valueName: "pattern"))
  var exclude: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      How patterns match: full (a regular expression for the whole key), search (for any part of it), \
      glob (as in KEYS) or literal.
      """, valueName: "way"))
  var match: MatchMode = .full

  @Flag(help: "Match letters A to Z regardless of case, in all patterns.")
  var ignoreCase = false

  @Option(
    help: ArgumentHelp("Only these databases: 0 or 0,1. May be repeated.", valueName: "numbers"))
  var db: [DatabaseList] = []

  @Option(
    help: ArgumentHelp(
      "Leave out these databases. May be repeated.",
      valueName: "numbers"))
  var excludeDb: [DatabaseList] = []

  @Option(
    help: ArgumentHelp(
      """
      Only these types, comma-separated: string, list, set, zset, hash, stream, module, or a module by \
      the nine characters of its name. May be repeated.
      """, valueName: "names"))
  var type: [TypeList] = []

  @Option(
    help: ArgumentHelp(
      "Leave out these types. May be repeated.",
      valueName: "names"))
  var excludeType: [TypeList] = []

  @OptionGroup var measures: MeasureOptions

  /// Whether everything is asked for.
  var isEmpty: Bool {
    filterKey.isEmpty && keyRegex.isEmpty && keysFile.isEmpty && exclude.isEmpty && db.isEmpty
      && excludeDb.isEmpty && type.isEmpty && excludeType.isEmpty && measures.isEmpty
  }

  /// The status of a command that looked at so many selected keys.
  ///
  /// Selecting no key must not look like a clean result; a typo would pass. A part of a file may have none.
  func status(
    _ status: ExitStatus, afterKeys keys: UInt64, of backup: Backup, _ selected: RestoreSelection,
    _ session: Session
  ) -> ExitStatus {
    guard !isEmpty, keys == 0, status == .done, backup.range == nil else { return status }
    session.reportUnmatched(
      backup, selected, PlanTally(patternCount: selected.filter.keys.patterns.count))
    return .finding
  }

  /// The options that read files, each with its path.
  var readers: [(name: String, path: String)] {
    keysFile.map { (name: "--keys-file", path: $0) }
  }

  /// The request that these options make; it asks for every expiry as it is.
  func request(now: UnixMilliseconds) throws -> RestoreRequest {
    try TypeList.check(type, "type")
    try TypeList.check(excludeType, "exclude-type")
    var request = RestoreRequest(now: now)
    request.filterKeys = filterKey.map { FilterKey($0) }
    request.patterns = keyRegex.enumerated().map {
      KeyPattern(keyRegex: $0.element, option: $0.offset, mode: match)
    }
    for path in keysFile { request.patterns += try KeysFile.patterns(in: path, mode: match) }
    request.excluded = exclude.enumerated().map {
      KeyPattern(Array($0.element.utf8), mode: match, from: .exclude(option: $0.offset))
    }
    request.mode = match
    request.ignoresCase = ignoreCase
    request.databases = db.isEmpty ? nil : db.flatMap(\.numbers)
    request.excludedDatabases = excludeDb.flatMap(\.numbers)
    request.types = type.isEmpty ? nil : type.flatMap(\.names)
    request.excludedTypes = excludeType.flatMap(\.names)
    try measures.complete(&request)
    return request
  }

  /// The selection without a view to expiry: for commands that only look.
  func selection(now: UnixMilliseconds, of source: SourceOptions) throws -> RestoreSelection {
    try source.refuseSharedInput(with: readers)
    var request = try request(now: now)
    request.keepsExpired = true
    return try request.selection()
  }
}
