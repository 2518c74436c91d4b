// Runs of short strings: one SET each, and what belongs to it.

import RDB

/// What the strings of a run have in common.
struct SetRun {
  /// The database that commands go to.
  let database: UInt32
  /// Whether a deadline stands in the SET as PXAT, or in a PEXPIREAT of its own.
  let usesPXAT: Bool
}

extension OutputCursor {
  /// Bytes that the commands of a string of a run take at most: three strings of 64 bytes, their heads
  /// and ends, a number, and the words between them.
  static let setItem = 384

  /// Writes records for as long as they are short strings of the run's database.
  ///
  /// - Returns: The first record that is something else, or `stop`, and how many were written.
  mutating func appendSets(
    _ records: Span<RDBRecord>, fates: Span<RecordFate>, from first: Int, to stop: Int,
    of bytes: RawSpan, _ run: SetRun, _ instants: inout RecentDecimal
  ) -> (next: Int, written: Int) {
    var index = first
    var written = 0
    var recent = instants
    unsafe withRow(of: bytes, atMost: (stop &- first) &* OutputCursor.setItem) { row in
      while index < stop {
        let fate = fates[index]
        if fate.isWritten {
          let record = records[index]
          guard record.type == .string, record.database == run.database,
            let (key, value) = record.shortString(in: bytes),
            unsafe row.takes(key), unsafe row.takes(value)
          else { return }
          unsafe row.appendSet(key, value, fate.expiry, run.usesPXAT, &recent)
          written &+= 1
        }
        index &+= 1
      }
    }
    instants = recent
    return (index, written)
  }
}

extension RDBRecord {
  /// Where the key and the value of a string record are.
  ///
  /// Nil unless both stand in the file as they are and the value is below 64 bytes, as its length byte
  /// says.
  @inline(__always)
  func shortString(in bytes: RawSpan) -> (key: ByteRange, value: ByteRange)? {
    let valueAt = valueOffset
    guard let key = rawKey, !hasKeyMeta, valueCount <= 64, valueAt < bytes.byteCount,
      Int(bytes.byte(valueAt)) == valueCount &- 1
    else { return nil }
    return (
      ByteRange(offset: key.offset, count: key.count),
      ByteRange(offset: valueAt &+ 1, count: valueCount &- 1)
    )
  }
}

extension RowPlace {
  /// A SET, and with it the deadline.
  @inline(__always)
  fileprivate mutating func appendSet(
    _ key: ByteRange, _ value: ByteRange, _ expiry: UnixMilliseconds?, _ usesPXAT: Bool,
    _ instants: inout RecentDecimal
  ) {
    // *3␍␊$3␍␊SET␍␊, or *5 with a deadline inside.
    let arguments: UInt64 = expiry != nil && usesPXAT ? 0x35 : 0x33
    unsafe append(word: 0x0a0d_3324_0a0d_002a | arguments << 8, width: 8)
    unsafe append(word: 0x0a0d_5445_53, width: 5)
    unsafe appendBulk(key)
    unsafe appendBulk(value)
    guard let expiry else { return }
    if usesPXAT {
      // $4␍␊PXAT␍␊
      unsafe append(word: 0x5441_5850_0a0d_3424, width: 8)
      unsafe appendLineEnd()
    } else {
      unsafe append("*3\r\n$9\r\nPEXPIREAT\r\n")
      unsafe appendBulk(key)
    }
    if let width = instants.width(of: expiry.rawValue) {
      unsafe appendHead(width)
      unsafe append(word: instants.high, width: width &- 8)
      unsafe append(word: instants.low, width: 8)
      unsafe appendLineEnd()
    } else {
      unsafe appendOther { $0.appendBulk(decimal: expiry.rawValue) }
    }
  }
}
