// A 128-bit hash of a database and a key name. Where equality matters, names are compared too, so
// the hash need not be keyed, only well mixed.

/// A 128-bit hash of a database and a name.
package struct NameHash: Hashable, Comparable, BitwiseCopyable, Sendable {
  /// The hash.
  package let rawValue: UInt128

  /// Hashes a database and a name.
  package init(database: UInt32, name: RawSpan) {
    var (low, high) = (UInt64(database), UInt64(name.byteCount))
    var at = 0
    while at < name.byteCount {
      var word: UInt64 = 0
      if at &+ 8 <= name.byteCount {
        word = UInt64(littleEndian: name.word64(at: at))
      } else {
        for offset in (at..<name.byteCount).reversed() {
          word = word << 8 | UInt64(name.byte(at: offset))
        }
      }
      low = NameHash.fold(low ^ word, NameHash.odd.0)
      high = NameHash.fold(high &+ word, NameHash.odd.1) ^ low
      at &+= 8
    }
    low = NameHash.fold(low, NameHash.odd.1)
    high = NameHash.fold(high ^ low, NameHash.odd.0)
    rawValue = UInt128(high) << 64 | UInt128(low)
  }

  /// Digits of the square roots of 2 and 3, made odd.
  private static let odd: (UInt64, UInt64) = (0xb504_f333_f9de_6485, 0xddb3_d742_c265_539d)

  /// Folds a 128-bit product with its input.
  @inline(__always)
  private static func fold(_ number: UInt64, _ odd: UInt64) -> UInt64 {
    let mixed = number ^ odd
    let product = mixed.multipliedFullWidth(by: odd)
    return product.high ^ product.low ^ mixed &<< 17
  }

  /// Numeric order.
  package static func < (a: NameHash, b: NameHash) -> Bool { a.rawValue < b.rawValue }
}
