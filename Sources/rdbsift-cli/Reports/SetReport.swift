// The member `set` of reports on several files, and the `info` report on them.

import RDB
import RDBSift

/// Several files as one backup.
struct SetReport {
  /// The number of files, and of unreadable ones.
  let fileCount: Int
  let unreadable: Int
  /// Bytes of all files.
  let size: Int
  let facts: BackupFacts
  /// The names of the files that could be read, and of all.
  let readNames: [String]
  let names: [String]
  /// Keys in two files.
  let sharedKeys: [CoincidingKey]

  init<Summary>(_ result: BackupResult<Summary>) {
    fileCount = result.backup.entries.count
    unreadable = result.failures.count
    size = result.backup.packedSize
    facts = result.facts
    readNames = result.inputNames
    names = result.backup.names
    sharedKeys = result.sharedKeys
  }

  /// The members of `set`.
  var fields: Fields {
    [
      "file_count": .count(fileCount), "unreadable_files": .count(unreadable), "size": .bytes(size),
      "keys": .count(facts.keys), "first_created_ms": .instant(facts.created?.lowerBound),
      "last_created_ms": .instant(facts.created?.upperBound),
      "is_cluster": .flag(facts.isCluster), "slots": .slots(facts.slots.ranges),
      "findings": .rows(facts.findings.map(row)), "shared_keys": .rows(sharedKeys.map(row)),
    ]
  }

  private func row(_ finding: BackupFinding) -> Fields {
    let (code, text) = SetText.sentence(finding, readNames)
    return ["code": .text(code), "message": .text(text)]
  }

  private func row(_ key: CoincidingKey) -> Fields {
    func place(_ place: CoincidingKey.Place) -> Value {
      ["file": .path(names[place.file]), "offset": .count(place.offset)]
    }
    let places = key.firstOfEachFile
    return [
      "db": .number(key.database), "key": .key(key.name), "first": place(places[0]),
      "second": place(places[1]),
    ]
  }
}

extension Value {
  /// Ranges of slots as pairs.
  static func slots(_ ranges: [ClosedRange<UInt16>]) -> Value {
    .list(ranges.map { .list([.number($0.lowerBound), .number($0.upperBound)]) })
  }
}

// MARK: - info

/// What `info` reports of several files.
struct InfoSetReport {
  let set: SetReport
  /// The files, and the facts of each as part of the backup.
  let files: [(report: InfoReport, facts: FileOrigin)]
  let keys: InspectedKeys
  /// What logs cover, and the keys of each.
  private let logs: [LogInfoReport]

  init(
    _ result: BackupResult<InspectionSummary>, _ logs: [LogInfoReport] = [], now: UnixMilliseconds
  ) {
    set = SetReport(result)
    self.logs = logs
    files = result.readable.filter { $0.file.part == nil }.map { found in
      (
        report: InfoReport(found.result, result.backup.subject(of: found), now: now),
        facts: FileOrigin(found.result.metadata, found.result.keys)
      )
    }
    keys = InspectedKeys(result.readable.map(\.result.summary), now: now)
  }

  /// The report; without `isTimed` nothing in it depends on the current time.
  func report(isTimed: Bool = true) -> Report {
    let reports =
      files.map { report, facts in
        report.report(isTimed: isTimed).facts + ["slots": .slots(facts.keys.slots.ranges)]
      } + logs.map { $0.report(isTimed: isTimed).facts }
    let whole = set.fields + keys.counts(isTimed: isTimed) + ["kinds": .rows(keys.kinds)]
    return Report(
      command: "info", facts: shown + ["files": .rows(reports), "set": .object(whole)],
      sections: [.table(files.map(row)), .table(logs.map(\.row)), .table(keys.kinds)])
  }

  /// The summary in text output.
  private var shown: Fields {
    let slots =
      "\(Formatting.count(set.facts.slots.count)) of \(Formatting.count(HashSlot.count))"
    let head: Fields = [
      "set": .textOnly(.text(Formatting.count(set.fileCount, "file", "files"))),
      "size": .textOnly(.allBytes(set.size)),
      "created": .textOnly(.text(set.facts.created.map { SetText.spelled($0) })),
    ]
    return head + (keys.number + keys.counts(isTimed: true) + keys.expiries).textOnly
      + ["slots with keys": .textOnly(set.facts.isCluster ? .text(slots) : .null)]
  }

  private func row(_ report: InfoReport, _ facts: FileOrigin) -> Fields {
    let total = report.keys.total
    let server = facts.server.map { Formatting.key($0.utf8, width: 30) }
    let checksum = ChecksumWords.short(report.checksum, isWhole: report.failure == nil)
    let row: Fields = [
      "file": .path(report.subject.path).shown, "size": .bytes(report.subject.size).shown,
      "server": .text(server).shown, "created": .instant(facts.created).shown,
      "keys": .count(total.keys).shown, "expire": .count(total.expires).shown("with TTL"),
      "slots": .count(facts.keys.slots.count).shown, "checksum": .text(checksum).shown,
    ]
    return row.textOnly
  }
}
