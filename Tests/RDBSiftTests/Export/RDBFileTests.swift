// A filtered RDB file scans back to the records that were kept, byte for byte, whatever the threads.

import Export
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

/// Makes a filtered file.
private func filter(
  _ file: [UInt8], _ selection: RestoreSelection, _ shape: PoolShape = .alone
) throws -> [UInt8] {
  let counted = try countKept(file, shape, selecting: selection)
  let writer = RDBWriter(counted.metadata.header)
  let body = try write(file, shape, selecting: selection) {
    var plan = RDBFilePlan(header: writer.header)
    plan.moduleData = .keep
    return RDBFileWriter(plan, counts: counted.summary.parts)
  }
  #expect(body.result.failure == nil)
  var output = OutputBuffer()
  writer.begin(&output)
  body.bytes.withRawSpan { output.append($0) }
  let sum = output.withBytes { CRC64.update(0, $0) }
  writer.end(checksum: sum, to: &output)
  return output.withBytes { [UInt8](copying: $0) }
}

/// A record as it must survive: all but its place in the file.
private struct Kept: Equatable {
  var database: UInt32
  var type: UInt8
  var stored: ByteString
  var expiry: Int64?
  var idle: UInt32?
  var frequency: UInt8?
  var slot: UInt16?
  var hasKeyMeta: Bool

  init(_ record: RDBRecord, expiry: UnixMilliseconds?, in bytes: [UInt8]) {
    database = record.database
    type = record.type.rawValue
    stored = ByteString(Array(bytes[record.offset..<record.end]))
    self.expiry = expiry?.rawValue
    idle = record.idleSeconds
    frequency = record.frequency
    slot = record.slot
    hasKeyMeta = record.hasKeyMeta
  }
}

@Suite("A filtered RDB file")
struct RDBFileTests {
  private static let selections: [RestoreSelection] = {
    let shift = TimeShift(from: UnixMilliseconds(1_700_000_000_000), to: moment)
    let filter = RecordFilter(databases: DatabaseSet([0, 9]))
    var even = everything
    even.filter.slots = 0...8191
    var late = everything
    late.keepsExpired = true
    return [
      everything, late, even, RestoreSelection(filter: filter, shift: shift, now: moment),
      RestoreSelection(shift: shift, now: UnixMilliseconds(0), keepsExpired: true),
    ]
  }()

  /// Files that can be filtered, but for a few large ones.
  private static let files: [(name: String, bytes: [UInt8])] =
    Fixtures.all(upTo: 100_000).compactMap { fixture in
      guard let bytes = try? fixture.bytes(), scanFailure(bytes) == nil else { return nil }
      return (fixture.name, bytes)
    }

  /// The records of a file that a selection keeps.
  private func kept(
    _ scan: ScannedFile, _ file: [UInt8], _ selection: RestoreSelection
  ) throws -> [Kept] {
    var selector = RecordSelector(selection)
    return try file.withRawSpan { (span) throws in
      try scan.records.compactMap { record in
        let answer = try selector.disposition(
          of: record, in: span, context: scan.context)
        guard case .restore(let expiry) = answer else { return nil }
        return Kept(record, expiry: expiry, in: file)
      }
    }
  }

  @Test("scans back to the records that were kept, and to nothing else")
  func records() throws {
    #expect(Self.files.count > 100)
    var compared = 0
    for (name, file) in Self.files {
      let source = ScannedFile(scanning: file)
      for selection in Self.selections {
        let filtered = try filter(file, selection)
        let scan = ScannedFile(scanning: filtered)
        #expect(scan.error == nil, "\(name)")
        #expect(scan.header == source.header, "\(name)")
        let expected = try kept(source, file, selection)
        let found = scan.records.map { Kept($0, expiry: $0.expiry, in: filtered) }
        if source.header.map({ $0.version < 3 && !$0.isValkey }) == true {
          // Such files tell whole seconds.
          #expect(found.map(\.stored) == expected.map(\.stored), "\(name)")
        } else {
          #expect(found == expected, "\(name)")
        }
        compared += found.count
      }
    }
    #expect(compared > 10_000)
  }

  @Test("has the right checksum, and nothing behind it")
  func checksum() throws {
    for (name, file) in Self.files {
      let filtered = try filter(file, everything)
      let end = try #require(ScannedFile(scanning: filtered).end, "\(name)")
      guard let told = end.checksum else {
        #expect(filtered.count == end.at + 1, "\(name)")
        continue
      }
      #expect(filtered.count == end.at + 9, "\(name)")
      #expect(told == naiveCRC64(Array(filtered[...end.at])), "\(name)")
    }
  }

  @Test("tells how many keys each database has, and has no empty database")
  func counts() throws {
    var compared = 0
    for (name, file) in Self.files {
      for selection in Self.selections {
        let scan = ScannedFile(scanning: try filter(file, selection))
        var database: UInt32 = 0
        for placed in scan.events {
          if case .selectDatabase(let number) = placed.event { database = number }
          guard case .resize(let keys, let expires) = placed.event else { continue }
          let records = scan.records.filter { $0.database == database }
          #expect(!records.isEmpty && UInt64(records.count) == keys, "\(name)")
          #expect(UInt64(records.filter { $0.expiry != nil }.count) == expires, "\(name)")
          compared += 1
        }
      }
    }
    #expect(compared > 300)
  }

