import Export
import RDB

/// Digests of keys and values of records.
struct ContentReader: ~Copyable {
  private var digest: ContentDigest
  private let keys: KeyDigest
  private var scratch = Scratch()

  init(_ key: DigestKey) {
    digest = ContentDigest(key)
    keys = KeyDigest(key)
  }

  /// The digest of a record's value.
  mutating func value(
    of record: RDBRecord, in bytes: RawSpan, base: Int, _ context: ValueContext
  ) throws(JobFailure) -> UInt128 {
    let place = ByteRange(offset: record.valueOffset &- base, count: record.valueCount)
    do throws(RDBError) {
      return try digest.digest(record.type, context, at: place, in: bytes)
    } catch {
      let key = (try? record.key(in: bytes, base: base)).flatMap { $0.spelled(in: bytes) }
      throw .damage(
        Damage(error.moved(by: base), in: record, key: key, fileSize: base + bytes.byteCount))
    }
  }

  /// The hash of a record's database and key.
  mutating func key(
    of record: RDBRecord, in bytes: RawSpan, base: Int
  ) throws(JobFailure) -> UInt64 {
    if let raw = record.rawKey {
      return keys.hash(
        of: bytes.extracting((raw.offset &- base)..<(raw.end &- base)), in: record.database)
    }
    let keys = keys
    do throws(RDBError) {
      let key = try record.key(in: bytes, base: base)
      return try scratch.withBytes(of: key, in: bytes) { (text) throws(RDBError) in
        keys.hash(of: text, in: record.database)
      }
    } catch {
      throw .damage(
        Damage(error.moved(by: base), in: record, key: nil, fileSize: base + bytes.byteCount))
    }
  }
}
