// The parameters of the vendor's RestoreInstance, as text, and what an offline tool has to be told
// besides: what the time is, and what the input covers. Checked here, once, before a file is read
// for its keys.
//
//   reference   RestoreTime, or else the file's own ctime
//   bounds      reference <= TimeShift <= now, and RestoreTime <= now

package import RDB

/// A restore as it was asked for.
package struct RestoreRequest: Hashable, Sendable {
  /// Bounds that the vendor sets and that a request may do without.
  package struct Allowances: OptionSet, Hashable, Sendable {
    /// The bits.
    package let rawValue: UInt8
    /// Makes allowances from bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// TimeShift may be after now.
    package static let futureShift = Allowances(rawValue: 1)
    /// TimeShift may be before the reference, so that keys live shorter.
    package static let earlyShift = Allowances(rawValue: 2)
    /// RestoreTime may be after now.
    package static let futureRestoreTime = Allowances(rawValue: 4)
    /// RestoreTime may be outside what the input covers.
    package static let uncoveredRestoreTime = Allowances(rawValue: 8)
  }

  /// RestoreType as given: `0` a backup as it is, `1` a point in time.
  package var restoreType: String?
  /// RestoreTime as given.
  package var restoreTime: String?
  /// TimeShift as given.
  package var timeShift: String?
  /// The moment of RestoreTime, where it was typed in a form that the vendor does not read.
  package var restoreInstant: UnixMilliseconds?
  /// The moment of TimeShift, where it was typed in a form that the vendor does not read.
  package var shiftInstant: UnixMilliseconds?
  /// FilterKeys as given, each to be split at its commas.
  package var filterKeys: [FilterKey] = []
  /// Further patterns, not to be split; they come after those of the FilterKeys.
  package var patterns: [KeyPattern] = []
  /// Patterns of keys that are left out, whatever else selects them.
  package var excluded: [KeyPattern] = []
  /// How FilterKeys are to be read.
  package var mode: MatchMode = .full
  /// Databases asked for; nil for all.
  package var databases: [UInt32]?
  /// Names of types asked for; nil for all.
  package var types: [String]?
  /// Databases that are left out, whatever else selects them.
  package var excludedDatabases: [UInt32] = []
  /// Names of types that are left out, whatever else selects them.
  package var excludedTypes: [String] = []
  /// Bounds on size, expiry, slot and such.
  package var measures = RecordMeasures()
  /// The part of the selected keys that is asked for; nil for all of them.
  package var sample: KeySample?
  /// Keys that are restored at most, in the file's order; nil for all.
  package var limit: UInt64?
  /// How much a pattern may cost on one key.
  package var limits = MatchLimits()
  /// The moment at which the restore is submitted.
  package var now: UnixMilliseconds
  /// The ctime that the file tells; the reference if there is no RestoreTime.
  package var fileTime: UnixMilliseconds?
  /// The moments that the input can be restored to; nil where that is not known.
  package var coverage: ClosedRange<UnixMilliseconds>?
  /// Whether the input has a log beside the backup; nil where that is not known.
  package var hasLog: Bool?
  /// Bounds that do not hold.
  package var allowances: Allowances = []
  /// Whether keys that have expired are restored nevertheless.
  package var keepsExpired = false

  /// Makes a request for everything, submitted at a moment.
  package init(now: UnixMilliseconds) { self.now = now }

  /// The moment to which the data is restored, as far as the request tells.
  package var reference: UnixMilliseconds? {
    guard let restoreTime else { return fileTime }
    return restoreInstant ?? UTCTime(restoreTime)?.instant
  }

  /// The moment from which remaining TTLs run again, as far as the request tells.
  private var target: UnixMilliseconds? {
    shiftInstant ?? timeShift.flatMap { UTCTime($0)?.instant }
  }

  /// Everything that is wrong or doubtful with the parameters, patterns aside.
  package func problems() -> [RequestProblem] {
    typeProblems() + restoreTimeProblems() + timeShiftProblems() + typeNameProblems()
  }

  /// All patterns, in order: those of the FilterKeys, then the others.
  /// - Throws: The first item of a FilterKey that is empty.
  package func allPatterns() throws(FilterKeyError) -> [KeyPattern] {
    var all: [KeyPattern] = []
    for (option, filterKey) in filterKeys.enumerated() {
      all += try filterKey.patterns(mode: mode, option: option, first: all.count)
    }
    return all + patterns
  }

  /// What the request amounts to.
  /// - Throws: All that is wrong with its parameters, or the first pattern that cannot be used.
  package func selection() throws(RestoreRequestError) -> Selection {
    let errors = problems().filter { !$0.code.isWarning }
    guard errors.isEmpty else { throw .parameters(errors) }
    var shift: TimeShift?
    if let reference, let target { shift = TimeShift(from: reference, to: target) }
    var selection = Selection(
      filter: try filter(), reference: reference, shift: shift, now: now,
      keepsExpired: keepsExpired)
    selection.limit = limit
    return selection
  }

  private func filter() throws(RestoreRequestError) -> RecordFilter {
    do throws(FilterKeyError) {
      var filter = RecordFilter(
        databases: databaseSet, types: types.map(typeSet),
        keys: try CompiledPatterns(try allPatterns(), limits: limits))
      if !excludedTypes.isEmpty { filter.excludedTypes = typeSet(excludedTypes) }
      filter.measures = measures
      filter.excluded = try CompiledPatterns(excluded, limits: limits)
      filter.sample = sample
      return filter
    } catch {
      throw .pattern(withNext(error))
    }
  }

  /// The error, with the next item of its FilterKey where something is missing at the item's end.
  private func withNext(_ error: FilterKeyError) -> FilterKeyError {
    var error = error
    if case .syntax = error.reason, error.offset == error.pattern.bytes.count,
      case .filterKey(let option, let item, _) = error.pattern.origin
    {
      error.itemAfterComma = filterKeys[option].items.dropFirst(item + 1).first?.bytes
    }
    return error
  }

  private var databaseSet: DatabaseSet? {
    guard !excludedDatabases.isEmpty else { return databases.map { DatabaseSet($0) } }
    guard let databases else { return DatabaseSet(allBut: excludedDatabases) }
    return DatabaseSet(databases.filter { !excludedDatabases.contains($0) })
  }

  private func typeSet(_ names: [String]) -> TypeSet {
    var set = TypeSet()
    for name in names { _ = set.insert(named: name) }  // unknown names are problems, told before
    return set
  }
}