  @Test("tells how many keys each slot of a cluster has")
  func slots() throws {
    var half = everything
    half.filter.slots = 8000...16383
    var told = 0
    for (name, file) in Self.files where name.hasSuffix("/cluster") {
      let filtered = try filter(file, half)
      let scan = ScannedFile(scanning: filtered)
      for placed in scan.events {
        var numbers: [Int] = []
        if case .slotInfo(let slot, let keys, let expires) = placed.event {
          numbers = [Int(slot), Int(keys), Int(expires)]
        } else if case .aux(let field, let value) = placed.event {
          try filtered.withRawSpan { (span) throws in
            guard try spell(field, in: span) == Array("slot-info".utf8) else { return }
            let text = String(decoding: try spell(value, in: span), as: UTF8.self)
            numbers = text.split(separator: ",").compactMap { Int($0) }
          }
        }
        guard numbers.count >= 3 else { continue }
        told += 1
        let records = scan.records.filter { $0.slot == UInt16(numbers[0]) }
        #expect(numbers[0] >= 8000 && records.count == numbers[1], "\(name)")
        #expect(records.filter { $0.expiry != nil }.count == numbers[2], "\(name)")
        if numbers.count == 4 {
          #expect(records.filter { $0.type.rawValue == 22 }.count == numbers[3], "\(name)")
        }
      }
    }
    #expect(told > 50)
  }

  @Test("keeps functions, data of modules and hash templates, and leaves replication out")
  func besides() throws {
    for (name, file) in Self.files {
      let filtered = try filter(file, everything)
      let (source, scan) = (ScannedFile(scanning: file), ScannedFile(scanning: filtered))
      #expect(try besides(source, in: file) == (try besides(scan, in: filtered)), "\(name)")
      for (field, _) in try scan.aux(in: filtered) {
        let text = String(decoding: field, as: UTF8.self)
        #expect(!text.hasPrefix("repl-") && !text.hasPrefix("aof-") && text != "used-mem")
      }
      for wanted in ["redis-ver", "valkey-ver", "redis-bits", "ctime", "df-ver"] {
        let fields = try [source.aux(in: file), scan.aux(in: filtered)].map { fields in
          fields.filter { $0.0 == Array(wanted.utf8) }.map { ByteString($0.1) }
        }
        #expect(fields[0] == fields[1], "\(name)")
      }
    }
  }

  /// What stands between records and belongs to no server.
  private func besides(_ scan: ScannedFile, in bytes: [UInt8]) throws -> [ByteString] {
    try bytes.withRawSpan { (span) throws in
      try scan.events.compactMap { placed in
        switch placed.event {
        case .function(let code): ByteString(try spell(code, in: span))
        case .functionPreGA(let name, let code):
          ByteString(
            Array("#!LUA name=".utf8) + (try spell(name, in: span)) + [0x0a]
              + (try spell(code, in: span)))
        case .moduleAux(_, let place), .hashTemplate(_, _, let place, _), .slotImport(let place):
          ByteString(Array(bytes[place.range]))
        default: nil
        }
      }
    }
  }

  @Test("is the same for any number of threads")
  func threads() throws {
    for (name, file) in Self.files where file.count < 20_000 {
      let alone = ByteString(try filter(file, Self.selections[3]))
      for shape in PoolShape.small {
        #expect(ByteString(try filter(file, Self.selections[3], shape)) == alone, "\(name)")
      }
    }
  }

  @Test("expiries in seconds become milliseconds, but for servers that know only seconds")
  func seconds() throws {
    for (header, opcode) in [("REDIS0002", UInt8(253)), ("REDIS0003", UInt8(252))] {
      var file = RDBBuilder(header)
      file.selectDB(0)
      file.expireSeconds(2_000_000_000)
      file.string(key: "a", value: "b")
      file.byte(255)
      let filtered = try filter(file.bytes, everything)
      #expect(filtered[11] == opcode)
      #expect(
        ScannedFile(scanning: filtered).records.first?.expiry?.rawValue == 2_000_000_000_000)
    }
  }

  @Test(
    "what cannot be taken apart is told",
    arguments: [FilteredCounts.Refusal.memberExpiries, .journal, .lateDialect])
  func refused(refusal: FilteredCounts.Refusal) throws {
    var file = RDBBuilder("REDIS0009")
    file.string(key: "a", value: "b")
    switch refusal {
    case .memberExpiries: file.aux("keydb-subexpire-key", "b")
    case .journal: file.raw([210, 1, 1, 0x78])
    case .lateDialect: file.raw([220, 0, 0, 0, 0])
    case .otherFormat, .otherFunctions, .beside: Issue.record("of several files only")
    }
    file.string(key: "c", value: "d")
    let counted = try countKept(file.ended())
    var counts = counted.summary.parts[0]
    let head = try file.bytes.withRawSpan { (span) throws(JobFailure) in
      try RDBMetadata(headOf: span)
    }
    counts.conclude(counted.metadata, head: head)
    #expect(counts.refusals.contains(refusal))
    #expect(counts.refusals.subtracting([.lateDialect, refusal]).isEmpty)
  }
}
