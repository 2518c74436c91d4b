// What a value contains, and what a sink accepts. A value whose content a sink does not accept is
// skipped, so that no part of it is lost silently.

/// The content that a walk passes to a sink.
public struct ValueContent: OptionSet, Hashable, BitwiseCopyable, Sendable {
  /// The bits.
  public var rawValue: UInt8

  /// Makes a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Strings, and plain elements of lists, sets, hashes and sorted sets.
  public static var elements: ValueContent { ValueContent(rawValue: 1) }
  /// Fields of hashes and members of sets that have expiries of their own.
  public static var fieldExpiries: ValueContent { ValueContent(rawValue: 2) }
  /// Streams: entries, groups, consumers, pending entries.
  public static var streams: ValueContent { ValueContent(rawValue: 4) }
  /// Values of modules.
  public static var modules: ValueContent { ValueContent(rawValue: 8) }
  /// Sparse arrays.
  public static var arrays: ValueContent { ValueContent(rawValue: 16) }
  /// JSON documents of Dragonfly; the text is passed as an item.
  public static var documents: ValueContent { ValueContent(rawValue: 32) }
  /// Cron jobs of KeyDB.
  public static var crons: ValueContent { ValueContent(rawValue: 64) }
  /// Numbers that no command shows: rate limiters.
  public static var numbers: ValueContent { ValueContent(rawValue: 128) }
  /// All of them.
  public static var all: ValueContent { ValueContent(rawValue: 255) }
}

extension RDBType {
  /// The content of a value of this type; empty if values of this type are never decoded.
  public func content(in dialect: RDBDialect) -> ValueContent {
    // Type 6 has no opcodes to read it by; sketches hold bits that only their algorithms can decode.
    // Commands for Valkey's hashes of paths are not known.
    guard let shape = shape(in: dialect), self != .modulePreGA, !isPathHash(in: dialect) else {
      return []
    }
    switch shape {
    case .string, .list, .sortedSet: return .elements
    case .set: return self == .dragonflySet ? .fieldExpiries : .elements
    case .hash:
      let hasFieldExpiries = hasFieldExpiries || dialect == .dragonfly && self == .dragonflyHash
      return hasFieldExpiries ? .fieldExpiries : .elements
    case .stream: return .streams
    case .module: return .modules
    case .array: return .arrays
    case .gcra: return .numbers
    case .cron: return .crons
    case .json: return .documents
    case .sketch: return []
    }
  }

  /// Whether values of this type can be decoded, and not only skipped.
  public func isDecoded(in dialect: RDBDialect) -> Bool { !content(in: dialect).isEmpty }
}
