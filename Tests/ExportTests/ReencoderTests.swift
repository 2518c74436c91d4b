// RDB files for older and other servers.

import TestSupport
import Testing

@testable import Export
@testable import RDB

@Suite("RDB files for a target")
struct ReencoderTests {
  private static let targets = [
    "redis:2.6", "redis:3.2", "redis:4.0", "redis:5.0", "redis:6.2", "redis:7.0", "redis:7.2",
    "redis:7.4", "redis:8.2", "redis:8.6", "redis:8.8", "valkey:8.0", "valkey:9.0", "tair:5.0",
  ]

  /// A file for a target, and what became of each record.
  private struct Reencoded {
    var file: [UInt8]
    var outcomes: [RecordReencoder.Outcome]
  }

  private func target(_ text: String) throws -> RDBTarget {
    let server: ServerVersion = try #require(ServerVersion(text))
    return RDBTarget(server)
  }

  private func reencode(
    _ file: [UInt8], _ scanned: ScannedFile, for target: RDBTarget
  ) -> Reencoded {
    var output = OutputBuffer()
    var reencoder = RecordReencoder(target)
    reencoder.writer.begin(&output)
    var outcomes: [RecordReencoder.Outcome] = []
    var database: UInt32?
    file.withRawSpan { span in
      for record in scanned.records {
        if database != record.database {
          database = record.database
          reencoder.writer.select(record.database, to: &output)
        }
        let before = output.total
        let item = RecordReencoder.Item(record, expiry: record.expiry)
        // Some fixtures hold damaged values, of which nothing is written either.
        let outcome =
          (try? reencoder.append(item, from: span, context: scanned.context, to: &output))
          ?? .unsupported
        outcomes.append(outcome)
        let isLeftOut = outcome == .unsupported || outcome == .empty
        #expect((output.total == before) == isLeftOut)
      }
    }
    reencoder.writer.end(checksum: 0, to: &output)
    return Reencoded(
      file: output.withBytes { [UInt8](copying: $0) }, outcomes: outcomes)
  }

  private func digests(_ scanned: ScannedFile, _ file: [UInt8]) -> [UInt128?] {
    var digest = ContentDigest(DigestKey(1, 2))
    return file.withRawSpan { span in
      var digests: [UInt128?] = []
      for record in scanned.records {
        digests.append(
          try? digest.digest(record.type, scanned.context, at: record.value, in: span))
      }
      return digests
    }
  }

  @Test(
    "every value that a target can hold is the same in a file for it, and of a type it loads",
    arguments: targets)
  func everyFixture(name: String) throws {
    let target = try target(name)
    var kinds: Set<UInt8> = []
    for fixture in Fixtures.all(upTo: 100_000) {
      let file = try fixture.bytes()
      let scanned = ScannedFile(scanning: file)
      guard scanned.error == nil else { continue }
      let made = reencode(file, scanned, for: target)
      let again = ScannedFile(scanning: made.file)
      #expect(again.error == nil, "\(fixture) \(String(describing: again.error))")
      #expect(again.header == target.header)
      let kept = zip(scanned.records, made.outcomes).filter {
        $0.1 != .unsupported && $0.1 != .empty
      }
      #expect(again.records.count == kept.count, "\(fixture)")
      let before = digests(scanned, file)
      let after = digests(again, made.file)
      var index = 0
      for (place, outcome) in made.outcomes.enumerated()
      where outcome != .unsupported && outcome != .empty {
        let (old, new) = (scanned.records[place], again.records[index])
        kinds.insert(old.type.rawValue)
        #expect(target.loads(new.type, in: again.context.dialect), "\(fixture) \(new.type)")
        #expect(old.expiry == new.expiry || old.expiry.map { $0.rawValue < 0 } == true)
        if outcome == .written {
          #expect(before[place] == after[index], "\(fixture), record \(place), type \(old.type)")
        }
        index += 1
      }
    }
    #expect(kinds.isSuperset(of: [0, 1, 2, 4, 10, 11, 12, 13, 14, 16, 17, 18, 20]))
  }

  private func hash(_ fields: [(String, Int64)], valkey: Bool) -> [UInt8] {
    var value = RDBBuilder.bare
    let earliest = fields.map(\.1).filter { $0 > 0 }.min() ?? 0
    if !valkey { value.double(Double(bitPattern: UInt64(earliest))) }
    value.length(UInt64(fields.count))
    for (field, expiry) in fields {
      if !valkey { value.length(expiry > 0 ? UInt64(expiry - earliest + 1) : 0) }
      value.string(field)
      value.string("v")
      if valkey {
        value.double(Double(bitPattern: UInt64(bitPattern: expiry > 0 ? expiry : -1)))
      }
    }
    return value.bytes
  }

