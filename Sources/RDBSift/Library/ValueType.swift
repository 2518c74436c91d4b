package import RDB

/// The type of a value, by the name that `TYPE` answers.
///
/// A structure and not an enumeration, since servers get new types, and modules have theirs: compare with the
/// constants, and expect others.
public struct ValueType: RawRepresentable, Hashable, Sendable {
  /// The name that `TYPE` answers; of a module, the nine characters of its type, such as `tairhash-`.
  public let rawValue: String

  /// Makes a type from its name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A string, bitmap or HyperLogLog.
  public static let string = ValueType(rawValue: "string")
  /// A list: elements in order.
  public static let list = ValueType(rawValue: "list")
  /// A set.
  public static let set = ValueType(rawValue: "set")
  /// A sorted set: members with scores.
  public static let sortedSet = ValueType(rawValue: "zset")
  /// A hash: fields with values, which may expire one by one.
  public static let hash = ValueType(rawValue: "hash")
  /// A stream: entries with IDs, and consumer groups.
  public static let stream = ValueType(rawValue: "stream")
  /// Any module; in a selection it stands for all of them.
  public static let module = ValueType(rawValue: "module")

  /// The type of a shape; `unknown` for a type byte of a later server.
  package init(_ shape: ValueShape?) { self.init(rawValue: shape?.name ?? "unknown") }
}

extension ValueType: CustomStringConvertible {
  /// The name.
  public var description: String { rawValue }
}
