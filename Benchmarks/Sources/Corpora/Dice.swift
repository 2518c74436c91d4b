// Randomness that is the same everywhere: xoshiro256** from a seed by splitmix64, both public domain
// algorithms of Blackman and Vigna.

/// A seeded sequence of numbers.
struct Dice {
  private var a: UInt64
  private var b: UInt64
  private var c: UInt64
  private var d: UInt64

  init(seed: UInt64) {
    var state = seed
    func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
    a = next()
    b = next()
    c = next()
    d = next()
  }

  mutating func next() -> UInt64 {
    let product = b &* 5
    let result = (product << 7 | product >> 57) &* 9
    let shifted = b << 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = d << 45 | d >> 19
    return result
  }

  /// A number from 0 up to but not including `limit`.
  mutating func below(_ limit: Int) -> Int {
    Int(truncatingIfNeeded: next() % UInt64(limit))
  }

  /// A number in a closed range.
  mutating func roll(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// True once in `times`, on average.
  mutating func oneIn(_ times: Int) -> Bool { below(times) == 0 }

  /// A number from 0 up to but not including 1.
  mutating func fraction() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

  mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }

  /// An instant between 2030 and 2039, in milliseconds.
  mutating func deadline() -> Int64 {
    Int64(roll(1_900_000_000_000...2_200_000_000_000))
  }
}

/// The digits of hexadecimal numbers.
let hexDigits = Array("0123456789abcdef".utf8)
private let letters = Array(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

extension [UInt8] {
  mutating func append(_ text: String) { append(contentsOf: text.utf8) }

  mutating func append(decimal value: Int) { append(contentsOf: String(value).utf8) }

  /// A number with zeros before it.
  mutating func append(decimal value: Int, width: Int) {
    let start = count
    append(contentsOf: repeatElement(0x30, count: width))
    var rest = value
    for place in stride(from: start + width - 1, through: start, by: -1) {
      self[place] = 0x30 + UInt8(rest % 10)
      rest /= 10
    }
  }

  /// Letters, digits and two signs, ten from each number.
  mutating func appendLetters(_ count: Int, _ dice: inout Dice) {
    var bits: UInt64 = 0
    for index in 0..<count {
      if index % 10 == 0 { bits = dice.next() }
      append(letters[Int(bits & 63)])
      bits >>= 6
    }
  }

  mutating func appendHex(_ count: Int, _ dice: inout Dice) {
    var bits: UInt64 = 0
    for index in 0..<count {
      if index % 16 == 0 { bits = dice.next() }
      append(hexDigits[Int(bits & 15)])
      bits >>= 4
    }
  }

  /// A number as it stands in memory, the least significant byte first.
  mutating func append(littleEndian value: some FixedWidthInteger, bytes: Int) {
    for index in 0..<bytes { append(UInt8(truncatingIfNeeded: value >> (index * 8))) }
  }

  mutating func append(bigEndian value: UInt64) {
    for index in 0..<8 { append(UInt8(truncatingIfNeeded: value >> (56 - index * 8))) }
  }
}
