// The keys of an old backup that a new one lacks, for an export that deletes them.

package import AOF
import RDB
package import Restore

/// Keys by name.
package struct RemovedKeys: Mergeable, Sendable {
  fileprivate(set) var keys: [AbsentKey] = []

  /// Adds the keys of another thread or file.
  package mutating func merge(_ other: RemovedKeys) { keys += other.keys }

  /// The keys by database and name.
  package var sorted: [AbsentKey] {
    keys.sorted { one, other in
      one.database != other.database
        ? one.database < other.database : one.key.lexicographicallyPrecedes(other.key)
    }
  }
}

/// Marks the keys of an old backup that the new one has.
private struct PresentKeyVisitor: RecordVisitor, ~Copyable {
  private var comparer: Comparer

  init(_ old: KeyIndex, file: Int) { comparer = Comparer(old, file: file) }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    if case .restore = disposition { try comparer.mark(record, in: bytes) }
  }

  consuming func finish() -> ComparisonSummary { comparer.finish() }
}

/// Collects the keys of an old backup that are not marked.
private struct RemovedKeyVisitor: RecordVisitor, ~Copyable {
  private let index: KeyIndex
  private let present: [UInt64]
  private var reader: ContentReader
  private var removed = RemovedKeys()

  init(_ index: KeyIndex, present: [UInt64]) {
    self.index = index
    self.present = present
    reader = ContentReader(index.key)
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    guard case .restore = disposition,
      let place = index.place(of: try reader.key(of: record, in: bytes)),
      present[place / 64] >> UInt64(place % 64) & 1 == 0,
      let key = record.readableKey(in: bytes)
    else { return }
    removed.keys.append(AbsentKey(database: record.database, key: key, isExpired: false))
  }

  consuming func finish() -> RemovedKeys { removed }
}

extension Backup {
  /// Finds the keys of an old backup that this one lacks, or has only as expired.
  ///
  /// - Parameters:
  ///   - selection: Which keys, by database and name.
  ///   - old: The old backup.
  ///   - index: The index of its keys.
  /// - Returns: The keys.
  /// - Throws: Why a file could not be read to its end: what is missing there may be present.
  package func removedKeys(
    _ selection: RestoreSelection, of old: Backup, _ index: KeyIndex
  ) throws -> [AbsentKey] {
    let present = sweep(SweepRequest("looking for removed keys", selection)) {
      PresentKeyVisitor(index, file: $0)
    }
    if let failure = present.firstFailure { throw failure }
    let places = present.merged?.restoredPlaces ?? []
    guard !places.isEmpty else { return [] }
    let removed = old.sweep(SweepRequest("looking for removed keys", selection.onNames)) { _ in
      RemovedKeyVisitor(index, present: places)
    }
    if let failure = removed.firstFailure { throw failure }
    return removed.merged?.sorted ?? []
  }
}
