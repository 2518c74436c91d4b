// The checksum of RDB files and DUMP payloads: CRC-64 with the Jones polynomial, reflected, start
// value 0, no final complement. ISA-L computes it at memory speed, but complements the value on
// the way in and out, which is undone here. A few bytes are faster by a table.

private import CISAL

/// The CRC64 of RDB files.
public enum CRC64 {
  /// From this number of bytes on ISA-L is faster than a table.
  private static let leastForLibrary = 16
  /// The checksum of each byte alone.
  private static let table: [UInt64] = (0..<256).map { byte in
    (0..<8).reduce(UInt64(byte)) { rest, _ in step(rest) }
  }

  /// The checksum of bytes that follow others.
  ///
  /// - Parameters:
  ///   - crc: The checksum so far; 0 at the start.
  ///   - bytes: The bytes that come next.
  /// - Returns: The checksum of both.
  public static func update(_ crc: UInt64, _ bytes: RawSpan) -> UInt64 {
    guard bytes.byteCount >= leastForLibrary else { return updateShort(crc, bytes) }
    // SAFETY: ISA-L reads exactly `count` bytes at the pointer, and keeps neither.
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress, buffer.count > 0 else { return crc }
      let start = unsafe base.assumingMemoryBound(to: UInt8.self)
      return unsafe ~crc64_jones_refl(~crc, start, UInt64(buffer.count))
    }
  }

  private static func updateShort(_ crc: UInt64, _ bytes: RawSpan) -> UInt64 {
    let table = CRC64.table.span
    var rest = crc
    for index in 0..<bytes.byteCount {
      rest = table[Int((rest ^ UInt64(bytes.byte(at: index))) & 0xff)] ^ rest >> 8
    }
    return rest
  }

  /// Multiplies a reflected polynomial by x, modulo that of Jones.
  private static func step(_ polynomial: UInt64) -> UInt64 {
    polynomial >> 1 ^ (polynomial & 1 == 1 ? 0x95ac_9329_ac4b_c9b5 : 0)
  }

  /// The checksum of two consecutive byte sequences, from their own checksums.
  ///
  /// To append `count` bytes is to multiply by x to the power of 8 · `count`, modulo the polynomial.
  ///
  /// - Parameters:
  ///   - first: The checksum of the first row.
  ///   - second: The checksum of the second, begun at 0.
  ///   - count: Bytes of the second.
  /// - Returns: The checksum of both.
  package static func combine(_ first: UInt64, _ second: UInt64, count: Int) -> UInt64 {
    precondition(count >= 0)
    var shifted = first
    var power: UInt64 = 1 << (63 - 8)  // x to the 8; reflected, so x to the 0 is the top bit
    var rest = count
    while rest > 0 {
      if rest & 1 == 1 { shifted = multiply(shifted, power) }
      power = multiply(power, power)
      rest >>= 1
    }
    return shifted ^ second
  }

  /// The product of two polynomials over GF(2), reflected, modulo that of Jones.
  private static func multiply(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var product: UInt64 = 0
    var multiple = b
    for bit in 0..<64 {
      if a & 1 << UInt64(63 - bit) != 0 { product ^= multiple }
      multiple = step(multiple)
    }
    return product
  }
}
