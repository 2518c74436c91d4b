/// What a file's checksum turned out to be.
package enum ChecksumState: Hashable, Sendable {
  /// The file has the checksum it says.
  case right(UInt64)
  /// The file says one checksum and has another.
  case wrong(stored: UInt64, computed: UInt64)
  /// The server wrote no checksum (`rdbchecksum no`).
  case off
  /// Files of this version have none.
  case none
  /// Nobody asked.
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
