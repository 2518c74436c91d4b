/// Which records are asked for: by database, type and key, and by what can be measured of them.
///
/// What is nil asks for all.
public struct RecordFilter: Sendable {
  /// The databases asked for.
  public var databases: DatabaseSet?
  /// The types asked for.
  public var types: TypeSet?
  /// The cluster slots asked for.
  public var slots: ClosedRange<UInt16>?
  /// Bounds on size, expiry, slot and such.
  public var measures = RecordMeasures()
  /// The keys asked for.
  public var keys: CompiledPatterns
  /// Keys that are left out, whatever else selects them; without patterns there are none.
  public var excluded: CompiledPatterns = .everything
  /// The part of the keys asked for.
  public var sample: KeySample?

  /// Makes a filter; without arguments, for everything.
  public init(
    databases: DatabaseSet? = nil, types: TypeSet? = nil, keys: CompiledPatterns = .everything
  ) {
    self.databases = databases
    self.types = types
    self.keys = keys
  }

  /// Whether no record is left out.
  public var selectsEverything: Bool {
    databases == nil && types == nil && measures.isEmpty && keys.selectsEverything
      && excluded.patterns.isEmpty && sample == nil
  }

  /// The same filter with other patterns for keys.
  public func reading(_ keys: CompiledPatterns) -> RecordFilter {
    var other = self
    other.keys = keys
    return other
  }
}
