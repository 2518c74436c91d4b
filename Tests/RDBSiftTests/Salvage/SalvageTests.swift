// What a salvage gives back of files that are damaged in known ways.

import Export
import Foundation
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

/// A file of text keys and values of several types, and where each record begins.
private func shop(_ count: Int, _ header: String = "REDIS0011") -> (file: RDBBuilder, starts: [Int])
{
  var file = RDBBuilder(header)
  file.selectDB(0)
  var starts: [Int] = []
  for index in 0..<count {
    starts.append(file.count)
    switch index % 3 {
    case 0: file.string(key: "user:\(index)", value: "name \(index)")
    case 1:
      var pack = ListpackBuilder()
      for element in 0..<5 { pack.string("element \(index) \(element)") }
      file.key(20, "tags:\(index)")
      file.string(pack.bytes())
    default:
      file.expireMS(1_900_000_000_000)
      file.key(4, "cart:\(index)")
      file.length(2)
      for field in ["price", "count"] {
        file.string(field)
        file.string("\(index)")
      }
    }
  }
  return (file, starts)
}

@Suite("Salvage")
struct SalvageTests {
  @Test("a sound file is one piece without a gap, and every record is sure")
  func sound() throws {
    for fixture in Fixtures.all(upTo: 3000)
    where !fixture.name.hasPrefix("synthetic/") && !fixture.name.hasSuffix("/hellotype") {
      let bytes = try fixture.bytes()
      let salvaged = try salvage(bytes)
      #expect(salvaged.file.map.gaps.isEmpty && salvaged.file.isSound, "\(fixture)")
      #expect(salvaged.records.map(\.record) == soundRecords(bytes).map(\.record), "\(fixture)")
      #expect(salvaged.records.allSatisfy { $0.confidence == .sure }, "\(fixture)")
    }
  }

  @Test("damage inside a value whose extent is known costs its record only")
  func value() throws {
    let (file, starts) = shop(60)
    var bytes = file.ended()
    bytes[starts[31] + 11] ^= 0xff  // how many bytes the listpack has
    let salvaged = try salvage(bytes)
    #expect(salvaged.records.count == 59)
    let gap = try #require(salvaged.file.map.gaps.first)
    #expect(gap.kind == .value && gap.range.offset == starts[31] && gap.range.end == starts[32])
    #expect(salvaged.file.map.gaps.count == 1)
    // Eight records before it and eight behind it are in doubt.
    #expect(salvaged.file.sure == 59 - 16)
  }

  @Test("a string whose length was damaged gives back the records that it swallowed")
  func swallowed() throws {
    let (file, starts) = shop(60)
    var bytes = file.ended()
    // The value's length of 7 becomes 63; the records behind it seem to be a part of it.
    let length = starts[30] + 1 + 8
    #expect(bytes[length] == 7)
    bytes[length] = 63
    let salvaged = try salvage(bytes)
    let given = Set(salvaged.records.map(\.record))
    let lost = soundRecords(file.ended()).filter { !given.contains($0.record) }
    #expect(lost.map(\.place.start) == [starts[30]])
    #expect(salvaged.records.count == 59)
  }

  @Test("a cut file gives everything before the cut")
  func cut() throws {
    let (file, starts) = shop(60)
    let salvaged = try salvage(Array(file.ended()[..<(starts[50] + 5)]))
    #expect(salvaged.records.count == 50)
    #expect(salvaged.file.map.gaps.map(\.kind) == [.tail])
    #expect(salvaged.file.sure == 42)
    #expect(salvaged.file.checksum == .unchecked)
  }

  @Test("a header that is gone costs no record, and none is sure")
  func header() throws {
    let (file, _) = shop(30)
    let bytes = file.ended()
    for damaged in [Array("XEDIS00x1".utf8) + bytes[9...], Array(bytes[7...])] {
      let salvaged = try salvage(damaged)
      #expect(salvaged.records.count == 30)
      #expect(salvaged.file.map.gaps.map(\.kind) == [.header])
      #expect(salvaged.file.sure == 0)
    }
  }

  @Test("a block of zeros costs the records it lies on")
  func zeros() throws {
    let (file, starts) = shop(120)
    var bytes = file.ended()
    for index in (starts[50] + 3)..<(starts[60] + 4) { bytes[index] = 0 }
    let salvaged = try salvage(bytes)
    #expect(salvaged.records.count == 120 - 11)
  }

  @Test("an expiry is kept where its opcode is whole, and the database where it is told")
  func attributes() throws {
    var (file, starts) = shop(30)
    file.selectDB(7)
    let place = file.count
    for index in 0..<30 { file.string(key: "seven:\(index)", value: "text \(index)") }
    var bytes = file.ended()
    bytes[starts[19]] = 0x63
    var salvaged = try salvage(bytes)
    #expect(salvaged.records.count == 59)
    #expect(salvaged.records.contains { $0.start == starts[20] })
    // Behind a SELECTDB and eight records more, up to the end, they are sure again.
    #expect(salvaged.records.filter { $0.start >= place && $0.confidence == .sure }.count == 30)
    #expect(salvaged.records.allSatisfy { $0.record.database == ($0.start < place - 2 ? 0 : 7) })
    // Where the SELECTDB itself is damaged they seem to be of the database before, and are in doubt.
    bytes = file.ended()
    bytes[place - 2] = 0x63
    salvaged = try salvage(bytes)
    #expect(salvaged.records.count == 60)
    #expect(salvaged.records.filter { $0.start >= place && $0.confidence == .sure }.isEmpty)
  }

