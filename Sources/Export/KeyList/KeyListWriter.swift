// One row per key, with the same columns in every format:
//
//   db, key, type, encoding, rdb_type, elements, record_bytes, offset, expire_ms, idle, freq, slot
//
// `offset` is the file offset of the record (its first attribute or its type byte) and `record_bytes`
// its size, so offset + record_bytes is where the next record begins. Values that the file does not
// store are null or empty. With several files, a column `file` comes first. CSV and JSON have `key`
// for keys that are UTF-8 and `key_b64` for others; one of them is empty or null.

package import RDB

/// The format of rows.
package enum RowFormat: String, CaseIterable, Sendable {
  /// Tab-separated with a header line; keys are escaped with backslashes.
  case tsv
  /// Comma-separated (RFC 4180) with a header line; keys that are not UTF-8 are base64 in a
  /// separate column.
  case csv
  /// One JSON object per line.
  case ndjson
  /// One JSON array.
  case json
}

/// Writes the rows of `keys`.
package struct KeyListWriter: ~Copyable {
  /// The format of rows.
  package let format: RowFormat
  /// What precedes a plain key, for the database it was formatted for.
  private(set) var keyPrefix = OutputBuffer(capacity: 4096)
  private var keyPrefixDatabase: UInt32?
  /// What follows a plain key up to the element count; consecutive rows often share it.
  private(set) var typeColumns = OutputBuffer(capacity: 4096)
  private var typeColumnsKind: UInt32 = .max
  private var typeColumnsModule: ModuleID?
  var offsets = OffsetDecimalCache()
  var instants = InstantDecimalCache()
  /// The beginning of every row: the file, if there are several, and the first member's name.
  private(set) var rowPrefix = OutputBuffer(capacity: 64)
  /// Whether rows have a file column.
  private let hasFileColumn: Bool

  /// Creates a writer; with `file`, rows have a file column.
  package init(_ format: RowFormat, file: [UInt8]? = nil) {
    self.format = format
    hasFileColumn = file != nil
    rowPrefix.append(rowPrefixFor: file, as: RowSyntax(format))
  }

  /// Writes what precedes the first row.
  package func begin(_ output: inout OutputBuffer) {
    KeyRowWriter(RowSyntax(format), KeyColumn.usual(namingFiles: hasFileColumn)).begin(&output)
  }

  /// Writes what follows the last row.
  package func end(_ output: inout OutputBuffer, isEmpty: Bool) {
    KeyRowWriter(RowSyntax(format), []).end(&output, isEmpty: isEmpty)
  }

  /// Writes one row.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - key: The place of its decoded key in `keyBytes`.
  ///   - keyBytes: The bytes that contain the key.
  ///   - module: The module, for a module's value.
  ///   - dialect: The dialect of the record's type.
  ///   - output: The output.
  package mutating func append(
    _ record: RDBRecord, key: ByteRange, in keyBytes: RawSpan, module: ModuleID?,
    dialect: RDBDialect, to output: inout OutputBuffer
  ) {
    refresh(record, module, dialect)
    let isPlain = TextKind(key, of: keyBytes) == .plain
    if isPlain {
      output.write(atMost: keyPrefix.count &+ key.count) {
        $0.append(keyPrefix)
        $0.append(key, of: keyBytes)
      }
    } else {
      appendKey(record, key, keyBytes, &output)
    }
    output.write(atMost: typeColumns.count &+ KeyListWriter.numericColumnsLimit) {
      appendRest(record, endsKey: isPlain, to: &$0)
    }
  }

  /// The database and a key that is not plain.
  @inline(never)
  private func appendKey(
    _ record: RDBRecord, _ key: ByteRange, _ keyBytes: RawSpan, _ output: inout OutputBuffer
  ) {
    rowPrefix.withBytes { output.append(ByteRange(offset: 0, count: $0.byteCount), of: $0) }
    output.append(decimal: UInt64(record.database))
    output.append(format == .tsv ? 0x09 : 0x2c)
    output.append(key, of: keyBytes, as: format, name: "key")
  }

  /// Formats what precedes and follows a plain key again if it changed.
  @inline(__always)
  mutating func refresh(
    _ record: RDBRecord, _ module: ModuleID?, _ dialect: RDBDialect
  ) {
    if record.database != keyPrefixDatabase {
      keyPrefixDatabase = record.database
      formatKeyPrefix(record.database)
    }
    let kind =
      UInt32(record.type.rawValue)
      | UInt32(record.flags.intersection(.packedValue).rawValue) << 8
      | UInt32(dialect.rawValue) << 16
    if kind != typeColumnsKind || module != typeColumnsModule {
      typeColumnsKind = kind
      typeColumnsModule = module
      formatTypeColumns(record, module, dialect)
    }
  }

  @inline(never)
  private mutating func formatKeyPrefix(_ database: UInt32) {
    keyPrefix.removeAll()
    rowPrefix.withBytes { keyPrefix.append(ByteRange(offset: 0, count: $0.byteCount), of: $0) }
    keyPrefix.append(decimal: UInt64(database))
    switch format {
    case .tsv: keyPrefix.append(0x09)
    case .csv: keyPrefix.append(0x2c)
    case .ndjson, .json: keyPrefix.append(",\"key\":\"")
    }
  }

  private var isJSON: Bool { format == .ndjson || format == .json }

  /// What follows a plain key in JSON.
  private static let endOfJSONKey: StaticString = "\",\"key_b64\":null"

  /// Bytes of `typeColumns` that end a plain key: the column or member key_b64, which has no value.
  var endOfKey: Int {
    switch format {
    case .tsv: 0
    case .csv: 1
    case .ndjson, .json: KeyListWriter.endOfJSONKey.utf8CodeUnitCount
    }
  }

  @inline(never)
  private mutating func formatTypeColumns(
    _ record: RDBRecord, _ module: ModuleID?, _ dialect: RDBDialect
  ) {
    let separator: UInt8 = format == .tsv ? 0x09 : 0x2c
    typeColumns.removeAll()
    if isJSON {
      typeColumns.append(KeyListWriter.endOfJSONKey)
    } else if format == .csv {
      typeColumns.append(separator)
    }
    if isJSON { typeColumns.append(",\"type\":\"") } else { typeColumns.append(separator) }
    if let module {
      for byte in module.name.utf8 { typeColumns.append(byte) }
    } else {
      typeColumns.append(record.type.shape(in: dialect)?.text ?? "unknown")
    }
    if isJSON { typeColumns.append("\",\"encoding\":\"") } else { typeColumns.append(separator) }
    typeColumns.append(record.encoding(in: dialect).text)
    if isJSON { typeColumns.append("\",\"rdb_type\":") } else { typeColumns.append(separator) }
    typeColumns.append(decimal: UInt64(record.type.rawValue))
    if isJSON { typeColumns.append(",\"elements\":") } else { typeColumns.append(separator) }
  }
}
