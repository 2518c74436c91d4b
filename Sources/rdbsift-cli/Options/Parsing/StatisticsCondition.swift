// What `stats --fail-if` compares.

import RDBSift

/// A number of the statistics.
enum StatisticsQuantity: String, CountedQuantity {
  case keys
  case memory
  case keysWithoutTTL = "keys_without_ttl"
  case expired
  case unknown
  case largestKey = "largest_key"
  case averageKey = "average_key"

  static var otherNames: [String: StatisticsQuantity] {
    ["expired_keys": .expired, "unknown_keys": .unknown]
  }
  static var takesShares: Bool { true }
  static var source: String { "the statistics" }
  static var allNames: String { list(allCases) }
}

/// A condition on statistics.
typealias StatisticsCondition = Condition<StatisticsQuantity>

extension Condition<StatisticsQuantity> {
  /// The number that the condition is about, and what a percentage is a part of.
  private func value(_ statistics: Statistics) -> (number: UInt64, whole: UInt64) {
    let total = statistics.total
    return switch quantity {
    case .keys: (total.keys, total.keys)
    case .memory: (total.memory, total.memory)
    case .keysWithoutTTL: (total.persistent, total.keys)
    case .expired: (total.expired, total.keys)
    case .unknown: (total.unknownKeys, total.keys)
    case .largestKey: (UInt64(total.sizes.most), total.memory)
    case .averageKey: (total.average, total.memory)
    }
  }

  /// Whether the condition holds.
  func holds(_ statistics: Statistics) -> Bool {
    let (number, whole) = value(statistics)
    return holds(for: number, of: whole)
  }

  /// The number in words.
  func words(_ statistics: Statistics) -> String {
    let (number, whole) = value(statistics)
    return words(for: number, of: whole)
  }
}
