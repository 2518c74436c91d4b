// A report as evidence: which bytes were read, and the same bytes every time.

import ArgumentParser
import Export
import Pipeline
import RDB
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

  /// Says that there is no report of several files, if one is asked for.
  func refuseSet() throws {
    guard report != nil else { return }
    throw Misuse("--report is about one file; of several, --format json tells the same")
  }

  /// Writes the file, if it is asked for.
  func write(_ body: JSONValue, command: String, _ file: OpenFile) throws {
    guard let report else { return }
    let digest = try InputDigest(file.path)
    let whole = JSONValue.object([
      "tool": .object(["name": .text("rdbsift"), "version": .text(Version.number)]),
      "command": .text(command),
      "arguments": .array(CommandLine.arguments.dropFirst().map { .text($0) }),
      "input": .object([
        "path": .text(file.path), "size": .count(digest.size),
        "modified_ms": .integer(digest.modified), "sha256": .text(digest.sha256),
      ]),
      "report": body,
    ])
    var buffer = OutputBuffer(capacity: 1 << 14)
    whole.sorted().append(to: &buffer)
    buffer.append(0x0a)
    var output = try OutputFile(report, inputs: [file.identity])
    try buffer.withBytes { (bytes) throws(SystemError) in try output.write(bytes) }
    try output.commit()
  }
}

/// What a file is as a row of bytes, whatever they mean.
struct InputDigest {
  let size: Int
  /// When it was written, in milliseconds since 1970.
  let modified: Int64
  let sha256: String

  init(_ path: String) throws {
    guard path != "-" else {
      throw Misuse("standard input cannot be read twice; a hash or a report needs a file")
    }
    let mapped = try MappedFile(path)
    mapped.adviseSequential()
    size = mapped.file.size
    modified = mapped.file.modifiedMilliseconds
    sha256 = mapped.withBytes { bytes in
      var sum = SHA256()
      sum.update(bytes)
      return sum.digest()
    }
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
