// What `export` and `salvage` report about what was written and what was not, on standard error.

import Export
import RDB
import RDBSift
import Restore

/// Reports on standard error.
struct ExportReport {
  let session: Session
  /// The selection, for what is said about patterns and expiries; nil for a salvaged file.
  var selection: RestoreSelection?
  /// Whether a part of a file is exported, in which no key may be selected.
  var isPart = false
  /// Whether the output is commands or payloads for a server.
  var isForServer = false
  /// Whether absent keys of logs are deleted.
  var deletes = false
  /// Deleted keys that only an older backup has; nil without one, or where they are not deleted.
  var removed: Int?

  /// Keys that are named one by one, of each kind.
  private static let named = 20

  /// Keys that did not come through whole.
  private static let losses: [(kind: RecordNote.Kind, words: String, isFinding: Bool)] = [
    (.unsupported, "left out, the target has no commands, payload or RDB type for its value", true),
    (.refused, "left out, its value is damaged and servers stop loading at it", true),
    (.duplicateKey, "left out, another record of the file has the same key", true),
    (
      .repeatedElements,
      "exported, but a field or member occurs twice in it; the first one was written", true
    ),
    (.negativeZero, "exported, but a score of -0 becomes 0 in a small sorted set", false),
    (.fieldExpiries, "exported, but the target has no field TTLs", true),
    (
      .streamState,
      "exported, but entries that are pending without a message or a consumer, or messages of "
        + "producers, are lost", true
    ),
    (
      .metadata,
      "exported, but without the metadata that modules keep beside the key", true
    ),
  ]

  /// Reports what was written of a backup and what was not.
  /// - Returns: The status that follows.
  /// - Throws: Why a file could not be read to its end.
  func report(_ result: BackupResult<ExportSummary>) throws -> ExitStatus {
    let status = try session.concludeAll(result)
    guard let summary = result.merged else { return status }
    let notes = result.readable.map {
      (path: result.backup.isSeveral ? $0.file.name : nil, notes: $0.result.notes)
    }
    let count = { (kind: RecordNote.Kind) in notes.reduce(0) { $0 + $1.notes.count(kind) } }
    report(summary, count)
    let absent = reportAbsent(result.backup.moments)
    if let removed, removed > 0 {
      let keys = Formatting.count(removed, "key", "keys")
      session.console.tell(line: "\(keys) of the older backup deleted by the commands")
    }
    for file in notes { reportLosses(file.notes, in: file.path) }
    reportModules(notes.map(\.notes))
    let replaced = result.readable.reduce(0) { $0 + $1.result.summary.detail.functionsReplaced }
    reportReplaced(libraries: replaced)
    // Patterns that match absent keys do match something.
    if let selection, absent == 0, !isPart {
      session.reportUnmatched(result.backup, selection, summary.tally, isTold: true)
    }
    if summary.written == 0, deletes, absent > 0 { return status }
    return self.status(summary, count, replaced > 0 && status == .done ? .finding : status)
  }

  /// The report as data: what was written, and of logs which keys are absent or not known.
  func whole(_ result: BackupResult<ExportSummary>, _ format: String) -> Report {
    let (backup, summary) = (result.backup, result.merged)
    let facts: Fields = [
      "format": .text(format), "restore_time_ms": .instant(selection?.reference),
      "keys": .count(summary?.written ?? 0),
      "functions": .count(summary?.detail.functions ?? 0),
    ]
    let absent = backup.moments.reduce(0) { $0 + $1.absent.count }
    let ofLogs: Fields =
      backup.moments.isEmpty
      ? [:] : ["absent_keys": .count(absent)] + UnknownKeys.fields(backup.moments).dataOnly
    return Report(command: "export", facts: result.subject.facts + facts + ofLogs)
  }

  /// Says how many selected keys are absent at the moment of logs.
  private func reportAbsent(_ moments: [Moment]) -> Int {
    let count = moments.reduce(0) { $0 + $1.absent.count }
    guard count > 0 else { return 0 }
    let keys = Formatting.count(count, "selected key is", "selected keys are")
    let end = moments.compactMap(\.reference).max().map { " at \(Formatting.instant($0))" } ?? ""
    session.console.tell(
      line: "\(keys) absent\(end); "
        + (deletes ? "deleted by the commands" : "--deletions removes them"))
    return count
  }

