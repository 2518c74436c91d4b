/// Which records are asked for: by database, by type and by key.
///
/// What is nil asks for all.
public struct RecordFilter: Sendable {
  /// The databases asked for.
  public var databases: DatabaseSet?
  /// The types asked for.
  public var types: TypeSet?
  /// The cluster slots asked for.
  public var slots: ClosedRange<UInt16>?
  /// The keys asked for.
  public var keys: CompiledPatterns

  /// Makes a filter; without arguments, for everything.
  public init(
    databases: DatabaseSet? = nil, types: TypeSet? = nil, keys: CompiledPatterns = .everything
  ) {
    self.databases = databases
    self.types = types
    self.keys = keys
  }
}
