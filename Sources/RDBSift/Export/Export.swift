// Exports a backup in any format. A first sweep, if needed, compares and counts keys; a second one writes.

import Export
package import RDB
import Restore
package import Storage

/// Why an export was refused before it wrote anything.
package enum ExportRefusal: Error, Sendable {
  /// Several keys would get the same database and name.
  case coincidingKeys(CoincidingKeys)
  /// A file cannot be read to its end.
  case unreadable
  /// Files that cannot be filtered to an RDB file.
  case format([(file: String, reason: FilteredCounts.Refusal)])
}

/// The counts of a backup before its export.
package struct CountedBackup: Sendable {
  /// The header of a file that holds the records of all files.
  package var header: RDBHeader
  /// The counts by file and output.
  package var files: [[FilteredCounts]]

  /// Makes counts; empty for a format that needs none.
  init(header: RDBHeader = RDBHeader(isValkey: false, version: 11), files: [[FilteredCounts]] = [])
  {
    self.header = header
    self.files = files
  }
}

/// An export that is ready to write.
package struct PreparedExport<Format: RecordFormat>: Sendable {
  /// The request.
  package let request: ExportRequest
  /// The format.
  package let format: Format
  /// The result of the first sweep, if there was one.
  package let counted: BackupResult<CountSummary>?
}

extension Backup {
  /// Checks whether an export is possible, and makes the counts that the format needs.
  ///
  /// - Parameters:
  ///   - format: The format.
  ///   - request: The request.
  ///   - report: Receives the result of the first sweep, if there is one, before a refusal is thrown.
  /// - Returns: The export, ready to write.
  /// - Throws: `ExportRefusal`, or `FileFailure` if a file cannot be read.
  package func prepareExport<Format: RecordFormat>(
    as format: Format.Type, _ request: ExportRequest,
    report: (BackupResult<CountSummary>) throws -> Void
  ) throws -> PreparedExport<Format> {
    let traits = Format.traits
    let compares = isSeveral && !traits.namesFiles || request.mapping.mayCollide
    guard traits.countsFirst || compares else {
      return PreparedExport(
        request: request, format: Format(request, CountedBackup()), counted: nil)
    }
    let result = count(request, counts: traits.countsFirst)
    try report(result)
    guard result.isWhole else { throw ExportRefusal.unreadable }
    var coinciding = result.coinciding
    if traits.namesFiles { coinciding.keys.removeAll { $0.repetitions.isEmpty } }
    guard coinciding.keys.isEmpty else { throw ExportRefusal.coincidingKeys(coinciding) }
    let counted = traits.countsFirst ? try counted(result) : CountedBackup()
    return PreparedExport(request: request, format: Format(request, counted), counted: result)
  }

  /// Compares keys by their new names, and counts the selected keys.
  private func count(_ request: ExportRequest, counts: Bool) -> BackupResult<CountSummary> {
    var sweeping = SweepRequest(counts ? "counting" : "comparing keys", request.selection)
    sweeping.comparesFiles = true
    sweeping.comparesAllKeys = request.mapping.mayCollide
    if compares(sweeping) {
      var collection = KeyCollection()
      collection.mapping = request.mapping
      collection.takesSlots = isSeveral
      collection.limit = KeyHashes.limit / threads
      sweeping.collection = collection
    }
    return sweep(sweeping) { _ in
      CountVisitor(parts: request.parts, naming: request.mapping.naming, counts: counts)
    }
  }

  /// The counts of the first sweep, merged for writing.
  private func counted(_ result: BackupResult<CountSummary>) throws -> CountedBackup {
    let files = result.readable
    let metadata = files.map(\.result.metadata)
    var counts = files.map(\.result.summary.parts)
    for (index, head) in try heads().enumerated() {
      counts[index][0].conclude(metadata[index], head: head)
    }
    let joined = isSeveral ? FilteredCounts.joined(counts, metadata) : counts
    let refusals = zip(files, joined).flatMap { file, counts in
      FilteredCounts.Refusal.allCases.filter { counts[0].refusals.contains($0) }
        .map { (file: file.file.name, reason: $0) }
    }
    guard refusals.isEmpty else { throw ExportRefusal.format(refusals) }
    return CountedBackup(header: FilteredCounts.header(metadata), files: joined)
  }

  /// Writes the selected keys to one output.
  ///
  /// - Returns: The results per file.
  /// - Throws: `SystemError` if the output cannot be written.
  package func export<Format: RecordFormat>(
    _ export: PreparedExport<Format>, to target: OutputTarget
  ) throws(SystemError) -> BackupResult<ExportSummary> {
    let format = export.format
    try target.write { format.begin(&$0) }
    let output = target.output(format.join)
    let use = WholeExport(backup: self, selection: export.request.selection, output: output)
    let result = format.withWriters(use)
    if let failure = output.failure { throw failure }
    let written = result.merged?.written ?? 0
    try target.write { [checksum = target.checksum] in
      format.end(&$0, isEmpty: written == 0, checksum: checksum)
    }
    return result
  }
}

/// Writes a backup to one output.
private struct WholeExport: WriterUse {
  let backup: Backup
  let selection: Selection
  let output: RecordOutput

  func run<Writer: RecordWriter & ~Copyable>(
    _ makeWriter: @escaping @Sendable (Int) -> Writer
  ) -> BackupResult<ExportSummary> where Writer.Summary == ExportCounts {
    backup.write(SweepRequest("exporting", selection), into: output, makeWriter)
  }
}
