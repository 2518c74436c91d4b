import TestSupport
import Testing

@testable import RDB

/// A listpack of texts.
private func listpack(_ texts: [String]) -> [UInt8] {
  var builder = ListpackBuilder()
  for text in texts { builder.string(text) }
  return builder.bytes()
}

/// A ziplist of texts.
private func ziplist(_ texts: [String]) -> [UInt8] {
  var builder = ZiplistBuilder()
  for text in texts { builder.string(text) }
  return builder.bytes()
}

private func zipmap(_ pairs: [(String, String)]) -> [UInt8] {
  var builder = ZipmapBuilder()
  for (field, value) in pairs { builder.pair(Array(field.utf8), Array(value.utf8), free: 2) }
  return builder.bytes()
}

@Suite("walking packed values")
struct WalkPackedTests {
  static let blobs: [(type: UInt8, blob: [UInt8], elements: [CollectedElement])] = [
    (9, zipmap([("f", "v"), ("g", "w")]), [.texts("f", "v"), .texts("g", "w")]),
    (10, ziplist(["b", "a"]), [.text("b"), .text("a")]),
    (11, intset([-5, 7], width: 2), [.text("-5"), .text("7")]),
    (12, ziplist(["m", "1.5", "n", "inf"]), [.scored("m", 1.5), .scored("n", .infinity)]),
    (13, ziplist(["f", "v", "g", "w"]), [.texts("f", "v"), .texts("g", "w")]),
    (16, listpack(["f", "v", "g", "w"]), [.texts("f", "v"), .texts("g", "w")]),
    (17, listpack(["m", "-0", "n", "4.35"]), [.scored("m", -0.0), .scored("n", 4.35)]),
    (20, listpack(["b", "a"]), [.text("b"), .text("a")]),
  ]

  @Test("every packed type gives its elements, raw or compressed", arguments: 0..<8)
  func elements(_ index: Int) throws {
    let (type, blob, elements) = Self.blobs[index]
    for bytes in [packed(blob), value { $0.lzfString(blob) }] {
      let found = try collect(type, bytes)
      #expect(found.elements == elements)
      #expect(found.count == 2 && found.end == bytes.count)
      #expect(try skip(type, bytes) == (bytes.count, 2))
      #expect(try check(type, bytes) == (bytes.count, 2))
    }
  }

  @Test("a score may be a number of the structure")
  func integerScores() throws {
    var builder = ListpackBuilder()
    builder.string("m")
    builder.integer(0)
    builder.integer(5)
    builder.integer(-9_007_199_254_740_993)
    #expect(
      try collect(17, packed(builder.bytes())).elements
        == [.scored("m", 0), .scored("5", -9_007_199_254_740_992)])
  }

  @Test(
    "a structure without entries is a value without elements",
    arguments: [
      (9, [0, 0xff]), (10, ziplist([])), (11, intset([], width: 2)), (12, ziplist([])),
      (13, ziplist([])), (16, listpack([])), (17, listpack([])), (20, listpack([])),
    ] as [(UInt8, [UInt8])])
  func empty(_ type: UInt8, _ blob: [UInt8]) throws {
    let found = try collect(type, packed(blob))
    #expect(found.elements.isEmpty && found.count == 0)
    #expect(try skip(type, packed(blob)).elements == 0)
  }

  @Test(
    "a string without bytes is no structure",
    arguments: [
      (9, .badZipmap), (10, .badZiplist), (11, .badIntset), (12, .badZiplist), (13, .badZiplist),
      (16, .badListpack), (17, .badListpack), (20, .badListpack),
    ] as [(UInt8, RDBError.Reason)])
  func noBytes(_ type: UInt8, _ reason: RDBError.Reason) {
    #expect(checkFailure(type, [0]) == RDBError(reason, at: 1))
    #expect(skipFailure(type, [0]) == nil)
  }

  @Test(
    "a structure that is stored as a number is none",
    arguments: [9, 10, 11, 12, 13, 16, 17, 20] as [UInt8])
  func integerBlob(_ type: UInt8) throws {
    #expect(checkFailure(type, [0xc0, 5]) == RDBError(.badString, at: 0))
    #expect(try skip(type, [0xc0, 5]) == (2, nil))
  }

  @Test("a count of 65535 leaves the number of elements open", arguments: [16, 17, 20] as [UInt8])
  func unknownCount(_ type: UInt8) throws {
    var builder = ListpackBuilder()
    for number in 0..<4 { builder.integer(Int64(number)) }
    for bytes in [
      packed(builder.bytes(count: 65535)), value { $0.lzfString(builder.bytes(count: 65535)) },
    ] {
      #expect(try skip(type, bytes).elements == nil)
      let found = try collect(type, bytes)
      #expect(found.count == nil && found.elements.count == (type == 20 ? 4 : 2))
    }
  }

  @Test(
    "a field without a value is corrupt at the structure's end",
    arguments: [
      (12, ziplist(["m"]), .badZiplist), (13, ziplist(["f"]), .badZiplist),
      (16, listpack(["f"]), .badListpack), (17, listpack(["m"]), .badListpack),
    ] as [(UInt8, [UInt8], RDBError.Reason)])
  func odd(_ type: UInt8, _ blob: [UInt8], _ reason: RDBError.Reason) {
    // The string's length is one byte, and the end is the last byte of the structure.
    #expect(checkFailure(type, packed(blob)) == RDBError(reason, at: blob.count))
  }

  @Test("a score that is no number is refused where its text stands", arguments: ["nan", "x", ""])
  func badScore(_ text: String) {
    let bytes = packed(listpack(["m", text]))
    #expect(checkFailure(17, bytes) == RDBError(.badScore, at: 1 + 6 + 3 + 1))
  }

  @Test("an error in a compressed structure tells the place of the data and the place inside")
  func compressedError() throws {
    let blob = listpack([String(repeating: "a", count: 40), "m", "nan"])
    let bytes = value { $0.lzfString(blob) }
    let error = try #require(checkFailure(20, value { $0.lzfString(Array(blob.dropLast())) }))
    #expect(error.reason == .badListpack && error.offset == 3 && error.inside == 0)
    var broken = blob
    broken[blob.count - 2] = 9
    let inside = try #require(checkFailure(20, value { $0.lzfString(broken) }))
    #expect(inside.reason == .badListpack && inside.offset == 3)
    #expect(inside.inside == blob.count - 2)
    #expect(checkFailure(20, bytes) == nil)
  }

  @Test("a shortage inside a structure is damage, not a wish for more bytes")
  func shortageInside() {
    // An int64 of which the structure holds two bytes.
    let blob: [UInt8] = [10, 0, 0, 0, 1, 0, 0xf4, 1, 2, 0xff]
    #expect(checkFailure(20, packed(blob)) == RDBError(.badLength, at: 1 + 7, number: 8))
  }

  @Test("compressed data that does not unpack is told where it stands")
  func brokenLZF() {
    let bytes = value { $0.lzfString(packed: [0x00, 0x61, 0x20, 0x09], count: 4) }
    #expect(checkFailure(20, bytes) == RDBError(.badLZF, at: 5))
    #expect(skipFailure(20, bytes) == nil)
  }
}

