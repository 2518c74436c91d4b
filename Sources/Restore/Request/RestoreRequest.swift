// The parameters of RestoreInstance as text, with what an offline tool needs besides: the current
// time and the input's coverage. They are validated once, before keys are read.
//
//   reference   RestoreTime, or the file's ctime
//   bounds      reference <= TimeShift <= now, and RestoreTime <= now

package import RDB

/// A restore request.
package struct RestoreRequest: Hashable, Sendable {
  /// The vendor's bounds that a request may exceed.
  package struct Allowances: OptionSet, Hashable, Sendable {
    /// The bits.
    package let rawValue: UInt8
    /// Makes allowances from bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// TimeShift may be after now.
    package static let futureShift = Allowances(rawValue: 1)
    /// TimeShift may be before the reference, so that keys expire earlier.
    package static let earlyShift = Allowances(rawValue: 2)
    /// RestoreTime may be after now.
    package static let futureRestoreTime = Allowances(rawValue: 4)
    /// RestoreTime may be outside the input's coverage.
    package static let uncoveredRestoreTime = Allowances(rawValue: 8)
  }

  /// RestoreType as given: `0` a backup, `1` a point in time.
  package var restoreType: String?
  /// RestoreTime as given.
  package var restoreTime: String?
  /// TimeShift as given.
  package var timeShift: String?
  /// The moment of RestoreTime, where it was typed in a form that the vendor does not read.
  package var restoreInstant: UnixMilliseconds?
  /// The moment of TimeShift, where it was typed in a form that the vendor does not read.
  package var shiftInstant: UnixMilliseconds?
  /// FilterKeys as given, to be split at commas.
  package var filterKeys: [FilterKey] = []
  /// Patterns that are not split; they follow those of the FilterKeys.
  package var patterns: [KeyPattern] = []
  /// Exclusions.
  package var excluded: [KeyPattern] = []
  /// How FilterKeys are interpreted.
  package var mode: MatchMode = .full
  /// Databases; nil for all.
  package var databases: [UInt32]?
  /// Type names; nil for all.
  package var types: [String]?
  /// Databases that are left out; this takes precedence.
  package var excludedDatabases: [UInt32] = []
  /// Names of types that are left out; this takes precedence.
  package var excludedTypes: [String] = []
  /// Bounds on size, expiry, slot and similar.
  package var measures = RecordMeasures()
  /// The sample of keys; nil for all.
  package var sample: KeySample?
  /// The maximum number of keys, in file order; nil for all.
  package var limit: UInt64?
  /// Limits for each pattern on one key.
  package var limits = MatchLimits()
  /// When the restore is submitted.
  package var now: UnixMilliseconds
  /// The file's ctime, which is the reference without a RestoreTime.
  package var fileTime: UnixMilliseconds?
  /// The times the input can be restored to; nil if unknown.
  package var coverage: ClosedRange<UnixMilliseconds>?
  /// Whether the input has a log besides the backup; nil if unknown.
  package var hasLog: Bool?
  /// The bounds that may be exceeded.
  package var allowances: Allowances = []
  /// What all expiries are replaced by; nil if they are kept or shifted.
  package var replacement: ExpiryReplacement?
  /// Whether patterns match letters of ASCII regardless of case.
  package var ignoresCase = false
  /// Whether expired keys are restored.
  package var keepsExpired = false

  /// Creates a request for everything.
  package init(now: UnixMilliseconds) { self.now = now }

  /// The point in time of the restore, if known.
  package var reference: UnixMilliseconds? {
    guard let restoreTime else { return fileTime }
    return restoreInstant ?? UTCTime(restoreTime)?.instant
  }

  /// The moment from which remaining TTLs run again, as far as the request tells.
  private var target: UnixMilliseconds? {
    shiftInstant ?? timeShift.flatMap { UTCTime($0)?.instant }
  }

  /// All errors and warnings about the parameters, except patterns.
  package func problems() -> [RequestProblem] {
    typeProblems() + restoreTimeProblems() + timeShiftProblems() + typeNameProblems()
  }

  /// All patterns: those of the FilterKeys, then the others.
  /// - Throws: The first empty item of a FilterKey.
  package func allPatterns() throws(FilterKeyError) -> [KeyPattern] {
    var all: [KeyPattern] = []
    for (option, filterKey) in filterKeys.enumerated() {
      all += try filterKey.patterns(mode: mode, option: option, first: all.count)
    }
    return folded(all + patterns)
  }

  /// The patterns, regardless of case if requested.
  private func folded(_ patterns: [KeyPattern]) -> [KeyPattern] {
    guard ignoresCase else { return patterns }
    return patterns.map { pattern in
      var pattern = pattern
      pattern.ignoresCase = true
      return pattern
    }
  }

  /// The selection that the request describes.
  /// - Throws: All invalid parameters, or the first invalid pattern.
  package func selection() throws(RestoreRequestError) -> RestoreSelection {
    let errors = problems().filter { !$0.code.isWarning }
    guard errors.isEmpty else { throw .parameters(errors) }
    var shift: TimeShift?
    if let reference, let target { shift = TimeShift(from: reference, to: target) }
    var selection = RestoreSelection(
      filter: try filter(), reference: reference, shift: shift, now: now,
      keepsExpired: keepsExpired)
    selection.limit = limit
    selection.replacement = replacement
    return selection
  }

  private func filter() throws(RestoreRequestError) -> RecordFilter {
    do throws(FilterKeyError) {
      var filter = RecordFilter(
        databases: databaseSet, types: types.map(typeSet),
        keys: try CompiledPatterns(try allPatterns(), limits: limits))
      if !excludedTypes.isEmpty { filter.excludedTypes = typeSet(excludedTypes) }
      filter.measures = measures
      filter.excluded = try CompiledPatterns(folded(excluded), limits: limits)
      filter.sample = sample
      return filter
    } catch {
      throw .pattern(withNext(error))
    }
  }

  /// The error, with the next item of its FilterKey if something is missing at the end.
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
      // An invalid RestoreTime is reported separately.
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
