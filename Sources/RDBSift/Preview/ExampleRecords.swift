// The records that a preview shows as examples: the first and the largest, independent of threads.

import RDB

/// The first records in the order of files and offsets.
package struct FirstRecords: Hashable, Mergeable, Sendable {
  /// The number of records kept.
  package let limit: Int
  /// The records, with their keys.
  package private(set) var notes: [RecordNote] = []
  private let file: Int

  init(_ limit: Int, file: Int) {
    self.limit = limit
    self.file = file
  }

  @inline(__always)
  mutating func add(_ record: RDBRecord, in bytes: RawSpan) {
    // A thread visits records in file order, so a full list is final.
    if notes.count < limit { notes.append(RecordNote(.example, record, in: bytes, file: file)) }
  }

  /// Adds the examples of another thread or file.
  package mutating func merge(_ other: FirstRecords) {
    notes = Array((notes + other.notes).sorted(by: RecordNote.isBefore).prefix(limit))
  }
}

/// The largest records by bytes in the file.
package struct LargestRecords: Hashable, Mergeable, Sendable {
  static let limit = 5
  /// The records with their keys, the largest first.
  package private(set) var notes: [RecordNote] = []
  private var least = -1
  private let file: Int

  init(file: Int) { self.file = file }

  @inline(__always)
  mutating func add(_ record: RDBRecord, in bytes: RawSpan) {
    guard record.end &- record.start > least else { return }
    insert([RecordNote(.example, record, in: bytes, file: file)])
  }

  /// Adds the largest records of another thread or file.
  package mutating func merge(_ other: LargestRecords) { insert(other.notes) }

  private mutating func insert(_ more: [RecordNote]) {
    notes = Array(
      (notes + more).sorted { a, b in
        let (one, two) = (a.record.end - a.record.start, b.record.end - b.record.start)
        return one == two ? RecordNote.isBefore(a, b) : one > two
      }.prefix(LargestRecords.limit))
    guard notes.count == LargestRecords.limit, let last = notes.last else { return }
    least = last.record.end - last.record.start
  }
}
