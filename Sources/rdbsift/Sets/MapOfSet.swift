// `map` of several files: the map of each, under its name.

import Pipeline

extension Map {
  /// Maps the files of a set.
  func map(_ set: ShardSet) throws -> ExitStatus {
    try reportFile.refuseSet()
    let outcomes = set.each("mapping") { _, file in try map(file) }
    let screens = outcomes.compactMap { try? $0.value.get().screen }
    switch report.format {
    case .text:
      try set.session.console.write(
        screens.map { "\(Messages.spelled($0.file.path))\n\($0.text())" }.joined(separator: "\n"))
    case .json:
      try set.session.console.write(.object(["files": .array(screens.map { $0.json() })]))
    }
    return set.conclude(outcomes) { $0.result }
  }
}
