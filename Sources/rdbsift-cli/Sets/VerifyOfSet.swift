// `verify` of several files: each by itself, then what they are together.

import RDB
import RDBSift
import Restore

extension Verify {
  /// Checks the files of a set, and the set.
  func verify(_ set: ShardSet, _ selected: Selection) throws -> ExitStatus {
    let outcomes = set.each("verifying") { _, file in try verification(of: file, selected) }
    var screens: [VerifyScreen] = []
    var failures: [any Error] = []
    var statuses: [ExitStatus] = []
    for outcome in outcomes {
      do {
        let found = try outcome.value.get()
        guard let file = outcome.file else { continue }
        if !outcome.isUnchanged { file.warnOfChange() }
        statuses.append(file.tellOfContainers())
        file.warn(ofNewer: found.facts.header)
        screens.append(VerifyScreen(file: file, verification: found, isQuick: quick))
      } catch {
        failures.append(error)
      }
    }
    // A quick look compares nothing.
    let reading = try quick ? nil : reading(set, selected)
    let whole = JSONValue.object([
      "files": .array(screens.map { $0.json() }), "set": .optional(reading) { $0.json },
    ])
    try reportFile.write(whole, command: "verify", set)
    switch report.format {
    case .text:
      try set.session.console.write(screens.map { $0.text() }.joined())
      try set.session.console.write(line: verdict(set, screens, reading))
    case .json: try set.session.console.write(whole)
    }
    statuses += screens.map(\.status) + failures.map { set.session.tell(failure: $0) }
    statuses += reading?.tellOfSet(isStrict: true) ?? []
    return selection.status(
      statuses.max { $0.rawValue < $1.rawValue } ?? .done,
      afterKeys: screens.reduce(0) { $0 + $1.verification.found.records }, set.session)
  }

  private func reading(_ set: ShardSet, _ selected: Selection) throws -> SetReading<Void> {
    var again = set
    again.options.noChecksum = true
    return try SetReading(again, "comparing keys", selected) { _, _ throws(JobFailure) in
      IdleWorker()
    }
  }

  private func verdict(
    _ set: ShardSet, _ screens: [VerifyScreen], _ reading: SetReading<Void>?
  ) -> String {
    let files = HumanText.count(set.shards.count, "file", "files")
    let keys = HumanText.count(
      screens.reduce(0) { $0 + $1.verification.found.records }, "key", "keys")
    let bad = set.shards.count - screens.filter { $0.status == .done }.count
    var parts = [bad == 0 ? "all sound" : "\(HumanText.count(bad)) not sound", keys]
    if let reading {
      parts.append(
        reading.sharedKeys.isEmpty
          ? "none in two files"
          : "\(HumanText.count(reading.sharedKeys.count)) in two files")
    }
    return "\(files): \(parts.joined(separator: ", "))"
  }
}
