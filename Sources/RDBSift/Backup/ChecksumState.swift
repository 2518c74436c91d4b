/// The result of the checksum check of a file.
package enum ChecksumState: Hashable, Sendable {
  /// The stored checksum is correct.
  case right(UInt64)
  /// The stored and the computed checksum differ.
  case wrong(stored: UInt64, computed: UInt64)
  /// The server wrote no checksum (`rdbchecksum no`).
  case off
  /// Files of this version have no checksum.
  case none
  /// The checksum was not computed.
  case unchecked

  init(stored: UInt64?, computed: UInt64?) {
    switch (stored, computed) {
    case (nil, _): self = .none
    case (0, _): self = .off
    case (_, nil): self = .unchecked
    case (let stored?, let computed?):
      self = stored == computed ? .right(stored) : .wrong(stored: stored, computed: computed)
    }
  }
}
