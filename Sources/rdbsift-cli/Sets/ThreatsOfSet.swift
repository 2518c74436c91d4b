// `threats` in several files: what was found in each, in their order, and a line about all of them.

import RDBSift
import Restore

extension Threats {
  /// Searches the files of a set.
  func threats(_ set: ShardSet, _ search: Search) throws -> ExitStatus {
    let outcomes = set.sweep("searching", search.selected, restored: \.records) {
      _, selection throws(JobFailure) in search.worker(selection)
    }
    let screens = outcomes.compactMap { outcome -> ThreatScreen? in
      guard let file = outcome.file, let result = try? outcome.value.get() else { return nil }
      return search.screen(set.session, file, result)
    }
    let whole = JSONValue.object(["files": .array(screens.map { $0.json() })])
    try reportFile.write(whole, command: "threats", set)
    switch format {
    case .text:
      let found = screens.reduce(0) { $0 + $1.found.total }
      let keys = screens.reduce(0) { $0 + $1.found.records }
      try set.session.console.write(screens.map { $0.text() }.joined(separator: "\n"))
      try set.session.console.write(
        line: "\n\(HumanText.count(set.shards.count, "file", "files")): "
          + "\(HumanText.count(found, "finding", "findings")) in "
          + HumanText.count(keys, "key", "keys"))
    case .tsv:
      try set.session.console.write(
        ThreatScreen.titles(ofSet: true) + screens.map { $0.rows(ofSet: true) }.joined())
    case .json:
      try set.session.console.write(whole)
    }
    let status = set.conclude(outcomes) { $0 }
    guard status == .done, screens.allSatisfy(\.found.isEmpty) else {
      return status == .done ? .finding : status
    }
    let keys = screens.reduce(0) { $0 + $1.found.records }
    return selection.status(status, afterKeys: keys, set.session)
  }
}
