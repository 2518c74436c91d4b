// What `show` tells of a key beside its value: where each byte belongs, and what was deleted.

import Export
import RDB
import RDBSift
import Restore
import Storage

extension Show {
  /// Writes the bytes of records.
  func writeHex(_ found: LookupSummary, _ bytes: RawSpan, _ session: Session) throws {
    let dump = HexDump(dialect: found.context.dialect, limit: options.limit)
    for (index, record) in found.records.enumerated() {
      if index > 0 { try session.console.write(line: "") }
      let trace = try RecordTrace(record, in: bytes, found.context, limit: Show.partLimit)
      try dump.write(trace, in: bytes) { try session.console.write($0) }
    }
  }

  /// Parts that are told apart: each costs a walk over those before it.
  private static var partLimit: Int { 20_000 }

  /// Writes the deleted entries of streams.
  /// - Returns: How many there are.
  func writeDeleted(_ found: LookupSummary, _ bytes: RawSpan, _ session: Session) throws -> Int {
    var count = 0
    for record in found.records {
      guard record.type.shape(in: found.context.dialect) == .stream else {
        let key = record.readableKey(in: bytes) ?? []
        throw Misuse("--deleted is for streams; \(Formatting.key(key, width: 60)) is not one")
      }
      var sink = DeletedEntrySink(bytes)
      var scratch = Scratch()
      var at = record.valueOffset
      try walk(record.type, found.context, in: bytes, at: &at, scratch: &scratch, into: &sink)
      for entry in sink.entries {
        count += 1
        let place = entry.offset.map { "byte \($0)" } ?? "packed at byte \(record.valueOffset)"
        let fields = entry.fields.map { Formatting.key($0) }.joined(separator: " ")
        try session.console.write(
          line: "\(entry.id.description)\tdb \(record.database)\t\(place)\t\(fields)")
      }
    }
    return count
  }
}
