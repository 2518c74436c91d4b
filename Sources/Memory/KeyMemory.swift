/// How sure a number of bytes is.
package enum MemoryCertainty: UInt8, Comparable, CaseIterable, BitwiseCopyable, Sendable {
  /// What a server answers.
  case exact
  /// Exact, except that a part that the server's chance decides is its expectation.
  case expected
  /// Computed from rules that were not compared with a server.
  case estimated
  /// Nothing is known.
  case unknown

  /// The name for programs.
  package var name: StaticString {
    switch self {
    case .exact: "exact"
    case .expected: "expected"
    case .estimated: "estimated"
    case .unknown: "unknown"
    }
  }

  /// The surer comes first.
  package static func < (a: MemoryCertainty, b: MemoryCertainty) -> Bool {
    a.rawValue < b.rawValue
  }
}

/// The memory of a key.
package struct KeyMemory: Hashable, BitwiseCopyable, Sendable {
  /// Bytes; 0 if nothing is known.
  package internal(set) var bytes: Int
  /// How sure they are.
  package internal(set) var certainty: MemoryCertainty

  /// Makes it.
  package init(_ bytes: Int, _ certainty: MemoryCertainty) {
    self.bytes = bytes
    self.certainty = certainty
  }

  /// A key of which nothing is known.
  package static let unknown = KeyMemory(0, .unknown)
}
