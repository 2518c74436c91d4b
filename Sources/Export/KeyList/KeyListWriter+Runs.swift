// Rows with short plain keys, most rows of most files, in one loop; and the numeric columns of
// every row.

package import RDB

extension KeyListWriter {
  /// The maximum size of the columns from the element count on.
  static var numericColumnsLimit: Int { 320 }
  /// The maximum size of the columns between key and element count within a run.
  private static var typeColumnsLimit: Int { 192 }
  /// Rows per reservation.
  private static var runLength: Int { 64 }

  /// Writes consecutive rows whose keys are short and plain.
  ///
  /// The output is the same as with one call per row.
  ///
  /// - Parameters:
  ///   - records: A row of records.
  ///   - actions: Which of them are written.
  ///   - first: The index of the first record.
  ///   - bytes: The file's bytes.
  ///   - dialect: The dialect of their types.
  ///   - output: The output.
  /// - Returns: The index of the first record that was not handled, and how many rows were written.
  package mutating func appendRun(
    _ records: Span<RDBRecord>, actions: Span<RecordAction>, from first: Int, in bytes: RawSpan,
    dialect: RDBDialect, to output: inout OutputBuffer
  ) -> (next: Int, written: Int) {
    // Rows of an array are separated by commas.
    guard format != .json else { return (first, 0) }
    let format = format
    var (offsets, instants) = (offsets, instants)
    defer { (self.offsets, self.instants) = (offsets, instants) }
    var index = first
    var written = 0
    // The room of the numeric columns includes the key's 64 bytes and what precedes it, except a
    // file name.
    let room =
      rowPrefix.count &+ KeyListWriter.typeColumnsLimit &+ KeyListWriter.numericColumnsLimit
    while index < records.count {
      let stop = min(index &+ KeyListWriter.runLength, records.count)
      output.write(atMost: (stop &- index) &* room) { cursor in
        unsafe cursor.withRow(of: bytes, atMost: (stop &- index) &* room) { row in
          while index < stop {
            if actions[index].isWritten {
              let record = records[index]
              guard let key = record.rawKey, record.type != .module2 else { return }
              let place = ByteRange(offset: key.offset, count: key.count)
              guard unsafe row.takes(place), isPlain(place, of: bytes) else { return }
              refresh(record, nil, dialect)
              guard typeColumns.count <= KeyListWriter.typeColumnsLimit else { return }
              unsafe row.append(keyPrefix)
              unsafe row.append(place)
              unsafe row.append(typeColumns)
              unsafe row.appendNumbers(record, format, &offsets, &instants)
              written &+= 1
            }
            index &+= 1
          }
        }
      }
      if output.isLarge { output.flush() }
      guard index == stop else { break }
    }
    return (index, written)
  }

  @inline(__always)
  private func isPlain(_ key: ByteRange, of bytes: RawSpan) -> Bool {
    format == .tsv ? TextKind.isPlainField(key, of: bytes) : TextKind.isPlain(key, of: bytes)
  }

  /// The columns after a key.
  mutating func appendRest(
    _ record: RDBRecord, endsKey: Bool, to cursor: inout OutputCursor
  ) {
    let first = endsKey ? 0 : endOfKey
    let format = format
    var (offsets, instants) = (offsets, instants)
    typeColumns.withBytes { typeColumns in
      cursor.append(
        ByteRange(offset: first, count: typeColumns.byteCount &- first), of: typeColumns)
      unsafe cursor.withRow(of: typeColumns, atMost: KeyListWriter.numericColumnsLimit) { row in
        unsafe row.appendNumbers(record, format, &offsets, &instants)
      }
    }
    (self.offsets, self.instants) = (offsets, instants)
  }
}

extension RowCursor {
  /// The columns from the element count on.
  @inline(__always)
  fileprivate mutating func appendNumbers(
    _ record: RDBRecord, _ format: RowFormat, _ offsets: inout OffsetDecimalCache,
    _ instants: inout InstantDecimalCache
  ) {
    switch format {
    case .tsv: unsafe appendColumns(record, 0x09, &offsets, &instants)
    case .csv: unsafe appendColumns(record, 0x2c, &offsets, &instants)
    case .ndjson: unsafe appendMembers(record, &offsets, isLine: true)
    case .json: unsafe appendMembers(record, &offsets, isLine: false)
    }
  }

