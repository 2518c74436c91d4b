// The part of a selection that needs only names: a log has names before it has values.

import AOF
import RDB
import Restore

/// Selects names as the patterns, the sample and the slots of a filter do.
final class NameSelector: KeySelector {
  private var matcher: KeyMatcher
  private var excluder: KeyMatcher
  private let filter: RecordFilter
  let selectsEverything: Bool

  init(_ filter: RecordFilter) {
    self.filter = filter
    matcher = KeyMatcher(filter.keys)
    excluder = KeyMatcher(filter.excluded)
    selectsEverything =
      filter.keys.selectsEverything && filter.excluded.patterns.isEmpty && filter.sample == nil
      && filter.slots == nil && filter.measures.slot == nil
  }

  func selects(_ key: RawSpan) -> Bool {
    if selectsEverything { return true }
    guard isInPart(key) else { return false }
    do throws(KeyMatchError) {
      if !filter.keys.selectsEverything, try matcher.firstMatch(key) == nil { return false }
      if filter.excluded.patterns.isEmpty { return true }
      return try excluder.firstMatch(key) == nil
    } catch {
      // The sweep asks again, and ends with the pattern that gave up.
      return true
    }
  }

  /// Whether a key is in the slots and in the sample.
  private func isInPart(_ key: RawSpan) -> Bool {
    if let sample = filter.sample, !sample.contains(key) { return false }
    guard filter.slots != nil || filter.measures.slot != nil else { return true }
    let slot = HashSlot(of: key).rawValue
    return filter.slots?.contains(slot) ?? true
      && filter.measures.slot?.contains(Int64(slot)) ?? true
  }
}

extension RecordFilter {
  /// Whether a name and its database alone decide what is selected.
  package var isByName: Bool {
    var others = measures
    others.slot = nil
    return types == nil && excludedTypes == nil && others.isEmpty
  }

  /// Whether keys of a database are selected.
  func takes(database: UInt32) -> Bool { databases?.contains(database) ?? true }
}
