/// Which records are asked for: by database, type and key, and by what can be measured of them.
///
/// What is nil asks for all.
package struct RecordFilter: Sendable {
  /// The databases asked for.
  package var databases: DatabaseSet?
  /// The types asked for.
  package var types: TypeSet?
  /// Types that are left out, whatever else selects them.
  package var excludedTypes: TypeSet?
  /// The cluster slots asked for.
  package var slots: ClosedRange<UInt16>?
  /// Bounds on size, expiry, slot and such.
  package var measures = RecordMeasures()
  /// The keys asked for.
  package var keys: CompiledPatterns
  /// Keys that are left out, whatever else selects them; without patterns there are none.
  package var excluded: CompiledPatterns = .nothing
  /// The part of the keys asked for.
  package var sample: KeySample?

  /// Makes a filter; without arguments, for everything.
  package init(
    databases: DatabaseSet? = nil, types: TypeSet? = nil, keys: CompiledPatterns = .everything
  ) {
    self.databases = databases
    self.types = types
    self.keys = keys
  }

  /// Whether no record is left out.
  package var selectsEverything: Bool {
    databases == nil && types == nil && excludedTypes == nil && slots == nil
      && measures.isEmpty && keys.selectsEverything
      && excluded.patterns.isEmpty && sample == nil
  }

  /// The same filter with other patterns for keys.
  package func with(keys: CompiledPatterns) -> RecordFilter {
    var other = self
    other.keys = keys
    return other
  }
}
