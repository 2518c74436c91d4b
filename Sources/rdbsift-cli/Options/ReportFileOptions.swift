// A report as evidence: which bytes were read, and the same bytes every time.

import ArgumentParser
import Export
import RDB
import RDBSift
import Storage

/// The option of the commands that write a report beside what they show.
struct ReportFileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Also write the whole report to a file, as JSON with sorted members: the program's version, the \
      arguments, and the input's size, time and SHA-256. The same input and arguments give the same \
      bytes.
      """, valueName: "file"), completion: .file())
  var report: String?

  /// Refuses an output that the report would replace.
  func check(output: String?) throws {
    guard let report, let output, OutputFile.isSame(report, as: output) else { return }
    throw Misuse("--output and --report name the same file")
  }

  /// How the inputs are opened, so that they are summed while they are read.
  func summing(_ source: SourceOptions) -> SourceOptions {
    var source = source
    source.isReported = report != nil
    return source
  }

  /// Refuses what would make another report at another time.
  func expectMoment(_ clock: NowOption, for selection: SelectionOptions) throws {
    guard report != nil, clock.now == nil, selection.measures.expire != nil else { return }
    throw Misuse("--report with --expire needs --now, so that it is the same at any time")
  }

  /// Writes a report about a backup, if it is asked for.
  func write(_ body: Report, _ backup: Backup) throws {
    guard report != nil else { return }
    let inputs = try backup.allDigests().map { ReportFileOptions.value($0.path, $0.digest) }
    let input = backup.isSeveral ? Field("inputs", .list(inputs)) : Field("input", inputs[0])
    try write(body, input, backup.identities)
  }

  private static func value(_ path: String, _ digest: InputDigest) -> Value {
    [
      "path": .path(path), "size": .bytes(digest.size),
      "modified_ms": digest.modified.map { .number($0) } ?? .null,
      "sha256": .text(digest.sha256),
    ]
  }

  private func write(
    _ body: Report, _ input: Field, _ identities: [FileIdentity]
  ) throws {
    guard let report else { return }
    let whole: Fields =
      Report.schema("report") + [
        "tool": ["name": .text("rdbsift"), "version": .text(Version.number)],
        "command": .text(body.command),
        "arguments": .list(CommandLine.arguments.dropFirst().map { .path($0) }),
        "report": .object(body.document),
      ]
    var buffer = OutputBuffer(capacity: 1 << 14)
    JSONRenderer(sortsMembers: true).append(.object(whole + Fields([input])), to: &buffer)
    var output = try OutputFile(report, inputs: identities)
    try buffer.withBytes { (bytes) throws(SystemError) in try output.write(bytes) }
    try output.commit()
  }
}
