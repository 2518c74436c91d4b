// SHA-256 as FIPS 180-4 spells it: the truth of a value that is too long for a JSON file.

private let roundConstants: [UInt32] = fractions(of: primes(64), root: 3)
private let startValues: [UInt32] = fractions(of: primes(8), root: 2)

/// The SHA-256 of bytes, as hexadecimal digits.
public func sha256(_ bytes: [UInt8]) -> String {
  var padded = bytes
  padded.append(0x80)
  padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
  padded.append(bigEndian: UInt64(bytes.count) * 8)
  var hash = startValues
  var words = [UInt32](repeating: 0, count: 64)
  for block in stride(from: 0, to: padded.count, by: 64) {
    mix(padded, block, &words, &hash)
  }
  return hash.map { word in
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }.joined()
}

private func mix(
  _ bytes: [UInt8], _ block: Int, _ words: inout [UInt32], _ hash: inout [UInt32]
) {
  for index in 0..<16 {
    let at = block + index * 4
    words[index] =
      UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8
      | UInt32(bytes[at + 3])
  }
  for index in 16..<64 {
    let early = words[index - 15]
    let late = words[index - 2]
    let first = turn(early, 7) ^ turn(early, 18) ^ early >> 3
    let second = turn(late, 17) ^ turn(late, 19) ^ late >> 10
    words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
  }
  var (a, b, c, d) = (hash[0], hash[1], hash[2], hash[3])
  var (e, f, g, h) = (hash[4], hash[5], hash[6], hash[7])
  for index in 0..<64 {
    let choice = e & f ^ ~e & g
    let first = h &+ (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) &+ choice &+ roundConstants[index]
    let majority = a & b ^ a & c ^ b & c
    let second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) &+ majority
    (h, g, f, e) = (g, f, e, d &+ first &+ words[index])
    (d, c, b, a) = (c, b, a, first &+ words[index] &+ second)
  }
  for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { hash[index] &+= value }
}

@inline(__always)
private func turn(_ word: UInt32, _ bits: UInt32) -> UInt32 {
  word &>> bits | word &<< (32 &- bits)
}

/// The first primes.
private func primes(_ count: Int) -> [UInt64] {
  var found: [UInt64] = []
  var candidate: UInt64 = 2
  while found.count < count {
    if !found.contains(where: { candidate % $0 == 0 }) { found.append(candidate) }
    candidate += 1
  }
  return found
}

/// The first 32 bits of the fractional parts of roots: the standard's constants.
private func fractions(of numbers: [UInt64], root: Int) -> [UInt32] {
  numbers.map { number in
    // The largest r with r^root <= number · 2^(32·root); its low 32 bits are the fraction.
    var low: UInt128 = 0
    var high: UInt128 = 1 << 37
    while high - low > 1 {
      let middle = (low + high) / 2
      let power = root == 2 ? middle * middle : middle * middle * middle
      if power <= UInt128(number) << UInt128(32 * root) { low = middle } else { high = middle }
    }
    return UInt32(truncatingIfNeeded: low)
  }
}
