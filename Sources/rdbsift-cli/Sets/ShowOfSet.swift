// `show` in several files: the key is looked for in all of them, and shown in their order.

import RDB
import RDBSift
import Restore
import Storage

extension Show {
  /// Shows the value of a key, wherever in a set it is.
  func show(_ wanted: [UInt8], in set: ShardSet, _ selected: Selection) throws -> ExitStatus {
    let outcomes = set.sweep("looking", selected, restored: \.count) {
      _, selection throws(JobFailure) in
      LookupWorker(selection, onlyEmptyKey: wanted.isEmpty)
    }
    var status = ExitStatus.done
    var shown = 0
    for (index, outcome) in outcomes.enumerated() {
      let result = try outcome.value.get()
      var found = LookupSummary()
      for other in result.summaries { found.merge(other) }
      if found.count > 0 {
        try show(found, wanted, of: set, index, isFirst: shown == 0)
        shown += 1
      }
      guard let file = outcome.file else { continue }
      if try file.conclude(result) == .finding { status = .finding }
    }
    guard shown > 0 else {
      let count = HumanText.count(set.shards.count, "file", "files")
      set.session.tell(error: "no key \(KeyText.spelled(wanted)) in \(count)")
      return .finding
    }
    return status
  }

  private func show(
    _ found: LookupSummary, _ wanted: [UInt8], of set: ShardSet, _ index: Int, isFirst: Bool
  ) throws {
    let one = ShardSet(shards: [set.shards[index]], options: set.options, session: set.session)
    let outcomes = one.each("showing") { _, file in
      var screen = ShowScreen(
        file: file, key: wanted, context: found.context, format: format, limit: limit)
      screen.isOneOfSeveral = true
      screen.isFirst = isFirst
      try file.withBytes { try screen.write(found.records, in: $0) }
    }
    for outcome in outcomes { try outcome.value.get() }
  }
}
