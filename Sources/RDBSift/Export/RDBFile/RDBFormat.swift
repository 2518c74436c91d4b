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
    traits.isFramed = true
    traits.takesTarget = true
    return traits
  }()

  package let join = RecordOutput.Join.plain
  private let counted: CountedBackup
  private let request: ExportRequest
  private var writer: RDBWriter { RDBWriter(counted.header) }

  package init(_ request: ExportRequest, _ counted: CountedBackup) {
    self.counted = counted
    self.request = request
  }

  package func withWriters<Use: WriterUse>(_ use: Use) throws(Use.Failure) -> Use.Result {
    let plan = RDBFilePlan(header: counted.header, request: request)
    return try use.run { [self] file in
      RDBFileWriter(plan, counts: counted.files[file], counted.exclusions[file])
    }
  }

  package func begin(_ output: inout OutputBuffer) { writer.begin(&output) }

  package func end(_ output: inout OutputBuffer, isEmpty: Bool, checksum: UInt64) {
    writer.end(checksum: checksum, to: &output)
  }
}
