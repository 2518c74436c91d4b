// What `preview --fail-if` compares.

import RDBSift
import Restore

/// A number that a preview counts.
enum PreviewQuantity: String, CountedQuantity {
  case keys
  case valueBytes = "value_bytes"
  case expired
  case lost
  case unsupported
  case more
  case fewer
  case expiredFields = "expired_fields"
  case commands
  case outputBytes = "output_bytes"
  case warnings
  case created
  case changed
  case expiryChanged = "expiry_changed"
  case unchanged
  case deleted

  static var otherNames: [String: PreviewQuantity] {
    ["bytes": .valueBytes, "output": .outputBytes, "fields_over": .expiredFields]
  }
  static var takesShares: Bool { false }
  static var source: String { "a preview" }
  static var allNames: String { "\(names); with --against also \(namesOfComparison)" }

  /// The names of the numbers that a preview has always, and of those that only a comparison has.
  static var names: String { list(allCases.filter { $0.effect == nil }) }
  static var namesOfComparison: String { list(allCases.filter { $0.effect != nil }) }

  /// What restoring does to the data that is there, if the number is about that.
  fileprivate var effect: RestoreEffect? {
    switch self {
    case .created: .created
    case .changed: .changed
    case .expiryChanged: .expiryChanged
    case .unchanged: .unchanged
    case .deleted: .deleted
    default: nil
    }
  }
}

/// A condition on a preview.
typealias PreviewCondition = Condition<PreviewQuantity>

extension Condition<PreviewQuantity> {
  /// Whether the number is known only if the data that is there now is.
  var needsComparison: Bool { quantity.effect != nil }

  /// Whether the condition holds.
  func holds(_ preview: PreviewReport) -> Bool { holds(for: value(preview)) }

  /// The number that the condition is about.
  func value(_ preview: PreviewReport) -> UInt64 {
    let summary = preview.summary
    let tally = summary.tally
    if let effect = quantity.effect {
      return summary.comparison?.tally(effect).restored.keys ?? 0
    }
    return switch quantity {
    case .keys: tally.restored.keys
    case .valueBytes: tally.restored.valueBytes
    case .expired: tally.skipped(.expiredAtSubmission).keys
    case .lost:
      tally.skipped(.expiredAtSubmission).keys + tally.skipped(.expiredAtReference).keys
    case .unsupported: summary.unsupported
    case .more: summary.modeCounts.map(\.more).max() ?? 0
    case .fewer: summary.modeCounts.map(\.fewer).max() ?? 0
    case .expiredFields: summary.fields.expired
    case .commands: summary.output.total(tally).commands
    case .outputBytes: summary.output.total(tally).bytes
    case .warnings: UInt64(preview.warnings.count)
    case .created, .changed, .expiryChanged, .unchanged, .deleted: 0
    }
  }
}
