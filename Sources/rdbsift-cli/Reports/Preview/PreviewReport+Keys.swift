// Keys listed in a preview: examples, expired keys, big keys; and the size of an export.

import RDB
import RDBSift
import Restore

extension PreviewReport {
  /// A key, and its database.
  private func key(_ note: RecordNote, title: String) -> Fields {
    let database = note.record.database
    return [
      "db": .number(database), "key": .key(note.key).shown(title),
      "": .textOnly(.text("db \(database)")),
    ]
  }

  /// A key of the file with its size and expiry.
  func fileKey(_ note: RecordNote, title: String = "", sizeTitle: String? = nil) -> Fields {
    let size = note.record.end - note.record.start
    return key(note, title: title) + [
      "record_bytes": .bytes(size).shown(sizeTitle, if: sizeTitle != nil),
      "file_expire_ms": .instant(note.record.expiry),
    ]
  }

  /// The first keys that are restored.
  var firstKeys: [Fields] {
    summary.first.notes.map { note in
      let expiry = selection.expiryToWrite(note.record.expiry)
      let words = expiry.map { "expires \(Formatting.instant($0))" }
      return key(note, title: "first keys") + [
        "expire_ms": .instant(expiry).shown("", as: .text(words ?? "no expiry"))
      ]
    }
  }

  /// Examples of keys that would not be restored because they have expired.
  var lostKeys: [Fields] {
    func rows(_ notes: [RecordNote], _ reason: String) -> [Fields] {
      notes.map { note in
        let expiry = note.record.expiry.map { Formatting.instant($0) } ?? ""
        return fileKey(note, title: "not restored, such as") + [
          "": .textOnly(.text("\(reason): \(expiry)"))
        ]
      }
    }
    return rows(summary.expiredAtReference.notes, "expired at the restore time")
      + rows(summary.expiredAtSubmission.notes, "expired by now")
  }

  /// The biggest restored keys.
  var biggestKeys: [Fields] {
    summary.biggest.notes.map { fileKey($0, title: "biggest keys", sizeTitle: "in the file") }
  }

  /// Whether more keys are restored than are listed as biggest.
  var isCutToBiggest: Bool {
    summary.tally.restored.keys > UInt64(summary.biggest.notes.count)
  }

  // MARK: Export

  /// The size of an export.
  var exported: Fields {
    let total = summary.output.total(summary.tally)
    return [
      "exact": .flag(summary.output.isExact), "commands": .count(total.commands),
      "output_bytes": .count(total.bytes),
      "undecodable_values": .count(summary.output.damaged),
    ]
  }

  var exportLines: [String] {
    let output = summary.output
    guard output.measured.keys > 0 else { return [] }
    let total = output.total(summary.tally)
    let about = output.isExact ? "" : "about "
    let commands = Formatting.count(total.commands, "command", "commands")
    let size = Formatting.size(Int(clamping: total.bytes))
    let lines = ["export writes  \(about)\(commands), \(about)\(size)"]
    guard output.damaged > 0 else { return lines }
    let values = Formatting.count(output.damaged, "value", "values")
    return lines + ["export stops   at the first of \(values) that cannot be decoded"]
  }
}

// MARK: - Several files

/// One of several files in a preview.
struct PreviewedFile {
  let subject: ReportSubject
  /// When the server began to write the file.
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

  fileprivate var row: Fields {
    let (tally, restored) = (summary.tally, summary.tally.restored)
    let counts: Value = [
      "keys": .count(restored.keys), "value_bytes": .bytes(restored.valueBytes),
    ]
    return [
      "file": .path(subject.path).shown, "size": .bytes(subject.size),
      "created_ms": .instant(created).shown, "keys": .count(keys.count).shown,
      "restored": counts.shown(as: .count(restored.keys)),
      "bytes": .textOnly(.bytes(restored.valueBytes)),
      "expired_at_restore_time": .count(tally.skipped(.expiredAtReference).keys),
      "expired_by_now": .count(tally.skipped(.expiredAtSubmission).keys),
      "slots": .slots(keys.slots.ranges), "stopped_by": .damage(failure, path: subject.path),
    ]
  }
}

extension Report {
  /// The report of a preview with its files, and what they are together.
  func of(_ result: BackupResult<PreviewSummary>) -> Report {
    let rows = result.readable.map { PreviewedFile($0, result.backup.subject(of: $0)).row }
    var report = self
    report.facts = facts + ["files": .rows(rows), "set": .object(SetReport(result).fields)]
    report.sections.append(.table(rows))
    return report
  }
}
