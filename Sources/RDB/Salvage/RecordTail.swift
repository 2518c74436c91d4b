/// The last records of a stretch: those that may have led it astray.
package struct RecordTail: Sendable {
  /// Records that are kept.
  static let limit = 4

  /// The last records, in the file's order.
  package private(set) var records: [RDBRecord] = []

  /// Makes a tail of nothing.
  package init() {}

  /// Takes in the records of a batch, some of which it may have seen.
  package mutating func take(_ batch: borrowing RecordBatch) {
    for index in max(0, batch.count &- RecordTail.limit)..<batch.count {
      let record = batch[index]
      if let last = records.last, last.start >= record.start { continue }
      records.append(record)
    }
    if records.count > RecordTail.limit { records.removeFirst(records.count - RecordTail.limit) }
  }
}
