import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// How a string's deadline is written.
enum ExpiryCommand: String, CaseIterable, ExpressibleByArgument {
  case pxat
  case pexpireat
}

/// What is written for a selected key.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case resp
  case restore
  case rdb
  case json
  case ndjson
}

/// Writes the selected keys.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the selected keys as commands that recreate them.",
    discussion: """
      Commands go to standard output, ready for redis-cli --pipe, or to a file that is complete when \
      it appears (--output). Expiries are moved as a restore would move them; keys that would not \
      come back are left out and counted. The same input and options give the same bytes.

      Values that commands do not recreate, such as those of most modules, go out as RESTORE. What \
      the target cannot take is left out and named; the exit status is then 1.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var shift: ShiftOptions

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Where to; standard output without it, or with -.", valueName: "file"))
  var output: String?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      """
      What to write: resp (the commands of each type), restore (RESTORE with the value's bytes, \
      which keeps idle times and frequencies), rdb (a file that a server loads), json or ndjson \
      (the keys with their values).
      """, valueName: "format"))
  var format: ExportFormat = .resp

  @OptionGroup var target: TargetOptions

  @OptionGroup var naming: NamingOptions

  @OptionGroup var partition: PartitionOptions

  func run() throws {
    try Session.run { session in
      if output?.isEmpty ?? false { throw Misuse("--output takes a path; it is empty") }
      let relocation = try relocation()
      let readAgain = format == .rdb || relocation.mayCollide
      return try source.withBackup(session, readAgain: readAgain) { file in
        let request = try shift.request(selection, head: try file.head())
        let selected = try request.selection()
        let source = ExportSource(
          file: file, selected: selected, relocation: relocation,
          report: ExportReport(session: session, now: request.now))
        return try export(source)
      } set: {
        try export($0, relocation)
      }
    }
  }
}

/// What an export says when it is done.
struct ExportReport {
  let session: Session
  let now: UnixMilliseconds

  /// Keys that are named one by one, of each kind.
  private static let named = 20

  /// What is told of keys that did not come through whole.
  private static let losses: [(kind: RecordNote.Kind, words: String, isFinding: Bool)] = [
    (.unsupported, "left out, the target takes neither commands nor a payload for its type", true),
    (.minusZero, "exported, but a score of -0 becomes 0 in a small sorted set", false),
    (.deadlines, "exported, but the target has no deadlines of fields or members", true),
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

  /// Says what was written and what was not; the status that follows.
  func tell(
    _ result: SweepResult<ExtractionSummary>, of file: OpenFile
  ) throws -> ExitStatus {
    let status = try file.conclude(result)
    guard var summary = result.summaries.first else { return status }
    for other in result.summaries.dropFirst() { summary.merge(other) }
    tell(summary, result.notes.count)
    tellLosses(result.notes)
    return self.status(summary, result.notes.count, status)
  }

  /// Says how much was written and how much was not.
  func tell(_ summary: ExtractionSummary, _ count: (RecordNote.Kind) -> Int) {
    let tally = summary.tally
    var parts = ["exported \(HumanText.count(summary.written, "key", "keys"))"]
    if summary.functions > 0 {
      parts.append(HumanText.count(summary.functions, "function library", "function libraries"))
    }
    parts += leftOut(tally, count)
    session.console.tell(line: parts.joined(separator: ", "))
    if summary.functionsLeftOut > 0 {
      let count = HumanText.count(
        summary.functionsLeftOut, "function library", "function libraries")
      session.tell(warning: "\(count) left out, the target has no functions")
    }
  }

  /// The status that follows from what was written, and from the file.
  func status(
    _ summary: ExtractionSummary, _ count: (RecordNote.Kind) -> Int, _ status: ExitStatus
  ) -> ExitStatus {
    if ExportReport.losses.contains(where: { $0.isFinding && count($0.kind) > 0 })
      || summary.functionsLeftOut > 0
    {
      return .finding
    }
    return summary.written == 0 ? .finding : status
  }

  /// Names the keys that did not come through whole, with their file if there are several.
  func tellLosses(_ notes: NoteList, in path: String? = nil) {
    let place = path.map { " of \(Messages.spelled($0))" } ?? ""
    for loss in ExportReport.losses { name(loss.kind, notes, place, loss.words) }
  }

  private func leftOut(_ tally: PlanTally, _ count: (RecordNote.Kind) -> Int) -> [String] {
    let counts: [(UInt64, String)] = [
      (tally.skipped(.expiredAtReference).keys, "expired at the restore time"),
      (tally.skipped(.expiredAtSubmission).keys, "expired by now"),
      (UInt64(count(.empty)), "empty"),
      (UInt64(count(.unsupported)), "left out"),
    ]
    return counts.filter { $0.0 > 0 }.map { "\(HumanText.count($0.0)) \($0.1)" }
  }

  private func name(
    _ kind: RecordNote.Kind, _ notes: NoteList, _ place: String, _ words: String
  ) {
    let kept = notes.kept.filter { $0.kind == kind }.prefix(ExportReport.named)
    for note in kept {
      session.tell(
        warning: "\(KeyText.spelled(note.key, width: 100)) (db \(note.record.database), RDB type "
          + "\(note.record.type.rawValue), byte \(HumanText.count(note.record.start))\(place)): \(words)"
      )
    }
    let rest = notes.count(kind) - kept.count
    if rest > 0 { session.tell(warning: "\(HumanText.count(rest)) more keys\(place): \(words)") }
  }
}
