import TestSupport
import Testing

@testable import RDB

@Suite("Dragonfly's own types")
struct WalkDragonflyTests {
  private let dragonfly = ValueContext(dialect: .dragonfly)

  @Test("a JSON document is its text")
  func json() throws {
    let found = try collect(30, packed(Array("{}".utf8)), dialect: .dragonfly)
    #expect(found.shape == .json && found.elements == [.text("{}")] && found.end == 3)
  }

  @Test("deadlines are seconds since February 2023, as text or as numbers")
  func deadlines() throws {
    let hash = value {
      $0.length(3)
      for (field, seconds) in [("a", "-1"), ("b", "324790400")] {
        $0.string(field)
        $0.string("v")
        $0.string(seconds)
      }
      $0.string("c")
      $0.string("v")
      $0.integerString(1)
    }
    let found = try collect(31, hash, dialect: .dragonfly)
    let v: [UInt8] = [0x76]
    #expect(
      found.elements == [
        .expiringPair([0x61], v, nil), .expiringPair([0x62], v, 2_000_000_000_000),
        .expiringPair([0x63], v, 1_675_209_601_000),
      ])
    #expect(found.shape == .hash && found.count == 3 && found.end == hash.count)
    #expect(try skip(31, hash, dragonfly) == (hash.count, 3))
    let set = value {
      $0.length(2)
      for text in ["m", "-1", "n", "324790400"] { $0.string(text) }
    }
    let members = try collect(32, set, dialect: .dragonfly)
    #expect(
      members.elements == [.expiringItem([0x6d], nil), .expiringItem([0x6e], 2_000_000_000_000)])
    #expect(members.shape == .set && members.end == set.count)
    #expect(try check(32, set, dragonfly) == (set.count, 2))
  }

  @Test(
    "a deadline that is no number or too large is refused where it stands",
    arguments: [
      "", "x", "+1", "1 ", "9223372036854775807", "9223372036854775", "99999999999999999999",
    ])
  func badDeadline(_ text: String) {
    let bytes = value {
      $0.length(1)
      $0.string("m")
      $0.string(text)
    }
    #expect(checkFailure(32, bytes, dragonfly)?.reason == .badExpiry)
    #expect(checkFailure(32, bytes, dragonfly)?.offset == 3)
    #expect(skipFailure(32, bytes, dragonfly) == nil)
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