extension RestoreRequest {
  private func typeProblems() -> [RequestProblem] {
    guard let restoreType else { return [] }
    var codes: [RequestCode] = []
    switch restoreType {
    case "0":
      codes.append(.restoreTypeDeprecated)
      if restoreTime != nil { codes.append(.restoreTypeMismatch) }
      if !filterKeys.isEmpty { codes.append(.filterKeyNeedsPIT) }
    case "1":
      if restoreTime == nil { codes.append(.restoreTimeMissing) }
      if hasLog == false { codes.append(.restoreTypeMismatch) }
    default: codes.append(.restoreTypeInvalid)
    }
    return codes.map { RequestProblem($0, text: restoreType) }
  }

  private func restoreTimeProblems() -> [RequestProblem] {
    guard let restoreTime else { return [] }
    guard let time = restoreInstant ?? UTCTime(restoreTime)?.instant else {
      return [RequestProblem(.restoreTimeFormat, text: restoreTime)]
    }
    func problem(_ code: RequestCode, _ bound: UnixMilliseconds) -> [RequestProblem] {
      [RequestProblem(code, text: restoreTime, given: time, bound: bound)]
    }
    if time > now, !allowances.contains(.futureRestoreTime) {
      return problem(.restoreTimeTooLate, now)
    }
    guard let coverage, !allowances.contains(.uncoveredRestoreTime) else { return [] }
    if time < coverage.lowerBound { return problem(.restoreTimeTooEarly, coverage.lowerBound) }
    if time > coverage.upperBound { return problem(.restoreTimeTooLate, coverage.upperBound) }
    return []
  }

  private func timeShiftProblems() -> [RequestProblem] {
    guard let timeShift else { return [] }
    guard let target else {
      return [RequestProblem(.timeShiftFormat, text: timeShift)]
    }
    func problem(_ code: RequestCode, _ bound: UnixMilliseconds? = nil) -> [RequestProblem] {
      [RequestProblem(code, text: timeShift, given: target, bound: bound)]
    }
    guard let reference else {
      // A RestoreTime of the wrong form is its own problem, and told.
      return restoreTime == nil ? problem(.timeShiftNoReference) : []
    }
    if target < reference, !allowances.contains(.earlyShift) {
      return problem(.timeShiftTooEarly, reference)
    }
    if target > now, !allowances.contains(.futureShift) { return problem(.timeShiftTooLate, now) }
    return []
  }

  private func typeNameProblems() -> [RequestProblem] {
    ((types ?? []) + excludedTypes).filter { name in
      var set = TypeSet()
      return !set.insert(named: name)
    }.map { RequestProblem(.typeUnknown, text: $0) }
  }
}
