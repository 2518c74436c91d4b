// One key as one row. The columns are the same in every format:
//
//   db, key, type, encoding, rdb_type, elements, bytes, offset, expire_ms, idle, freq, slot
//
// `offset` is the record's first byte in the file (its first attribute, or its type byte) and
// `bytes` are all bytes of the record, so offset + bytes is where the next begins. What a file does
// not tell is null, or empty. Rows of several files begin with one more column, `file`.

public import RDB

/// How rows are spelled.
public enum RowFormat: String, CaseIterable, Sendable {
  /// Tab-separated, with a line of names; keys escaped with backslashes.
  case tsv
  /// Comma-separated (RFC 4180), with a line of names; a key that is not UTF-8 stands as base64 in a
  /// column of its own.
  case csv
  /// One JSON object per line.
  case ndjson
  /// One JSON array.
  case json
}

/// Writes rows.
public struct RowWriter: ~Copyable {
  /// How rows are spelled.
  public let format: RowFormat
  /// The columns between the key and the element count: neighbours often have the same.
  private var middle = OutputBuffer(capacity: 4096)
  private var middleKind: UInt32 = .max
  private var middleModule: ModuleID?
  private var offsets = NearbyDecimal()
  /// What every row begins with: the file, if there are several, and the name of the first member.
  private var lead = OutputBuffer(capacity: 64)
  /// Whether rows tell their file.
  private let tellsFile: Bool

  /// Makes a writer; rows of one of several files tell its name.
  public init(_ format: RowFormat, file: [UInt8]? = nil) {
    self.format = format
    tellsFile = file != nil
    let isJSON = format == .ndjson || format == .json
    if isJSON { lead.append(file == nil ? "{\"db\":" : "{\"file\":") }
    guard let file else { return }
    file.withRawSpan { bytes in
      let whole = ByteRange(offset: 0, count: bytes.byteCount)
      switch format {
      case .tsv: lead.append(tsv: whole, of: bytes)
      case .csv: lead.append(csv: whole, of: bytes)
      case .ndjson, .json: lead.append(json: whole, of: bytes)
      }
    }
    switch format {
    case .tsv: lead.append(0x09)
    case .csv: lead.append(0x2c)
    case .ndjson, .json: lead.append(",\"db\":")
    }
  }

  /// What stands before the first row.
  public func begin(_ output: inout OutputBuffer) {
    switch format {
    case .tsv:
      if tellsFile { output.append("file\t") }
      output.append(
        """
        db\tkey\ttype\tencoding\trdb_type\telements\tbytes\toffset\texpire_ms\tidle\tfreq\tslot\n
        """)
    case .csv:
      if tellsFile { output.append("file,") }
      output.append(
        """
        db,key,key_b64,type,encoding,rdb_type,elements,bytes,offset,expire_ms,idle,freq,slot\n
        """)
    case .ndjson: break
    case .json: output.append("[\n")
    }
  }

  /// What stands behind the last row.
  public func end(_ output: inout OutputBuffer, isEmpty: Bool) {
    if format == .json { output.append(isEmpty ? "]\n" : "\n]\n") }
  }

  /// Writes rows for as long as keys are short and plain: the same bytes as one by one, with room made
  /// for many at once.
  ///
  /// - Parameters:
  ///   - records: A row of records.
  ///   - fates: Which of them are written.
  ///   - first: Where to begin.
  ///   - bytes: A part of the file that holds them.
  ///   - base: Where that part begins in the file.
  ///   - dialect: Whose meaning types have.
  ///   - output: Where rows go.
  /// - Returns: The first record that is not so, or the end of the row, and how many rows were written.
  public mutating func appendRun(
    _ records: Span<RDBRecord>, fates: Span<RecordFate>, from first: Int, in bytes: RawSpan,
    base: Int, dialect: RDBDialect, to output: inout OutputBuffer
  ) -> (next: Int, written: Int) {
    guard format != .json else { return (first, 0) }
    var index = first
    var written = 0
    var offsets = offsets
    while index < records.count {
      let stop = min(index &+ 64, records.count)
      // Keys of 64 bytes and a middle of 192 at most.
      output.write(atMost: 64 &* (64 &+ 192 &+ 320 &+ lead.count)) { cursor in
        while index < stop {
          if fates[index].isWritten {
            let record = records[index]
            guard let key = record.shortKey(base: base), record.type.rawValue != 7,
              TextKind(key, of: bytes) == .plain
            else { return }
            refreshMiddle(record, nil, dialect)
            appendPlainKey(record, key, bytes, &cursor)
            appendMiddle(&cursor)
            switch format {
            case .tsv: appendNumbers(record, 0x09, &offsets, &cursor)
            case .csv: appendNumbers(record, 0x2c, &offsets, &cursor)
            default: appendMembers(record, &offsets, &cursor, isLine: true)
            }
            written &+= 1
          }
          index &+= 1
        }
      }
      if output.isLarge { output.flush() }
      guard index == stop else { break }
    }
    self.offsets = offsets
    return (index, written)
  }

