// Up to which sizes servers keep values packed.

/// The limits of a server's configuration.
package struct EncodingLimits: Hashable, BitwiseCopyable, Sendable {
  /// A limit that can be set.
  package enum Name: String, CaseIterable, Sendable {
    /// Fields of a packed hash.
    case hashFields = "hash-max-listpack-entries"
    /// Bytes of a field or value of a packed hash.
    case hashBytes = "hash-max-listpack-value"
    /// Members of a set of integers.
    case intsetMembers = "set-max-intset-entries"
    /// Members of a packed set.
    case setMembers = "set-max-listpack-entries"
    /// Bytes of a member of a packed set.
    case setBytes = "set-max-listpack-value"
    /// Members of a packed sorted set.
    case sortedSetMembers = "zset-max-listpack-entries"
    /// Bytes of a member of a packed sorted set.
    case sortedSetBytes = "zset-max-listpack-value"
    /// Elements of a node of a list; −1 to −5: its bytes, 4 KiB to 64 KiB.
    case listNode = "list-max-listpack-size"

    /// The values that servers take.
    package var values: ClosedRange<Int> { self == .listNode ? -5...Int.max : 0...Int.max }
  }

  private var hashFields = 512
  private var hashBytes = 64
  private var intsetMembers = 512
  private var setMembers = 128
  private var setBytes = 64
  private var sortedSetMembers = 128
  private var sortedSetBytes = 64
  /// 0 keeps the nodes of the file, as a server does that loads it.
  private var listNode = 0

  /// The defaults of all servers.
  package init() {}

  /// The limit with a name.
  package subscript(name: Name) -> Int {
    get { self[keyPath: EncodingLimits.path(name)] }
    set { self[keyPath: EncodingLimits.path(name)] = newValue }
  }

  private static func path(_ name: Name) -> WritableKeyPath<EncodingLimits, Int> {
    switch name {
    case .hashFields: \.hashFields
    case .hashBytes: \.hashBytes
    case .intsetMembers: \.intsetMembers
    case .setMembers: \.setMembers
    case .setBytes: \.setBytes
    case .sortedSetMembers: \.sortedSetMembers
    case .sortedSetBytes: \.sortedSetBytes
    case .listNode: \.listNode
    }
  }
}
