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

/// What is written, and where to.
struct ExportOptions: ParsableArguments {
  @Option(
    name: [.customLong("as"), .customLong("format")],
    help: ArgumentHelp(
      """
      What to write: resp (the commands of each type), restore (RESTORE with the bytes of the value, \
      which keeps idle times and frequencies), rdb (a file that a server loads), json or ndjson \
      (keys with their values).
      """, valueName: "format"))
  var format: ExportFormat = .resp

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Write to FILE (default, or -: standard output). A file appears when it is complete.",
      valueName: "file"), completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp(
      """
      An older backup: write only what has changed since then. Commands replace keys whose value differs, \
      and set or remove the expiry of those where nothing else does.
      """, valueName: "file"), completion: .file())
  var changedSince: String?

  @Flag(
    help: """
      Also delete selected keys that do not exist: in an append-only log at the restore time, as a restore \
      to the original instance does; with --changed-since, those that only the older backup has.
      """)
  var deletions = false
}

/// Writes the selected keys.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the selected keys as commands, as an RDB file or as JSON.",
    discussion: """
        rdbsift export dump.rdb --filter-key 'cart:.*' | redis-cli --pipe
        rdbsift export dump.rdb --db 0 --as rdb -o small.rdb

      Commands replace the keys that they write and leave all others alone; --existing changes this. \
      Expired keys are left out and counted, and --time-shift moves expirations as a restore does. The \
      same input and options give the same bytes.

      Values that no command can recreate, such as those of most modules, are written as RESTORE. Keys \
      that the target cannot accept are listed, and the exit status is 1.
      """)

  @OptionGroup(title: "Output") var written: ExportOptions
  @OptionGroup(title: "Output") var partition: PartitionOptions
  @OptionGroup(title: "Output") var reportFile: ReportFileOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Selection") var picked: OffsetOptions
  @OptionGroup(title: "Selection") var part: ExportRangeOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var shift: ShiftOptions
  @OptionGroup(title: "Target") var target: TargetOptions
  @OptionGroup(title: "Target") var naming: NamingOptions

  func run() throws {
    try Session.run { session in
      if written.output?.isEmpty ?? false { throw Misuse("--output takes a path; it is empty") }
      var source = source
      let range = try rangeLine(&source)
      try source.refuseSharedInput(
        with: picked.readers + part.range.readers + selection.readers + shift.readers
          + (written.changedSince.map { [("--changed-since", $0)] } ?? []))
      let mapping = KeyMapping(naming: try naming.naming(), databases: target.databases)
      let readAgain =
        written.format.type.traits.countsFirst || mapping.mayCollide || written.deletions
      try reportFile.check(output: written.output)
      return try reportFile.summing(source).withBackup(
        session, readAgain: readAgain, takesLogs: true
      ) { named in
        var request = try shift.request(selection)
        // An RDB file gets what stands between records, too.
        let moved = try shift.log.backup(named, &request, findsAbsent: .names, session)
        let backup = try part.range.backup(
          try picked.backup(moved, mayOpen: !written.format.type.traits.countsFirst), range)
        var asked = ExportRequest(try request.selection())
        asked.mapping = mapping
        target.apply(to: &asked)
        asked.files = backup.isSeveral ? backup.names : nil
        if written.deletions { try checkDeletions(backup, asked.selection.filter) }
        asked.deletions = written.deletions ? backup.moments.flatMap(\.absent) : []
        let parts = try checkedParts(session.console)
        asked.parts = parts?.parts
        asked.isContinued = part.joined
        return try withOld(session) { old in
          if let old {
            let index = try index(old, asked.selection, session)
            asked.old = index
            if written.deletions {
              asked.deletions = try backup.removedKeys(asked.selection, of: old, index)
            }
          }
          return try export(backup, written.format.type, asked, parts?.folder, session)
        }
      }
    }
  }

  /// The part of the file that is exported; refuses what needs the whole.
  private func rangeLine(_ source: inout SourceOptions) throws -> RangeLine? {
    if part.joined, part.range.range == nil { throw Misuse("--joined requires --range") }
    return try part.range.line(
      &source,
      without: [
        ("--offsets", picked.offsets != nil), ("--limit", selection.measures.keyLimit != nil),
        ("--deletions", written.deletions), ("--partition", partition.partition != nil),
        ("--rename, since keys of two parts may get one name", !naming.rename.isEmpty),
        (
          "--single-db or --db-map, since keys of two parts may get one name",
          target.databases.mayMerge
        ),
        ("--check-duplicates", target.checkDuplicates),
        (
          "--as json or rdb, which have a beginning and an end", written.format.type.traits.isFramed
        ),
      ])
  }

  /// Opens the older backup, if there is one.
  private func withOld(
    _ session: Session, _ body: (Backup?) throws -> ExitStatus
  ) throws -> ExitStatus {
    guard let changedSince = written.changedSince else { return try body(nil) }
    var old = source
    old.files = [changedSince]
    return try old.withBackup(session, readAgain: written.deletions, body)
  }

  /// Indexes the older backup, which must be whole: a key that it seems to lack would be written.
  private func index(
    _ old: Backup, _ selected: RestoreSelection, _ session: Session
  ) throws -> KeyIndex {
    let (keys, result) = old.indexKeys(selected.onNames, .secret())
    _ = try session.concludeAll(result)
    if let failure = result.firstFailure { throw failure }
    return keys
  }

  /// Refuses what does not go with deletions.
  private func checkDeletions(_ backup: Backup, _ filter: RecordFilter) throws {
    guard !backup.moments.isEmpty || written.changedSince != nil else {
      throw Misuse("--deletions requires an append-only log or --changed-since")
    }
    guard picked.offsets == nil else {
      throw Misuse("--offsets names keys that are there; it does not go with --deletions")
    }
    guard written.format.type.traits.terminalRefusal == .commands else {
      throw Misuse("--deletions requires --as resp or restore")
    }
    guard filter.isByName else {
      throw Misuse("--deletions needs filters by key and database only: absent keys have no value")
    }
    if naming.keyPrefix != nil || !naming.rename.isEmpty || target.databaseOption != nil {
      throw Misuse("--deletions deletes keys under their own names, so it takes no renaming")
    }
    if partition.partition != nil {
      throw Misuse("--deletions cannot be combined with --partition")
    }
  }

  /// The parts and their folder, if the output is to be divided; refuses what does not go together.
  private func checkedParts(_ console: Console) throws -> (folder: String, parts: SlotParts)? {
    let traits = written.format.type.traits
    try target.check(for: traits)
    try checkChanges(traits)
    guard let parts = try partition.parts() else {
      if OutputStream.isStandardOutput(written.output ?? "-"), console.output.isTerminal {
        try traits.refuseTerminal()
      }
      return nil
    }
    guard traits.isPartitioned else {
      throw Misuse("--partition requires --as resp, restore or rdb")
    }
    guard written.output == nil else {
      throw Misuse("--partition writes to --out-dir, not to --output")
    }
    return parts
  }

  /// Refuses what does not go with an older backup.
  private func checkChanges(_ traits: FormatTraits) throws {
    guard written.changedSince != nil else { return }
    guard traits.takesChanges, partition.partition == nil else {
      throw Misuse(
        "--changed-since requires --as resp, restore, json or ndjson, and no --partition")
    }
    if let existing = target.existing, existing != .replace {
      throw Misuse("--changed-since replaces the keys that have changed; leave out --existing")
    }
  }

  /// Warns of a file whose name ends like another format's.
  private func warnOfName(_ traits: FormatTraits, _ session: Session) {
    guard let output = written.output, let dot = output.lastIndex(of: ".") else { return }
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
      session: session, selection: request.selection, isPart: backup.range != nil,
      isForServer: Format.traits.takesTarget, deletes: written.deletions,
      removed: written.deletions && written.changedSince != nil ? request.deletions.count : nil)
    warnOfName(Format.traits, session)
    do {
      var status = ExitStatus.done
      let prepared = try backup.prepareExport(as: type, request) {
        status = report.conclude($0)
      }
      let outcome =
        if let folder, let parts = request.parts {
          try write(backup, prepared, to: folder, parts, report)
        } else {
          try write(backup, prepared, report)
        }
      return outcome == .done ? status : outcome
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
      written.output == "-" ? nil : written.output, inputs: backup.identities,
      checksum: Format.traits.countsFirst)
    let result = try backup.export(export, to: target)
    let status = try report.report(result)
    try target.commit()
    try reportFile.write(report.whole(result, Format.traits.name), backup)
    return status
  }

  /// Writes the parts and their manifest.
  private func write<Format: RecordFormat>(
    _ backup: Backup, _ export: PreparedExport<Format>, to folder: String, _ parts: SlotParts,
    _ report: ExportReport
  ) throws -> ExitStatus {
    let files = try PartitionFiles(Format.traits, folder, parts, inputs: backup.identities)
    let (result, keys) = try backup.exportParts(export, parts, to: files.targets)
    let status = try report.report(result)
    try files.commit(keys: keys)
    files.report(keys, report.session.console)
    try reportFile.write(report.whole(result, Format.traits.name), backup)
    return status
  }
}
