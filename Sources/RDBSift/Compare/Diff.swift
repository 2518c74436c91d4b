// `diff`: what distinguishes two backups. The keys of the old one are indexed, and those of the new one
// are looked up. A second sweep over the old one finds the keys that the new one lacks; there is none
// if each was found.

import Export
import RDB
package import Restore

/// The request of a diff.
package struct DiffRequest: Sendable {
  /// Which keys, whether they have expired or not.
  package var selection: RestoreSelection
  /// The keys of the old backup.
  package var old: KeyIndex
  /// How to list the changes; nil for no list.
  package var list: RecordListFormat?

  /// Makes a request.
  package init(_ selection: RestoreSelection, old: KeyIndex) {
    self.selection = selection
    self.old = old
  }
}

/// What a sweep over the new backup found.
package struct DiffSummary: Mergeable, Sendable {
  /// The keys by change, the removed ones excluded.
  package fileprivate(set) var comparison: ComparisonSummary
  /// The keys of the new backup.
  package fileprivate(set) var keys: ComparedKeys
  /// Rows written to the list.
  package fileprivate(set) var rows: UInt64

  /// Adds what another pass over the same keys, with the rest of the index, has found.
  package mutating func add(pass other: DiffSummary) {
    comparison.merge(other.comparison)
    rows &+= other.rows
  }

  /// Adds the summary of another thread or file.
  package mutating func merge(_ other: DiffSummary) {
    comparison.merge(other.comparison)
    keys.merge(other.keys)
    rows &+= other.rows
  }
}

/// Compares the keys of the new backup with the index of the old one.
struct DiffVisitor: RecordVisitor, ~Copyable {
  static var visitsSkipped: Bool { true }
  /// Records per slice: enough for their cache misses to overlap.
  private static let sliceCount = 256

  private var output = OutputBuffer(capacity: 4096)
  private var comparer: Comparer
  private var lister: DiffLister?
  private var keys: ComparedKeyCounter
  private var compared: [ComparedRecord] = []

  init(_ request: DiffRequest, file: Int) {
    comparer = Comparer(request.old, file: file)
    lister = request.list.map { DiffLister($0, file: file) }
    keys = ComparedKeyCounter(now: request.selection.now)
  }

  mutating func exchange(_ output: inout OutputBuffer) { swap(&self.output, &output) }

  mutating func beginPart() { lister?.beginPart() }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    switch disposition {
    case .restore(let expiry):
      keys.add(record, until: expiry, in: context.dialect)
      compared.append(ComparedRecord(record, until: expiry))
      if compared.count == DiffVisitor.sliceCount { try finishSlice(in: bytes, context.values) }
    // The key is there, with a value that the selection leaves out: it was not removed.
    case .skip(.type), .skip(.measure): try comparer.mark(record, in: bytes)
    case .skip: break
    }
  }

  mutating func end(_ bytes: RawSpan, _ context: borrowing VisitContext) throws(JobFailure) {
    try finishSlice(in: bytes, context.values)
  }

  private mutating func finishSlice(
    in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) {
    let failure = comparer.compare(&compared, in: bytes, context)
    if lister != nil {
      for record in compared where !record.isElsewhere {
        lister?.append(record, in: bytes, context.dialect, to: &output)
      }
    }
    if !compared.isEmpty { compared.removeAll(keepingCapacity: true) }
    if let failure { throw failure }
  }

  consuming func finish() -> DiffSummary {
    let rows = lister?.rows ?? 0
    return DiffSummary(comparison: comparer.finish(), keys: keys.finish(), rows: rows)
  }
}

extension Backup {
  /// Compares the backup with the index of an older one.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - output: Receives the rows of a list.
  /// - Returns: The changes per file, without removed keys.
  package func diff(
    _ request: DiffRequest, into output: RecordOutput? = nil
  ) -> BackupResult<DiffSummary> {
    sweep(SweepRequest("comparing", request.selection), into: output) {
      DiffVisitor(request, file: $0)
    }
  }

  /// Finds the keys of this, the old backup, that the new one lacks.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - found: The result of the comparison.
  ///   - output: Receives the rows of a list.
  /// - Returns: The removed keys.
  package func removedKeys(
    _ request: DiffRequest, after found: ComparisonSummary, into output: RecordOutput? = nil
  ) -> BackupResult<DeletedSummary> {
    sweep(SweepRequest("looking for removed keys", request.selection), into: output) { file in
      DeletedKeyVisitor(
        request.old, restored: found.restoredPlaces,
        request.list.map { DiffLister($0, file: file) }, file: file)
    }
  }
}