  @inline(__always)
  private func appendMiddle(_ cursor: inout OutputCursor) {
    middle.withBytes { cursor.append(ByteRange(offset: 0, count: $0.byteCount), of: $0) }
  }

  /// Writes one row.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - key: Where its key is, spelled out, in `keyBytes`.
  ///   - keyBytes: Bytes that hold the key.
  ///   - module: The module, if the value is one's.
  ///   - dialect: Whose meaning the type has.
  ///   - output: Where the row goes.
  public mutating func append(
    _ record: RDBRecord, key: ByteRange, in keyBytes: RawSpan, module: ModuleID?,
    dialect: RDBDialect, to output: inout OutputBuffer
  ) {
    refreshMiddle(record, module, dialect)
    let isPlain = TextKind(key, of: keyBytes) == .plain
    if !isPlain { appendKey(record, key, keyBytes, &output) }
    let format = format
    var offsets = offsets
    defer { self.offsets = offsets }
    middle.withBytes { middle in
      let room = (isPlain ? key.count &+ lead.count : 0) &+ middle.byteCount &+ 320
      output.write(atMost: room) { cursor in
        if isPlain { appendPlainKey(record, key, keyBytes, &cursor) }
        cursor.append(ByteRange(offset: 0, count: middle.byteCount), of: middle)
        switch format {
        case .tsv: appendNumbers(record, 0x09, &offsets, &cursor)
        case .csv: appendNumbers(record, 0x2c, &offsets, &cursor)
        case .ndjson, .json: appendMembers(record, &offsets, &cursor, isLine: format == .ndjson)
        }
      }
    }
  }

  /// The database and a key that is the same in every format.
  @inline(__always)
  private func appendPlainKey(
    _ record: RDBRecord, _ key: ByteRange, _ keyBytes: RawSpan, _ cursor: inout OutputCursor
  ) {
    if tellsFile { appendLead(&cursor) }
    switch format {
    case .tsv, .csv:
      cursor.append(decimal: UInt64(record.database))
      cursor.append(format == .tsv ? 0x09 : 0x2c)
      cursor.append(key, of: keyBytes)
      if format == .csv { cursor.append(0x2c) }
    case .ndjson, .json:
      if !tellsFile { cursor.append("{\"db\":") }
      cursor.append(decimal: UInt64(record.database))
      cursor.append(",\"key\":\"")
      cursor.append(key, of: keyBytes)
      cursor.append(0x22)
    }
  }

  @inline(never)
  private func appendLead(_ cursor: inout OutputCursor) {
    lead.withBytes { cursor.append(ByteRange(offset: 0, count: $0.byteCount), of: $0) }
  }

  /// The database and any other key.
  @inline(never)
  private func appendKey(
    _ record: RDBRecord, _ key: ByteRange, _ keyBytes: RawSpan, _ output: inout OutputBuffer
  ) {
    lead.withBytes { output.append(ByteRange(offset: 0, count: $0.byteCount), of: $0) }
    output.append(decimal: UInt64(record.database))
    switch format {
    case .tsv:
      output.append(0x09)
      output.append(tsv: key, of: keyBytes)
    case .csv:
      output.append(0x2c)
      if TextKind(key, of: keyBytes) == .binary {
        output.append(0x2c)
        output.append(base64: key, of: keyBytes)
      } else {
        output.append(csv: key, of: keyBytes)
        output.append(0x2c)
      }
    case .ndjson, .json:
      output.append(",\"key\":")
      output.append(json: key, of: keyBytes)
    }
  }

