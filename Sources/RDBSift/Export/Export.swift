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

  /// What is left out of each file.
  package var exclusions: [Exclusions]

  /// Makes counts; empty for a format that needs none.
  init(
    header: RDBHeader = RDBHeader(isValkey: false, version: 11), files: [[FilteredCounts]] = [],
    exclusions: [Exclusions] = []
  ) {
    self.header = header
    self.files = files
    self.exclusions = exclusions
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
  /// What is left out of each file, so that servers load the output.
  package var exclusions: [Exclusions] = []
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
    var request = request
    request.moments = moments.isEmpty ? [] : files.map(\.part)
    let comparesAll = request.mapping.mayCollide || traits.countsFirst || request.checksDuplicates
    guard comparesAll || isSeveral && !traits.namesFiles else {
      return PreparedExport(
        request: request, format: Format(request, CountedBackup()), counted: nil)
    }
    var result = count(request, traits, [])
    try report(result)
    guard result.isWhole else { throw ExportRefusal.unreadable }
    let duplicates = try duplicates(result, traits)
    if traits.countsFirst, !duplicates.replaced.isEmpty {
      result = count(request, traits, excluding(duplicates, result))
      guard result.isWhole else { throw ExportRefusal.unreadable }
    }
    let exclusions = excluding(duplicates, result)
    var counted = traits.countsFirst ? try self.counted(result, request) : CountedBackup()
    counted.exclusions = exclusions
    return PreparedExport(
      request: request, format: Format(request, counted), counted: result, exclusions: exclusions)
  }

  /// The keys that a file has twice.
  /// - Throws: `ExportRefusal` if keys of different names or files would become one.
  private func duplicates(
    _ result: BackupResult<CountSummary>, _ traits: FormatTraits
  ) throws(ExportRefusal) -> DuplicateKeys {
    var found = result.coinciding
    if traits.namesFiles { found.keys.removeAll { $0.repetitions.isEmpty } }
    let duplicates = DuplicateKeys(
      found, leavesOut: traits.isLoaded, result.readable.map(\.result.summary.exclusions))
    let isTruncated = traits.isLoaded && found.isTruncated
    guard duplicates.collisions.keys.isEmpty, !isTruncated else {
      throw .coincidingKeys(duplicates.collisions)
    }
    return duplicates
  }

  /// The exclusions of each file, with the records that duplicate keys leave out.
  private func excluding(
    _ duplicates: DuplicateKeys, _ result: BackupResult<CountSummary>
  ) -> [Exclusions] {
    result.readable.map { file in
      var exclusions = file.result.summary.exclusions
      for record in duplicates.replaced[file.index] ?? [] {
        exclusions.leaveOut(record, .duplicateKey)
      }
      return exclusions
    }
  }

  /// Compares keys by their new names, and counts the selected keys.
  private func count(
    _ request: ExportRequest, _ traits: FormatTraits, _ excluded: [Exclusions]
  ) -> BackupResult<CountSummary> {
    let counts = traits.countsFirst
    var sweeping = SweepRequest(counts ? "counting" : "comparing keys", request.selection)
    sweeping.comparesFiles = excluded.isEmpty
    sweeping.comparesAllKeys =
      excluded.isEmpty && (counts || request.mapping.mayCollide || request.checksDuplicates)
    if compares(sweeping) {
      var collection = KeyCollection()
      collection.mapping = request.mapping
      collection.takesSlots = isSeveral
      collection.limit = KeyHashes.limit / threads
      sweeping.collection = collection
    }
    let headers = counts ? (try? heads().map(\.header)) ?? [] : []
    return sweep(sweeping) { file in
      let header = headers.indices.contains(file) ? headers[file] : nil
      return CountVisitor(
        parts: request.parts, naming: request.mapping.naming, counts: counts,
        judge: header.map { LoadJudge(request, $0) },
        excluded: excluded.indices.contains(file) ? excluded[file] : Exclusions())
    }
  }

  /// The counts of the first sweep, merged for writing.
  private func counted(
    _ result: BackupResult<CountSummary>, _ request: ExportRequest
  ) throws -> CountedBackup {
    let files = result.readable
    let metadata = files.map(\.result.metadata)
    var counts = files.map(\.result.summary.parts)
    for (index, head) in try heads().enumerated() {
      counts[index][0].conclude(metadata[index], head: head)
    }
    if !moments.isEmpty { alignFunctions(&counts) }
    let target = request.fileTarget
    let joined =
      files.count > 1
      ? FilteredCounts.joined(counts, metadata, isConverted: target != nil) : counts
    let refusals = zip(files, joined).flatMap { file, counts in
      FilteredCounts.Refusal.allCases.filter { counts[0].refusals.contains($0) }
        // All metadata of a log is in its base.
        .filter { isSeveral || $0 != .beside }
        .map { (file: file.file.name, reason: $0) }
    }
    guard refusals.isEmpty else { throw ExportRefusal.format(refusals) }
    return CountedBackup(
      header: target?.header ?? FilteredCounts.header(metadata), files: joined)
  }

  /// Lets the base of a log count as having the functions of its overlay, which has all of them.
  private func alignFunctions(_ counts: inout [[FilteredCounts]]) {
    for (index, file) in files.enumerated().dropFirst() where index < counts.count {
      guard file.replaced != nil else { continue }
      for part in counts[index].indices {
        counts[index][part].functions = counts[index - 1][part].functions
      }
    }
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
    let range = export.request.isContinued ? self.range : nil
    if let range, !range.isFirst { output.goOn(in: range.start.database) }
    let use = WholeExport(backup: self, request: export.sweepRequest, output: output)
    let result = format.withWriters(use)
    if let range, !range.isLast, result.isWhole { output.select(range.endDatabase) }
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
  let request: SweepRequest
  let output: RecordOutput

  func run<Writer: RecordWriter & ~Copyable>(
    _ makeWriter: @escaping @Sendable (Int) -> Writer
  ) -> BackupResult<ExportSummary> where Writer.Summary == ExportCounts {
    backup.write(request, into: output, makeWriter)
  }
}

extension PreparedExport {
  /// The sweep that writes.
  var sweepRequest: SweepRequest {
    var sweep = SweepRequest("exporting", request.selection)
    sweep.exclusions = exclusions
    sweep.old = request.old
    return sweep
  }
}

extension LoadJudge {
  /// Makes a judge of the records of a file with a header.
  init(_ request: ExportRequest, _ header: RDBHeader) {
    let target = request.fileTarget
    self.init(target ?? RDBTarget(header), copies: target == nil)
  }
}
