import TestSupport
import Testing

@testable import RDB

@Suite("stepping over hashes with deadlines and templates")
struct WalkHashTests {
  private let least: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

  private func triples(_ count: Int) -> [UInt8] {
    var builder = ListpackBuilder()
    for number in 0..<count {
      builder.string("f\(number)")
      builder.string("v")
      builder.integer(0)
    }
    return builder.bytes()
  }

  @Test("a hash table of fields with deadlines tells its fields")
  func metadata() throws {
    let bytes =
      least
      + value {
        $0.length(2)
        for _ in 0..<2 {
          $0.length(1 << 40)
          $0.string("f")
          $0.string("v")
        }
      }
    #expect(try skip(24, bytes) == (bytes.count, 2))
  }

  @Test("a listpack of triples tells a third of its entries")
  func listpackEx() throws {
    let bytes = least + packed(triples(5))
    #expect(try skip(25, bytes) == (bytes.count, 5))
    let preGA = packed(triples(5))
    #expect(try skip(23, preGA) == (preGA.count, 5))
  }

  @Test("a hash with deadlines is stepped over, whoever looks")
  func lookedAt() throws {
    let bytes = least + packed(triples(2))
    let found = try collect(25, bytes)
    #expect(found.elements.isEmpty && found.count == 2 && found.end == bytes.count)
  }

  @Test("the payloads of templates hold their fields themselves")
  func payloads() throws {
    var fields = ListpackBuilder()
    fields.string("age")
    fields.string("name")
    var values = ListpackBuilder()
    values.integer(0)
    values.integer(42)
    values.string("Ann")
    let byListpack = value {
      $0.length(0)
      $0.string(fields.bytes())
      $0.string(values.bytes())
    }
    #expect(try skip(29, byListpack) == (byListpack.count, 2))
    let byArray = value {
      $0.length(1)
      $0.length(2)
      for text in ["age", "name", "42", "Ann"] { $0.string(text) }
    }
    #expect(try skip(31, byArray) == (byArray.count, 2))
  }

  @Test("the DUMP payloads of template hashes end where their footers begin")
  func dumpPayloads() throws {
    let truth = try JSONNode(file: Fixtures.folder + "/synthetic/redis8.10_dump_payloads.json")
    let payloads = truth["payloads"].elements
    #expect(!payloads.isEmpty)
    for payload in payloads {
      let dump = payload["dump_b64"].base64
      let type = UInt8(try #require(payload["type"].int))
      #expect(dump.first == type)
      let (end, elements) = try skip(type, Array(dump.dropFirst()))
      #expect(end == dump.count - 11)
      #expect(elements == UInt64(payload["value"].elements.count))
      let crc = Array(dump.dropLast(8)).withRawSpan { CRC64.update(0, $0) }
      var stored: [UInt8] = []
      stored.append(littleEndian: crc)
      #expect(Array(dump.suffix(8)) == stored)
    }
  }

  @Test("a form of fields that does not exist is refused", arguments: [29, 31] as [UInt8])
  func badForm(_ type: UInt8) {
    #expect(skipFailure(type, [2, 0, 0]) == RDBError(.badTemplate, at: 0, number: 2))
  }
}

@Suite("stepping over streams")
struct WalkStreamTests {
  /// A stream of one node, one group with one pending id and one consumer, in each layout.
  private func stream(_ type: UInt8) -> [UInt8] {
    value {
      $0.length(1)
      $0.string([UInt8](repeating: 1, count: 16))
      $0.string("a listpack")
      for number in [3, 1_800_000_000_000, 7] as [UInt64] { $0.length(number) }
      if type >= 19 { for number in [1, 2, 3, 4, UInt64.max] { $0.length(number) } }
      $0.length(1)
      group(type, &$0)
      guard type >= 26 else { return }
      $0.raw([10, 20])
      $0.length(1)
      $0.string("producer")
      $0.length(2)
      for id in ["a", "b"] {
        $0.string(id)
        $0.raw([1, 2])
      }
      $0.raw([2, 0])
    }
  }

  private func group(_ type: UInt8, _ builder: inout RDBBuilder) {
    builder.string("group")
    builder.raw([5, 6])
    if type >= 19 { builder.length(.max) }
    builder.length(1)
    builder.raw([UInt8](repeating: 2, count: 24))
    builder.length(3)
    builder.length(1)
    builder.string("consumer")
    builder.raw([UInt8](repeating: 3, count: type >= 21 ? 16 : 8))
    builder.length(1)
    builder.raw([UInt8](repeating: 4, count: 16))
    guard type >= 27 else { return }
    builder.length(2)
    builder.raw([UInt8](repeating: 5, count: 32))
  }

