/// The position of a scan, to continue from: after more bytes have arrived, from a checkpoint, or after
/// damage.
///
/// Numbers only.
public struct ScanState: Hashable, BitwiseCopyable, Sendable {
  /// The next byte to read, from the start of the file.
  ///
  /// What came before is whole.
  public var offset: Int
  /// The database of the keys that follow.
  public var database: UInt32
  /// Whether the end opcode was read.
  public internal(set) var isEnded = false

  /// Attributes that were read and belong to the next key.
  var pending = Attributes()
  /// The slot of the keys that follow, as the file states it; 0xffff if it does not.
  var slot: UInt16 = 0xffff

  /// Makes a state that continues at `offset`.
  package init(offset: Int, database: UInt32 = 0) {
    self.offset = offset
    self.database = database
  }

  /// Attributes of the next key.
  struct Attributes: Hashable, BitwiseCopyable, Sendable {
    /// The offset of the first of them; −1 if there is none.
    var start = -1
    var expiry: Int64 = 0
    var eviction: UInt32 = 0
    var slot: UInt16 = 0xffff
    var flags: RDBRecord.Flags = []

    mutating func setExpiry(_ expires: Bool) {
      if expires {
        flags.insert(.expiry)
      } else {
        flags.remove(.expiry)
        expiry = 0
      }
    }
  }
}
