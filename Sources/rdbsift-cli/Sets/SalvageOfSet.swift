// `salvage` of several files: what is whole of each, one after the other.

import RDBSift

extension SalvageCommand {
  private struct Found: Sendable {
    var text: String
    var json: JSONValue
    var status: ExitStatus
  }

  /// Says what can be read of the files of a set.
  func salvage(_ set: ShardSet) throws -> ExitStatus {
    if format != nil {
      throw Misuse(
        "--as takes one backup; salvage the files of the set that are damaged by themselves")
    }
    let outcomes = set.each("salvaging") { _, file in
      try file.withBytes { bytes in
        let found = try self.found(in: bytes, of: file)
        let screen = SalvageScreen(file: file, found: found, partial: 0)
        return Found(text: screen.text(bytes), json: screen.json(bytes), status: screen.status)
      }
    }
    var statuses: [ExitStatus] = []
    var found: [Found] = []
    for outcome in outcomes {
      do {
        let value = try outcome.value.get()
        found.append(value)
        statuses.append(value.status)
        if let file = outcome.file {
          if !outcome.isUnchanged { file.warnOfChange() }
          statuses.append(file.tellOfContainers())
        }
        if report.format == .text { set.session.console.tell(value.text) }
      } catch {
        statuses.append(set.session.tell(failure: error))
      }
    }
    let whole = JSONValue.object(["files": .array(found.map(\.json))])
    try reportFile.write(whole, command: "salvage", set)
    if report.format == .json { try set.session.console.write(whole) }
    return statuses.max { $0.rawValue < $1.rawValue } ?? .done
  }
}