@Suite("walking quicklists")
struct WalkQuicklistTests {
  @Test("ziplist nodes follow one another, raw or compressed")
  func ziplists() throws {
    let bytes = value {
      $0.length(3)
      $0.string(ziplist(["a", "b"]))
      $0.lzfString(ziplist([String(repeating: "c", count: 50)]))
      $0.string(ziplist([]))
    }
    let found = try collect(14, bytes)
    #expect(found.elements == [.text("a"), .text("b"), .text(String(repeating: "c", count: 50))])
    #expect(found.count == 3 && found.shape == .list && found.end == bytes.count)
    #expect(try skip(14, bytes) == (bytes.count, 3))
    #expect(try check(14, bytes) == (bytes.count, 3))
  }

  @Test("a plain node is one element, a packed one a listpack")
  func containers() throws {
    let bytes = value {
      $0.length(4)
      $0.length(1)
      $0.string("plain")
      $0.length(2)
      $0.string(listpack(["a", "b"]))
      $0.length(1)
      $0.integerString(5)
      $0.length(1)
      $0.lzfString([UInt8](repeating: 0x7a, count: 80))
    }
    let found = try collect(18, bytes)
    #expect(
      found.elements == [
        .text("plain"), .text("a"), .text("b"), .text("5"),
        .text(String(repeating: "z", count: 80)),
      ])
    #expect(found.count == 5 && found.end == bytes.count)
    #expect(try skip(18, bytes) == (bytes.count, 5))
  }

  @Test("one node of unknown count leaves the whole count open")
  func unknownCount() throws {
    var builder = ListpackBuilder()
    builder.integer(1)
    let bytes = value {
      $0.length(2)
      $0.length(2)
      $0.string(builder.bytes(count: 65535))
      $0.length(1)
      $0.string("plain")
    }
    #expect(try skip(18, bytes).elements == nil)
    #expect(try check(18, bytes).elements == 2)
  }

  @Test(
    "a container kind that does not exist is refused where it stands",
    arguments: [0, 3, 64] as [UInt64])
  func badContainer(_ kind: UInt64) {
    let bytes = value {
      $0.length(1)
      $0.length(kind)
      $0.string("x")
    }
    #expect(skipFailure(18, bytes) == RDBError(.badQuicklist, at: 1, number: kind))
    #expect(checkFailure(18, bytes) == RDBError(.badQuicklist, at: 1, number: kind))
  }

  @Test("a node that is stored as a number is no structure", arguments: [14, 18] as [UInt8])
  func integerNode(_ type: UInt8) {
    let bytes: [UInt8] = type == 14 ? [1, 0xc0, 5] : [1, 2, 0xc0, 5]
    #expect(checkFailure(type, bytes) == RDBError(.badString, at: type == 14 ? 1 : 2))
  }

  @Test("an error in the second node is told at its place in the file")
  func secondNode() {
    var broken = ziplist(["a", "b"])
    broken[broken.count - 3] = 9
    let bytes = value {
      $0.length(2)
      $0.string(ziplist(["x"]))
      $0.string(broken)
    }
    // The wrong byte is the second entry's string form, behind its link of one byte.
    let place = bytes.count - broken.count + broken.count - 2
    #expect(checkFailure(14, bytes)?.reason == .badZiplist)
    #expect(checkFailure(14, bytes)?.offset == place)
  }
}
