// A row and what it is sorted by. In a run, rows are stored one after the other, each as
//
//   rank, offset, file (complemented if the row comes last), bytes of the key, bytes of the row: 8 each
//   the key, if rows are sorted by key
//   the row as it is printed
//
// with the numbers least significant byte first.

import Export
import RDB

/// A row, its rank and its place.
struct RowEntry: BitwiseCopyable, Sendable {
  /// Bytes before the key of a stored row.
  static let headerCount = 40

  /// The rank, smallest first.
  var rank: Int64
  /// Whether the record has no value to sort by, so that the row comes last.
  var isLast: Bool
  /// The number of the file.
  var file: Int
  /// The offset of the record in the file.
  var offset: Int
  /// The place of the key, which is empty unless rows are sorted by key; the row follows.
  var key: ByteRange
  /// Bytes of the row.
  var rowCount = 0

  /// The place of the row.
  var row: ByteRange { ByteRange(offset: key.end, count: rowCount) }
  /// The end of the row.
  var end: Int { key.end &+ rowCount }

  /// Makes an entry whose key and row follow in a buffer.
  init(rank: Int64?, file: Int, offset: Int, key: ByteRange) {
    self.rank = rank ?? 0
    isLast = rank == nil
    self.file = file
    self.offset = offset
    self.key = key
  }

  /// Reads the entry that is stored at an offset of a run.
  init(at offset: Int, of bytes: RawSpan) {
    rank = bytes.number(at: offset)
    self.offset = Int(bytes.number(at: offset &+ 8))
    let file = bytes.number(at: offset &+ 16)
    isLast = file < 0
    self.file = Int(file < 0 ? ~file : file)
    key = ByteRange(
      offset: offset &+ RowEntry.headerCount, count: Int(bytes.number(at: offset &+ 24)))
    rowCount = Int(bytes.number(at: offset &+ 32))
  }

  /// Stores the entry with its key and row, which are in `bytes`.
  func append(from bytes: RawSpan, to output: inout OutputBuffer) {
    let numbers: InlineArray<5, Int64> = [
      rank, Int64(offset), Int64(isLast ? ~file : file), Int64(key.count), Int64(rowCount),
    ]
    output.append(littleEndian: numbers.span)
    output.append(ByteRange(offset: key.offset, count: key.count &+ rowCount), of: bytes)
  }
}
