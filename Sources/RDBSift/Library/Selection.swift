// Which keys: what a caller says, and what it means to a restore plan.

import RDB
package import Restore

/// Selects keys.
///
/// All conditions must hold; those that are left out hold for every key.
///
/// ```swift
/// var carts = try Selection(keys: .regex("cart:.*"), excluding: .literal("cart:test"))
/// carts.types = [.hash]
/// carts.limit = 1000
/// ```
public struct Selection: Sendable {
  /// Only keys of these databases; nil for all.
  public var databases: Set<Int>?
  /// Only values of these types; nil for all.
  public var types: Set<ValueType>?
  /// Only keys of these cluster slots (0 to 16383); nil for all.
  public var slots: ClosedRange<Int>?
  /// Only records of these sizes in the file, in bytes, key and value together; nil for all.
  public var sizes: ClosedRange<Int>?
  /// Only values with so many elements, where fields, members and entries count once; nil for all.
  ///
  /// Values whose encoding does not store the number are decoded to count them.
  public var elementCounts: ClosedRange<Int>?
  /// The most keys, in the order of the files; nil for all.
  ///
  /// Jobs run on one thread if there is a limit.
  public var limit: Int?

  private let keys: CompiledPatterns
  private let excluded: CompiledPatterns

  /// Every key.
  public static let everything = Selection(.everything, .nothing)

  private init(_ keys: CompiledPatterns, _ excluded: CompiledPatterns) {
    self.keys = keys
    self.excluded = excluded
  }

  /// Compiles patterns.
  ///
  /// - Parameters:
  ///   - keys: The keys to select.
  ///   - excluding: Keys to leave out of those.
  /// - Throws: ``SiftError/Code/pattern`` if a pattern does not compile; the offset is that in the pattern.
  public init(keys: Keys = .all, excluding: Keys? = nil) throws(SiftError) {
    do throws(FilterKeyError) {
      self.keys = try CompiledPatterns(try keys.patterns())
      excluded =
        try excluding.map { (keys) throws(FilterKeyError) in
          try CompiledPatterns(try keys.patterns())
        } ?? .nothing
    } catch {
      throw SiftError(error)
    }
  }

  /// Whether the selection is ``everything``.
  var isEverything: Bool { limit == nil && filter.selectsEverything }

  /// The filter of a plan.
  package var filter: RecordFilter {
    var filter = RecordFilter(
      databases: databases.map { DatabaseSet($0.compactMap { UInt32(exactly: $0) }) },
      types: types.map { Selection.typeSet($0) }, keys: keys)
    filter.excluded = excluded
    filter.measures.slot = slots.map { Selection.range($0) }
    filter.measures.size = sizes.map { Selection.range($0) }
    filter.measures.elements = elementCounts.map { Selection.range($0) }
    return filter
  }

  /// The plan of a job that looks at keys, whether they have expired or not.
  func looking(at now: UnixTime = UnixTime(milliseconds: 0)) -> RestoreSelection {
    var selection = RestoreSelection(filter: filter, now: now.instant, keepsExpired: true)
    selection.limit = limit.map { UInt64(clamping: $0) }
    return selection
  }

  private static func typeSet(_ types: Set<ValueType>) -> TypeSet {
    var set = TypeSet()
    // A name that no type can have selects nothing.
    for type in types { _ = set.insert(named: type.rawValue) }
    return set
  }

  private static func range(_ range: ClosedRange<Int>) -> NumberRange {
    NumberRange(Int64(range.lowerBound), Int64(range.upperBound))
  }
}

extension Selection {
  /// Patterns of keys.
  ///
  /// They are matched bytewise, and by case unless ``ignoringCase`` is asked for.
  public struct Keys: Hashable, Sendable {
    private enum Item: Hashable {
      case pattern([UInt8], MatchMode)
      case filterKey(String)
    }

    private var items: [Item]
    private var ignoresCase = false

    private init(_ items: [Item]) { self.items = items }

    /// Every key.
    public static let all = Keys([])

    /// Keys that a regular expression matches from their first byte to their last, in PCRE2's syntax.
    public static func regex(_ pattern: String) -> Keys {
      Keys([.pattern(Array(pattern.utf8), .full)])
    }

    /// Keys in which a regular expression matches anywhere, in PCRE2's syntax.
    public static func search(_ pattern: String) -> Keys {
      Keys([.pattern(Array(pattern.utf8), .search)])
    }

    /// Keys that a glob matches, as `KEYS` does.
    public static func glob(_ pattern: String) -> Keys {
      Keys([.pattern(Array(pattern.utf8), .glob)])
    }

    /// One key.
    public static func literal(_ key: StoredString) -> Keys {
      Keys([.pattern(key.bytes, .literal)])
    }

    /// The parameter FilterKey of RestoreInstance: regular expressions for whole keys, separated by commas, which
    /// cannot be escaped.
    public static func filterKey(_ text: String) -> Keys { Keys([.filterKey(text)]) }

    /// Keys that one of several patterns selects; ``all`` if there are none.
    public static func any(of patterns: [Keys]) -> Keys {
      var keys = Keys(patterns.flatMap(\.items))
      keys.ignoresCase = patterns.contains(where: \.ignoresCase)
      return keys
    }

    /// The same patterns, which match letters of ASCII whatever their case.
    public var ignoringCase: Keys {
      var keys = self
      keys.ignoresCase = true
      return keys
    }

    /// The patterns to compile.
    func patterns() throws(FilterKeyError) -> [KeyPattern] {
      var patterns: [KeyPattern] = []
      for (number, item) in items.enumerated() {
        switch item {
        case .pattern(let bytes, let mode):
          patterns.append(KeyPattern(bytes, mode: mode, from: .keyRegex(option: number)))
        case .filterKey(let text):
          patterns += try FilterKey(text).patterns(option: number, first: patterns.count)
        }
      }
      for index in patterns.indices { patterns[index].ignoresCase = ignoresCase }
      return patterns
    }
  }
}
