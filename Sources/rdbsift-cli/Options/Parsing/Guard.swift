// A condition on what a preview counted, so that a script can stop a restore: `keys>10000`.

import ArgumentParser
import RDBSift
import Restore

/// A number that a preview counted, compared with a bound.
struct Guard {
  /// The condition as typed.
  let text: String
  private let quantity: Quantity
  private let relation: String
  private let bound: UInt64

  /// What can be asked for.
  private enum Quantity: String, CaseIterable {
    case keys
    case bytes
    case expired
    case lost
    case unsupported
    case more
    case fewer
    case fieldsOver = "fields-over"
    case commands
    case output
    case warnings
    case created
    case changed
    case expiryChanged = "expiry-changed"
    case unchanged
    case deleted

    /// What restoring does to the data that is there, if the number is about that.
    var effect: RestoreEffect? { RestoreEffect.allCases.first { $0.name == rawValue } }
  }

  /// Whether the number is known only if the data that is there now is.
  var needsComparison: Bool { quantity.effect != nil }

  /// Longer signs first, since they begin like the shorter.
  private static let relations = [">=", "<=", "==", ">", "<", "="]

  /// The names of all numbers, those that only a comparison tells apart.
  static let names = list(Quantity.allCases.filter { $0.effect == nil })
  static let namesOfComparison = list(Quantity.allCases.filter { $0.effect != nil })

  private static func list(_ quantities: [Quantity]) -> String {
    quantities.map(\.rawValue).joined(separator: ", ")
  }

  /// Reads a condition.
  /// - Throws: What is wrong with it.
  init(_ argument: String) throws {
    let start = argument.firstIndex { "<>=".contains($0) } ?? argument.endIndex
    let name = String(argument[..<start])
    guard let quantity = Quantity(rawValue: name) else {
      throw ValidationError(
        "\(Formatting.key(name.utf8, width: 40)) is not a count of a preview. Names: \(Guard.names); "
          + "with --against also \(Guard.namesOfComparison)")
    }
    guard let relation = Guard.relations.first(where: { argument[start...].hasPrefix($0) }),
      let bound = NumberRange.size(String(argument[start...].dropFirst(relation.count)))
    else {
      throw ValidationError(
        "expected NAME, an operator (\(Guard.relations.joined(separator: " "))) and a number, such as "
          + "keys>10000 or bytes>=1G")
    }
    text = argument
    self.quantity = quantity
    self.relation = relation
    self.bound = UInt64(bound)
  }

  /// Whether the condition holds.
  func holds(_ preview: PreviewReport) -> Bool {
    let value = value(preview)
    switch relation {
    case ">=": return value >= bound
    case "<=": return value <= bound
    case ">": return value > bound
    case "<": return value < bound
    default: return value == bound
    }
  }

  /// The number that the condition is about.
  func value(_ preview: PreviewReport) -> UInt64 {
    let summary = preview.summary
    let tally = summary.tally
    switch quantity {
    case .keys: return tally.restored.keys
    case .bytes: return tally.restored.valueBytes
    case .expired: return tally.skipped(.expiredAtSubmission).keys
    case .lost:
      return tally.skipped(.expiredAtSubmission).keys + tally.skipped(.expiredAtReference).keys
    case .unsupported: return summary.unsupported
    case .more: return summary.modeCounts.map(\.more).max() ?? 0
    case .fewer: return summary.modeCounts.map(\.fewer).max() ?? 0
    case .fieldsOver: return summary.fields.expired
    case .commands: return summary.output.total(tally).commands
    case .output: return summary.output.total(tally).bytes
    case .warnings: return UInt64(preview.warnings.count)
    case .created, .changed, .expiryChanged, .unchanged, .deleted:
      return quantity.effect.flatMap { summary.comparison?.tally($0).restored.keys } ?? 0
    }
  }
}
