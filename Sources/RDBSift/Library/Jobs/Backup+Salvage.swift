import Export
import RDB
import Restore

/// What is left of a damaged file.
public struct SalvageResult: Sendable {
  /// Records that can be read.
  public let records: Int
  /// Records among them whose offset, database and structure are certain.
  public let sureRecords: Int
  /// Ranges of the RDB data that cannot be read, in bytes.
  public let gaps: [Range<Int>]
  /// Bytes in these ranges.
  public let lostBytes: Int
  /// Bytes of the RDB data.
  public let size: Int
  /// Keys that were written; 0 if nothing was to be.
  public let keys: Int
  /// Collections among them that have only their intact elements.
  public let partialKeys: Int
  /// Whether no damage was found.
  public let isSound: Bool
}

extension Backup {
  /// Reads what is left of a damaged RDB file: the records before, between and behind damage.
  ///
  /// - Parameters:
  ///   - selection: Which keys to write, whether they have expired or not.
  ///   - format: What to write; nil to write nothing.
  ///   - output: Where to; nil to write nothing.
  /// - Returns: What was found and written.
  /// - Throws: ``SiftError``, or what the closure of the output throws. The backup must be one RDB file.
  public func salvage(
    _ selection: Selection = .everything, as format: ExportFormat? = nil,
    to output: ExportOutput? = nil
  ) throws -> SalvageResult {
    guard entries.count == 1, logs.isEmpty else {
      throw SiftError(.notABackup, "a salvage takes one RDB file")
    }
    do {
      let outcomes = eachFile("salvaging") { _, file, options in
        let found = try file.withBytes { SalvagedFile($0, options) }
        guard options.cancellation?.isCancelled != true else { throw JobFailure.stopped }
        if !found.map.isHeaderSound, found.records == 0 {
          try file.failing { source throws(JobFailure) in try source.checkHeader() }
        }
        guard let format, let output else { return SalvageResult(found, keys: 0, partial: 0) }
        var request = ExportRequest(selection.looking())
        request.commands = format.options
        return try salvage(file, found, request, as: format.writer, to: output)
      }
      guard let result = try outcomes.first?.value.get() else {
        throw SiftError(.notABackup, "no RDB file", path: entries[0].name)
      }
      return result
    } catch {
      throw SiftError.ofJob(error)
    }
  }

  private func salvage<Format: RecordFormat>(
    _ file: OpenFile, _ found: SalvagedFile, _ request: ExportRequest, as type: Format.Type,
    to output: ExportOutput
  ) throws -> SalvageResult {
    var export = try SalvageExport(file, found, request, takesPartial: true)
    let collisions = try export.prepare(as: type)
    guard collisions.keys.isEmpty, !collisions.isTruncated else {
      throw ExportRefusal.coincidingKeys(collisions)
    }
    return try output.write(inputs: identities, checksum: type.traits.countsFirst) {
      [export] target in
      let (summary, _) = try export.write(as: type, to: target)
      return SalvageResult(
        found, keys: Int(clamping: summary.written), partial: export.partialCount)
    }
  }
}

extension SalvageResult {
  init(_ found: SalvagedFile, keys: Int, partial: Int) {
    records = found.records
    sureRecords = found.sure
    gaps = found.map.gaps.map(\.range.range)
    lostBytes = found.lostBytes
    size = found.fileSize
    self.keys = keys
    partialKeys = partial
    isSound = found.isSound
  }
}
