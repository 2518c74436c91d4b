// Key lists without values.

package import Export
import RDB
package import Restore

extension RowFormat {
  /// How to join parts of a list.
  package var join: RecordOutput.Join { self == .json ? .separated(",\n") : .plain }
}

/// The list of `salvage`: tab-separated rows that begin with the confidence in the record.
package struct SalvageListFormat: RecordFormat {
  package static let traits = {
    var traits = FormatTraits("list", fileExtension: "tsv")
    traits.isExported = false
    return traits
  }()

  package let join = RecordOutput.Join.plain

  private let request: ExportRequest

  package init(_ request: ExportRequest, _ counted: CountedBackup) { self.request = request }

  package func withWriters<Use: WriterUse>(_ use: Use) throws(Use.Failure) -> Use.Result {
    try use.run { [self] file in
      KeyListRecordWriter(
        .tsv, marksConfidence: true, logRows: request.logRows(.tsv, of: file))
    }
  }

  package func begin(_ output: inout OutputBuffer) {
    output.append("confidence\t")
    KeyRowWriter(RowSyntax(.tsv), KeyColumn.usual(namingFiles: false, ofLogs: request.isOfLogs))
      .begin(&output)
  }
}

extension Backup {
  /// Lists the selected keys, one row each.
  ///
  /// - Parameters:
  ///   - selection: Which keys.
  ///   - format: The row format.
  ///   - output: Receives the rows; the caller writes what precedes and follows them.
  /// - Returns: The summaries per file.
  package func listKeys(
    _ selection: RestoreSelection, _ format: RowFormat, into output: RecordOutput
  ) -> BackupResult<ExportSummary> {
    let names = isSeveral ? names.map { Array($0.utf8) } : []
    return write(SweepRequest("listing", selection), into: output) { file in
      KeyListRecordWriter(format, file: names.isEmpty ? nil : names[file])
    }
  }
}
