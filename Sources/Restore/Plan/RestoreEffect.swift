/// What a restore does to a key of the data that is there now.
package enum RestoreEffect: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable {
  /// The key is not there now.
  case created
  /// It is there with another value.
  case changed
  /// It is there with the same value, and expires at another moment or only one of the two does.
  case expiryChanged
  /// It is there with the same value and expiry.
  case unchanged
  /// It is there and asked for, and does not come back: the service deletes what it restores first.
  case deleted

  /// The effect as reports name it.
  package var name: String {
    switch self {
    case .created: "created"
    case .changed: "changed"
    case .expiryChanged: "expiry-changed"
    case .unchanged: "unchanged"
    case .deleted: "deleted"
    }
  }
}
