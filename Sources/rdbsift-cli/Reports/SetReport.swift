// What several files are together: the member `set` of reports, and what `info` reports of them.

import RDB
import RDBSift

/// Several files as one backup.
struct SetReport {
  /// The number of files, and of those that could not be read.
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
    fileCount = result.backup.files.count
    unreadable = result.failures.count
    size = result.backup.packedSize
    facts = result.facts
    readNames = result.readable.map(\.file.name)
    names = result.backup.names
    sharedKeys = result.sharedKeys
  }

  /// The members of `set`.
  var fields: [Field] {
    [
      Field("files", .count(fileCount)), Field("unreadable_files", .count(unreadable)),
      Field("size", .bytes(size)), Field("keys", .count(facts.keys)),
      Field("first_created_ms", .optional(facts.created) { .instant($0.lowerBound) }),
      Field("last_created_ms", .optional(facts.created) { .instant($0.upperBound) }),
      Field("is_cluster", .flag(facts.isCluster)), Field("slots", .slots(facts.slots.ranges)),
      Field("findings", .rows(facts.findings.map(row))),
      Field("shared_keys", .rows(sharedKeys.map(row))),
    ]
  }

  private func row(_ finding: BackupFinding) -> [Field] {
    let (code, text) = SetText.sentence(finding, readNames)
    return [Field("code", .text(code)), Field("message", .text(text))]
  }

  private func row(_ key: CoincidingKey) -> [Field] {
    func place(_ place: CoincidingKey.Place) -> Value {
      .record([
        Field("file", .path(names[place.file])), Field("offset", .count(place.offset)),
      ])
    }
    let places = key.firstOfEachFile
    return [
      Field("db", .number(key.database)), Field("key", .key(key.name)),
      Field("first", place(places[0])), Field("second", place(places[1])),
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

  init(_ result: BackupResult<InspectionSummary>, now: UnixMilliseconds) {
    set = SetReport(result)
    files = result.readable.map { found in
      (
        report: InfoReport(found.result, result.backup.subject(of: found), now: now),
        facts: FileOrigin(found.result.metadata, found.result.keys)
      )
    }
    keys = InspectedKeys(result.merged ?? InspectionSummary(RecordTally()), now: now)
  }

  /// The report; what is not timed has nothing in it that depends on the present moment.
  func report(isTimed: Bool = true) -> Report {
    let counts = keys.counts(isTimed: isTimed)
    let reports = files.map { file in
      file.report.report(isTimed: isTimed).facts
        + [Field("slots", .slots(file.facts.keys.slots.ranges))]
    }
    let whole = set.fields + counts + [Field("kinds", .rows(keys.kindRows))]
    return Report(
      command: "info",
      facts: shown(counts) + [Field("files", .rows(reports)), Field("set", .record(whole))],
      sections: [.table(files.map(row)), .table(keys.kindRows)])
  }

  /// What people see of the whole.
  private func shown(_ counts: [Field]) -> [Field] {
    let slots = Formatting.count(set.facts.slots.count)
    let all = Formatting.count(HashSlot.count)
    return [
      Field(title: "set", .text(Formatting.count(set.fileCount, "file", "files"))),
      Field(title: "size", .sizeWithBytes(set.size)),
      Field(title: "created", .optional(set.facts.created) { .text(SetText.spelled($0)) }),
    ] + ([keys.number] + counts + keys.expiries).map(\.textOnly)
      + [
        Field(title: "slots with keys", set.facts.isCluster ? .text("\(slots) of \(all)") : .null)
      ]
  }

  private func row(_ report: InfoReport, _ facts: FileOrigin) -> [Field] {
    let total = report.keys.total
    let server = facts.server.map { Formatting.key($0.utf8, width: 30) }
    return [
      Field(title: "file", .path(report.subject.path)),
      Field(title: "size", .bytes(report.subject.size)),
      Field(title: "server", .text(server ?? "")),
      Field(title: "created", .optional(facts.created) { .instant($0) }),
      Field(title: "keys", .count(total.keys)), Field(title: "expire", .count(total.expires)),
      Field(title: "slots", .count(facts.keys.slots.count)),
      Field(
        title: "checksum",
        .text(ChecksumWords.short(report.checksum, isWhole: report.failure == nil))),
    ]
  }
}
