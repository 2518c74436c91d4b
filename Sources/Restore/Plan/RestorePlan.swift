// The decision per key, cheapest checks first. It depends only on the record, its key and the
// selection: no clock, no file. So a preview is the plan without the writing.

package import RDB

/// Decides which keys are restored.
///
/// Each thread needs its own.
package struct RestorePlan: ~Copyable {
  /// The selection.
  package let selection: RestoreSelection
  /// The dialect of types; a file may reveal it after its header.
  package var dialect: RDBDialect
  /// The number of the pattern that selected the last key; nil if none did or there are none.
  package private(set) var lastMatch: Int?
  private var matcher: KeyMatcher
  private var excluder: KeyMatcher
  private let databases: DatabaseSet?
  private let types: TypeSet?
  private let excludedTypes: TypeSet?
  private let slots: ClosedRange<UInt16>?
  private let selectsEveryKey: Bool
  private let measures: RecordMeasures
  private let measuresNothing: Bool
  /// Only key patterns restrict the selection.
  private let onlyPatterns: Bool

  /// Creates a plan for one thread.
  package init(_ selection: RestoreSelection, dialect: RDBDialect = .redis) {
    self.selection = selection
    self.dialect = dialect
    matcher = KeyMatcher(selection.filter.keys)
    databases = selection.filter.databases
    types = selection.filter.types
    excludedTypes = selection.filter.excludedTypes
    slots = selection.filter.slots
    selectsEveryKey = selection.filter.keys.selectsEverything
    excluder = KeyMatcher(selection.filter.excluded)
    measures = selection.filter.measures
    measuresNothing = measures.isEmpty
    onlyPatterns =
      measures.slot == nil && selection.filter.excluded.patterns.isEmpty
      && selection.filter.sample == nil
  }

  /// Decides about a key.
  ///
  /// - Parameters:
  ///   - record: The key's record.
  ///   - key: The decoded key.
  ///   - bytes: The file's bytes; read only for a module's name.
  /// - Returns: Whether it is restored, and with which expiry.
  /// - Throws: The pattern that hit a limit on the key, so that the decision is unknown.
  package mutating func disposition(
    of record: RDBRecord, key: RawSpan, in bytes: RawSpan
  ) throws(KeyMatchError) -> Disposition {
    lastMatch = nil
    if let databases, !databases.contains(record.database) { return .skip(.database) }
    if let types, !types.contains(record, in: dialect, bytes: bytes) {
      return .skip(.type)
    }
    if let excludedTypes, excludedTypes.contains(record, in: dialect, bytes: bytes) {
      return .skip(.type)
    }
    if let slots, !slots.contains(HashSlot(of: key).rawValue) { return .skip(.key) }
    if !measuresNothing, !measures.contains(record) { return .skip(.measure) }
    if !selectsEveryKey {
      lastMatch = try matcher.firstMatch(key)
      guard lastMatch != nil else { return .skip(.key) }
    }
    if !onlyPatterns, let reason = try refusal(of: record, key: key) { return .skip(reason) }
    return selection.disposition(ofExpiry: record.expiry)
  }

  /// Why a key that the patterns select is skipped, if it is.
  @inline(never)
  private mutating func refusal(
    of record: RDBRecord, key: RawSpan
  ) throws(KeyMatchError) -> SkipReason? {
    guard measures.containsSlot(of: record, key: key) else { return .measure }
    if let sample = selection.filter.sample, !sample.contains(key) { return .sample }
    do throws(KeyMatchError) {
      return try excluder.firstMatch(key) == nil ? nil : .excluded
    } catch {
      var error = error
      error.excludes = true
      throw error
    }
  }
}
