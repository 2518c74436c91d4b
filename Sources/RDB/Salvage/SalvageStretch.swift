// A stretch of a damaged file: as far as boundaries make sense.

/// What a stretch of a file turned out to be.
public struct SalvageStretch: Sendable {
  /// A record whose value is damaged.
  public struct Failure: Sendable {
    /// The record.
    public var record: RDBRecord
    /// What is wrong, and where.
    public var error: RDBError

    /// Makes a failure.
    public init(_ record: RDBRecord, _ error: RDBError) {
      self.record = record
      self.error = error
    }
  }

  /// Records whose values are damaged, in the file's order.
  public var failures: [Failure]
  /// Where it stopped.
  public var scanner: RDBScanner
  /// Why it stopped; nil at the end opcode.
  public var error: RDBError?
  /// The last record before that.
  public var last: RDBRecord?
  /// The end opcode's place and checksum, if it was read.
  public var end: (at: Int, checksum: UInt64?)?
  /// Whether an AUX field says that the file is Dragonfly's.
  public var namesDragonfly = false

  /// Keys that were looked at, to see what keys are like here.
  public var keys = 0
  /// Those of them that are text.
  public var textKeys = 0

  /// Makes a stretch of which nothing was read.
  public init(at scanner: RDBScanner) {
    failures = []
    self.scanner = scanner
  }

  /// Scans from a scanner's place on, and checks each record, on one thread.
  ///
  /// A record that begins at `limit` or behind it is left to whoever goes on.
  public init(_ bytes: RawSpan, from start: RDBScanner, until limit: Int = .max) {
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

  /// Checks the records of a batch.
  private mutating func take(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, _ check: inout RecordCheck
  ) {
    for index in 0..<batch.count {
      let record = batch[index]
      do throws(RDBError) {
        _ = try check.check(record, in: bytes, scanner.context)
      } catch {
        failures.append(Failure(record, error))
      }
    }
    look(batch, in: bytes)
    note(batch, in: bytes)
  }

  /// Looks at some keys of a batch.
  public mutating func look(_ batch: borrowing RecordBatch, in bytes: RawSpan) {
    for index in max(0, batch.count &- SalvageStretch.sample)..<batch.count {
      keys &+= 1
      if Evidence.isText(batch[index], in: bytes) { textKeys &+= 1 }
    }
  }

  /// Keys of a batch that are looked at.
  private static let sample = 8

  /// Takes in what a batch says beside its records, and which was the last.
  public mutating func note(_ batch: borrowing RecordBatch, in bytes: RawSpan) {
    if batch.count > 0 { last = batch[batch.count - 1] }
    for (_, event) in batch.events {
      switch event {
      case .end(let place, let checksum): end = (place, checksum)
      case .aux(.raw(let name), _):
        if bytes.extracting(name.range).equals(SalvageStretch.dragonfly) { namesDragonfly = true }
      default: break
      }
    }
  }

  private static let dragonfly = Array("df-ver".utf8)
}
