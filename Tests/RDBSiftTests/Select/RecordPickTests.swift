// Records by their offsets: the right ones are those of a scan, and nothing else is taken for a record.

import Export
import RDB
import Restore
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("Records by offset")
struct RecordPickTests {
  /// Lists the picked records of a file.
  private func rows(
    _ file: [UInt8], _ picks: RecordPicks, threads: Int = 1
  ) throws -> (rows: [UInt8], result: SweepResult<WriteSummary<ExportCounts>>) {
    let collected = CollectedBytes()
    let output = RecordOutput { (bytes) throws(SystemError) in collected.append(bytes) }
    var options = SweepOptions()
    options.picks = picks
    options.threads = threads
    let result = try file.withRawSpan { span throws(JobFailure) in
      try sweep(span, options: options, output: output) {
        WritingWorker(KeyListRecordWriter(.ndjson), everyRecord)
      }
    }
    return (collected.bytes, result)
  }

  private func pick(_ record: RDBRecord, in file: [UInt8], sized: Bool) -> RecordPick {
    var pick = RecordPick(offset: record.start)
    pick.database = record.database
    pick.key = file.withRawSpan { record.readableKey(in: $0) }
    pick.recordBytes = sized ? record.byteCount : nil
    return pick
  }

  private func isOpened(_ file: [UInt8], _ picks: [RecordPick]) throws -> Bool {
    try file.withRawSpan { span in
      RecordPicker(RecordPicks(picks), opening: true, in: span, try RDBScanner(headerOf: span))
        .isOpened
    }
  }

  @Test("all records of a file, opened or scanned for, have the rows of a list")
  func all() throws {
    var opened = 0
    for fixture in Fixtures.all(upTo: 100_000) {
      let file = try fixture.bytes()
      let scanned = ScannedFile(scanning: file)
      guard scanned.error == nil, !scanned.records.isEmpty else { continue }
      let expected = try list(file, .ndjson, selecting: everyRecord).bytes
      let picks = scanned.records.map { pick($0, in: file, sized: true) }
      // SQL gives rows back in any order.
      let reversed = Array(picks.reversed()) + picks.prefix(3)
      for mayOpen in [true, false] {
        for threads in [1, 3] {
          let found = try rows(file, RecordPicks(reversed, mayOpen: mayOpen), threads: threads)
          #expect(found.result.failure == nil, "\(fixture)")
          #expect(found.rows == expected, "\(fixture), opened: \(mayOpen), threads: \(threads)")
        }
      }
      if try isOpened(file, picks) { opened += 1 }
      #expect(try !isOpened(file, scanned.records.map { RecordPick(offset: $0.start) }))
    }
    #expect(opened > 100)
  }

  /// Attributes in every order, keys stored in every way, two databases, and strings full of opcodes.
  private static let small: [UInt8] = {
    var file = RDBBuilder("REDIS0012")
    file.aux("redis-ver", "7.4.0")
    file.selectDB(0)
    file.resizeDB(keys: 5, expires: 2)
    file.string(key: "a", value: "\u{7f}x")
    file.expireMS(1_999_999_999_999)
    file.raw([0xf9, 7])
    file.string(key: "b", value: "1")
    file.raw([0xf8, 0x40, 0x80])
    file.expireMS(1_999_999_999_999)
    file.string(key: "c", value: "2")
    file.raw([0xfd, 1, 2, 3, 0x44, 0])
    file.integerString(12345)
    file.string([0xfc, 0, 0xf9, 9, 0xf8, 1])
    file.byte(0)
    file.lzfString(Array("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".utf8))
    file.string([0xf9, 9])
    file.string(key: "d", value: "3")
    file.selectDB(9)
    file.string(key: "a", value: "other")
    return file.ended()
  }()

  @Test(
    "at every byte, every key is refused unless its record begins there",
    arguments: ["redis-7.4.1/ttl", "redis-7.4.1/lfu", "redis-7.4.1/lru", ""])
  func everyByte(name: String) throws {
    let file = name.isEmpty ? RecordPickTests.small : try Fixtures.bytes(name)
    let records = Array(ScannedFile(scanning: file).records.prefix(8))
    let lines = try list(file, .ndjson, selecting: everyRecord).bytes
      .split(separator: 0x0a).map { Array($0) + [0x0a] }
    try #require(records.count > 3)
    for offset in 0...min(file.count + 1, 900) {
      for (index, record) in records.enumerated() {
        var wanted = pick(record, in: file, sized: false)
        wanted.offset = offset
        for mayOpen in [true, false] {
          let found = try rows(file, RecordPicks([wanted], mayOpen: mayOpen))
          // Without a scan, the database is taken from the row.
          let twin = records.first {
            $0.start == offset && pick($0, in: file, sized: false).key == wanted.key
          }
          if mayOpen, twin != nil, offset != record.start { continue }
          guard offset == record.start else {
            #expect(found.rows.isEmpty)
            guard case .offset(let wrong)? = found.result.failure else {
              Issue.record("\(wanted) was taken for a record")
              continue
            }
            #expect(wrong.pick == wanted)
            continue
          }
          #expect(found.result.failure == nil, "\(wanted)")
          #expect(found.rows == lines[index])
        }
      }
    }
  }

  @Test("what is there instead is told")
  func found() throws {
    let file = RecordPickTests.small
    let records = ScannedFile(scanning: file).records
    func wrong(_ change: (inout RecordPick) -> Void, mayOpen: Bool = true) throws -> WrongOffset
      .Found?
    {
      var wanted = pick(records[1], in: file, sized: true)
      change(&wanted)
      let failure = try rows(file, RecordPicks([wanted], mayOpen: mayOpen)).result.failure
      guard case .offset(let wrong)? = failure else { return nil }
      return wrong.found
    }
    let record = records[1]
    let same = WrongOffset.Found.record(
      start: record.start, byteCount: record.byteCount, database: 0, key: [0x62])
    #expect(try wrong { _ in } == nil)
    #expect(try wrong { $0.key = [0x63] } == same)
    #expect(try wrong { $0.recordBytes = 3 } == same)
    #expect(try wrong { $0.offset += 9 } == same)
    #expect(try wrong({ $0.database = 1 }, mayOpen: false) == same)
    #expect(try wrong { $0.offset = 0 } == .nothing)
    #expect(try wrong { $0.offset = .max } == .end(try #require(records.last).end))
  }

  @Test("records before one that is not there are written, and none after it")
  func order() throws {
    let file = RecordPickTests.small
    let records = ScannedFile(scanning: file).records
    var picks = records.prefix(4).map { RecordPick(offset: $0.start) }
    picks[2].offset += 1
    let found = try rows(file, RecordPicks(picks))
    let lines = try list(file, .ndjson, selecting: everyRecord).bytes.split(separator: 0x0a)
    #expect(found.rows.split(separator: 0x0a) == Array(lines.prefix(2)))
    #expect(found.result.failure != nil)
  }

  @Test("cut files give the records that are whole")
  func truncated() throws {
    let file = RecordPickTests.small
    let records = ScannedFile(scanning: file).records
    for count in records[0].start..<file.count {
      let cut = Array(file.prefix(count))
      for record in records {
        let found = try rows(cut, RecordPicks([pick(record, in: file, sized: true)]))
        if record.end > count { #expect(found.result.failure != nil && found.rows.isEmpty) }
        if record.end < count { #expect(found.result.failure == nil && !found.rows.isEmpty) }
      }
    }
  }
}
