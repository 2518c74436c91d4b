// Strings, most keys of most files: one SET each. Short uncompressed strings are written in runs.

package import RDB

extension CommandExporter {
  /// Records per reservation.
  private static var runLength: Int { 64 }

  /// Writes consecutive short strings of the current database.
  ///
  /// The output is the same as with one call per record.
  ///
  /// - Parameters:
  ///   - records: A row of records.
  ///   - actions: The action for each.
  ///   - first: The index of the first record to write.
  ///   - bytes: The file's bytes.
  /// - Returns: The index of the first record that was not handled, and how many were written.
  package mutating func exportRun(
    _ records: Span<RDBRecord>, actions: Span<RecordAction>, from first: Int, in bytes: RawSpan
  ) -> (next: Int, written: Int) {
    guard runs, let database else { return (first, 0) }
    var run = SetRun(database: database, usesPXAT: options.usesPXAT, instants: instants)
    defer { instants = run.instants }
    var index = first
    var written = 0
    while index < records.count {
      let stop = min(index &+ CommandExporter.runLength, records.count)
      output.write(atMost: (stop &- index) &* OutputCursor.setItem) {
        let (next, count) = $0.appendSets(
          records, actions: actions, from: index, to: stop, of: bytes, &run)
        index = next
        written &+= count
      }
      if output.isLarge { output.flush() }
      guard index == stop else { break }
    }
    return (index, written)
  }

  /// Writes a single string of any size and encoding.
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
