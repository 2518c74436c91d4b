// JSON formats: one array, or an object per line.

package import Export
import RDB

/// One JSON array.
package struct JSONFormat: RecordFormat {
  package static let traits = FormatTraits.rows("json", isFramed: true)

  package let join = RowFormat.json.join
  private let request: ExportRequest

  package init(_ request: ExportRequest, _ counted: CountedBackup) { self.request = request }

  package func withWriters<Use: WriterUse>(_ use: Use) throws(Use.Failure) -> Use.Result {
    try use.run { [self] file in JSONRecordWriter(request, isArray: true, file: file) }
  }

  package func begin(_ output: inout OutputBuffer) { KeyListWriter(.json).begin(&output) }

  package func end(_ output: inout OutputBuffer, isEmpty: Bool, checksum: UInt64) {
    KeyListWriter(.json).end(&output, isEmpty: isEmpty)
  }
}

/// A JSON object per line.
package struct NDJSONFormat: RecordFormat {
  package static let traits = FormatTraits.rows("ndjson", isFramed: false)

  package let join = RecordOutput.Join.plain
  private let request: ExportRequest

  package init(_ request: ExportRequest, _ counted: CountedBackup) { self.request = request }

  package func withWriters<Use: WriterUse>(_ use: Use) throws(Use.Failure) -> Use.Result {
    try use.run { [self] file in JSONRecordWriter(request, isArray: false, file: file) }
  }
}

extension FormatTraits {
  /// The traits of a row format; rows name their file if there are several.
  fileprivate static func rows(_ name: String, isFramed: Bool) -> FormatTraits {
    var traits = FormatTraits(name, fileExtension: name)
    traits.isFramed = isFramed
    traits.namesFiles = true
    return traits
  }
}
