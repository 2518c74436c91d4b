import Export
import RDB

/// Computes the digests of values and the hashes of keys.
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
    of record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(JobFailure) -> UInt128 {
    let place = ByteRange(offset: record.valueOffset, count: record.valueCount)
    do throws(RDBError) {
      return try digest.digest(record.type, context, at: place, in: bytes)
    } catch {
      let key = record.readableKey(in: bytes)
      throw .damage(
        Damage(error, in: record, key: key, fileSize: bytes.byteCount))
    }
  }

  /// The hash of a record's database and key.
  mutating func key(
    of record: RDBRecord, in bytes: RawSpan
  ) throws(JobFailure) -> UInt64 {
    if let raw = record.rawKey {
      return keys.hash(
        of: bytes.extracting(raw.offset..<raw.end), in: record.database)
    }
    let keys = keys
    do throws(RDBError) {
      let key = try record.key(in: bytes)
      return try scratch.withBytes(of: key, in: bytes) { (text) throws(RDBError) in
        keys.hash(of: text, in: record.database)
      }
    } catch {
      throw .damage(
        Damage(error, in: record, key: nil, fileSize: bytes.byteCount))
    }
  }
}
