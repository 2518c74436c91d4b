// A condition on what a command counted, so that a script can act on it: `keys>10000`,
// `keys_without_ttl>=10%`.

import ArgumentParser
import Restore

/// A number that can be compared, by its name.
protocol CountedQuantity: RawRepresentable<String>, CaseIterable, Sendable {
  /// Further names that are understood.
  static var otherNames: [String: Self] { get }
  /// Whether a bound may be a percentage.
  static var takesShares: Bool { get }
  /// What has the number, for messages: `a preview`.
  static var source: String { get }
  /// All names as help and messages list them.
  static var allNames: String { get }
}

extension CountedQuantity {
  /// Names between commas.
  static func list(_ quantities: some Sequence<Self>) -> String {
    quantities.map(\.rawValue).joined(separator: ", ")
  }
}

/// A number compared with a bound.
struct Condition<Quantity: CountedQuantity>: Sendable {
  /// The condition as typed.
  let text: String
  let quantity: Quantity
  private let relation: String
  private let bound: Bound

  private enum Bound: Sendable {
    case number(UInt64)
    case percent(Double)
  }

  /// Longer signs first, since they begin like the shorter.
  private static var relations: [String] { [">=", "<=", "==", ">", "<", "="] }

  /// Reads a condition.
  /// - Throws: What is wrong with it.
  init(_ argument: String) throws {
    let start = argument.firstIndex { "<>=".contains($0) } ?? argument.endIndex
    let name = String(argument[..<start])
    let plain = name.replacing("-", with: "_").lowercased()
    guard let quantity = Quantity(rawValue: plain) ?? Quantity.otherNames[plain] else {
      throw ValidationError(
        "\(Formatting.key(name.utf8, width: 40)) is not a count of \(Quantity.source). "
          + "Names: \(Quantity.allNames)")
    }
    guard let relation = Self.relations.first(where: { argument[start...].hasPrefix($0) }),
      let bound = Self.bound(String(argument[start...].dropFirst(relation.count)))
    else {
      throw ValidationError(
        "expected NAME, an operator (\(Self.relations.joined(separator: " "))) and a number"
          + "\(Quantity.takesShares ? " or a percentage" : ""), such as keys>10000 or keys>=1M")
    }
    text = argument
    self.quantity = quantity
    self.relation = relation
    self.bound = bound
  }

  private static func bound(_ text: String) -> Bound? {
    guard Quantity.takesShares, text.hasSuffix("%") else {
      return NumberRange.size(text).map { .number(UInt64($0)) }
    }
    guard let share = Double(text.dropLast()), share.isFinite, share >= 0 else { return nil }
    return .percent(share)
  }

  /// Whether the condition holds for a number, which may be a part of a whole.
  func holds(for number: UInt64, of whole: UInt64 = 0) -> Bool {
    switch bound {
    case .number(let bound): compares(number, bound)
    case .percent(let bound): compares(100 * Double(number) / Double(max(whole, 1)), bound)
    }
  }

  private func compares<Number: Comparable>(_ number: Number, _ bound: Number) -> Bool {
    switch relation {
    case ">=": number >= bound
    case "<=": number <= bound
    case ">": number > bound
    case "<": number < bound
    default: number == bound
    }
  }

  /// A number in words: as a part of the whole where the bound is a percentage.
  func words(for number: UInt64, of whole: UInt64 = 0) -> String {
    guard case .percent = bound else { return Formatting.count(number) }
    return Formatting.percent(Double(number) / Double(max(whole, 1)))
  }
}