  /// Spells the columns between the key and the element count, if they changed.
  @inline(__always)
  private mutating func refreshMiddle(
    _ record: RDBRecord, _ module: ModuleID?, _ dialect: RDBDialect
  ) {
    let kind =
      UInt32(record.type.rawValue)
      | UInt32(record.flags.intersection(.packedValue).rawValue) << 8
      | UInt32(dialect.rawValue) << 16
    if kind != middleKind || module != middleModule {
      middleKind = kind
      middleModule = module
      spellMiddle(record, module, dialect)
    }
  }

  @inline(never)
  private mutating func spellMiddle(
    _ record: RDBRecord, _ module: ModuleID?, _ dialect: RDBDialect
  ) {
    let isJSON = format == .ndjson || format == .json
    let separator: UInt8 = format == .tsv ? 0x09 : 0x2c
    middle.removeAll()
    if isJSON { middle.append(",\"type\":\"") } else { middle.append(separator) }
    if let module {
      for byte in module.name.utf8 { middle.append(byte) }
    } else {
      middle.append(record.type.shape(in: dialect)?.text ?? "unknown")
    }
    if isJSON { middle.append("\",\"encoding\":\"") } else { middle.append(separator) }
    middle.append(record.encoding(in: dialect).text)
    if isJSON { middle.append("\",\"rdb_type\":") } else { middle.append(separator) }
    middle.append(decimal: UInt64(record.type.rawValue))
    if isJSON { middle.append(",\"elements\":") } else { middle.append(separator) }
  }
}

/// The columns from the element count on, and the end of the line.
@inline(__always)
private func appendNumbers(
  _ record: RDBRecord, _ separator: UInt8, _ offsets: inout NearbyDecimal,
  _ cursor: inout OutputCursor
) {
  if let elements = record.elements { cursor.append(decimal: elements) }
  cursor.append(separator)
  cursor.append(decimal: Int64(record.end &- record.start))
  cursor.append(separator)
  offsets.append(UInt64(record.start), to: &cursor)
  cursor.append(separator)
  if let expiry = record.expiry { cursor.append(decimal: expiry.rawValue) }
  let separators = UInt64(separator) &* 0x01_0101
  if record.isPlain {
    return cursor.append(word: separators | 0x0a00_0000, width: 4)
  }
  cursor.append(separator)
  if let idle = record.idleSeconds { cursor.append(decimal: UInt64(idle)) }
  cursor.append(separator)
  if let frequency = record.frequency { cursor.append(decimal: UInt64(frequency)) }
  cursor.append(separator)
  if let slot = record.slot { cursor.append(decimal: UInt64(slot)) }
  cursor.append(0x0a)
}

/// The members from the element count on, and the end of the object.
@inline(__always)
private func appendMembers(
  _ record: RDBRecord, _ offsets: inout NearbyDecimal, _ cursor: inout OutputCursor, isLine: Bool
) {
  cursor.append(json: record.elements)
  cursor.append(",\"bytes\":")
  cursor.append(decimal: Int64(record.end &- record.start))
  cursor.append(",\"offset\":")
  offsets.append(UInt64(record.start), to: &cursor)
  cursor.append(",\"expire_ms\":")
  if let expiry = record.expiry {
    cursor.append(decimal: expiry.rawValue)
  } else {
    cursor.append("null")
  }
  if record.isPlain {
    cursor.append(",\"idle\":null,\"freq\":null,\"slot\":null}")
  } else {
    cursor.append(",\"idle\":")
    cursor.append(json: record.idleSeconds.map { UInt64($0) })
    cursor.append(",\"freq\":")
    cursor.append(json: record.frequency.map { UInt64($0) })
    cursor.append(",\"slot\":")
    cursor.append(json: record.slot.map { UInt64($0) })
    cursor.append(0x7d)
  }
  if isLine { cursor.append(0x0a) }
}

extension RDBRecord {
  /// Where the key is, relative to a span that begins at `base`; nil unless it stands in the file as
  /// it is and has 64 bytes at most.
  @inline(__always)
  fileprivate func shortKey(base: Int) -> ByteRange? {
    guard let key = rawKey, key.count <= 64 else { return nil }
    return ByteRange(offset: key.offset &- base, count: key.count)
  }

  /// Whether the file tells neither idle time nor frequency nor slot.
  @inline(__always)
  fileprivate var isPlain: Bool {
    flags.isDisjoint(with: .eviction) && slotNumber == 0xffff
  }
}

extension OutputCursor {
  /// A number, or null.
  @inline(__always)
  fileprivate mutating func append(json number: UInt64?) {
    if let number { append(decimal: number) } else { append("null") }
  }
}
