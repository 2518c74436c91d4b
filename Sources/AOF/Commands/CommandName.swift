/// A command's name in upper case, as numbers: 24 letters, which no command of a server exceeds.
struct CommandName: Hashable, BitwiseCopyable, Sendable {
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64

  /// Packs a name; nil if it is longer than any command's.
  @inline(__always)
  init?(_ name: RawSpan) {
    guard name.byteCount <= 24 else { return nil }
    first = CommandName.upper(name.headWord)
    if name.byteCount <= 8 {
      (second, third) = (0, 0)
    } else {
      let rest = name.extracting(droppingFirst: 8)
      second = CommandName.upper(rest.headWord)
      third =
        rest.byteCount <= 8 ? 0 : CommandName.upper(rest.extracting(droppingFirst: 8).headWord)
    }
  }

  /// A number to find the name by.
  @inline(__always)
  var hash: Int {
    let mixed = first &* 0x9e37_79b9_7f4a_7c15 ^ second &* 0xd6e8_feb8_6659_fd93 ^ third
    return Int(truncatingIfNeeded: mixed >> 40)
  }

  /// Eight letters in upper case at once.
  @inline(__always)
  private static func upper(_ word: UInt64) -> UInt64 {
    let low = word & 0x7f7f_7f7f_7f7f_7f7f
    // The top bit of each byte that is at least `a`, and of each that is above `z`.
    let fromA = low &+ 0x1f1f_1f1f_1f1f_1f1f
    let aboveZ = low &+ 0x0505_0505_0505_0505
    let letters = (fromA & ~aboveZ & ~word) & 0x8080_8080_8080_8080
    return word ^ letters >> 2
  }
}
