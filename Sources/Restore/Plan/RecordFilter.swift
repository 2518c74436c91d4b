/// Selects records by database, type, key, size and similar; nil selects all.
package struct RecordFilter: Sendable {
  /// The databases.
  package var databases: DatabaseSet?
  /// The types.
  package var types: TypeSet?
  /// Types to leave out; takes precedence.
  package var excludedTypes: TypeSet?
  /// The cluster slots.
  package var slots: ClosedRange<UInt16>?
  /// Bounds on size, expiry, slot and similar.
  package var measures = RecordMeasures()
  /// The key patterns.
  package var keys: CompiledPatterns
  /// Exclusions, which take precedence.
  package var excluded: CompiledPatterns = .nothing
  /// The sample of keys.
  package var sample: KeySample?

  /// Creates a filter; the default selects everything.
  package init(
    databases: DatabaseSet? = nil, types: TypeSet? = nil, keys: CompiledPatterns = .everything
  ) {
    self.databases = databases
    self.types = types
    self.keys = keys
  }

  /// Whether every record is selected.
  package var selectsEverything: Bool {
    databases == nil && types == nil && excludedTypes == nil && slots == nil
      && measures.isEmpty && keys.selectsEverything
      && excluded.patterns.isEmpty && sample == nil
  }

  /// The same filter with other key patterns.
  package func with(keys: CompiledPatterns) -> RecordFilter {
    var other = self
    other.keys = keys
    return other
  }
}
