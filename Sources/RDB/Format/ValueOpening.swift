// How far values are opened. A value's type tells what a sink must be able to take for nothing of the
// value to be lost; a sink tells what it takes.

/// What pours out of a value when it is walked.
public struct ValueOpening: OptionSet, Hashable, BitwiseCopyable, Sendable {
  /// The bits.
  public var rawValue: UInt8

  /// Makes a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Strings, and plain elements of lists, sets, hashes and sorted sets.
  public static var elements: ValueOpening { ValueOpening(rawValue: 1) }
  /// Fields of hashes and members of sets that have deadlines of their own.
  public static var deadlines: ValueOpening { ValueOpening(rawValue: 2) }
  /// Streams: entries, groups, consumers, pending entries.
  public static var streams: ValueOpening { ValueOpening(rawValue: 4) }
  /// Values of modules.
  public static var modules: ValueOpening { ValueOpening(rawValue: 8) }
  /// Sparse arrays.
  public static var arrays: ValueOpening { ValueOpening(rawValue: 16) }
  /// JSON documents of Dragonfly; the text comes as an item.
  public static var documents: ValueOpening { ValueOpening(rawValue: 32) }
  /// Cron jobs of KeyDB.
  public static var crons: ValueOpening { ValueOpening(rawValue: 64) }
  /// Numbers that no command shows: rate limiters.
  public static var numbers: ValueOpening { ValueOpening(rawValue: 128) }
  /// All of them.
  public static var all: ValueOpening { ValueOpening(rawValue: 255) }
}

extension RDBType {
  /// What pours out of a value of this type; empty where its insides stay shut.
  public func opening(in dialect: RDBDialect) -> ValueOpening {
    // Type 6 has no marks to read it by; sketches hold bits that only their algorithms read.
    guard let shape = shape(in: dialect), rawValue != 6 else { return [] }
    switch shape {
    case .string, .list, .sortedSet: return .elements
    case .set: return rawValue == 32 ? .deadlines : .elements
    case .hash:
      let isTemplate = rawValue >= 29 && dialect != .dragonfly
      return rawValue < 22 || isTemplate ? .elements : .deadlines
    case .stream: return .streams
    case .module: return .modules
    case .array: return .arrays
    case .gcra: return .numbers
    case .cron: return .crons
    case .json: return .documents
    case .sketch: return []
    }
  }

  /// Whether the insides of such a value can be read, and not only stepped over.
  public func isDecoded(in dialect: RDBDialect) -> Bool { !opening(in: dialect).isEmpty }
}
