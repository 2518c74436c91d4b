// Strings, most keys of most files: one SET each. Those that are short and stand in the file as they are
// go out in runs.

public import RDB

extension CommandExporter {
  /// Writes a string, whatever it is.
  @inline(__always)
  mutating func exportString(
    _ record: RDBRecord, expiry: UnixMilliseconds?, from bytes: RawSpan, base: Int
  ) throws(RDBError) {
    guard let (key, value) = record.shortString(in: bytes, base: base) else {
      return try exportAny(record, expiry: expiry, from: bytes, base: base)
    }
    let usesPXAT = options.usesPXAT
    output.write(atMost: CommandExporter.shortRoom &+ key.count &* 2) {
      $0.appendSet(key, value, of: bytes, expiry, usesPXAT: usesPXAT)
    }
  }

  /// Bytes that the commands of a string below 64 bytes take at most, without the key.
  private static var shortRoom: Int { 320 }
  /// Keys up to this many bytes are written in runs.
  private static var runKey: Int { 64 }
  /// Records for which room is made at once.
  private static var runLength: Int { 64 }

  /// Writes records for as long as they are short strings of the database that the commands so far
  /// end in: the same bytes as one by one, with everything in registers.
  ///
  /// - Parameters:
  ///   - records: A row of records.
  ///   - fates: What becomes of each.
  ///   - first: Where in the row to begin.
  ///   - bytes: A part of the file that holds them.
  ///   - base: Where that part begins in the file.
  /// - Returns: The first record that is something else, or the end of the row, and how many records
  ///   were written.
  public mutating func exportRun(
    _ records: Span<RDBRecord>, fates: Span<RecordFate>, from first: Int, in bytes: RawSpan,
    base: Int = 0
  ) -> (next: Int, written: Int) {
    guard runs, let database else { return (first, 0) }
    let usesPXAT = options.usesPXAT
    var index = first
    var written = 0
    while index < records.count {
      let stop = min(index &+ CommandExporter.runLength, records.count)
      let room = CommandExporter.shortRoom &+ CommandExporter.runKey &* 2
      output.write(atMost: CommandExporter.runLength &* room) { cursor in
        while index < stop {
          let fate = fates[index]
          if fate.isWritten {
            let record = records[index]
            guard record.type == .string, record.database == database,
              record.keyCount <= CommandExporter.runKey,
              let (key, value) = record.shortString(in: bytes, base: base)
            else { return }
            cursor.appendSet(key, value, of: bytes, fate.expiry, usesPXAT: usesPXAT)
            written &+= 1
          }
          index &+= 1
        }
      }
      if output.isLarge { output.flush() }
      guard index == stop else { break }
    }
    return (index, written)
  }

  /// Any key and any value.
  @inline(never)
  private mutating func exportAny(
    _ record: RDBRecord, expiry: UnixMilliseconds?, from bytes: RawSpan, base: Int
  ) throws(RDBError) {
    let start = output.count
    let inline = expiry != nil && options.usesPXAT
    output.append(inline ? "*5\r\n$3\r\nSET\r\n" : "*3\r\n$3\r\nSET\r\n")
    do throws(RDBError) {
      let key = try record.key(in: bytes, base: base)
      try output.appendBulk(key, in: bytes)
      try output.appendBulk(try record.stringValue(in: bytes, base: base), in: bytes)
      guard let expiry else { return }
      if inline {
        output.append("$4\r\nPXAT\r\n")
      } else {
        output.append("*3\r\n$9\r\nPEXPIREAT\r\n")
        try output.appendBulk(key, in: bytes)
      }
      output.appendBulk(decimal: expiry.rawValue)
    } catch {
      output.removeAll(after: start)
      throw error
    }
  }
}

extension RDBRecord {
  /// Where the key and the value of a string record are, relative to a span that begins at `base`.
  ///
  /// Nil unless both stand in the file as they are and the value is below 64 bytes, as its length byte
  /// says.
  @inline(__always)
  fileprivate func shortString(
    in bytes: RawSpan, base: Int
  ) -> (key: ByteRange, value: ByteRange)? {
    let valueAt = valueOffset &- base
    guard let key = rawKey, !hasKeyMeta, valueCount <= 64, valueAt < bytes.byteCount,
      Int(bytes.byte(valueAt)) == valueCount &- 1
    else { return nil }
    return (
      ByteRange(offset: key.offset &- base, count: key.count),
      ByteRange(offset: valueAt &+ 1, count: valueCount &- 1)
    )
  }
}

extension OutputCursor {
  /// A SET, and with it the deadline.
  @inline(__always)
  fileprivate mutating func appendSet(
    _ key: ByteRange, _ value: ByteRange, of bytes: RawSpan, _ expiry: UnixMilliseconds?,
    usesPXAT: Bool
  ) {
    guard let expiry else {
      append("*3\r\n$3\r\nSET\r\n")
      appendBulk(key, of: bytes)
      return appendBulk(value, of: bytes)
    }
    if usesPXAT {
      append("*5\r\n$3\r\nSET\r\n")
    } else {
      append("*3\r\n$3\r\nSET\r\n")
    }
    appendBulk(key, of: bytes)
    appendBulk(value, of: bytes)
    if usesPXAT {
      append("$4\r\nPXAT\r\n")
    } else {
      append("*3\r\n$9\r\nPEXPIREAT\r\n")
      appendBulk(key, of: bytes)
    }
    appendBulk(decimal: expiry.rawValue)
  }
}
