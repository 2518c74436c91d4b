// A stretch of a damaged file: as far as boundaries make sense.

/// What a stretch of a file turned out to be.
package struct SalvageScan: Sendable {
  /// A record whose value is damaged.
  package struct Failure: Sendable {
    /// The record.
    package var record: RDBRecord
    /// What is wrong, and where.
    package var error: RDBError
    /// Whether it is one of a row of records without a key, which zeros look like.
    package var isFiller = false

    /// Makes a failure.
    package init(_ record: RDBRecord, _ error: RDBError) {
      self.record = record
      self.error = error
    }
  }

  /// Records whose values are damaged, in the file's order.
  package var failures: [Failure]
  /// Where it stopped.
  package var scanner: RDBScanner
  /// Why it stopped; nil at the end opcode.
  package var error: RDBError?
  /// The last records before that.
  package var tail = RecordTail()
  /// The end opcode's place and checksum, if it was read.
  package var end: (at: Int, checksum: UInt64?)?
  /// Whether an AUX field says that the file is Dragonfly's.
  package var namesDragonfly = false

  /// Keys that were looked at, to see what keys are like here.
  package var keys = 0
  /// Those of them that are text.
  package var textKeys = 0

  /// Makes a stretch of which nothing was read.
  package init(at scanner: RDBScanner) {
    failures = []
    self.scanner = scanner
  }

  /// Scans from a scanner's place on, and checks each record, on one thread.
  ///
  /// A record that begins at `limit` or behind it is left to whoever goes on.
  package init(_ bytes: RawSpan, from start: RDBScanner, until limit: Int = .max) {
    self.init(at: start)
    var batch = RecordBatch()
    var check = RecordCheck()
    do throws(RDBError) {
      while true {
        batch.removeAll()
        defer { take(batch, in: bytes, &check) }
        if try scanner.scan(bytes, until: limit, into: &batch) != .batchFull { break }
      }
    } catch {
      self.error = error
    }
  }

  /// Takes in a batch.
  private mutating func take(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, _ check: inout RecordCheck
  ) {
    examine(batch, in: bytes, scanner.context, &check)
    note(batch, in: bytes)
  }

  /// Checks the records of a batch.
  package mutating func examine(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, _ context: ValueContext,
    _ check: inout RecordCheck
  ) {
    var fillers = 0
    for index in 0..<batch.count {
      let record = batch[index]
      do throws(RDBError) {
        _ = try check.check(record, in: bytes, context)
      } catch {
        failures.append(Failure(record, error))
      }
      guard record.keyCount == 0, fillers < SalvageScan.sample, isFiller(index, of: batch)
      else { continue }
      fillers &+= 1
      var failure = Failure(record, RDBError(.duplicateElement, at: record.offset))
      failure.isFiller = true
      if failures.last?.record.start == record.start { failures.removeLast() }
      failures.append(failure)
    }
    look(batch, in: bytes)
  }

  /// Whether a record without a key stands beside another.
  private func isFiller(_ index: Int, of batch: borrowing RecordBatch) -> Bool {
    let record = batch[index]
    let next = index &+ 1 < batch.count ? batch[index &+ 1] : nil
    let previous = index > 0 ? batch[index &- 1] : nil
    return [previous, next].contains { other in
      guard let other else { return false }
      return other.keyCount == 0 && other.database == record.database
    }
  }

  /// Looks at some keys of a batch.
  private mutating func look(_ batch: borrowing RecordBatch, in bytes: RawSpan) {
    for index in max(0, batch.count &- SalvageScan.sample)..<batch.count {
      keys &+= 1
      if PlausibilityScore.isText(batch[index], in: bytes) { textKeys &+= 1 }
    }
  }

  /// Keys of a batch that are looked at, and rows of keys without bytes that are kept.
  private static let sample = 8

  /// Takes in what a batch says beside its records, and which was the last.
  package mutating func note(_ batch: borrowing RecordBatch, in bytes: RawSpan) {
    tail.take(batch)
    for (_, event) in batch.events {
      switch event {
      case .end(let place, let checksum): end = (place, checksum)
      case .aux(.raw(let name), _):
        if bytes.extracting(name.range).equals(SalvageScan.dragonfly) { namesDragonfly = true }
      default: break
      }
    }
  }

  private static let dragonfly = Array("df-ver".utf8)
}
