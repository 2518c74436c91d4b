// Records by their offsets: what was noted about them, and what is there instead.

import RDB

/// A record that is asked for by its offset.
package struct RecordPick: Hashable, Sendable {
  /// The first byte of the record, its attributes included.
  package var offset: Int
  /// The database that it has to be in; nil for any.
  package var database: UInt32?
  /// The bytes of the key that it has to have; nil for any.
  package var key: [UInt8]?
  /// The bytes that it has to take in the file; nil for any number.
  package var recordBytes: Int?

  /// Makes a pick of whatever record begins at an offset.
  package init(offset: Int) { self.offset = offset }

  /// Whether a record is the one.
  func matches(_ record: RDBRecord, in bytes: RawSpan) -> Bool {
    record.start == offset && (database ?? record.database) == record.database
      && (recordBytes ?? record.byteCount) == record.byteCount
      && (key == nil || key == record.readableKey(in: bytes))
  }
}

/// The records of a file that are asked for.
package struct RecordPicks: Sendable {
  /// The picks in file order, each once.
  let picks: [RecordPick]
  /// Whether records may be opened without a scan, which leaves out the opcodes between records.
  let mayOpen: Bool

  /// Makes picks; with `mayOpen`, picks with a database and a key need no scan of a mapped file.
  package init(_ picks: [RecordPick], mayOpen: Bool = true) {
    self.picks = Set(picks).sorted { $0.offset < $1.offset }
    self.mayOpen = mayOpen
  }
}

/// A pick, and what is at its offset instead.
package struct WrongOffset: Hashable, Sendable {
  /// What is at the offset.
  package enum Found: Hashable, Sendable {
    /// No record: the header, or opcodes between records.
    case nothing
    /// A record that begins at `start`, with its size in bytes; the key is nil if it is not readable.
    case record(start: Int, byteCount: Int, database: UInt32, key: [UInt8]?)
    /// What follows the last record, which ends there.
    case end(Int)
  }

  /// What was asked for.
  package let pick: RecordPick
  /// What is there.
  package let found: Found
}

extension RDBRecord {
  /// Bytes of the record, its attributes included.
  var byteCount: Int { end &- start }
}
