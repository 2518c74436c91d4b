import AOF
import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// How the expiry of a string is written.
enum ExpiryCommand: String, CaseIterable, ExpressibleByArgument {
  case pxat
  case pexpireat
}

/// Writes the selected keys.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the selected keys as commands, as an RDB file or as JSON.",
    discussion: """
        rdbsift export dump.rdb --filter-key 'cart:.*' | redis-cli --pipe
        rdbsift export dump.rdb --db 0 --as rdb -o small.rdb

      Commands go to standard output, ready for redis-cli --pipe, or to a file that appears when it is \
      complete (--output). They replace the keys that they write, and touch no others; --existing changes \
      this. Expirations are moved as a restore would move them; expired keys are left out and counted. \
      The same input and options give the same bytes.

      Values that no command can recreate, such as those of most modules, are written as RESTORE. Keys \
      that the target cannot accept are listed, and the exit status is 1.
      """)

  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var shift: ShiftOptions

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Write to FILE (default, or -: standard output). A file appears when it is complete.",
      valueName: "file"))
  var output: String?

  @Option(
    name: [.customLong("as"), .customLong("format")],
    help: ArgumentHelp(
      """
      What to write: resp (the commands of each type), restore (RESTORE with the value's bytes, \
      which keeps idle times and frequencies), rdb (a file that a server loads), json or ndjson \
      (the keys with their values).
      """, valueName: "format"))
  var format: ExportFormat = .resp

  @Option(
    help: ArgumentHelp(
      """
      An older backup: write only what has changed since. Commands replace keys with another value, and \
      set or remove the expiry where only that differs.
      """, valueName: "file"))
  var changedSince: String?

  @Flag(
    help: """
      Also delete selected keys that are absent: of an append-only log at the restore time, as a restore \
      on the original instance does, or with --changed-since those that only the older backup has.
      """)
  var deletions = false

  @OptionGroup(title: "Target") var target: TargetOptions

  @OptionGroup(title: "Names") var naming: NamingOptions

  @OptionGroup(title: "Output") var partition: PartitionOptions

  func run() throws {
    try Session.run { session in
      if output?.isEmpty ?? false { throw Misuse("--output takes a path; it is empty") }
      let mapping = KeyMapping(naming: try naming.naming(), databases: target.databases)
      let readAgain = format.type.traits.countsFirst || mapping.mayCollide || deletions
      return try source.withBackup(session, readAgain: readAgain, takesLogs: true) { named in
        var request = try shift.request(selection)
        let backup = try shift.log.backup(named, &request, findsAbsent: true, session)
        var asked = ExportRequest(try request.selection())
        asked.mapping = mapping
        target.apply(to: &asked)
        asked.files = backup.isSeveral ? backup.names : nil
        if deletions { try checkDeletions(backup, asked.selection.filter) }
        asked.deletions = deletions ? backup.moments.flatMap(\.absent) : []
        let parts = try checkedParts(session.console)
        asked.parts = parts?.parts
        return try withOld(session) { old in
          if let old {
            let index = try index(old, asked.selection, session)
            asked.old = index
            if deletions {
              asked.deletions = try backup.removedKeys(asked.selection, of: old, index)
            }
          }
          return try export(backup, format.type, asked, parts?.folder, session)
        }
      }
    }
  }

  /// Opens the older backup, if there is one.
  private func withOld(
    _ session: Session, _ body: (Backup?) throws -> ExitStatus
  ) throws -> ExitStatus {
    guard let changedSince else { return try body(nil) }
    var old = source
    old.files = [changedSince]
    return try old.withBackup(session, readAgain: deletions, body)
  }

  /// Indexes the older backup, which must be whole: a key that it seems to lack would be written.
  private func index(
    _ old: Backup, _ selected: Selection, _ session: Session
  ) throws -> KeyIndex {
    let (keys, result) = old.indexKeys(selected.onNames, .secret())
    _ = try session.concludeAll(result)
    if let failure = result.firstFailure { throw failure }
    return keys
  }

  /// Refuses what does not go with deletions.
  private func checkDeletions(_ backup: Backup, _ filter: RecordFilter) throws {
    guard !backup.moments.isEmpty || changedSince != nil else {
      throw Misuse("--deletions goes with an append-only log or with --changed-since")
    }
    guard format.type.traits.terminalRefusal == .commands else {
      throw Misuse("--deletions goes with --as resp or restore")
    }
    guard filter.isByName else {
      throw Misuse("--deletions needs filters by key and database only: absent keys have no value")
    }
    if naming.keyPrefix != nil || !naming.rename.isEmpty || target.databaseOption != nil {
      throw Misuse("--deletions deletes keys under their own names, so it takes no renaming")
    }
    if partition.partition != nil {
      throw Misuse("--deletions goes with one output, not --partition")
    }
  }

  /// The parts and their folder, if the output is to be divided; refuses what does not go together.
  private func checkedParts(_ console: Console) throws -> (folder: String, parts: SlotParts)? {
    let traits = format.type.traits
    try target.check(for: traits)
    try checkChanges(traits)
    guard let parts = try partition.parts() else {
      if OutputStream.isStandardOutput(output ?? "-"), console.output.isTerminal {
        try traits.refuseTerminal()
      }
      return nil
    }
    guard traits.isPartitioned else {
      throw Misuse("--partition goes with --as resp, restore or rdb")
    }
    guard output == nil else { throw Misuse("--partition writes to --out-dir, not to --output") }
    return parts
  }

  /// Refuses what does not go with an older backup.
  private func checkChanges(_ traits: FormatTraits) throws {
    guard changedSince != nil else { return }
    guard traits.takesChanges, partition.partition == nil else {
      throw Misuse(
        "--changed-since goes with --as resp, restore, json or ndjson, and without --partition")
    }
    if let existing = target.existing, existing != .replace {
      throw Misuse("--changed-since replaces the keys that have changed; leave out --existing")
    }
  }

  /// Warns of a file whose name ends like another format's.
  private func warnOfName(_ traits: FormatTraits, _ session: Session) {
    guard let output, let dot = output.lastIndex(of: ".") else { return }
    let ending = output[output.index(after: dot)...]
    guard let other = RecordFormats.named(String(ending))?.traits, other.name != traits.name,
      other.isExported
    else { return }
    session.warn(
      "\(Messages.spelled(output)) is written as \(traits.name), whatever its name; "
        + "--as \(other.name) writes \(other.name)")
  }

  private func export<Format: RecordFormat>(
    _ backup: Backup, _ type: Format.Type, _ request: ExportRequest, _ folder: String?,
    _ session: Session
  ) throws -> ExitStatus {
    let report = ExportReport(
      session: session, selection: request.selection,
      isForServer: Format.traits.takesTarget, deletes: deletions,
      removed: deletions && changedSince != nil ? request.deletions.count : nil)
    warnOfName(Format.traits, session)
    do {
      var status = ExitStatus.done
      let prepared = try backup.prepareExport(as: type, request) {
        status = report.conclude($0)
      }
      let written =
        if let folder, let parts = request.parts {
          try write(backup, prepared, to: folder, parts, report)
        } else {
          try write(backup, prepared, report)
        }
      return written == .done ? status : written
    } catch let refusal as ExportRefusal {
      report.report(refusal, backup)
      return .failed
    }
  }

  private func write<Format: RecordFormat>(
    _ backup: Backup, _ export: PreparedExport<Format>, _ report: ExportReport
  ) throws -> ExitStatus {
    // A file that is no RDB file is refused before an output is begun.
    if !backup.isSeveral { try backup.checkHeaders() }
    let target = try OutputTarget(
      output == "-" ? nil : output, inputs: backup.identities,
      checksum: Format.traits.countsFirst)
    let status = try report.report(try backup.export(export, to: target))
    try target.commit()
    return status
  }

  /// Writes the parts and their manifest.
  private func write<Format: RecordFormat>(
    _ backup: Backup, _ export: PreparedExport<Format>, to folder: String, _ parts: SlotParts,
    _ report: ExportReport
  ) throws -> ExitStatus {
    let files = try PartitionFiles(Format.traits, folder, parts, inputs: backup.identities)
    let (result, keys) = try backup.exportParts(export, parts, to: files.targets)
    files.report(keys, report.session.console)
    let status = try report.report(result)
    try files.commit(keys: keys)
    return status
  }
}
