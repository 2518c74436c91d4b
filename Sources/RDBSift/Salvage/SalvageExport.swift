// What is left of a damaged file, in any output format.

import Export
import RDB
import Restore
import Storage

/// An export of a damaged file.
package struct SalvageExport {
  private let file: OpenFile
  private let found: SalvagedFile
  private var request: ExportRequest
  /// What is whole of damaged collections, by the number of the gap.
  private var partial: [Int: PartialRecord]
  /// The counts of a format that needs them, and what is left out so that servers load the output.
  private var counted = CountedBackup(exclusions: [Exclusions()])

  /// Collections that are exported in part.
  package var partialCount: Int { partial.count }

  /// Makes an export.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - found: What is left of it.
  ///   - request: What is to be exported.
  ///   - takesPartial: Whether what is whole of damaged collections is exported too.
  /// - Throws: Why the file cannot be read.
  package init(
    _ file: OpenFile, _ found: SalvagedFile, _ request: ExportRequest, takesPartial: Bool
  ) throws {
    self.file = file
    self.found = found
    self.request = request
    self.request.moments = [file.file.part]
    guard takesPartial else {
      partial = [:]
      return
    }
    partial = try file.withBytes { bytes in
      var partial: [Int: PartialRecord] = [:]
      for (index, gap) in found.map.gaps.enumerated() {
        partial[index] = PartialRecord(gap, in: bytes, found.map.header)
      }
      return partial
    }
  }

  /// Leaves out collections that are whole only in part.
  /// - Returns: Their number.
  package mutating func leaveOutPartial() -> Int {
    defer { partial.removeAll() }
    return partial.count
  }

  /// Counts and compares the keys as a format needs it; to be called before `write`.
  ///
  /// - Returns: The keys of different names that would become one.
  /// - Throws: What ends the sweeps.
  package mutating func prepare<Format: RecordFormat>(
    as format: Format.Type
  ) throws -> CoincidingKeys {
    let traits = Format.traits
    if traits.countsFirst { try count() }
    guard request.mapping.mayCollide || traits.isLoaded else { return CoincidingKeys() }
    let duplicates = DuplicateKeys(
      try coinciding(), leavesOut: traits.isLoaded, counted.exclusions)
    let replaced = duplicates.replaced[0] ?? []
    for record in replaced { counted.exclusions[0].leaveOut(record, .duplicateKey) }
    if traits.countsFirst, !replaced.isEmpty { try count() }
    return duplicates.collisions
  }

  /// Looks for keys that would end in one place.
  private func coinciding() throws -> CoincidingKeys {
    var collection = KeyCollection()
    collection.mapping = request.mapping
    let search = CoincidenceSearch(collection: collection, threads: 1) {
      try gather($0)
    } read: { suspects in
      try look { visiting(CoincidingKeyVisitor(suspects, request.mapping), nil) }.summary
    }
    return try search.run(try gather(collection))
  }

  private func gather(_ collection: KeyCollection) throws -> [CollectedKeys] {
    try look { visiting(IdleVisitor(), collection) }.keys.map { [$0] } ?? []
  }

  private func visiting<Visitor: RecordVisitor & ~Copyable>(
    _ visitor: consuming Visitor, _ collection: KeyCollection?
  ) -> VisitingWorker<Visitor> {
    VisitingWorker(
      visitor, request.selection, file: 0, keys: collection.map { KeyCollector($0) })
  }

  private func look<Worker: BatchWorker & ~Copyable>(
    _ makeWorker: () -> Worker
  ) throws -> WorkerResult<Worker.Summary> {
    try file.withBytes { try write($0, makeWorker(), into: .none).result }
  }

  fileprivate func write<Worker: BatchWorker & ~Copyable>(
    _ bytes: RawSpan, _ worker: consuming Worker, into output: RecordOutput
  ) throws(FileFailure) -> (result: WorkerResult<Worker.Summary>, notes: NoteList) {
    do throws(JobFailure) {
      return try found.sweep(bytes, partial: partial, into: output, worker)
    } catch {
      throw FileFailure(error, path: file.file.name)
    }
  }

  /// Writes what is left.
  ///
  /// - Parameters:
  ///   - type: The format.
  ///   - target: Where to.
  /// - Returns: What was written, and what there is to report about single keys.
  /// - Throws: What ends the export.
  package func write<Format: RecordFormat>(
    as type: Format.Type, to target: OutputTarget
  ) throws -> (summary: ExportSummary, notes: NoteList) {
    let format = Format(request, counted)
    try target.write { format.begin(&$0) }
    let use = SalvageUse(export: self, output: target.output(format.join))
    let written = try format.withWriters(use)
    try target.write { [checksum = target.checksum] in
      format.end(&$0, isEmpty: written.summary.written == 0, checksum: checksum)
    }
    return written
  }

  /// Counts the keys of each database, and finds the records that servers refuse.
  private mutating func count() throws {
    let header = found.map.header
    let (request, excluded) = (self.request, counted.exclusions[0])
    let summary = try look {
      visiting(
        CountVisitor(
          parts: nil, naming: .identity, counts: true, judge: LoadJudge(request, header),
          excluded: excluded), nil)
    }.summary
    counted = CountedBackup(
      header: request.fileTarget?.header ?? header, files: [summary.parts],
      exclusions: [summary.exclusions])
  }

  /// Writes with the writer of a format.
  private struct SalvageUse: WriterUse {
    let export: SalvageExport
    let output: RecordOutput

    func run<Writer: RecordWriter & ~Copyable>(
      _ makeWriter: @escaping @Sendable (Int) -> Writer
    ) throws -> (summary: ExportSummary, notes: NoteList) where Writer.Summary == ExportCounts {
      try export.file.withBytes { bytes in
        let worker = WritingWorker(
          makeWriter(0), export.request.selection, export.counted.exclusions[0])
        let written = try export.write(bytes, worker, into: output)
        return (written.result.summary, written.notes)
      }
    }
  }
}