  @Test("nothing is sure where only the checksum tells of damage")
  func checksum() throws {
    let (file, starts) = shop(30)
    var bytes = file.ended()
    bytes[starts[15] + 12] ^= 1
    let salvaged = try salvage(bytes)
    #expect(salvaged.records.count == 30 && salvaged.file.sure == 0 && !salvaged.file.isSound)
  }

  @Test("what is whole of a damaged collection is given where it is asked for")
  func partial() throws {
    let (file, starts) = shop(60)
    var bytes = file.ended()
    // The last element of a listpack becomes one that does not exist.
    let end = starts[32] - 1 - 14
    #expect(bytes[end] & 0xc0 == 0x80)
    bytes[end] = 0xf9
    let salvaged = try salvage(bytes, partial: true)
    let parts = salvaged.records.filter { $0.confidence == .partial }
    #expect(parts.count == 1)
    var expected = RDBBuilder.bare
    expected.key(2, "tags:31")
    expected.length(4)
    for element in 0..<4 { expected.string("element 31 \(element)") }
    #expect(parts.first?.record.bytes == expected.bytes)
  }

  @Test("of hashes with deadlines what is whole keeps them", arguments: ["REDIS0013", "VALKEY080"])
  func partialDeadlines(_ header: String) throws {
    var file = RDBBuilder(header)
    let isValkey = header.hasPrefix("VALKEY")
    file.key(isValkey ? 22 : 24, "h")
    if !isValkey { file.raw([0, 0x10, 0, 0, 0, 0, 0, 0]) }
    file.length(3)
    for index in 0..<3 {
      if !isValkey { file.length(UInt64(index)) }
      file.string("field \(index)")
      file.string("value")
      if isValkey { file.raw([UInt8](repeating: index == 0 ? 0xff : 1, count: 8)) }
    }
    let bytes = Array(file.bytes.dropLast(3))
    let parts = try salvage(bytes, partial: true).records.filter { $0.confidence == .partial }
    let part = try #require(parts.first).record.bytes
    #expect(part.count < file.count - 9)
    let again = ScannedFile(scanning: Array(header.utf8) + part)
    #expect(again.records.count == 1 && again.records[0].elements == 2)
  }

  @Test("what was salvaged makes a file that verifies")
  func mended() throws {
    let (file, starts) = shop(90)
    var bytes = file.ended()
    for index in [10, 31, 62] { bytes[starts[index] + 9] = 0xff }
    let collected = CollectedBytes()
    try bytes.withRawSpan { (span) throws(JobFailure) in
      let found = SalvagedFile(span, SweepOptions())
      let counted = try found.sweep(
        span, partial: [:],
        VisitingWorker(
          CountVisitor(parts: nil, naming: .identity, counts: true), everyRecord, file: 0, keys: nil
        )
      ).result
      let writer = RDBFileWriter(
        RDBFilePlan(header: found.map.header), counts: counted.summary.parts)
      _ = try found.sweep(
        span, partial: [:], into: RecordOutput { collected.append($0) },
        WritingWorker(writer, everyRecord))
    }
    let whole = Array("REDIS0011".utf8) + collected.bytes + [255, 0, 0, 0, 0, 0, 0, 0, 0]
    let verification = try verify(whole)
    #expect(verification.found.findings.count == 0)
    #expect(verification.found.records >= 86)
  }

  @Test("on any number of threads it gives the same")
  func threads() throws {
    var large = LargeFile(seed: 5)
    large.fill(to: 6_000_000)
    var bytes = large.bytes
    var random = SeededRandom(for: "salvage on threads")
    for _ in 0..<120 { bytes[100 + random.below(bytes.count - 200)] ^= 0xff }
    let alone = try bytes.withRawSpan { (span) throws(JobFailure) in
      SalvagedFile(span, SweepOptions())
    }
    #expect(alone.map.gaps.count > 3)
    let together = try bytes.withRawSpan { (span) throws(JobFailure) in
      var options = SweepOptions()
      options.threads = 3
      return SalvagedFile(span, options)
    }
    #expect(together.map.gaps.map(\.range) == alone.map.gaps.map(\.range))
    #expect(together.segments.map(\.sureRange) == alone.segments.map(\.sureRange))
    #expect(together.records == alone.records && together.sure == alone.sure)
  }

  @Test("the work is in proportion to the file, whatever lies in it")
  func linear() throws {
    // Lists that claim thousands of elements and have them, until one makes no sense.
    let claims = [UInt8](repeating: 0, count: 9) + Array("\u{1}\u{1}a".utf8)
    let patterns: [[UInt8]] = [
      [0xfc], [0x01, 0x01, 0x61, 0x7f, 0xff] + [UInt8](repeating: 0, count: 6),
      [0x02, 0x01, 0x62, 0x80, 0x00, 0x0f, 0xff, 0xff, 0, 0, 0], claims,
      [0xfa, 0x40, 0x20, 0x01], [0x0e, 0x01, 0x63, 0x7f, 0xff, 0x00],
    ]
    for pattern in patterns {
      var steps: [Int] = []
      for count in [20_000, 80_000] {
        var bytes = Array("REDIS0011".utf8) + [0x63]
        while bytes.count < count { bytes += pattern }
        let map = bytes.withRawSpan { RDB.salvage($0) }
        steps.append(map.steps)
        #expect(map.probes <= 2 * bytes.count)
      }
      // Sixteen steps a byte and what the purse holds at first: far below what the square would be.
      #expect(steps[1] < 1 << 22 + 30 * 80_000, "\(pattern)")
    }
  }
}
