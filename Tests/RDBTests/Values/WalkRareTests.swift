import TestSupport
import Testing

@testable import RDB

@Suite("arrays, rate limiters and cron jobs")
struct WalkRareTests {
  @Test(
    "an array's elements are told by index, with an insert index or without",
    arguments: [nil, 12] as [UInt64?])
  func array(_ insertIndex: UInt64?) throws {
    let bytes = value {
      $0.length(5)
      $0.length(insertIndex == nil ? 0 : 1)
      if let insertIndex { $0.length(insertIndex) }
      $0.raw([0, 0])
      $0.string("text")
      $0.raw([1, 1, 0xfb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
      $0.raw([2, 2])
      $0.double(3.5)
      $0.raw([3, 2])
      $0.double(1)
      $0.length(.max - 1)
      $0.raw([3, 1, 0x61])
    }
    #expect(try skip(28, bytes) == (bytes.count, 5))
    #expect(try check(28, bytes) == (bytes.count, 5))
    let texts =
      [(0, "text"), (1, "-5"), (2, "3.5"), (3, "1.0"), (.max - 1, "a")] as [(UInt64, String)]
    #expect(
      try collect(28, bytes).elements
        == [.insertIndex(insertIndex)] + texts.map { .slot($0.0, Array($0.1.utf8)) })
  }

  @Test("an array's tag that does not exist is refused where it stands")
  func badTag() {
    #expect(skipFailure(28, [1, 0, 0, 4, 0]) == RDBError(.badArray, at: 3, number: 4))
    #expect(checkFailure(28, [1, 0, 0, 4, 0]) == RDBError(.badArray, at: 3, number: 4))
  }

  @Test("an array's indexes must ascend", arguments: [4, 5] as [UInt8])
  func order(_ second: UInt8) {
    let bytes: [UInt8] = [2, 0, 5, 0, 1, 0x61, second, 0, 1, 0x62]
    #expect(checkFailure(28, bytes) == RDBError(.badArray, at: 6, number: UInt64(second)))
    #expect(skipFailure(28, bytes) == nil)
  }

  @Test("a rate limiter is one length")
  func gcra() throws {
    let bytes = value { $0.length(1_700_000_000_000_000) }
    #expect(try skip(33, bytes) == (9, nil))
    #expect(try collect(33, bytes).elements == [.number(1_700_000_000_000_000)])
  }

  @Test("a cron job is a script, two times, keys and arguments")
  func cron() throws {
    let bytes = value {
      $0.string("return 1")
      $0.raw([5, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x27, 0, 0, 0, 0, 0, 0])
      $0.length(1)
      $0.string("key")
      $0.length(2)
      for text in ["a", "b"] { $0.string(text) }
    }
    #expect(try skip(64, bytes) == (bytes.count, nil))
    let found = try collect(64, bytes)
    #expect(
      found.elements == [
        .job(Array("return 1".utf8), 5, 10000), .jobKey(Array("key".utf8)),
        .jobArgument(Array("a".utf8)), .jobArgument(Array("b".utf8)),
      ])
    #expect(found.end == bytes.count)
    for count in bytes.indices {
      #expect(skipFailure(64, Array(bytes[..<count]))?.reason == .truncated)
      #expect(checkFailure(64, Array(bytes[..<count]))?.reason == .truncated)
    }
  }

  @Test("KeyDB's cron job and the deadline of a set's member are in its fixture")
  func keydb() throws {
    let bytes = try Fixtures.bytes("synthetic/keydb")
    let file = ScannedFile(scanning: bytes)
    let cron = try #require(file.records.first { $0.type.rawValue == 64 })
    try bytes.withRawSpan { (span) throws in
      let found = try collect(cron.type, file.context, in: span, at: cron.valueOffset)
      #expect(
        found.elements.first
          == .job(Array("redis.call('incr','x')".utf8), 1_700_000_000_000, 5000))
      #expect(found.elements.dropFirst() == [.jobKey([0x78])])
    }
  }
}
