// Commands that recreate each type, and RESTORE with the bytes of values.

package import Export
package import RDB

/// The commands of each type.
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
}

/// RESTORE, which keeps idle times and frequencies.
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
}

extension FormatTraits {
  /// A format that a server takes as its input.
  fileprivate static func commands(_ name: String) -> FormatTraits {
    var traits = FormatTraits(name, fileExtension: "resp")
    traits.isPartitioned = true
    traits.takesTarget = true
    traits.terminalRefusal = .commands
    return traits
  }
}
