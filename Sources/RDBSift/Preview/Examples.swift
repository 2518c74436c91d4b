// Records that a preview shows as examples: the first and the biggest, the same for any number of threads.

import RDB

/// Examples: the first in the order of files and offsets.
package struct FirstNotes: Hashable, Mergeable, Sendable {
  /// How many are kept.
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
    // A thread meets records in the file's order, so what is full stays as it is.
    if notes.count < limit { notes.append(RecordNote(.example, record, in: bytes, file: file)) }
  }

  /// Adds the examples of another thread or file.
  package mutating func merge(_ other: FirstNotes) {
    notes = Array((notes + other.notes).sorted(by: RecordNote.isBefore).prefix(limit))
  }
}

/// The biggest records.
package struct BiggestRecords: Hashable, Mergeable, Sendable {
  static let limit = 5
  /// The records with their keys, the biggest first.
  package private(set) var notes: [RecordNote] = []
  private var least = -1
  private let file: Int

  init(file: Int) { self.file = file }

  @inline(__always)
  mutating func add(_ record: RDBRecord, in bytes: RawSpan) {
    guard record.end &- record.start > least else { return }
    insert([RecordNote(.example, record, in: bytes, file: file)])
  }

  /// Adds the biggest records of another thread or file.
  package mutating func merge(_ other: BiggestRecords) { insert(other.notes) }

  private mutating func insert(_ more: [RecordNote]) {
    notes = Array(
      (notes + more).sorted { a, b in
        let (one, two) = (a.record.end - a.record.start, b.record.end - b.record.start)
        return one == two ? RecordNote.isBefore(a, b) : one > two
      }.prefix(BiggestRecords.limit))
    guard notes.count == BiggestRecords.limit, let last = notes.last else { return }
    least = last.record.end - last.record.start
  }
}
