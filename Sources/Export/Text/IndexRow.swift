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
  /// What stands before a plain key, and the database that it tells.
  private(set) var front = OutputBuffer(capacity: 4096)
  private var frontDatabase: UInt32?
  /// What ends a plain key, and the columns between the key and the element count: neighbours often
  /// have the same.
  private(set) var middle = OutputBuffer(capacity: 4096)
  private var middleKind: UInt32 = .max
  private var middleModule: ModuleID?
  var offsets = NearbyDecimal()
  var instants = RecentDecimal()
  /// What every row begins with: the file, if there are several, and the name of the first member.
  private(set) var lead = OutputBuffer(capacity: 64)
  /// Whether rows tell their file.
  private let tellsFile: Bool

  /// Makes a writer; rows of one of several files tell its name.
  public init(_ format: RowFormat, file: [UInt8]? = nil) {
    self.format = format
    tellsFile = file != nil
    lead.append(leadOf: file, as: format)
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
    refresh(record, module, dialect)
    let isPlain = TextKind(key, of: keyBytes) == .plain
    if isPlain {
      output.write(atMost: front.count &+ key.count) {
        $0.append(front)
        $0.append(key, of: keyBytes)
      }
    } else {
      appendKey(record, key, keyBytes, &output)
    }
    output.write(atMost: middle.count &+ RowWriter.numbersRoom) {
      appendRest(record, endsKey: isPlain, to: &$0)
    }
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

  /// Spells what stands before a plain key, and behind it up to the element count, if it changed.
  @inline(__always)
  mutating func refresh(
    _ record: RDBRecord, _ module: ModuleID?, _ dialect: RDBDialect
  ) {
    if record.database != frontDatabase {
      frontDatabase = record.database
      spellFront(record.database)
    }
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
  private mutating func spellFront(_ database: UInt32) {
    front.removeAll()
    lead.withBytes { front.append(ByteRange(offset: 0, count: $0.byteCount), of: $0) }
    front.append(decimal: UInt64(database))
    switch format {
    case .tsv: front.append(0x09)
    case .csv: front.append(0x2c)
    case .ndjson, .json: front.append(",\"key\":\"")
    }
  }

  private var isJSON: Bool { format == .ndjson || format == .json }

  /// Bytes of `middle` that end a plain key: a quote, or an empty column key_b64.
  var endOfKey: Int { format == .tsv ? 0 : 1 }

  @inline(never)
  private mutating func spellMiddle(
    _ record: RDBRecord, _ module: ModuleID?, _ dialect: RDBDialect
  ) {
    let separator: UInt8 = format == .tsv ? 0x09 : 0x2c
    middle.removeAll()
    if isJSON { middle.append(0x22) } else if format == .csv { middle.append(separator) }
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
