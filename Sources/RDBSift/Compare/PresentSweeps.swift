// The two passes over a fresh backup of what is there now. In the first each of its keys is remembered;
// then each key that would be restored is looked up. What was not looked up, but is asked for, is
// deleted: that is told in the second.

package import Export
package import RDB
package import Restore

extension Selection {
  /// Who is asked for among the keys that are there now.
  ///
  /// They have no moment to go back to, and no expiry of theirs moves.
  package var amongPresent: Selection { Selection(filter: filter, now: now) }

  /// The same, by database and key alone: what comes back under a name replaces it, whatever it is.
  package var namesAmongPresent: Selection {
    var names = filter
    names.types = nil
    names.measures = RecordMeasures()
    names.measures.slot = filter.measures.slot
    return Selection(filter: names, now: now)
  }
}

/// Remembers the keys of a file.
package struct PresentWorker: RecordWorker, ~Copyable {
  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private var reader: ContentReader
  private var intake: PresentIntake
  private var count: UInt64 = 0

  /// Makes a worker for one thread.
  package init(_ selection: Selection, _ builder: PresentKeysBuilder) {
    selector = RecordSelector(selection.namesAmongPresent)
    reader = ContentReader(builder.key)
    intake = PresentIntake(builder)
  }

  /// Remembers.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      guard case .restore(let expiry) = answer else { continue }
      let digest = try reader.value(of: record, in: bytes, context)
      let hash = try reader.key(of: record, in: bytes)
      intake.insert(hash, PresentValue(digest: digest, expiry: expiry))
      count &+= 1
    }
  }

  /// Keys that were remembered.
  package consuming func finish() -> UInt64 {
    intake.flush()
    return count
  }
}

/// Finds the keys that are there, asked for, and do not come back.
package struct DeletedWorker: RecordWorker, ~Copyable {
  /// Where the rows of a list go.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private var reader: ContentReader
  private let present: PresentKeys
  private let seen: [UInt64]
  private let lister: FateLister?
  private var tally = RunningTally(patternCount: 0)
  private var summary = ComparisonSummary()

  /// Makes a worker for one thread.
  ///
  /// - Parameters:
  ///   - selection: What is asked for.
  ///   - present: The keys of the file.
  ///   - summary: What was found about the keys that come back.
  ///   - list: How each key is listed, if it is.
  ///   - isContinued: Whether the list has rows already.
  package init(
    _ selection: Selection, _ present: PresentKeys, after summary: ComparisonSummary,
    list: FateRowWriter? = nil, isContinued: Bool = false
  ) {
    lister = list.map { FateLister($0, isContinued: isContinued) }
    selector = RecordSelector(selection.amongPresent)
    reader = ContentReader(present.key)
    self.present = present
    seen = summary.seen
  }

  /// A part knows nothing of the rows before it.
  package mutating func beginPart(_ joint: PartJoint) { lister?.beginPart() }

  /// Looks.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      guard case .restore(let expiry) = answer,
        let place = present.place(of: try reader.key(of: record, in: bytes)),
        seen[place / 64] >> UInt64(place % 64) & 1 == 0
      else { continue }
      tally.add(record, .restore(expiry: expiry), pattern: nil, in: context.dialect)
      summary.add(.deleted, record, in: bytes)
      lister?.append(
        FateRow(
          record, fate: RestoreEffect.deleted.name, effect: RestoreEffect.deleted.name,
          pattern: selector.lastMatch), in: bytes, context.dialect, to: &output)
    }
  }

  /// What was found, and rows that were written.
  package consuming func finish() -> (summary: ComparisonSummary, rows: UInt64) {
    summary.close(
      RestoreEffect.allCases.map { $0 == .deleted ? tally : RunningTally(patternCount: 0) })
    return (summary, lister?.rows ?? 0)
  }
}
