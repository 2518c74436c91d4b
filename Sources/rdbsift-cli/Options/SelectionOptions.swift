// Which keys: the same options for every command. They compose: a key is selected if each option
// that is given says so; of options that may be repeated, one value is enough.

import ArgumentParser
import RDB
public import Restore

extension MatchMode: ExpressibleByArgument {}

/// What is asked for.
struct SelectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Keys, as the parameter FilterKey of RestoreInstance: patterns between commas. Every comma \
      separates, as the service documents it. May be repeated.
      """, valueName: "patterns"))
  var filterKey: [String] = []

  @Option(
    help: ArgumentHelp(
      "One more pattern, in which a comma is a comma. May be repeated.", valueName: "pattern"))
  var keyRegex: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file of patterns, one per line, as in the service's console. May be repeated.",
      valueName: "file"))
  var keysFile: [String] = []

  @Option(
    help: ArgumentHelp(
      "Leave out keys of this pattern, whatever else selects them. May be repeated.",
      valueName: "pattern"))
  var exclude: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      How patterns are read: full (a regular expression for the whole key), search (for any part of \
      it), glob (as KEYS reads it) or literal.
      """, valueName: "way"))
  var match: MatchMode = .full

  @Option(
    help: ArgumentHelp("Only these databases: 0 or 0,1. May be repeated.", valueName: "numbers"))
  var db: [DatabaseList] = []

  @Option(
    help: ArgumentHelp(
      "Leave out these databases, whatever else selects them. May be repeated.",
      valueName: "numbers"))
  var excludeDb: [DatabaseList] = []

  @Option(
    help: ArgumentHelp(
      """
      Only values of these types: string, list, set, zset, hash, stream, module, or the nine \
      characters of a module's name, separated by commas. May be repeated.
      """, valueName: "names"))
  var type: [TypeList] = []

  @Option(
    help: ArgumentHelp(
      "Leave out values of these types, whatever else selects them. May be repeated.",
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
  /// That nothing is wrong with no key says nothing; a slip of the pen must not look like it.
  func status(
    _ status: ExitStatus, afterKeys keys: UInt64, _ session: Session
  ) -> ExitStatus {
    guard !isEmpty, keys == 0, status == .done else { return status }
    session.warn("no key is selected")
    return .finding
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
    request.databases = db.isEmpty ? nil : db.flatMap(\.numbers)
    request.excludedDatabases = excludeDb.flatMap(\.numbers)
    request.types = type.isEmpty ? nil : type.flatMap(\.names)
    request.excludedTypes = excludeType.flatMap(\.names)
    try measures.complete(&request)
    return request
  }

  /// The selection without a view to expiry: for commands that only look.
  func selection(now: UnixMilliseconds) throws -> Selection {
    var request = try request(now: now)
    request.keepsExpired = true
    return try request.selection()
  }
}
