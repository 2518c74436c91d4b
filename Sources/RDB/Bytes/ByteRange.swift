/// A range of a file or span: an offset and a count, both in bytes.
///
/// It borrows nothing.
public struct ByteRange: Hashable, BitwiseCopyable, Sendable {
  /// Bytes from the start.
  public var offset: Int
  /// Bytes in the range.
  public var count: Int

  /// Makes a place.
  public init(offset: Int, count: Int) {
    self.offset = offset
    self.count = count
  }

  /// The first byte after the range.
  ///
  /// A range is made only of bytes that exist, so it cannot wrap.
  public var end: Int { offset &+ count }

  /// The offsets of the range, for `extracting`.
  public var range: Range<Int> { offset..<end }
}