  @Test(
    "every layout is stepped over and tells its length", arguments: [15, 19, 21, 26, 27] as [UInt8])
  func layouts(_ type: UInt8) throws {
    let bytes = stream(type)
    #expect(try skip(type, bytes) == (bytes.count, 3))
    #expect(try check(type, bytes).end == bytes.count)
  }

  @Test("every beginning of a stream is truncated", arguments: [15, 19, 21, 26, 27] as [UInt8])
  func prefixes(_ type: UInt8) {
    let bytes = stream(type)
    for count in bytes.indices {
      #expect(skipFailure(type, Array(bytes[..<count]))?.reason == .truncated)
    }
  }

  @Test("a stream without nodes and groups is a value")
  func empty() throws {
    #expect(try skip(15, [0, 0, 0, 0, 0]) == (5, 0))
  }
}

@Suite("stepping over modules and rarities")
struct WalkRareTests {
  private let dragonfly = ValueContext(dialect: .dragonfly)

  @Test("a module value ends at its end opcode")
  func module() throws {
    let bytes = value {
      $0.length(0xb5a8_ab85_ab21_f800)
      $0.raw([1, 0x41, 0x00, 2, 5, 3, 1, 2, 3, 4, 4, 1, 2, 3, 4, 5, 6, 7, 8])
      $0.raw([5, 2, 0x00, 0x00])
      $0.byte(5)
      $0.integerString(3)
      $0.byte(0)
    }
    #expect(try skip(7, bytes + [9, 9]) == (bytes.count, nil))
    #expect(try collect(7, bytes).shape == .module)
  }

  @Test("a module opcode that does not exist is refused where it stands")
  func badModule() {
    #expect(skipFailure(7, [0, 2, 5, 6]) == RDBError(.badModule, at: 3, number: 6))
  }

  @Test(
    "an array is stepped over by its tags, with an insert index or without",
    arguments: [0, 1] as [UInt64])
  func array(_ flag: UInt64) throws {
    let bytes = value {
      $0.length(4)
      $0.length(flag)
      if flag == 1 { $0.length(12) }
      $0.raw([0, 0])
      $0.string("text")
      $0.raw([1, 1, 1, 2, 3, 4, 5, 6, 7, 8])
      $0.raw([2, 2, 1, 2, 3, 4, 5, 6, 7, 8])
      $0.length(.max - 1)
      $0.raw([3, 1, 0x61])
    }
    #expect(try skip(28, bytes) == (bytes.count, 4))
  }

  @Test("an array's tag that does not exist is refused where it stands")
  func badTag() {
    #expect(skipFailure(28, [1, 0, 0, 4, 0]) == RDBError(.badLength, at: 3, number: 4))
  }

  @Test("a rate limiter is one length")
  func gcra() throws {
    let bytes = value { $0.length(1_700_000_000_000_000) }
    #expect(try skip(33, bytes) == (9, nil))
  }

  @Test(
    "Dragonfly's filters and sketches are stepped over", arguments: 33...36 as ClosedRange<UInt8>)
  func sketches(_ type: UInt8) throws {
    let bytes = value {
      switch type {
      case 33, 34:
        $0.length(0)
        $0.raw([UInt8](repeating: 1, count: 16))
        $0.raw([1, 2, 3, 2])
        for _ in 0..<2 {
          $0.length(7)
          if type == 34 { $0.length(6) }
          $0.string("bits")
          if type == 34 { $0.string("ts") }
        }
      case 35:
        $0.raw([2, 3, 40])
        $0.raw([UInt8](repeating: 1, count: 48))
      default:
        $0.raw([0, 1, 2, 3])
        $0.double(0.9)
        $0.length(1)
        $0.string("item")
        $0.length(5)
        $0.string("counters")
      }
    }
    #expect(try skip(type, bytes, dragonfly) == (bytes.count, nil))
    for count in bytes.indices {
      #expect(skipFailure(type, Array(bytes[..<count]), dragonfly)?.reason == .truncated)
    }
  }

  @Test("a sketch of more cells than 64 bits count is a bad length")
  func hugeSketch() {
    let bytes = value {
      $0.length(1 << 40)
      $0.length(1 << 30)
      $0.length(0)
    }
    #expect(skipFailure(35, bytes, dragonfly) == RDBError(.badLength, at: 0, number: 1 << 40))
  }

  @Test(
    "chunks that do not make up their total are refused",
    arguments: [
      ([4, 0], RDBError(.badLength, at: 23, number: 0)),
      ([4, 5, 1, 2, 3, 4, 5], RDBError(.badLength, at: 23, number: 5)),
    ] as [([UInt8], RDBError)])
  func badChunks(_ chunks: [UInt8], _ error: RDBError) {
    let head: [UInt8] = [0] + [UInt8](repeating: 1, count: 16) + [1, 2, 3, 1, 7]
    #expect(skipFailure(34, head + chunks, dragonfly) == error)
  }
}
