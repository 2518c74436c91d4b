// Strings, most keys of most files: one SET each. Those that are short and stand in the file as they are
// go out in runs.

public import RDB

extension CommandExporter {
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
  /// - Returns: The first record that is something else, or the end of the row, and how many records
  ///   were written.
  public mutating func exportRun(
    _ records: Span<RDBRecord>, fates: Span<RecordFate>, from first: Int, in bytes: RawSpan
  ) -> (next: Int, written: Int) {
    guard runs, let database else { return (first, 0) }
    let run = SetRun(database: database, usesPXAT: options.usesPXAT)
    var index = first
    var written = 0
    while index < records.count {
      let stop = min(index &+ CommandExporter.runLength, records.count)
      output.write(atMost: (stop &- index) &* OutputCursor.setItem) {
        let (next, count) = $0.appendSets(
          records, fates: fates, from: index, to: stop, of: bytes, run, &instants)
        index = next
        written &+= count
      }
      if output.isLarge { output.flush() }
      guard index == stop else { break }
    }
    return (index, written)
  }

  /// Writes a string by itself, whatever its key and value.
  @inline(never)
  mutating func exportString(
    _ record: RDBRecord, expiry: UnixMilliseconds?, from bytes: RawSpan
  ) throws(RDBError) {
    let start = output.count
    let inline = expiry != nil && options.usesPXAT
    output.append(inline ? "*5\r\n$3\r\nSET\r\n" : "*3\r\n$3\r\nSET\r\n")
    do throws(RDBError) {
      let key = try record.key(in: bytes)
      try output.appendBulk(key, in: bytes)
      try output.appendBulk(try record.stringValue(in: bytes), in: bytes)
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
