// The base of a log at a moment: its records count as far as the log left their keys alone.

import AOF
import RDB

/// Tells which records of a base no longer count.
package struct ReplacedRecords: Sendable {
  let changes: BaseChanges
  /// Keys that expired before this moment are dropped too (Unix milliseconds); nil to keep them.
  let expiredBefore: Int64?

  /// Removes the records and function libraries that no longer count.
  func filter(_ batch: inout RecordBatch, in bytes: RawSpan) {
    batch.remove(
      records: { removes($0, in: bytes) },
      events: { event in
        switch event {
        case .function, .functionPreGA: changes.replacesFunctions
        default: false
        }
      })
  }

  private func removes(_ record: RDBRecord, in bytes: RawSpan) -> Bool {
    if let expiredBefore, let expiry = record.expiry, expiry.rawValue < expiredBefore {
      return true
    }
    if let raw = record.rawKey {
      return changes.replaces(bytes.extracting(raw.offset..<raw.end), in: record.database)
    }
    guard let key = record.readableKey(in: bytes) else { return false }
    return key.withRawSpan { changes.replaces($0, in: record.database) }
  }
}
