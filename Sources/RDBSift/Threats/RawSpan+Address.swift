// Addresses of borrowed bytes, to compute the file offset of a span that a walk passes on.

extension RawSpan {
  /// The address of the first byte; only compared, never followed.
  var address: UInt {
    // SAFETY: the pointer becomes a number and is not followed.
    unsafe withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
  }
}

/// The address range of a file in memory.
struct FileAddress: BitwiseCopyable {
  private let start: UInt
  private let count: UInt

  init(_ bytes: RawSpan) {
    start = bytes.address
    count = UInt(bytes.byteCount)
  }

  /// The file offset of bytes; nil if they are not part of the file, since they were unpacked.
  func offset(of text: RawSpan) -> Int? {
    let distance = text.address &- start
    guard distance <= count, UInt(text.byteCount) <= count - distance else { return nil }
    return Int(distance)
  }
}
