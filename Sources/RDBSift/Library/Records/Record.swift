import Export
import RDB

/// A key of a backup and what the file says of it.
///
/// The value is not decoded until it is asked for. Records may be kept and passed to other threads: a record of a
/// plain file keeps the file mapped, one of a compressed file has a copy of its bytes. Do not shorten a mapped file:
/// reading what is gone ends the process, as for any mapped file.
public struct Record: Sendable {
  /// The display name of the file: its path, with `:MEMBER` for a member of an archive.
  public let file: String
  /// The key.
  public let key: StoredString
  /// The record; its offsets are those in `bytes`.
  let record: RDBRecord
  let bytes: RecordBytes
  let context: ValueContext

  /// Makes a record of one in the bytes of a file.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - span: The file.
  ///   - mapping: The same as a mapping; nil to copy the bytes of the record.
  ///   - context: The context for decoding the value.
  ///   - file: The name of the file.
  ///   - scratch: Memory for a compressed key.
  /// - Throws: Damage to the key.
  init(
    _ record: RDBRecord, in span: RawSpan, _ mapping: SharedMapping?, _ context: ValueContext,
    file: String, scratch: inout Scratch
  ) throws(JobFailure) {
    do throws(RDBError) {
      key = try scratch.withBytes(of: try record.key(in: span), in: span) {
        (text) throws(RDBError) in
        StoredString(copying: text)
      }
    } catch {
      let size = span.byteCount
      throw .damage(Damage(error, in: record, key: nil, fileSize: size))
    }
    self.file = file
    self.context = context
    var own = record
    if let mapping {
      bytes = .mapped(mapping)
    } else {
      bytes = .copied(
        Array(copying: span.extracting(record.start..<record.end)), start: record.start)
      own.offset -= record.start
    }
    self.record = own
  }

  /// The database.
  public var database: Int { Int(record.database) }

  /// The type of the value.
  public var type: ValueType {
    if let module = bytes.withBytes({ record.module(in: $0) }) {
      return ValueType(rawValue: module.name)
    }
    return ValueType(record.type.shape(in: context.dialect))
  }

  /// How the value is stored, in the words of `OBJECT ENCODING` as far as the file shows, such as `listpack`.
  ///
  /// A server may choose another encoding when it loads the file.
  public var encoding: String { record.encoding(in: context.dialect).name }

  /// When the key expires; nil if it does not.
  ///
  /// A file may have keys that had expired when it was written.
  public var expiry: UnixTime? { record.expiry.map { UnixTime($0) } }

  /// Seconds since the last access when the file was written; nil if the server did not store it
  /// (`maxmemory-policy`).
  public var idleSeconds: Int? { record.idleSeconds.map { Int($0) } }

  /// The LFU counter, 0 to 255; nil if the server did not store it.
  public var frequency: Int? { record.frequency.map { Int($0) } }

  /// The cluster slot of the key, 0 to 16383: CRC-16 of the key or its hash tag, as in the cluster specification.
  public var slot: Int { key.withBytes { Int(HashSlot(of: $0).rawValue) } }

  /// Elements of the value, where fields, members and entries count once; 1 for a string; nil if only decoding would
  /// count them.
  public var elementCount: Int? { record.elements.map { Int(clamping: $0) } }

  /// Bytes of the record in the file, after decompression of the file: attributes, key and value.
  public var size: Int { record.end - record.start }

  /// Bytes from the start of the RDB data to the record.
  public var offset: Int { bytes.start + record.start }

  /// The value, which is decoded when its elements are asked for.
  public var value: Value { Value(record: self) }
}

extension Record {
  /// Damage to the value; `error` has its offset in the file.
  func failure(_ error: RDBError) -> SiftError {
    var whole = record
    whole.offset += bytes.start
    let size = bytes.start + bytes.withBytes { $0.byteCount }
    return SiftError(.damage(Damage(error, in: whole, key: key.bytes, fileSize: size)), path: file)
  }
}

extension Record: CustomStringConvertible {
  /// The database, the key and the type, such as `0 cart:1 hash`.
  public var description: String { "\(database) \(key) \(type)" }
}
