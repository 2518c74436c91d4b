// Runs of short strings: one SET each, with its expiry.

import RDB

/// The state shared by the strings of a run.
struct SetRun {
  /// The database selected.
  let database: UInt32
  /// Whether an expiry is part of the SET as PXAT or a separate PEXPIREAT.
  let usesPXAT: Bool
  /// The text of the last expiry.
  var instants: InstantDecimalCache
}

extension OutputCursor {
  /// The maximum size of a string's commands: three strings of 64 bytes with framing, a number, and
  /// names.
  static let setItem = 384

  /// Writes records until one is not a short string of the run's database.
  ///
  /// - Returns: The index of the first record that was not handled, or `stop`, and how many were
  ///   written.
  mutating func appendSets(
    _ records: Span<RDBRecord>, actions: Span<RecordAction>, from first: Int, to stop: Int,
    of bytes: RawSpan, _ run: inout SetRun
  ) -> (next: Int, written: Int) {
    var index = first
    var written = 0
    var current = run
    unsafe withRow(of: bytes, atMost: (stop &- first) &* OutputCursor.setItem) { row in
      while index < stop {
        let action = actions[index]
        if action.isWritten {
          let record = records[index]
          guard record.type == .string, record.database == current.database,
            let (key, value) = record.shortString(in: bytes),
            unsafe row.takes(key), unsafe row.takes(value)
          else { return }
          unsafe row.appendSet(key, value, action.expiry, &current)
          written &+= 1
        }
        index &+= 1
      }
    }
    run = current
    return (index, written)
  }
}

extension RDBRecord {
  /// The places of a string record's key and value.
  ///
  /// Nil unless both are stored uncompressed and the value has fewer than 64 bytes, as its length
  /// byte says.
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

extension RowCursor {
  /// A SET and its expiry.
  @inline(__always)
  fileprivate mutating func appendSet(
    _ key: ByteRange, _ value: ByteRange, _ expiry: UnixMilliseconds?,
    _ run: inout SetRun
  ) {
    // *3␍␊$3␍␊SET␍␊, or *5 with PXAT.
    let arguments: UInt64 = expiry != nil && run.usesPXAT ? 0x35 : 0x33
    unsafe append(word: 0x0a0d_3324_0a0d_002a | arguments << 8, width: 8)
    unsafe append(word: 0x0a0d_5445_53, width: 5)
    unsafe appendBulk(key)
    unsafe appendBulk(value)
    guard let expiry else { return }
    if run.usesPXAT {
      // $4␍␊PXAT␍␊
      unsafe append(word: 0x5441_5850_0a0d_3424, width: 8)
      unsafe appendLineEnd()
    } else {
      unsafe append("*3\r\n$9\r\nPEXPIREAT\r\n")
      unsafe appendBulk(key)
    }
    if let width = run.instants.width(of: expiry.rawValue) {
      unsafe appendHead(width)
      unsafe append(word: run.instants.high, width: width &- 8)
      unsafe append(word: run.instants.low, width: 8)
      unsafe appendLineEnd()
    } else {
      unsafe appendOther { $0.appendBulk(decimal: expiry.rawValue) }
    }
  }
}
