// Any job over the files of a set, with a census of their keys on the way: which slots they are in, and
// which keys there are. So a set needs no sweep of its own to be judged.

package import Export
package import RDB
package import Restore

/// The keys of one file.
package struct ShardCensus: Sendable {
  /// All keys.
  package var keys: UInt64 = 0
  /// The slots that they are in, by their names.
  package var slots = SlotSet()
  /// Whether there are keys outside of database 0.
  package var hasOtherDatabases = false
  /// Keys that the selection restores.
  package var restored: UInt64 = 0
  /// Hashes of those, a row per thread.
  package var hashes: [KeyCensus] = []

  /// Makes a census of nothing.
  package init() {}

  /// Adds what another thread counted in the same file.
  package mutating func merge(_ other: ShardCensus) {
    keys += other.keys
    restored += other.restored
    slots.formUnion(other.slots)
    hasOtherDatabases = hasOtherDatabases || other.hasOtherDatabases
    hashes += other.hashes
  }
}

/// What a job counted, and the census.
package struct CensusSummary<Summary: Sendable>: Sendable {
  /// What the job counted.
  package var job: Summary
  /// The census.
  package var census: ShardCensus
}

/// Runs a job's worker, and counts.
package struct CensusWorker<Base: RecordWorker & ~Copyable>: RecordWorker, ~Copyable {
  private var base: Base
  private var selector: RecordSelector
  private var census = ShardCensus()
  private var hashes = KeyCensus()
  private var scratch = Scratch()

  /// Puts a census around a worker; keys that the selection restores are compared with each other.
  package init(_ base: consuming Base, comparing selection: Selection) {
    self.base = base
    selector = RecordSelector(selection)
  }

  /// Where the job writes.
  package var output: OutputBuffer {
    _read { yield base.output }
    _modify { yield &base.output }
  }

  /// As the job needs it, or the selection.
  package var needsOrder: Bool { base.needsOrder || selector.needsOrder }

  /// The job's own.
  package mutating func beginPart(_ joint: PartJoint) { base.beginPart(joint) }

  /// Does the job's work, and counts.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    try base.process(batch, in: bytes, context: context, notes: &notes)
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      census.keys &+= 1
      if record.database != 0 { census.hasOtherDatabases = true }
      if let raw = record.rawKey {
        let key = bytes.extracting(raw.offset..<raw.end)
        count(key, ByteHash.of(key), record, answer)
      } else {
        countPacked(record, answer, in: bytes)
      }
    }
  }

  private mutating func countPacked(
    _ record: RDBRecord, _ answer: Disposition, in bytes: RawSpan
  ) {
    // A key that cannot be read has been told of by the job.
    guard let key = (try? record.key(in: bytes)).flatMap({ $0.spelled(in: bytes) })
    else { return }
    key.withRawSpan { count($0, ByteHash.of($0), record, answer) }
  }

  @inline(__always)
  private mutating func count(
    _ key: RawSpan, _ hash: UInt64, _ record: RDBRecord, _ answer: Disposition
  ) {
    census.slots.insert(HashSlot(of: key))
    guard case .restore = answer else { return }
    census.restored &+= 1
    hashes.add(ByteHash.of(hash, database: record.database))
  }

  /// What was counted.
  package consuming func finish() -> CensusSummary<Base.Summary> {
    census.hashes = [hashes]
    return CensusSummary(job: base.finish(), census: census)
  }
}

/// Does nothing: for a sweep that only takes the census.
package struct IdleWorker: RecordWorker, ~Copyable {
  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)

  /// Makes a worker for one thread.
  package init() {}

  /// Does nothing.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {}

  /// Nothing.
  package consuming func finish() {}
}
