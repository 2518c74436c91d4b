// The hash of elements, and the estimate of how many there are, which servers keep in the value.

import RDB

extension HyperLogLogValue {
  /// The 64-bit MurmurHash2 of an element, with the servers' seed.
  static func hash(_ bytes: RawSpan) -> UInt64 {
    let factor: UInt64 = 0xc6a4_a793_5bd1_e995
    var hash: UInt64 = 0xadc8_3b19 ^ UInt64(bytes.byteCount) &* factor
    var at = 0
    while at + 8 <= bytes.byteCount {
      var word = bytes.word64(at: at) &* factor
      word ^= word >> 47
      hash = (hash ^ word &* factor) &* factor
      at += 8
    }
    if at < bytes.byteCount {
      hash = (hash ^ bytes.extracting(droppingFirst: at).headWord) &* factor
    }
    hash = (hash ^ hash >> 47) &* factor
    return hash ^ hash >> 47
  }

  /// Whether the cached cardinality is right.
  var isCounted: Bool { bytes[15] & 0x80 == 0 }

  /// The bytes with the cardinality of Ertl's estimator, as servers since 5.0 compute it; nil if the
  /// registers are damaged.
  func counted() -> [UInt8]? {
    guard let values else { return nil }
    var histogram = [Double](repeating: 0, count: 64)
    for value in values { histogram[Int(value)] += 1 }
    let registers = Double(HyperLogLogValue.registers)
    var sum = registers * HyperLogLogValue.tau((registers - histogram[51]) / registers)
    for index in stride(from: 50, through: 1, by: -1) {
      sum += histogram[index]
      sum *= 0.5
    }
    sum += registers * HyperLogLogValue.sigma(histogram[0] / registers)
    let estimate = 0.721347520444481703680 * registers * registers / sum
    let count = UInt64(estimate.rounded(.toNearestOrAwayFromZero))
    var counted = bytes
    for index in 0..<8 {
      counted[8 + index] = UInt8(truncatingIfNeeded: count >> UInt64(8 * index))
    }
    return counted
  }

  private static func sigma(_ share: Double) -> Double {
    if share == 1 { return .infinity }
    var (power, weight, sum) = (share, 1.0, share)
    var previous: Double
    repeat {
      power *= power
      previous = sum
      sum += power * weight
      weight += weight
    } while previous != sum
    return sum
  }

  private static func tau(_ share: Double) -> Double {
    if share == 0 || share == 1 { return 0 }
    var (root, weight, sum) = (share, 1.0, 1 - share)
    var previous: Double
    repeat {
      root = root.squareRoot()
      previous = sum
      weight *= 0.5
      sum -= (1 - root) * (1 - root) * weight
    } while previous != sum
    return sum / 3
  }
}
