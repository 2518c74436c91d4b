package import RDB

/// Something to be told about one record when the job is done.
package struct RecordNote: Hashable, Sendable {
  /// What is to be told.
  package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// Left out: neither commands nor a payload recreate it on the target.
    case unsupported
    /// Written, but the sign of a zero score is lost in a small sorted set.
    case minusZero
    /// Written, but deadlines of fields or members are lost, which the target does not have.
    case deadlines
    /// Written, but what no command tells a stream is lost.
    case streamState
    /// Written, but metadata that modules keep beside the key are lost.
    case metadata
    /// Left out: it has no elements.
    case empty
    /// One of the keys that were found.
    case example
  }

  /// What is to be told.
  package let kind: Kind
  /// The record.
  package let record: RDBRecord
  /// The key, unpacked.
  package let key: [UInt8]
  /// The number of the file in the backup, from 0.
  package let file: Int

  /// Makes a note about a record.
  init(_ kind: Kind, _ record: RDBRecord, in bytes: RawSpan, file: Int = 0) {
    self.file = file
    self.kind = kind
    self.record = record
    key = record.readableKey(in: bytes) ?? []
  }
}

extension RecordNote {
  /// Whether one record comes before another, in the order of files and offsets.
  static func isBefore(_ a: RecordNote, _ b: RecordNote) -> Bool {
    (a.file, a.record.offset) < (b.file, b.record.offset)
  }
}

/// Notes in the file's order: all are counted, the first are kept.
package struct NoteList: Sendable {
  private static let limit = 1000

  /// The first thousand.
  package private(set) var kept: [RecordNote] = []
  private var counts: [RecordNote.Kind: Int] = [:]
  private let limit: Int

  /// Makes an empty list.
  package init() { limit = NoteList.limit }

  /// Makes an empty list that keeps every note, for a batch's.
  init(keepsAll: Bool) { limit = keepsAll ? .max : NoteList.limit }

  /// The same notes in the order of their records.
  func sorted() -> NoteList {
    var list = self
    list.kept.sort { $0.record.start < $1.record.start }
    return list
  }

  /// How many there are of a kind.
  package func count(_ kind: RecordNote.Kind) -> Int { counts[kind] ?? 0 }

  /// Adds a note about a record.
  package mutating func append(
    _ kind: RecordNote.Kind, _ record: RDBRecord, in bytes: RawSpan
  ) {
    counts[kind, default: 0] += 1
    guard kept.count < limit else { return }
    kept.append(RecordNote(kind, record, in: bytes))
  }

  /// Adds the notes of what comes next in the file.
  mutating func append(_ other: NoteList) {
    counts.merge(other.counts) { $0 + $1 }
    kept.append(contentsOf: other.kept.prefix(limit - kept.count))
  }
}
