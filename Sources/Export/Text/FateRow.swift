// What becomes of one key as one row. The columns are the same in every format:
//
//   db, key, type, bytes, expire_ms, fate, until_ms, effect, pattern
//
// `bytes` are all bytes of the record and `expire_ms` is its expiry, both as the file has them;
// `until_ms` is the expiry as it would be written. What there is none of is null, or empty. Rows of
// several files begin with one more column, `file`.

public import RDB

/// What becomes of a key.
public struct FateRow: Sendable {
  /// Its record.
  public var record: RDBRecord
  /// Whether it is restored, or why not.
  public var fate: String
  /// The expiry that would be written.
  public var until: UnixMilliseconds?
  /// What that does to the data that is there now, where this is known.
  public var effect: String?
  /// The number of the pattern that selected it.
  public var pattern: Int?

  /// Makes a row.
  public init(
    _ record: RDBRecord, fate: String, until: UnixMilliseconds? = nil, effect: String? = nil,
    pattern: Int? = nil
  ) {
    self.record = record
    self.fate = fate
    self.until = until
    self.effect = effect
    self.pattern = pattern
  }
}

/// Writes such rows.
public struct FateRowWriter: Sendable {
  /// How rows are spelled.
  public let format: RowFormat
  private let patterns: [[UInt8]]
  /// What every row begins with.
  private let lead: [UInt8]
  private let tellsFile: Bool
  private var isJSON: Bool { format == .ndjson || format == .json }

  /// Makes a writer; rows name patterns by their number in `patterns`, and one of several files.
  public init(_ format: RowFormat, patterns: [[UInt8]], file: [UInt8]? = nil) {
    self.format = format
    self.patterns = patterns
    tellsFile = file != nil
    var buffer = OutputBuffer(capacity: 256)
    buffer.append(leadOf: file, as: format)
    lead = buffer.withBytes { [UInt8](copying: $0) }
  }

  /// What stands before the first row.
  public func begin(_ output: inout OutputBuffer) {
    switch format {
    case .tsv:
      if tellsFile { output.append("file\t") }
      output.append("db\tkey\ttype\tbytes\texpire_ms\tfate\tuntil_ms\teffect\tpattern\n")
    case .csv:
      if tellsFile { output.append("file,") }
      output.append(
        "db,key,key_b64,type,bytes,expire_ms,fate,until_ms,effect,pattern,pattern_b64\n")
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
  ///   - row: The row.
  ///   - key: Where the key is, spelled out, in `keyBytes`.
  ///   - keyBytes: Bytes that hold the key.
  ///   - type: What `TYPE` answers.
  ///   - output: Where the row goes.
  public func append(
    _ row: FateRow, key: ByteRange, in keyBytes: RawSpan, type: String,
    to output: inout OutputBuffer
  ) {
    let record = row.record
    lead.withRawSpan { output.append($0) }
    output.append(decimal: UInt64(record.database))
    column(",\"key\":", &output)
    append(key, of: keyBytes, &output)
    column(",\"type\":", &output)
    append(name: type, &output)
    column(",\"bytes\":", &output)
    output.append(decimal: Int64(record.end &- record.start))
    column(",\"expire_ms\":", &output)
    append(record.expiry, &output)
    column(",\"fate\":", &output)
    append(name: row.fate, &output)
    column(",\"until_ms\":", &output)
    append(row.until, &output)
    column(",\"effect\":", &output)
    append(name: row.effect, &output)
    column(",\"pattern\":", &output)
    append(pattern: row.pattern, &output)
    switch format {
    case .tsv, .csv: output.append(0x0a)
    case .ndjson: output.append("}\n")
    case .json: output.append(0x7d)
    }
  }

  private func column(_ name: StaticString, _ output: inout OutputBuffer) {
    if isJSON { output.append(name) } else { output.append(format == .tsv ? 0x09 : 0x2c) }
  }

  /// Bytes of a key or pattern; of CSV two columns.
  private func append(_ place: ByteRange, of bytes: RawSpan, _ output: inout OutputBuffer) {
    switch format {
    case .tsv: output.append(tsv: place, of: bytes)
    case .ndjson, .json: output.append(json: place, of: bytes)
    case .csv:
      if TextKind(place, of: bytes) == .binary {
        output.append(0x2c)
        output.append(base64: place, of: bytes)
      } else {
        output.append(csv: place, of: bytes)
        output.append(0x2c)
      }
    }
  }

  private func append(pattern: Int?, _ output: inout OutputBuffer) {
    guard let pattern else {
      if isJSON { output.append("null") } else if format == .csv { output.append(0x2c) }
      return
    }
    patterns[pattern].withRawSpan {
      append(ByteRange(offset: 0, count: $0.byteCount), of: $0, &output)
    }
  }

  /// A word of our own, or a module's name, which is letters, digits, `-` and `_`.
  private func append(name: String?, _ output: inout OutputBuffer) {
    guard let name else { return append(nil, &output) }
    if isJSON { output.append(0x22) }
    for byte in name.utf8 { output.append(byte) }
    if isJSON { output.append(0x22) }
  }

  private func append(_ moment: UnixMilliseconds?, _ output: inout OutputBuffer) {
    if let moment {
      output.append(decimal: moment.rawValue)
    } else if isJSON {
      output.append("null")
    }
  }
}
