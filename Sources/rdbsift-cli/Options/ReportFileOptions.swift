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
      Write the whole report to a file too, as JSON: members in the order of their names, with the \
      program's version, the arguments, and the input's size, time and SHA-256. The same input and \
      arguments make the same bytes.
      """, valueName: "path"))
  var report: String?

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

  /// Writes what was found in a file, if it is asked for.
  func write(_ body: JSONValue, command: String, _ file: OpenFile) throws {
    guard report != nil, let digest = try file.digest() else { return }
    try write(
      body, command, ("input", ReportFileOptions.json(file.path, digest)), [file.identity])
  }

  /// Writes what was found in a set, if it is asked for.
  func write(_ body: JSONValue, command: String, _ set: ShardSet) throws {
    guard report != nil else { return }
    let inputs = try set.digests().map { ReportFileOptions.json($0.path, $0.digest) }
    try write(body, command, ("inputs", .array(inputs)), set.identities)
  }

  private static func json(_ path: String, _ digest: InputDigest) -> JSONValue {
    .object([
      "path": .text(path), "size": .count(digest.size),
      "modified_ms": .optional(digest.modified) { .integer($0) }, "sha256": .text(digest.sha256),
    ])
  }

  private func write(
    _ body: JSONValue, _ command: String, _ input: (name: StaticString, value: JSONValue),
    _ identities: [FileIdentity]
  ) throws {
    guard let report else { return }
    let whole = JSONValue.object([
      "tool": .object(["name": .text("rdbsift"), "version": .text(Version.number)]),
      "command": .text(command),
      "arguments": .array(CommandLine.arguments.dropFirst().map { .text($0) }),
      "report": body,
    ]).adding(input.name, input.value)
    var buffer = OutputBuffer(capacity: 1 << 14)
    whole.sorted().append(to: &buffer)
    buffer.append(0x0a)
    var output = try OutputFile(report, inputs: identities)
    try buffer.withBytes { (bytes) throws(SystemError) in try output.write(bytes) }
    try output.commit()
  }
}

extension JSONValue {
  /// The same value with the members of each object in the order of their names.
  func sorted() -> JSONValue {
    switch self {
    case .array(let elements): .array(elements.map { $0.sorted() })
    case .object(let members):
      .object(
        members.sorted { "\($0.name)" < "\($1.name)" }
          .map { Member(name: $0.name, value: $0.value.sorted()) })
    default: self
    }
  }
}
