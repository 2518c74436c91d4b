// How much `threats` finds, as numbers in a report about something else.

import RDBSift
import Restore

/// Counts of findings.
struct ThreatCounts {
  /// Traces of intrusions.
  private(set) var intrusions: UInt64 = 0
  /// Secrets.
  private(set) var secrets: UInt64 = 0
  /// Texts on which a rule hit its match limit.
  private(set) var undecided: UInt64 = 0

  init(_ result: BackupResult<ThreatSummary>, _ rules: [SignatureRule]) {
    for file in result.readable {
      undecided &+= file.result.summary.undecidedCount
      for (rule, count) in zip(rules, file.result.summary.counts) {
        if rule.isSecret { secrets &+= count } else { intrusions &+= count }
      }
    }
  }

  var fields: Fields {
    [
      "threats": .count(intrusions).shown("traces of intrusions"),
      "secrets": .count(secrets).shown,
      "undecided_texts": .count(undecided)
        .shown("texts not decided by a rule", if: undecided > 0),
    ]
  }
}
