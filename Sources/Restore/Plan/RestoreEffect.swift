/// The effect of a restore on a key of the current data.
package enum RestoreEffect: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable {
  /// The key does not exist now.
  case created
  /// The key exists with another value.
  case changed
  /// The key exists with the same value and another expiry.
  case expiryChanged
  /// The key exists with the same value and expiry.
  case unchanged
  /// The key exists, is selected and does not come back; the service deletes what it restores
  /// first.
  case deleted

  /// The effect's name in reports.
  package var name: String {
    switch self {
    case .created: "created"
    case .changed: "changed"
    case .expiryChanged: "expiry_changed"
    case .unchanged: "unchanged"
    case .deleted: "deleted"
    }
  }
}
