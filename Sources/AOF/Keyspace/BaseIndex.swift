// Where the base holds the keys that are followed: places of records, no values.

import RDB

/// A record of the base.
struct BaseRecord: BitwiseCopyable {
  let type: RDBType
  let value: StringPlace
  /// When the key expires; `Int64.max` for never.
  let expiry: Int64
}

/// The base's records of keys that are followed, by database and name.
struct BaseIndex {
  let context: ValueContext
  private(set) var databases: [UInt32: PlaceMap<BaseRecord>] = [:]

  /// Scans the base.
  /// - Throws: What is wrong with it, which its first scan has told already.
  init(
    _ input: LogInput, _ facts: BaseFacts, _ keys: RelevantKeys
  ) throws(RDBError) {
    context = facts.context
    let part = input.files[0].part
    try input.eachBaseRecord { record, key in
      guard keys.isNamed(key) else { return }
      databases[record.database, default: PlaceMap()].set(
        record.keyPlace(key, part: part, input.parts), BaseRecord(record, part: part),
        in: input.parts)
    }
  }

  /// The record of a key.
  func find(_ key: StringPlace, in database: UInt32, _ parts: ByteParts) -> BaseRecord? {
    guard let map = databases[database] else { return nil }
    return map.find(key, in: parts).map { map[$0] }
  }
}

extension BaseRecord {
  init(_ record: RDBRecord, part: Int) {
    type = record.type
    value = StringPlace(part: part, offset: record.valueOffset, count: record.valueCount)
    expiry = record.expiry?.rawValue ?? .max
  }

  /// The value, as it is stored.
  func stored(_ dialect: RDBDialect) -> StoredValue {
    StoredValue(type: type, dialect: dialect, isOfBase: true, place: value)
  }
}

extension KeyState {
  /// What the base holds.
  init(_ record: BaseRecord, _ dialect: RDBDialect) {
    value = .stored(record.stored(dialect))
    expiry = record.expiry == .max ? nil : record.expiry
  }
}

extension RDBRecord {
  /// The place of the record's key; one that is packed is copied.
  func keyPlace(_ key: RawSpan, part: Int, _ parts: ByteParts) -> StringPlace {
    guard let raw = rawKey else { return parts.keep(key) }
    return StringPlace(part: part, offset: raw.offset, count: raw.count)
  }
}

extension LogInput {
  /// Goes through the records of the base, with their keys.
  ///
  /// - Parameters:
  ///   - lost: Gets the records whose keys do not unpack.
  ///   - body: Gets all others.
  /// - Throws: What is wrong with the base.
  func eachBaseRecord(
    lost: (RDBRecord) -> Void = { _ in }, _ body: (RDBRecord, RawSpan) -> Void
  ) throws(RDBError) {
    guard let file = files.first, base != nil else { return }
    try parts.withBytes(ofPart: file.part) { bytes throws(RDBError) in
      var scanner = try RDBScanner(headerOf: bytes)
      var batch = RecordBatch()
      var scratch = Scratch()
      while true {
        batch.removeAll()
        let stop = try scanner.scan(bytes, into: &batch)
        for index in 0..<batch.count {
          let record = batch[index]
          do throws(RDBError) {
            let key = try record.key(in: bytes)
            try scratch.withBytes(of: key, in: bytes) { body(record, $0) }
          } catch {
            lost(record)
          }
        }
        if stop == .end { return }
      }
    }
  }
}