  @Test("field expiries of Redis become Valkey's and the other way, or are an outcome")
  func fieldExpiries() throws {
    let fields: [(String, Int64)] = [("a", 4_102_444_800_000), ("b", 0), ("c", 4_102_444_800_777)]
    var file = RDBBuilder("REDIS0012")
    file.record(24, key: "h", value: hash(fields, valkey: false))
    let redis = file.ended()
    var other = RDBBuilder("VALKEY080")
    other.record(22, key: "h", value: hash(fields, valkey: true))
    let valkey = other.ended()
    for (source, name) in [(redis, "valkey:9.0"), (valkey, "redis:7.4")] {
      let scanned = ScannedFile(scanning: source)
      let made = reencode(source, scanned, for: try target(name))
      #expect(made.outcomes == [.written])
      let again = ScannedFile(scanning: made.file)
      #expect(digests(scanned, source) == digests(again, made.file))
    }
    for name in ["redis:7.2", "valkey:8.1"] {
      let made = reencode(valkey, ScannedFile(scanning: valkey), for: try target(name))
      #expect(made.outcomes == [.writtenWithoutFieldExpiries])
      #expect(ScannedFile(scanning: made.file).records.first?.type == .hash)
    }
  }

  @Test("attributes that a target does not know are left out, and metadata is an outcome")
  func attributes() throws {
    var file = RDBBuilder("REDIS0009")
    file.expireMS(4_102_444_800_000)
    file.raw([249, 7])
    file.string(key: "k", value: "v")
    let bytes = file.ended()
    let scanned = ScannedFile(scanning: bytes)
    let new = ScannedFile(
      scanning: reencode(bytes, scanned, for: try target("redis:6.2")).file)
    #expect(new.records.first?.frequency == 7)
    let old = ScannedFile(
      scanning: reencode(bytes, scanned, for: try target("redis:3.2")).file)
    #expect(old.records.first?.frequency == nil)
    #expect(old.records.first?.expiry?.rawValue == 4_102_444_800_000)
    let meta = try Fixtures.bytes("redis-8.6.3/keymeta")
    let scannedMeta = ScannedFile(scanning: meta)
    let made = reencode(meta, scannedMeta, for: try target("redis:8.2"))
    for (record, outcome) in zip(scannedMeta.records, made.outcomes) where record.hasKeyMeta {
      #expect(outcome == .writtenWithoutMetadata)
    }
    #expect(ScannedFile(scanning: made.file).records.allSatisfy { !$0.hasKeyMeta })
  }

  @Test("pending entries without a consumer are left out of an older stream")
  func unownedPending() throws {
    let file = try Fixtures.bytes("redis-unstable-20260625/stream_nack")
    let scanned = ScannedFile(scanning: file)
    let made = reencode(file, scanned, for: try target("redis:7.2"))
    #expect(made.outcomes.contains(.writtenWithoutStreamState))
    let again = ScannedFile(scanning: made.file)
    #expect(again.error == nil)
    try made.file.withRawSpan { span in
      for record in again.records {
        var check = RecordCheck()
        _ = try check.check(record, in: span, again.context)
        #expect(check.remarks.isEmpty)
      }
    }
  }

  @Test("a damaged value is an error, and nothing of it is written")
  func damaged() throws {
    var file = RDBBuilder("REDIS0011")
    file.record(20, key: "s", value: [7, 7, 0, 0, 0, 9, 0, 0xff])
    let bytes = file.ended()
    let scanned = ScannedFile(scanning: bytes)
    var output = OutputBuffer()
    var reencoder = RecordReencoder(try target("redis:7.0"))
    bytes.withRawSpan { span in
      _ = #expect(throws: RDBError.self) {
        try reencoder.append(
          .init(scanned.records[0], expiry: nil), from: span, context: scanned.context, to: &output)
      }
    }
    #expect(output.total == 0)
  }

  @Test("a file for an old server says no more than that server knows")
  func features() throws {
    let old = try target("redis:3.0")
    #expect(old.header.version == 6 && !old.supportsAux && !old.supportsFunctions)
    let valkey = try target("valkey:8.1")
    #expect(valkey.header.description == "REDIS0011" && !valkey.supportsSlotInfo)
    #expect(try target("valkey:9.0").header.description == "VALKEY080")
    #expect(try target("redis:8.2").supportsSlotInfo)
  }
}
