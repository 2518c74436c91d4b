// Single keys in a preview: examples, those that would not come back, the biggest; and what an export
// would write.

import RDB
import RDBSift
import Restore

extension PreviewReport {
  /// A key, and its database.
  private func key(_ note: RecordNote, title: String) -> [Field] {
    let database = note.record.database
    return [
      Field("db", .number(database)), Field("key", title: title, .key(note.key)),
      Field(title: "", .text("db \(database)")),
    ]
  }

  /// A key as it stands in the file.
  func fileKey(_ note: RecordNote, title: String = "", sizeTitle: String? = nil) -> [Field] {
    key(note, title: title) + [
      Field("bytes", title: sizeTitle, .bytes(note.record.end - note.record.start)),
      Field("file_expire_ms", .optional(note.record.expiry) { .instant($0) }),
    ]
  }

  /// The first keys that are restored.
  var firstKeys: [[Field]] {
    summary.first.notes.map { note in
      let expiry = note.record.expiry.map { selection.shift?($0) ?? $0 }
      let words = expiry.map { "until \(Formatting.instant($0))" } ?? "for ever"
      return key(note, title: "first keys") + [
        Field("expire_ms", title: "", .optional(expiry) { .instant($0) }, shown: .text(words))
      ]
    }
  }

  /// Examples of keys that would not come back.
  var lostKeys: [[Field]] {
    let kinds = [
      (summary.expiredAtReference, "expired at the restore time"),
      (summary.expiredAtSubmission, "expired by now"),
    ]
    return kinds.flatMap { first, reason in
      first.notes.map { note in
        let expiry = note.record.expiry.map { Formatting.instant($0) } ?? ""
        return fileKey(note, title: "would not come back, such as") + [
          Field(title: "", .text("\(reason): \(expiry)"))
        ]
      }
    }
  }

  /// The biggest keys that are restored.
  var biggestKeys: [[Field]] {
    summary.biggest.notes.map {
      fileKey($0, title: "biggest keys", sizeTitle: "in the file")
    }
  }

  /// Whether more keys are restored than the biggest.
  var isCutToBiggest: Bool {
    summary.tally.restored.keys > UInt64(summary.biggest.notes.count)
  }

  // MARK: Export

  /// What an export would write.
  var exported: [Field] {
    let total = summary.output.total(summary.tally)
    return [
      Field("exact", .flag(summary.output.isExact)), Field("commands", .count(total.commands)),
      Field("bytes", .count(total.bytes)),
      Field("senseless_values", .count(summary.output.damaged)),
    ]
  }

  var exportLines: [String] {
    let output = summary.output
    guard output.tried.keys > 0 else { return [] }
    let total = output.total(summary.tally)
    let about = output.isExact ? "" : "about "
    let commands = Formatting.count(total.commands, "command", "commands")
    let size = Formatting.size(Int(clamping: total.bytes))
    let lines = ["export writes  \(about)\(commands), \(about)\(size)"]
    guard output.damaged > 0 else { return lines }
    let values = Formatting.count(output.damaged, "value", "values")
    return lines + ["export stops   at the first of \(values) that make no sense"]
  }
}

// MARK: - Several files

/// One of several files in a preview.
struct PreviewedFile {
  let subject: ReportSubject
  /// When the file was begun.
  let created: UnixMilliseconds?
  /// Its keys, and their slots.
  let keys: CollectedKeys
  let summary: PreviewSummary
  let failure: JobFailure?

  init(
    _ found: (file: BackupFile, index: Int, result: SweepResult<PreviewSummary>),
    _ subject: ReportSubject
  ) {
    self.subject = subject
    created = found.result.metadata.created
    keys = found.result.keys ?? CollectedKeys()
    summary = found.result.summary
    failure = found.result.failure
  }

  fileprivate var row: [Field] {
    let tally = summary.tally
    let restored = tally.restored
    func expired(_ name: StaticString, _ reason: SkipReason) -> Field {
      Field(name, .count(tally.skipped(reason).keys))
    }
    return [
      Field("file", title: "file", .path(subject.path)), Field("size", .bytes(subject.size)),
      Field("created_ms", title: "created", .optional(created) { .instant($0) }),
      Field("keys", title: "keys", .count(keys.count)),
      Field(
        "restored", title: "restored",
        .record([
          Field("keys", .count(restored.keys)), Field("bytes", .bytes(restored.valueBytes)),
        ]), shown: .count(restored.keys)),
      Field(title: "bytes", .bytes(restored.valueBytes)),
      expired("expired_at_restore_time", .expiredAtReference),
      expired("expired_by_now", .expiredAtSubmission),
      Field("slots", .slots(keys.slots.ranges)),
      Field("stopped_by", .damage(failure, path: subject.path)),
    ]
  }
}

extension Report {
  /// The report of a preview with its files, and what they are together.
  func of(_ result: BackupResult<PreviewSummary>) -> Report {
    let rows = result.readable.map { PreviewedFile($0, result.backup.subject(of: $0)).row }
    var report = self
    report.facts += [
      Field("files", .rows(rows)), Field("set", .record(SetReport(result).fields)),
    ]
    report.sections.append(.table(rows))
    return report
  }
}
