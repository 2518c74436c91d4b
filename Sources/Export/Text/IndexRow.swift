// One key as one row. The columns are the same in every format:
//
//   db, key, type, encoding, rdb_type, elements, bytes, offset, expire_ms, idle, freq, slot
//
// `offset` is the record's first byte in the file (its first attribute, or its type byte) and
// `bytes` are all bytes of the record, so offset + bytes is where the next begins. What a file does
// not tell is null, or empty.

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
public struct RowWriter: Sendable {
  /// How rows are spelled.
  public let format: RowFormat

  /// Makes a writer.
  public init(_ format: RowFormat) { self.format = format }

  /// What stands before the first row.
  public func begin(_ output: inout OutputBuffer) {
    switch format {
    case .tsv:
      output.append(
        """
        db\tkey\ttype\tencoding\trdb_type\telements\tbytes\toffset\texpire_ms\tidle\tfreq\tslot\n
        """)
    case .csv:
      output.append(
        """
        db,key,key_b64,type,encoding,rdb_type,elements,bytes,offset,expire_ms,idle,freq,slot\n
        """)
    case .ndjson: break
    case .json: output.append("[")
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
  @inline(__always)
  public func append(
    _ record: RDBRecord, key: ByteRange, in keyBytes: RawSpan, module: ModuleID?,
    dialect: RDBDialect, to output: inout OutputBuffer
  ) {
    switch format {
    case .tsv:
      output.append(decimal: UInt64(record.database))
      output.append(0x09)
      output.append(tsv: key, of: keyBytes)
      appendColumns(record, module, dialect, 0x09, &output)
      output.append(0x0a)
    case .csv:
      output.append(decimal: UInt64(record.database))
      output.append(0x2c)
      if TextKind(key, of: keyBytes) == .binary {
        output.append(0x2c)
        output.append(base64: key, of: keyBytes)
      } else {
        output.append(csv: key, of: keyBytes)
        output.append(0x2c)
      }
      appendColumns(record, module, dialect, 0x2c, &output)
      output.append(0x0a)
    case .ndjson, .json:
      appendObject(record, key, keyBytes, module, dialect, &output)
      if format == .ndjson { output.append(0x0a) }
    }
  }

  /// The columns behind the key, each with a separator before it.
  private func appendColumns(
    _ record: RDBRecord, _ module: ModuleID?, _ dialect: RDBDialect, _ separator: UInt8,
    _ output: inout OutputBuffer
  ) {
    output.append(separator)
    output.append(typeOf: record, module, dialect)
    output.append(separator)
    output.append(record.encoding(in: dialect).text)
    output.append(separator)
    output.append(decimal: UInt64(record.type.rawValue))
    output.append(separator)
    if let elements = record.elements { output.append(decimal: elements) }
    output.append(separator)
    output.append(decimal: Int64(record.end &- record.start))
    output.append(separator)
    output.append(decimal: Int64(record.start))
    output.append(separator)
    if let expiry = record.expiry { output.append(decimal: expiry.rawValue) }
    output.append(separator)
    if let idle = record.idleSeconds { output.append(decimal: UInt64(idle)) }
    output.append(separator)
    if let frequency = record.frequency { output.append(decimal: UInt64(frequency)) }
    output.append(separator)
    if let slot = record.slot { output.append(decimal: UInt64(slot)) }
  }

  private func appendObject(
    _ record: RDBRecord, _ key: ByteRange, _ keyBytes: RawSpan, _ module: ModuleID?,
    _ dialect: RDBDialect, _ output: inout OutputBuffer
  ) {
    output.append("{\"db\":")
    output.append(decimal: UInt64(record.database))
    output.append(",\"key\":")
    output.append(json: key, of: keyBytes)
    output.append(",\"type\":\"")
    output.append(typeOf: record, module, dialect)
    output.append("\",\"encoding\":\"")
    output.append(record.encoding(in: dialect).text)
    output.append("\",\"rdb_type\":")
    output.append(decimal: UInt64(record.type.rawValue))
    output.append(",\"elements\":")
    output.append(json: record.elements)
    output.append(",\"bytes\":")
    output.append(decimal: Int64(record.end &- record.start))
    output.append(",\"offset\":")
    output.append(decimal: Int64(record.start))
    output.append(",\"expire_ms\":")
    if let expiry = record.expiry {
      output.append(decimal: expiry.rawValue)
    } else {
      output.append("null")
    }
    output.append(",\"idle\":")
    output.append(json: record.idleSeconds.map { UInt64($0) })
    output.append(",\"freq\":")
    output.append(json: record.frequency.map { UInt64($0) })
    output.append(",\"slot\":")
    output.append(json: record.slot.map { UInt64($0) })
    output.append(0x7d)
  }
}

extension OutputBuffer {
  /// The name of a record's type; a module's own name where it is one's.
  @inline(__always)
  fileprivate mutating func append(
    typeOf record: RDBRecord, _ module: ModuleID?, _ dialect: RDBDialect
  ) {
    if let module {
      for byte in module.name.utf8 { append(byte) }
    } else {
      append(record.type.shape(in: dialect)?.text ?? "unknown")
    }
  }

  /// A number, or null.
  fileprivate mutating func append(json number: UInt64?) {
    if let number { append(decimal: number) } else { append("null") }
  }
}
