import TestSupport
import Testing

@testable import RDB

@Suite("walking plain values")
struct WalkTests {
  @Test("a list comes in file order, its strings stored in whatever way")
  func list() throws {
    let bytes = value {
      $0.length(4)
      $0.string("b")
      $0.integerString(-300)
      $0.lzfString([UInt8](repeating: 0x61, count: 40))
      $0.string("")
    }
    let found = try collect(1, bytes)
    #expect(
      found.elements
        == [.text("b"), .text("-300"), .text(String(repeating: "a", count: 40)), .text("")])
    #expect(found.shape == .list && found.count == 4 && found.end == bytes.count)
  }

  @Test("a set keeps its members in file order")
  func set() throws {
    let bytes = value {
      $0.length(2, as: .thirtyTwo)
      $0.string("z")
      $0.string("a")
    }
    let found = try collect(2, bytes)
    #expect(found.elements == [.text("z"), .text("a")] && found.shape == .set)
  }

  @Test("a hash gives fields with their values")
  func hash() throws {
    let bytes = value {
      $0.length(2)
      for text in ["f", "v", "g", "w"] { $0.string(text) }
    }
    let found = try collect(4, bytes)
    #expect(found.elements == [.texts("f", "v"), .texts("g", "w")] && found.count == 2)
  }

  @Test("a sorted set of textual scores gives members with numbers")
  func textScores() throws {
    let bytes = value {
      $0.length(4)
      $0.string("a")
      $0.textScore("1.5")
      $0.string("b")
      $0.byte(254)
      $0.string("c")
      $0.byte(255)
      $0.string("d")
      $0.textScore("-0")
    }
    let found = try collect(3, bytes)
    #expect(
      found.elements == [
        .scored("a", 1.5), .scored("b", .infinity), .scored("c", -.infinity), .scored("d", -0.0),
      ])
    #expect(found.shape == .sortedSet)
  }

  @Test("a sorted set of binary scores keeps every bit of them")
  func binaryScores() throws {
    let scores = [Double.greatestFiniteMagnitude, 0.1, -0.0, 5.0.nextUp, .infinity, -.infinity]
    let bytes = value { builder in
      builder.length(UInt64(scores.count))
      for score in scores {
        builder.string("m")
        builder.double(score)
      }
    }
    #expect(try collect(5, bytes).elements == scores.map { .scored("m", $0) })
  }

  @Test("a binary score that is not a number is refused where it stands")
  func binaryNaN() {
    let bytes = value {
      $0.length(1)
      $0.string("m")
      $0.double(.nan)
    }
    #expect(checkFailure(5, bytes) == RDBError(.badScore, at: 3))
    // Whoever only steps over it does not look.
    #expect(skipFailure(5, bytes) == nil)
  }

  @Test("a textual score that is not a number is refused where it stands")
  func textNaN() {
    let bytes = value {
      $0.length(1)
      $0.string("m")
      $0.byte(253)
    }
    #expect(checkFailure(3, bytes) == RDBError(.badScore, at: 3))
    #expect(skipFailure(3, bytes) == nil)
  }

  @Test("a collection without elements is a value", arguments: [1, 2, 3, 4, 5, 14, 18] as [UInt8])
  func empty(_ type: UInt8) throws {
    let found = try collect(type, [0])
    #expect(found.elements.isEmpty && found.count == 0 && found.end == 1)
    #expect(try skip(type, [0]).elements == 0)
  }

  @Test(
    "a count of more elements than bytes is a shortage at the first of them",
    arguments: [
      (1, 1), (2, 1), (3, 2), (4, 2), (5, 9), (14, 1), (18, 2), (28, 3),
    ] as [(UInt8, UInt64)])
  func shortCount(_ type: UInt8, _ least: UInt64) {
    let bytes = value { $0.length(0xffff_ffff) }
    let error = RDBError(.truncated, at: 5, number: 0xffff_ffff * least)
    #expect(skipFailure(type, bytes) == error)
    #expect(checkFailure(type, bytes) == error)
  }

  @Test(
    "a count that no file could hold is a bad length",
    arguments: [1, 2, 3, 4, 5, 14, 18, 28] as [UInt8])
  func hugeCount(_ type: UInt8) {
    let bytes = value { $0.length(.max) }
    #expect(skipFailure(type, bytes) == RDBError(.badLength, at: 0, number: .max))
  }

  @Test("a compressed element that does not unpack is told where its data stands")
  func brokenElement() {
    let bytes = value {
      $0.length(2)
      $0.string("a")
      $0.lzfString(packed: [0x00, 0x61, 0x20, 0x09], count: 4)
    }
    #expect(checkFailure(1, bytes) == RDBError(.badLZF, at: 8))
    #expect(skipFailure(1, bytes) == nil)
  }

  @Test(
    "a type that nobody has is refused where its value would begin",
    arguments: [8, 34, 255] as [UInt8])
  func unknown(_ type: UInt8) {
    #expect(
      skipFailure(type, [0, 0, 0]) == RDBError(.unknownType, at: 0, number: UInt64(type)))
  }

  @Test("a string is its own only element")
  func string() throws {
    let found = try collect(0, value { $0.integerString(70_000) })
    #expect(found.elements == [.text("70000")] && found.shape == .string && found.count == 1)
  }
}
