// A server version and its allocator: what the sizes of a key follow from.

/// Whose memory is estimated.
package enum ServerFamily: String, CaseIterable, BitwiseCopyable, Sendable {
  /// Redis, and servers that are built from it.
  case redis
  /// A Valkey server, 7.2 or later.
  case valkey

  fileprivate var versions: [ServerLayout.Version] {
    switch self {
    case .redis: ServerLayout.redis
    case .valkey: ServerLayout.valkey
    }
  }
}

/// The structures of a server, and its allocator.
package struct MemoryModel: Sendable {
  /// The server family.
  package let family: ServerFamily
  /// The version whose structures are used: the newest known one that is not newer than the asked one,
  /// or the oldest.
  package let version: (major: Int, minor: Int)
  /// The allocator.
  package let allocator: Allocator
  /// Whether the structures were compared with a running server of this version.
  package let isConfirmed: Bool
  let layout: ServerLayout
  /// Costs of elements by length.
  let costs: ElementCosts

  /// Makes the model of a version, or of the nearest lower one that differs.
  package init(_ family: ServerFamily, _ major: Int, _ minor: Int, _ allocator: Allocator) {
    let versions = family.versions
    let found = versions.last { ($0.major, $0.minor) <= (major, minor) } ?? versions[0]
    // Minors between two known ones are not confirmed, and neither are later ones.
    let isKnown = (found.major, found.minor) == (major, minor)
    self.init(
      family, (found.major, found.minor), allocator,
      isConfirmed: found.isConfirmed && isKnown, found.layout)
  }

  private init(
    _ family: ServerFamily, _ version: (Int, Int), _ allocator: Allocator, isConfirmed: Bool,
    _ layout: ServerLayout
  ) {
    self.family = family
    self.version = version
    self.allocator = allocator
    self.isConfirmed = isConfirmed
    self.layout = layout
    costs = ElementCosts(layout, allocator)
  }

  /// The same model, as one that was not compared with a server.
  package var unconfirmed: MemoryModel {
    MemoryModel(family, version, allocator, isConfirmed: false, layout)
  }

  /// The name in the form of the option: `redis:7.0`.
  package var name: String { "\(family.rawValue):\(version.major).\(version.minor)" }

  /// The same server, with everything that the allocator holds for a key.
  package var real: MemoryModel {
    MemoryModel(family, version, allocator, isConfirmed: false, layout.real)
  }
}
