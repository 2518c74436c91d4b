// The checksum of RDB files and DUMP payloads: CRC-64 with the polynomial of Jones, reflected, start
// value 0, no final turn. ISA-L computes it at the speed of memory; its functions turn the value on
// the way in and out, which is undone here.

private import CISAL

/// The CRC64 of RDB files.
public enum CRC64 {
  /// The checksum of bytes that follow others.
  ///
  /// - Parameters:
  ///   - crc: The checksum so far; 0 at the start.
  ///   - bytes: The bytes that come next.
  /// - Returns: The checksum of both.
  public static func update(_ crc: UInt64, _ bytes: RawSpan) -> UInt64 {
    // SAFETY: ISA-L reads exactly `count` bytes at the pointer, and keeps neither.
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress, buffer.count > 0 else { return crc }
      let start = unsafe base.assumingMemoryBound(to: UInt8.self)
      return unsafe ~crc64_jones_refl(~crc, start, UInt64(buffer.count))
    }
  }
}
