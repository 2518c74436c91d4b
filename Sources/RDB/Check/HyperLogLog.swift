// A HyperLogLog is a string.
//
//   "HYLL", 0 dense or 1 sparse, 3 bytes unused, 8 bytes cached cardinality, then
//   dense     12288 bytes: 16384 registers of six bits
//   sparse    00xxxxxx            x + 1 registers are 0
//             01xxxxxx yyyyyyyy   the same of 14 bits
//             1vvvvvxx            x + 1 registers are v + 1

/// The layout of HyperLogLogs.
enum HyperLogLog {
  /// The first four bytes, least significant first: "HYLL".
  static let head: UInt128 = 0x4c4c_5948
  private static let registers = 16384

  /// False where a string begins like a HyperLogLog and is none: too short, or with registers too
  /// many or too few.
  static func isSound(_ text: RawSpan) -> Bool {
    guard begins(text) else { return true }
    guard text.byteCount >= 16 else { return false }
    switch text.byte(at: 4) {
    case 0: return text.byteCount == 16 + registers * 6 / 8
    case 1: return isSoundSparse(text)
    default: return false
    }
  }

  /// Whether a string begins like a HyperLogLog.
  @inline(__always)
  static func begins(_ text: RawSpan) -> Bool {
    text.byteCount >= 4 && text.number(at: 0, as: UInt32.self) == UInt32(head)
  }

  private static func isSoundSparse(_ text: RawSpan) -> Bool {
    var at = 16
    var seen = 0
    while at < text.byteCount {
      let first = Int(text.byte(at: at))
      at += 1
      switch first {
      case ..<0x40: seen += first + 1
      case ..<0x80:
        guard at < text.byteCount else { return false }
        seen += (first & 0x3f) << 8 + Int(text.byte(at: at)) + 1
        at += 1
      default: seen += first & 3 + 1
      }
      guard seen <= registers else { return false }
    }
    return seen == registers
  }
}
