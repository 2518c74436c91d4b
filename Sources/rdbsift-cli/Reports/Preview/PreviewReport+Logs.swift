// What `preview` says of logs: keys that are absent at the restore time, and keys whose value is not known.

import RDBSift
import Restore

extension PreviewReport {
  /// What programs get about logs.
  var ofLogs: Fields {
    guard !moments.isEmpty else { return [:] }
    return [
      "absent_keys": isByName ? .count(absent) : .null,
      "absent_keys_at_log_end": isByName ? .count(later) : .null,
    ] + UnknownKeys.fields(moments).dataOnly
  }

  /// What people get about absent keys.
  var absentLines: [String] {
    guard isByName, absent > 0 else { return [] }
    let keys = Formatting.count(absent, "selected key is", "selected keys are")
    let line = "\(keys) absent at the restore time"
    guard let later else { return [line] }
    let there = Formatting.count(later, "of them exists", "of them exist")
    return [
      later == 0
        ? line
        : "\(line); \(there) at the end of the log: a restore to the original instance deletes "
          + (later == 1 ? "it" : "them") + ", export with --deletions too"
    ]
  }

  private var isByName: Bool { selection.filter.isByName }

  private var absent: Int { moments.reduce(0) { $0 + $1.absent.count } }

  /// Absent keys that are there at the end of the logs; nil where that is not known.
  private var later: Int? {
    moments.reduce(0 as Int?) { sum, moment in
      sum.flatMap { sum in moment.absentButLater.map { sum + $0 } }
    }
  }
}
