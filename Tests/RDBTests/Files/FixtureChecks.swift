// The comparisons that every fixture goes through, whatever folder it stands in.

import RDB
import TestSupport
import Testing

/// Sound files that this reader refuses, with the error it must give and no other.
let refusals: [String: RDBError] = [
  // A whole-file envelope is opened by another room.
  "synthetic/valkey9.2_vcs_lz4": RDBError(.badMagic, at: 0, number: 9),
  "synthetic/valkey9.2_vcs_lz4_nochecksum": RDBError(.badMagic, at: 0, number: 9),
  // A ZSTD blob, opcode 201.
  "synthetic/dragonfly_shard": RDBError(.unsupportedCompression, at: 120, number: 201),
  // A module value of the 4.0 release candidates, type 6: nothing in the file tells its extent.
  "redis-4.0-rc1/hellotype": RDBError(.unskippable, at: 167, number: 6),
]

/// A key and its database.
private struct Place: Hashable, CustomStringConvertible {
  var database: Int
  var key: ByteString
  var description: String { "\(database)/\(key)" }
}

/// A fixture that was read, with its truth and what a scan told.
struct LoadedFixture {
  let fixture: Fixture
  let bytes: [UInt8]
  let truth: FixtureTruth
  let file: ScannedFile

  /// Reads and scans; nil for a file that is malformed or refused, after its refusal was checked.
  init?(_ fixture: Fixture) throws {
    guard !fixture.name.hasPrefix("synthetic/bad_") else { return nil }
    self.fixture = fixture
    bytes = try fixture.bytes()
    file = ScannedFile(scanning: bytes)
    #expect(file.error == refusals[fixture.name], "\(fixture)")
    guard file.error == nil else { return nil }
    truth = try fixture.truth()
  }
}

private func recordsByPlace(
  _ file: ScannedFile, in span: RawSpan
) throws(RDBError) -> [Place: RDBRecord] {
  var records: [Place: RDBRecord] = [:]
  for record in file.records {
    let key = ByteString(try record.keyBytes(in: span))
    #expect(record.keyCount == key.bytes.count)
    records[Place(database: Int(record.database), key: key)] = record
  }
  return records
}

private func typeName(_ record: RDBRecord, _ dialect: RDBDialect, in span: RawSpan) -> String {
  record.module(in: span)?.name ?? record.type.shape(in: dialect)?.name ?? "?"
}

