// A condition on the statistics, so that a script can act on them: `keys_without_ttl>10%`.

import ArgumentParser
import RDBSift
import Restore

/// A number of the statistics, compared with a bound.
struct StatisticsGuard: ExpressibleByArgument {
  /// What can be asked for.
  enum Quantity: String, CaseIterable {
    case keys
    case memory
    case keysWithoutTTL = "keys_without_ttl"
    case expired
    case unknown
    case largestKey = "largest_key"
    case averageKey = "average_key"
  }

  /// The condition as typed.
  let text: String
  private let quantity: Quantity
  private let relation: String
  private let bound: Double
  private let isShare: Bool

  static let names = Quantity.allCases.map(\.rawValue).joined(separator: ", ")

  init?(argument: String) {
    let start = argument.firstIndex { "<>=".contains($0) } ?? argument.endIndex
    guard let quantity = Quantity(rawValue: String(argument[..<start])),
      let relation = [">=", "<=", "==", ">", "<", "="].first(where: argument[start...].hasPrefix)
    else { return nil }
    let number = argument[start...].dropFirst(relation.count)
    isShare = number.hasSuffix("%")
    let bound =
      isShare ? Double(number.dropLast()) : NumberRange.size(String(number)).map(Double.init)
    guard let bound, bound.isFinite, bound >= 0 else { return nil }
    text = argument
    self.quantity = quantity
    self.relation = relation
    self.bound = bound
  }

  /// The value that the condition compares, in percent of all keys or memory for a share.
  func value(_ statistics: Statistics) -> Double {
    let total = statistics.total
    let (number, whole): (UInt64, UInt64)
    switch quantity {
    case .keys: (number, whole) = (total.keys, total.keys)
    case .memory: (number, whole) = (total.memory, total.memory)
    case .keysWithoutTTL: (number, whole) = (total.persistent, total.keys)
    case .expired: (number, whole) = (total.expired, total.keys)
    case .unknown: (number, whole) = (total.unknownKeys, total.keys)
    case .largestKey: (number, whole) = (UInt64(total.sizes.most), total.memory)
    case .averageKey: (number, whole) = (total.average, total.memory)
    }
    return isShare ? 100 * Double(number) / Double(max(whole, 1)) : Double(number)
  }

  /// Whether the condition holds.
  func holds(_ statistics: Statistics) -> Bool {
    let value = value(statistics)
    switch relation {
    case ">=": return value >= bound
    case "<=": return value <= bound
    case ">": return value > bound
    case "<": return value < bound
    default: return value == bound
    }
  }

  /// The value in words.
  func words(_ statistics: Statistics) -> String {
    let value = value(statistics)
    return isShare ? Formatting.percent(value / 100) : Formatting.count(UInt64(value))
  }
}
