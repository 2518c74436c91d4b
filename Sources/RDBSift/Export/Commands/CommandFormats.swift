// Formats of commands: `resp` recreates each type with its own commands, `restore` uses RESTORE payloads.

import AOF
package import Export
import RDB

/// Commands of each type.
package struct RESPFormat: RecordFormat {
  package static let traits = FormatTraits.commands("resp")

  package let join = RecordOutput.Join.commands
  private var request: ExportRequest

  package init(_ request: ExportRequest, _ counted: CountedBackup) {
    self.request = request
    self.request.commands.form = .commands
  }

  package func withWriters<Use: WriterUse>(_ use: Use) throws(Use.Failure) -> Use.Result {
    try use.run { [self] _ in CommandWriter(request) }
  }

  package func end(_ output: inout OutputBuffer, isEmpty: Bool, checksum: UInt64) {
    request.appendDeletions(to: &output)
  }
}

/// RESTORE commands, which keep idle times and frequencies.
package struct RestoreFormat: RecordFormat {
  package static let traits = FormatTraits.commands("restore")

  package let join = RecordOutput.Join.commands
  private var request: ExportRequest

  package init(_ request: ExportRequest, _ counted: CountedBackup) {
    self.request = request
    self.request.commands.form = .payloads
  }

  package func withWriters<Use: WriterUse>(_ use: Use) throws(Use.Failure) -> Use.Result {
    try use.run { [self] _ in CommandWriter(request) }
  }

  package func end(_ output: inout OutputBuffer, isEmpty: Bool, checksum: UInt64) {
    request.appendDeletions(to: &output)
  }
}

extension FormatTraits {
  /// The traits of a command format.
  fileprivate static func commands(_ name: String) -> FormatTraits {
    var traits = FormatTraits(name, fileExtension: "resp")
    traits.isPartitioned = true
    traits.takesTarget = true
    traits.isCommands = true
    traits.terminalRefusal = .commands
    return traits
  }
}

extension ExportRequest {
  /// Writes the deletions as commands.
  fileprivate func appendDeletions(to output: inout OutputBuffer) {
    guard !deletions.isEmpty else { return }
    var exporter = CommandExporter(into: OutputBuffer(), options: commands)
    for absent in deletions {
      absent.key.withRawSpan { exporter.delete($0, in: absent.database) }
    }
    exporter.output.withBytes { output.append($0) }
  }
}
