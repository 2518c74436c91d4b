// Reads one record at an offset that somebody noted, without reading the file before it. An offset says
// nothing about what it points at, so whatever cannot be told from the bytes around it is left to a scan.

extension RDBScanner {
  /// The bytes of the longest attribute whose length is bounded: an opcode and a length or number.
  private static var longestAttribute: Int { 10 }

  /// Reads the record that begins at an offset.
  ///
  /// - Parameters:
  ///   - offset: The record's first byte, its attributes included.
  ///   - database: The database that its keys are in.
  ///   - bytes: The whole file.
  ///   - batch: Room for one record; its content is replaced.
  /// - Returns: The record; nil if there is none that begins exactly there and ends in the file, or if only
  ///   what the file says before it tells what it means.
  package func record(
    at offset: Int, database: UInt32, in bytes: RawSpan, using batch: inout RecordBatch
  ) -> RDBRecord? {
    guard offset >= state.offset, offset < bytes.byteCount else { return nil }
    var scanner = RDBScanner(
      header: header, resuming: ScanState(offset: offset, database: database), context: context)
    batch.removeAll()
    do throws(RDBError) {
      _ = try scanner.scan(bytes, into: &batch)
    } catch {
      return nil
    }
    guard batch.count > 0, batch.events.isEmpty, scanner.context == context,
      batch[0].start == offset
    else { return nil }
    return batch[0]
  }

  /// Whether a record that was read at an offset can begin nowhere else.
  ///
  /// Its attributes may be the end of another record's value, and what looks like the end of a value may be
  /// attributes; only its size or a scan can tell.
  package func isPlainStart(of record: RDBRecord, in bytes: RawSpan) -> Bool {
    let offset = record.start
    guard record.attributeCount == 0, offset <= bytes.byteCount else { return false }
    guard offset > state.offset else { return true }
    // Metadata of modules ends with a zero, and may be of any length.
    if context.dialect == .redis, header.version >= 13, bytes.byte(at: offset &- 1) == 0 {
      return false
    }
    let before = bytes.extracting(first: offset)
    let first = max(state.offset, offset - RDBScanner.longestAttribute)
    return !(first..<offset).contains { start in
      var probe = self
      var at = start + 1
      let opcode = RDBOpcode(bytes.byte(at: start))
      let isAttribute = try? probe.readAttribute(opcode, in: before, &at)
      return isAttribute == true && at == offset
    }
  }
}