/// Database, key, type, expiry and attributes of every key.
func checkKeys(_ loaded: LoadedFixture) throws {
  let (fixture, truth, file) = (loaded.fixture, loaded.truth, loaded.file)
  guard let databases = truth.databases, !databases.isEmpty else { return }
  try loaded.bytes.withRawSpan { (span) throws in
    var records = try recordsByPlace(file, in: span)
    if fixture.name != "synthetic/duplicate_key" { #expect(records.count == file.records.count) }
    for (number, keys) in databases {
      for key in keys {
        let place = Place(database: number, key: ByteString(key.key))
        let found = records.removeValue(forKey: place)
        let record = try #require(found, "\(fixture): \(place)")
        checkKey(key, record, file, in: span, "\(fixture): \(place)")
        if !truth.slots.isEmpty { checkSlot(truth, key, record, "\(fixture): \(place)") }
      }
    }
    for expired in truth.expiredKeys {
      let place = Place(database: expired.database, key: ByteString(expired.key))
      let found = records.removeValue(forKey: place)
      // Servers before 4.0 leave such keys out when they save.
      guard file.header.map({ $0.version >= 8 }) == true else {
        #expect(found == nil, "\(fixture): \(place)")
        continue
      }
      let record = try #require(found, "\(fixture): \(place)")
      #expect(record.expiry?.rawValue == expired.expiry, "\(fixture): \(place)")
      #expect(record.type.shape(in: .redis)?.name == expired.made, "\(fixture): \(place)")
    }
    for expired in truth.expiredFields {
      let place = Place(database: expired.database, key: ByteString(expired.key))
      let found = records.removeValue(forKey: place)
      let record = try #require(found, "\(fixture): \(place)")
      let fields = expired.fields.count + expired.live
      #expect(record.elements == UInt64(fields), "\(fixture): \(place)")
    }
    // What is left no server would show: collections without elements.
    for (place, record) in records { #expect(record.elements == 0, "\(fixture): \(place)") }
  }
}

extension FixtureTruth.Expired {
  /// The type that the command makes.
  fileprivate var made: String? {
    switch command {
    case "SET": "string"
    case "RPUSH": "list"
    case "HSET": "hash"
    case "ZADD": "zset"
    case "SADD": "set"
    default: nil
    }
  }
}

private func checkKey(
  _ key: TruthKey, _ record: RDBRecord, _ file: ScannedFile, in span: RawSpan, _ place: String
) {
  let dialect = file.context.dialect
  #expect(typeName(record, dialect, in: span) == key.type, "\(place)")
  #expect(record.expiry?.rawValue == key.expiry, "\(place)")
  if let type = key.rdbType { #expect(record.type.rawValue == type, "\(place)") }
  if let frequency = record.frequency, let told = key.frequency {
    #expect(Int(frequency) == told, "\(place)")
  }
  if let idle = record.idleSeconds, let told = key.idle {
    #expect(abs(Int(idle) - told) <= 2, "\(place)")
  }
  // RDB 1 spells every value out, whatever the server packed; 5.0 had no word for streams.
  if let encoding = key.encoding, ["set", "hash", "zset", "stream"].contains(key.type),
    encoding != "unknown", file.header?.version != 1
  {
    #expect(record.encoding(in: dialect).name == encoding, "\(place)")
  }
}

private func checkSlot(
  _ truth: FixtureTruth, _ key: TruthKey, _ record: RDBRecord, _ place: String
) {
  guard let slot = truth.slots[String(decoding: key.key, as: UTF8.self)] else { return }
  let tells =
    truth.scan?.opcodes[244] != nil
    || truth.scan?.aux.contains { $0.0 == Array("slot-info".utf8) } == true
  #expect(record.slot == (tells ? UInt16(slot) : nil), "\(place)")
}

/// Element counts of all values, and every element of those that are decoded.
func checkValues(_ loaded: LoadedFixture) throws {
  let (fixture, truth, file) = (loaded.fixture, loaded.truth, loaded.file)
  guard let databases = truth.databases, !databases.isEmpty else { return }
  try loaded.bytes.withRawSpan { (span) throws in
    let records = try recordsByPlace(file, in: span)
    for (number, keys) in databases {
      for key in keys {
        let place = Place(database: number, key: ByteString(key.key))
        let record = try #require(records[place], "\(fixture): \(place)")
        if let elements = record.elements, let count = key.value.count {
          #expect(elements == UInt64(count), "\(fixture): \(place)")
        }
        let found = try collect(record.type, file.context, in: span, at: record.valueOffset)
        #expect(found.end == record.end, "\(fixture): \(place)")
        #expect(found.shape == record.type.shape(in: file.context.dialect))
        let difference = key.difference(from: found.elements)
        #expect(difference == nil, "\(fixture): \(place)")
      }
    }
    for expired in truth.expiredFields {
      let place = Place(database: expired.database, key: ByteString(expired.key))
      let record = try #require(records[place], "\(fixture): \(place)")
      let found = try collect(record.type, file.context, in: span, at: record.valueOffset)
      checkExpiredFields(expired, found.elements, "\(fixture): \(place)")
    }
  }
}

/// Fields that had expired when the file was written are in it, with their deadlines.
private func checkExpiredFields(
  _ expired: FixtureTruth.Expired, _ found: [CollectedElement], _ place: String
) {
  var gone: Set<[UInt8]> = []
  var live: [[UInt8]: [UInt8]] = [:]
  for case .expiringPair(let field, let value, let expiry) in found {
    if let expiry, expiry <= expired.at ?? 0 { gone.insert(field) } else { live[field] = value }
  }
  #expect(gone == Set(expired.fields), "\(place)")
  #expect(live.count == expired.live, "\(place)")
  for (field, value) in expired.liveFields { #expect(live[field] == value, "\(place)") }
}

/// AUX, hints, opcodes and the checksum.
func checkEvents(_ loaded: LoadedFixture) throws {
  let (fixture, bytes, file) = (loaded.fixture, loaded.bytes, loaded.file)
  guard let scan = loaded.truth.scan else { return }
  #expect(file.header?.description == scan.magic)
  let aux = try file.aux(in: bytes)
  #expect(aux.map(\.0) == scan.aux.map(\.0), "\(fixture)")
  #expect(aux.map(\.1) == scan.aux.map(\.1), "\(fixture)")
  var types: [Int: Int] = [:]
  for record in file.records { types[Int(record.type.rawValue), default: 0] += 1 }
  #expect(types == scan.types, "\(fixture)")
  #expect(opcodeCounts(file) == merged(scan.opcodes), "\(fixture)")
  checkHints(scan, file, "\(fixture)")
  let end = try #require(file.end)
  #expect(end.checksum == scan.checksum, "\(fixture)")
  if let checksum = end.checksum, checksum != 0 {
    let crc = bytes.withRawSpan { CRC64.update(0, $0.extracting(0..<(end.at + 1))) }
    #expect(crc == checksum, "\(fixture)")
  }
  #expect(bytes.count - (file.state?.offset ?? 0) == scan.trailingBytes, "\(fixture)")
}

/// How often each opcode was met; both forms of an expiry count as one.
private func opcodeCounts(_ file: ScannedFile) -> [Int: Int] {
  var counts: [Int: Int] = [:]
  for event in file.events.map(\.event) { counts[opcode(of: event), default: 0] += 1 }
  for record in file.records {
    if record.expiry != nil { counts[252, default: 0] += 1 }
    if record.frequency != nil { counts[249, default: 0] += 1 }
    if record.idleSeconds != nil { counts[248, default: 0] += 1 }
    if record.hasKeyMeta { counts[243, default: 0] += 1 }
  }
  return counts
}

private func merged(_ opcodes: [Int: Int]) -> [Int: Int] {
  var counts = opcodes
  if let seconds = counts.removeValue(forKey: 253) { counts[252, default: 0] += seconds }
  return counts
}

private func opcode(of event: RDBEvent) -> Int {
  switch event {
  case .aux: 250
  case .selectDatabase: 254
  case .resize: 251
  case .slotInfo: 244
  case .slotImport: 243
  case .function: 245
  case .functionPreGA: 246
  case .moduleAux: 247
  case .hashTemplate: 242
  case .other(let opcode, _): Int(opcode.rawValue)
  case .end: 255
  }
}

private func checkHints(_ scan: FixtureTruth.Scan, _ file: ScannedFile, _ place: String) {
  var database = 0
  var resizes: [[Int]] = []
  var slots: [[Int]] = []
  for event in file.events.map(\.event) {
    switch event {
    case .selectDatabase(let number): database = Int(number)
    case .resize(let keys, let expires): resizes.append([database, Int(keys), Int(expires)])
    case .slotInfo(let slot, let keys, let expires):
      slots.append([Int(slot), Int(keys), Int(expires)])
    default: break
    }
  }
  #expect(resizes == scan.resizes, "\(place)")
  #expect(slots == scan.slots, "\(place)")
}