  /// Reports how much was written and how much was not.
  private func report(_ summary: ExportSummary, _ count: (RecordNote.Kind) -> Int) {
    var parts = ["exported \(Formatting.count(summary.written, "key", "keys"))"]
    let functions = summary.detail.functions
    if functions > 0 {
      parts.append(Formatting.count(functions, "function library", "function libraries"))
    }
    let compared = { summary.comparison?.tally($0).restored.keys ?? 0 }
    let changes = [
      (compared(.expiryChanged), "of them only in their expiry"),
      (compared(.unchanged), "unchanged"),
    ].filter { $0.0 > 0 }.map { "\(Formatting.count($0.0)) \($0.1)" }
    parts += changes + leftOut(summary.tally, count)
    session.console.tell(line: parts.joined(separator: ", ") + expiredHint(summary.tally))
    reportExpiries(summary)
    reportLeftOut(summary.detail)
    if summary.detail.undecoded > 0 {
      let count = Formatting.count(summary.detail.undecoded, "value is", "values are")
      session.warn("\(count) null: the structure is not decoded")
    }
  }

  /// Reports libraries that the commands load one over another.
  func reportReplaced(libraries count: UInt64) {
    guard count > 0 else { return }
    let libraries = Formatting.count(count, "function library has", "function libraries have")
    session.warn("\(libraries) the name of one before, which the commands replace")
  }

  /// Reports the keys whose values need modules, in one line for all of them.
  func reportModules(_ notes: [NoteList]) {
    func say(_ kind: RecordNote.Kind, _ words: (String) -> String) {
      let count = notes.reduce(0) { $0 + $1.count(kind) }
      guard count > 0 else { return }
      let kept = notes.flatMap(\.kept).filter { $0.kind == kind }
      let modules = Set(kept.compactMap { $0.module?.name }).sorted().joined(separator: ", ")
      session.warn("\(Formatting.count(count, "key", "keys")) \(words(modules))")
    }
    say(.needsModule) { modules in
      let series = modules.contains("TSDB-TYPE")
      return "written for modules that the server must have (\(modules))"
        + (series ? "; RESTORE loses the compaction rules of time series" : "")
    }
    say(.lacksModule) {
      "left out: the target has no module for them (\($0)); --target tair has Tair's"
    }
  }

  /// Reports function libraries and data of modules that were not written.
  func reportLeftOut(_ counts: ExportCounts) {
    let libraries = [
      (counts.functionsLeftOut, "the target has no functions"),
      (counts.functionsBroken, "servers refuse the first line of its source"),
      (counts.functionsRepeated, "another library has the same name"),
    ]
    for (count, reason) in libraries where count > 0 {
      let count = Formatting.count(count, "function library", "function libraries")
      session.warn("\(count) left out: \(reason)")
    }
    guard counts.moduleDataLeftOut > 0 else { return }
    let count = Formatting.count(counts.moduleDataLeftOut, "block", "blocks")
    session.warn(
      "\(count) of module data left out: no key of the module is written, or the target takes none; "
        + "--module-data keep writes it")
  }

  /// The option that writes expired keys, if some were left out.
  private func expiredHint(_ tally: PlanTally) -> String {
    let isComplete =
      tally.skipped(.expiredAtReference).keys == 0 && tally.skipped(.expiredAtSubmission).keys == 0
    return isComplete ? "" : " (--include-expired writes expired keys, too)"
  }

  /// Reports what happens to expiries other than those in the file.
  private func reportExpiries(_ summary: ExportSummary) {
    switch selection?.replacement {
    case nil: break
    case .never: session.console.tell(line: "note: TTLs were removed; field TTLs are unchanged")
    case .at(let instant):
      session.console.tell(
        line: "note: all keys expire at \(Formatting.instant(instant)); field TTLs are unchanged")
    }
    guard summary.expired > 0 else { return }
    let keys = Formatting.count(summary.expired, "key has", "keys have")
    session.warn(
      "\(keys) expired; a server drops them "
        + (isForServer ? "as soon as it runs the commands" : "when it loads the file"))
  }

  /// The status that follows from what was written, and from the file.
  func status(
    _ summary: ExportSummary, _ count: (RecordNote.Kind) -> Int, _ status: ExitStatus
  ) -> ExitStatus {
    let isLossy = ExportReport.losses.contains { $0.isFinding && count($0.kind) > 0 }
    let counts = summary.detail
    let libraries = counts.functionsLeftOut + counts.functionsBroken + counts.functionsRepeated
    let leftOut = libraries > 0 || count(.lacksModule) > 0
    if isLossy || leftOut || counts.undecoded > 0 { return .finding }
    // That nothing has changed is an answer.
    let isEmpty = summary.written == 0 && counts.functions == 0 && summary.comparison == nil
    return isEmpty && !isPart ? .finding : status
  }

  /// Names the keys that did not come through whole, with their file if there are several.
  func reportLosses(_ notes: NoteList, in path: String? = nil) {
    let place = path.map { " of \(Messages.spelled($0))" } ?? ""
    for loss in ExportReport.losses { name(loss.kind, notes, place, loss.words) }
  }

