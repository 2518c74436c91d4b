// Where borrowed bytes lie, as a number: a walker lends a part of the file without saying which.

extension RawSpan {
  /// The address of the first byte; only ever compared with another.
  var address: UInt {
    // SAFETY: the pointer becomes a number and is not followed.
    unsafe withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
  }
}

/// The place of a file in memory while it is lent.
struct FileAddress: BitwiseCopyable {
  private let start: UInt
  private let count: UInt

  init(_ bytes: RawSpan) {
    start = bytes.address
    count = UInt(bytes.byteCount)
  }

  /// Where bytes stand in the file; nil if they are no part of it, since they were unpacked.
  func offset(of text: RawSpan) -> Int? {
    let distance = text.address &- start
    guard distance <= count, UInt(text.byteCount) <= count - distance else { return nil }
    return Int(distance)
  }
}
