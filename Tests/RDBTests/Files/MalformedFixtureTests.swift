// The malformed files end in one specific error each; the odd ones that servers accept do not.

import RDB
import TestSupport
import Testing

@Suite("malformed files")
struct MalformedFixtureTests {
  /// What reading each malformed file meets: while scanning, or else while checking its values.
  static let errors: [String: RDBError] = [
    "bad_empty_file": RDBError(.truncated, at: 0, number: 9),
    "bad_huge_len": RDBError(.truncated, at: 23, number: 1 << 62),
    "bad_huge_list": RDBError(.truncated, at: 19, number: 0xffff_ffff),
    "bad_intset_width": RDBError(.badIntset, at: 15, number: 3),
    "bad_len_0x82": RDBError(.badLength, at: 14, number: 0x82),
    "bad_lp_total": RDBError(.badListpack, at: 15, number: 99),
    "bad_lzf_len": RDBError(.badLZF, at: 14, number: 0x7fff_ffff),
    "bad_lzf_ref": RDBError(.badLZF, at: 17),
    "bad_magic": RDBError(.badMagic, at: 0, number: 9),
    "bad_nan_score": RDBError(.badScore, at: 17),
    "bad_no_eof": RDBError(.truncated, at: 2161, number: 1),
    "bad_no_footer": RDBError(.truncated, at: 2162, number: 8),
    "bad_short_magic": RDBError(.truncated, at: 7, number: 1),
    "bad_strenc": RDBError(.badString, at: 14, number: 7),
    "bad_unknown_type": RDBError(.unknownType, at: 11, number: 60),
    "bad_version_text": RDBError(.badVersion, at: 5),
  ]

  @Test("each file ends in its error, at its place", arguments: errors.keys.sorted())
  func error(_ name: String) throws {
    let fixture = Fixtures.named("synthetic/" + name)
    #expect(try fixture.truth().expect == "error")
    #expect(checkFailure(try fixture.bytes()) == Self.errors[name])
  }

  @Test("a file that is cut in the middle is truncated behind its last whole record")
  func cut() throws {
    let bytes = try Fixtures.bytes("synthetic/bad_truncated")
    let whole = ScannedFile(scanning: try Fixtures.bytes("redis-7.4.1/all"))
    let file = ScannedFile(scanning: bytes)
    #expect(file.error?.reason == .truncated)
    #expect((file.state?.offset ?? 0) <= bytes.count)
    #expect(file.records == Array(whole.records.prefix { $0.end <= bytes.count }))
    #expect(!file.records.isEmpty)
  }

  @Test("a wrong checksum is told as it is stored, for whoever compares it")
  func checksum() throws {
    let bytes = try Fixtures.bytes("synthetic/bad_checksum")
    let file = ScannedFile(scanning: bytes)
    #expect(file.error == nil)
    let end = try #require(file.end)
    let crc = bytes.withRawSpan { CRC64.update(0, $0.extracting(0..<(end.at + 1))) }
    #expect(end.checksum != crc && end.checksum != 0)
  }

  @Test("a version from the future is read, and told")
  func future() throws {
    let file = ScannedFile(scanning: try Fixtures.bytes("synthetic/bad_future_version"))
    let whole = ScannedFile(scanning: try Fixtures.bytes("redis-7.4.1/all"))
    #expect(file.error == nil && file.header?.isNewerThanKnown == true)
    #expect(file.records == whole.records)
  }

  @Test("no malformed file is forgotten")
  func complete() {
    let tested = Set(Self.errors.keys).union([
      "bad_truncated", "bad_checksum", "bad_future_version",
    ])
    let present = Fixtures.all.map(\.name).filter { $0.hasPrefix("synthetic/bad_") }
    #expect(Set(present) == Set(tested.map { "synthetic/" + $0 }))
  }

  @Test(
    "a zero checksum and bytes behind the end change nothing",
    arguments: [
      "zero_checksum", "trailing_garbage",
    ])
  func sameRecords(_ name: String) throws {
    let bytes = try Fixtures.bytes("synthetic/" + name)
    let file = ScannedFile(scanning: bytes)
    let whole = ScannedFile(scanning: try Fixtures.bytes("redis-7.4.1/all"))
    #expect(file.error == nil && file.records == whole.records)
    if name == "zero_checksum" {
      #expect(file.end?.checksum == 0)
    } else {
      #expect(file.state?.offset == 2170 && bytes.count == 2181)
    }
  }

  @Test("a key that stands twice is told twice")
  func duplicateKey() throws {
    let file = ScannedFile(scanning: try Fixtures.bytes("synthetic/duplicate_key"))
    #expect(file.error == nil && file.records.map(\.rawKey?.count) == [1, 1])
  }
}
