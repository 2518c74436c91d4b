/// The result of the checksum check of a file.
package enum ChecksumState: Hashable, Sendable {
  /// The stored checksum is correct.
  case valid(UInt64)
  /// The stored and the computed checksum differ.
  case mismatch(stored: UInt64, computed: UInt64)
  /// The server wrote no checksum (`rdbchecksum no`).
  case disabled
  /// Files of this version have no checksum.
  case none
  /// The checksum was not computed.
  case unchecked

  init(stored: UInt64?, computed: UInt64?) {
    switch (stored, computed) {
    case (nil, _): self = .none
    case (0, _): self = .disabled
    case (_, nil): self = .unchecked
    case (let stored?, let computed?):
      self = stored == computed ? .valid(stored) : .mismatch(stored: stored, computed: computed)
    }
  }
}
