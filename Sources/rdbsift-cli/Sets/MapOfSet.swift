// `map` of several files: the map of each, under its name.

import RDBSift

extension Map {
  /// Maps the files of a set.
  func map(_ set: ShardSet) throws -> ExitStatus {
    let outcomes = set.each("mapping") { _, file in try map(file) }
    let screens = outcomes.compactMap { try? $0.value.get().screen }
    let whole = JSONValue.object(["files": .array(screens.map { $0.json() })])
    try reportFile.write(whole, command: "map", set)
    switch report.format {
    case .text:
      try set.session.console.write(
        screens.map { "\(Messages.spelled($0.file.path))\n\($0.text())" }.joined(separator: "\n"))
    case .json:
      try set.session.console.write(whole)
    }
    return set.conclude(outcomes) { $0.result }
  }
}