  private func leftOut(_ tally: PlanTally, _ count: (RecordNote.Kind) -> Int) -> [String] {
    let counts: [(UInt64, String)] = [
      (tally.skipped(.expiredAtReference).keys, "expired at the restore time"),
      (tally.skipped(.expiredAtSubmission).keys, "expired by now"),
      (UInt64(count(.empty)), "empty"),
      (
        UInt64(
          count(.unsupported) + count(.lacksModule) + count(.refused) + count(.duplicateKey)),
        "left out"
      ),
    ]
    return counts.filter { $0.0 > 0 }.map { "\(Formatting.count($0.0)) \($0.1)" }
  }

  private func name(
    _ kind: RecordNote.Kind, _ notes: NoteList, _ place: String, _ words: String
  ) {
    let kept = notes.kept.filter { $0.kind == kind }.prefix(ExportReport.named)
    for note in kept {
      session.warn(
        "\(Formatting.key(note.key, width: 100)) (db \(note.record.database), RDB type "
          + "\(note.record.type.rawValue), byte \(Formatting.count(note.record.start))\(place)): "
          + words)
    }
    let rest = notes.count(kind) - kept.count
    if rest > 0 { session.warn("\(Formatting.count(rest)) more keys\(place): \(words)") }
  }
}

// MARK: - Why nothing is written

extension ExportReport {
  /// Reports what the first sweep found; the status that follows if the export goes on.
  func conclude(_ result: BackupResult<CountSummary>) -> ExitStatus {
    // The second sweep finds the same in files that can be read.
    guard !result.isWhole else { return .done }
    // Keys in two files are reported as what they are to become.
    let status = session.conclude(result, reportsKeys: false)
    return status == .failed ? .done : status
  }

  /// Reports why nothing is written.
  func report(_ refusal: ExportRefusal, _ backup: Backup) {
    switch refusal {
    case .unreadable: break
    case .format(let files):
      for file in files { session.report(error: Messages.text(file.reason, file.file)) }
      return
    case .coincidingKeys(let found):
      let more = report(found, backup)
      if found.isTruncated {
        session.report(
          error:
            "more than \(Formatting.count(CoincidingKeys.limit)) records share their keys with "
            + "others, too many to compare; divide the keys by filters such as --slot, or write "
            + "commands (--as resp), which need no comparison")
      }
      return session.report(error: "\(more)nothing was written")
    }
    session.report(error: "nothing was written")
  }

  /// Names the first keys that would end in one place; what is to be said of the others.
  private func report(_ found: CoincidingKeys, _ backup: Backup) -> String {
    for key in found.keys.prefix(ExportReport.named) {
      session.report(error: Messages.text(key, backup.names))
    }
    let rest = found.keys.count - ExportReport.named
    guard rest > 0 else { return "" }
    guard !found.isTruncated, found.keys.allSatisfy(\.isShared) else {
      return "there are more of these; "
    }
    session.report(error: "\(Formatting.count(rest)) more keys are in two files")
    return ""
  }
}

extension Messages {
  /// Two keys that are one, or would become one.
  static func text(_ key: CoincidingKey, _ files: [String]) -> String {
    if key.isShared { return SetText.shared(key, files) }
    let (first, second) = (key.places[0], key.places[1])
    func source(_ place: CoincidingKey.Place) -> String {
      let file = files.count > 1 ? "\(spelled(files[place.file])) " : ""
      return "\(spelled(place.key)) (db \(place.record.database), \(file)byte "
        + "\(Formatting.count(place.offset)))"
    }
    let file = files.count > 1 ? "" : "\(spelled(files[0])): "
    return
      "\(file)\(source(first)) and \(source(second)) would both become \(spelled(key.name)) in "
      + "db \(key.database)"
  }

  /// Why no filtered RDB file can be made of a file.
  static func text(_ refusal: FilteredCounts.Refusal, _ path: String) -> String {
    let reason =
      switch refusal {
      case .memberExpiries:
        "it has TTLs of members (KeyDB), which are stored apart from their keys and would be wrong "
          + "where keys are left out"
      case .journal:
        "it has changes from after the snapshot (Dragonfly's journal), which a filtered file cannot "
          + "have"
      case .otherFormat: "the files are not all in one format, by their headers or their servers"
      case .otherFunctions: "the files do not have the same function libraries"
      case .beside:
        "it has data of modules, hash templates or slot imports, of which a file can only have one"
      case .lateDialect:
        "only one of its keys shows that Dragonfly wrote it; the AUX field df-ver is missing"
      }
    return "\(spelled(path)): no filtered RDB file can be made of it: \(reason)"
  }
}

extension CoincidingKey {
  /// Whether two files have the very same key.
  fileprivate var isShared: Bool {
    let (first, second) = (places[0], places[1])
    return first.file != second.file && first.key == second.key
      && first.record.database == second.record.database
  }
}