  /// The columns from the element count on, and the end of the line.
  @inline(__always)
  private mutating func appendColumns(
    _ record: RDBRecord, _ separator: UInt8, _ offsets: inout OffsetDecimalCache,
    _ instants: inout InstantDecimalCache
  ) {
    if let elements = record.elements { unsafe append(decimal: elements) }
    unsafe append(separator)
    unsafe append(decimal: UInt64(truncatingIfNeeded: record.end &- record.start))
    unsafe append(separator)
    unsafe append(UInt64(record.start), &offsets)
    unsafe append(separator)
    if let expiry = record.expiry { unsafe append(expiry, &instants) }
    let separators = UInt64(separator) &* 0x01_0101
    if record.isPlain {
      return unsafe append(word: separators | 0x0a00_0000, width: 4)
    }
    unsafe append(separator)
    if let idle = record.idleSeconds { unsafe append(decimal: UInt64(idle)) }
    unsafe append(separator)
    if let frequency = record.frequency { unsafe append(decimal: UInt64(frequency)) }
    unsafe append(separator)
    if let slot = record.slot { unsafe append(decimal: UInt64(slot)) }
    unsafe append(0x0a)
  }

  @inline(__always)
  private mutating func append(_ offset: UInt64, _ offsets: inout OffsetDecimalCache) {
    guard let low = offsets.split(offset) else { return unsafe append(decimal: offset) }
    let (first, second) = offsets.words
    let width = offsets.width
    // If the offset has fewer than eight shared digits, the second step moves back.
    unsafe append(word: first, width: 8)
    unsafe append(word: second, width: width &- 8)
    unsafe append(word: low, width: 4)
  }

  @inline(__always)
  private mutating func append(_ instant: UnixMilliseconds, _ instants: inout InstantDecimalCache) {
    if let width = instants.width(of: instant.rawValue) {
      unsafe append(word: instants.high, width: width &- 8)
      unsafe append(word: instants.low, width: 8)
    } else {
      unsafe appendOther { $0.append(decimal: instant.rawValue) }
    }
  }

  /// The members from the element count on, and the end of the object.
  @inline(__always)
  private mutating func appendMembers(
    _ record: RDBRecord, _ offsets: inout OffsetDecimalCache, isLine: Bool
  ) {
    unsafe append(json: record.elements)
    unsafe append(",\"record_bytes\":")
    unsafe append(decimal: UInt64(truncatingIfNeeded: record.end &- record.start))
    unsafe append(",\"offset\":")
    unsafe append(UInt64(record.start), &offsets)
    unsafe append(",\"expire_ms\":")
    if let expiry = record.expiry {
      unsafe appendOther { $0.append(decimal: expiry.rawValue) }
    } else {
      unsafe append("null")
    }
    if record.isPlain {
      unsafe append(",\"idle\":null,\"freq\":null,\"slot\":null}")
    } else {
      unsafe append(",\"idle\":")
      unsafe append(json: record.idleSeconds.map { UInt64($0) })
      unsafe append(",\"freq\":")
      unsafe append(json: record.frequency.map { UInt64($0) })
      unsafe append(",\"slot\":")
      unsafe append(json: record.slot.map { UInt64($0) })
      unsafe append(0x7d)
    }
    if isLine { unsafe append(0x0a) }
  }

  /// A number, or null.
  @inline(__always)
  private mutating func append(json number: UInt64?) {
    if let number { unsafe append(decimal: number) } else { unsafe append("null") }
  }
}

extension RDBRecord {
  /// Whether the record has neither idle time nor frequency nor slot.
  @inline(__always)
  fileprivate var isPlain: Bool {
    flags.isDisjoint(with: .eviction) && slotNumber == 0xffff
  }
}
