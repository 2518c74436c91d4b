// The parts of module values, as a walk passes them.

/// One value of a module, by its opcode.
public enum ModuleValue: Hashable, BitwiseCopyable, Sendable {
  /// A signed number.
  case signed(Int64)
  /// An unsigned number.
  case unsigned(UInt64)
  /// A 32-bit floating-point number.
  case float(Float)
  /// A 64-bit floating-point number.
  case double(Double)
  /// A string.
  case string(StringObject)

  /// The opcode.
  var opcode: ModuleOpcode {
    switch self {
    case .signed: .signed
    case .unsigned: .unsigned
    case .float: .float
    case .double: .double
    case .string: .string
    }
  }
}

/// The number before each value of a module.
enum ModuleOpcode: UInt64 {
  case end, signed, unsigned, float, double, string
}

/// A TairString.
public struct TairString: Hashable, BitwiseCopyable, Sendable {
  /// How often it was written, or what a client said.
  public var version: UInt64
  /// A number that clients store with the value.
  public var flags: UInt64
  /// The value.
  public var value: StringObject
}

/// A field of a TairHash.
public struct TairField: Hashable, BitwiseCopyable, Sendable {
  /// The field's name.
  public var field: StringObject
  /// How often it was written, or what a client said.
  public var version: UInt64
  /// When it expires, if it does.
  public var expiry: UnixMilliseconds?
  /// The value.
  public var value: StringObject
}

/// A part of a module's value.
///
/// Places of strings are in the bytes that come with it.
///
/// A value of a module that this reader knows comes in its own words, any other as `values` and then
/// one `value` after the other.
public enum ModulePart: Hashable, BitwiseCopyable, Sendable {
  /// Values by their opcodes follow.
  case values(ModuleID)
  /// The next of them.
  case value(ModuleValue)
  /// A TairString.
  case tairString(TairString)
  /// A TairHash of so many fields. The key is the one it was made with: a RENAME leaves it stale.
  case tairHash(key: StringObject, fields: UInt64)
  /// The next field of it.
  case tairField(TairField)
  /// A TairZset of so many members, each with so many scores.
  case tairSortedSet(members: UInt64, scores: UInt64)
  /// The next member of it, followed by its scores.
  case tairMember(StringObject)
  /// The next score of the member.
  case tairScore(Double)
  /// The text of a JSON document (RedisJSON).
  case json(StringObject)
}
