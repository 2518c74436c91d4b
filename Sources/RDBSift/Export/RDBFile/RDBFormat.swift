// The RDB format: a first sweep counts keys for RESIZEDB, a second one copies records.

package import Export
import RDB

/// A filtered RDB file.
package struct RDBFormat: RecordFormat {
  package static let traits = {
    var traits = FormatTraits("rdb", fileExtension: "rdb")
    traits.isPartitioned = true
    traits.terminalRefusal = .binary
    traits.countsFirst = true
    return traits
  }()

  package let join = RecordOutput.Join.plain
  private let writer: RDBWriter
  private let counted: CountedBackup
  private let mapping: KeyMapping

  package init(_ request: ExportRequest, _ counted: CountedBackup) {
    writer = RDBWriter(counted.header)
    self.counted = counted
    mapping = request.mapping
  }

  package func withWriters<Use: WriterUse>(_ use: Use) throws(Use.Failure) -> Use.Result {
    try use.run { [self] file in RDBFileWriter(writer, counts: counted.files[file], mapping) }
  }

  package func begin(_ output: inout OutputBuffer) { writer.begin(&output) }

  package func end(_ output: inout OutputBuffer, isEmpty: Bool, checksum: UInt64) {
    writer.end(checksum: checksum, to: &output)
  }
}
