/// Where a string's bytes are: in which part, at which offset, and how many.
///
/// A part is a mapped file or a chunk of the arena (`ByteParts`). The place borrows nothing.
package struct StringPlace: Hashable, BitwiseCopyable, Sendable {
  private let start: UInt64
  /// Bytes of the string.
  package let count: Int

  /// Parts that places can tell apart, and bytes of a part that they can reach.
  static var partLimit: Int { 1 << 13 }
  static var offsetLimit: Int { 1 << 48 }

  /// Makes a place; the part and the offset must be below the limits.
  @inline(__always)
  init(part: Int, offset: Int, count: Int) {
    start = UInt64(truncatingIfNeeded: part) << 48 | UInt64(truncatingIfNeeded: offset)
    self.count = count
  }

  /// The number of the part.
  @inline(__always)
  package var part: Int { Int(truncatingIfNeeded: start >> 48) }

  /// The first byte, from the part's start.
  @inline(__always)
  package var offset: Int { Int(truncatingIfNeeded: start & 0xffff_ffff_ffff) }

  /// The empty string; it is in no part.
  static var empty: StringPlace { StringPlace(part: 0, offset: 0, count: 0) }

  /// A part of the string, in bytes from its start; the range must be inside.
  func extracting(_ range: Range<Int>) -> StringPlace {
    StringPlace(part: part, offset: offset &+ range.lowerBound, count: range.count)
  }
}
