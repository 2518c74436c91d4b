// A condition on what a preview counted, so that a script can stop a restore: `keys>10000`.

import ArgumentParser
import Pipeline
import Restore

/// A number that a preview counted, compared with a bound.
struct Guard: ExpressibleByArgument {
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

  init?(argument: String) {
    guard let start = argument.firstIndex(where: { "<>=".contains($0) }),
      let relation = Guard.relations.first(where: { argument[start...].hasPrefix($0) }),
      let quantity = Quantity(rawValue: String(argument[..<start])),
      let range = NumberRange.sizes(String(argument[start...].dropFirst(relation.count))),
      range.lower == range.upper
    else { return nil }
    text = argument
    self.quantity = quantity
    self.relation = relation
    bound = UInt64(range.lower)
  }

  /// Whether the condition holds.
  func holds(_ screen: PreviewScreen) -> Bool {
    let value = value(screen)
    switch relation {
    case ">=": return value >= bound
    case "<=": return value <= bound
    case ">": return value > bound
    case "<": return value < bound
    default: return value == bound
    }
  }

  /// The number that the condition is about.
  func value(_ screen: PreviewScreen) -> UInt64 {
    let summary = screen.summary
    let tally = summary.tally
    switch quantity {
    case .keys: return tally.restored.keys
    case .bytes: return tally.restored.valueBytes
    case .expired: return tally.skipped(.expiredAtSubmission).keys
    case .lost:
      return tally.skipped(.expiredAtSubmission).keys + tally.skipped(.expiredAtReference).keys
    case .unsupported: return summary.unsupported
    case .more: return summary.readings.map(\.more).max() ?? 0
    case .fewer: return summary.readings.map(\.fewer).max() ?? 0
    case .fieldsOver: return summary.fields.over
    case .commands: return summary.output.total(tally).commands
    case .output: return summary.output.total(tally).bytes
    case .warnings: return UInt64(screen.warnings().count)
    case .created, .changed, .expiryChanged, .unchanged, .deleted:
      return quantity.effect.flatMap { summary.comparison?.tally($0).restored.keys } ?? 0
    }
  }
}
