import TestSupport
import Testing

@testable import RDB

/// A sink of plain elements that notes whether it was given any.
private struct PlainSink: ValueSink {
  static var decodes: Bool { true }
  var count: Int?
  var elements = 0
  mutating func begin(_ shape: ValueShape, count: Int?) { self.count = count }
  mutating func item(_ item: StringObject, in bytes: RawSpan) { elements += 1 }
  mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {
    elements += 1
  }
  mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) { elements += 1 }
}

@Suite("hashes with deadlines")
struct WalkHashTests {
  private func least(_ milliseconds: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: milliseconds)
    return bytes
  }

  /// Fields with deadlines as types 22 (Redis) and 24 spell them.
  private func table(_ fields: [(UInt64, String, String)]) -> [UInt8] {
    value {
      $0.length(UInt64(fields.count))
      for (deadline, field, text) in fields {
        $0.length(deadline)
        $0.string(field)
        $0.string(text)
      }
    }
  }

  private func triples(_ fields: [(String, String, Int64)]) -> [UInt8] {
    var builder = ListpackBuilder()
    for (field, text, deadline) in fields {
      builder.string(field)
      builder.string(text)
      builder.integer(deadline)
    }
    return builder.bytes()
  }

  private func expiring(_ field: String, _ text: String, _ deadline: Int64?) -> CollectedElement {
    .expiringPair(Array(field.utf8), Array(text.utf8), deadline)
  }

  @Test("a hash table's deadlines count from the least, which is 1")
  func metadata() throws {
    let bytes = least(2_000_000_000_000) + table([(0, "a", "1"), (1, "b", "2"), (5556, "c", "3")])
    let found = try collect(24, bytes)
    #expect(
      found.elements == [
        expiring("a", "1", nil), expiring("b", "2", 2_000_000_000_000),
        expiring("c", "3", 2_000_000_005_555),
      ])
    #expect(found.count == 3 && found.end == bytes.count)
    #expect(try skip(24, bytes) == (bytes.count, 3))
    #expect(try check(24, bytes) == (bytes.count, 3))
  }

  @Test("a release candidate's deadlines are absolute")
  func metadataPreGA() throws {
    let bytes = table([(0, "a", "1"), (2_000_000_000_000, "b", "2")])
    #expect(
      try collect(22, bytes).elements == [
        expiring("a", "1", nil), expiring("b", "2", 2_000_000_000_000),
      ])
  }

  @Test("Valkey's deadlines stand behind the value, -1 for none")
  func valkey() throws {
    let bytes = value {
      $0.length(2)
      for (field, deadline) in [("a", -1), ("b", 2_000_000_000_000)] as [(String, Int64)] {
        $0.string(field)
        $0.string("v")
        $0.raw(least(deadline))
      }
    }
    let found = try collect(22, bytes, dialect: .valkey)
    #expect(found.elements == [expiring("a", "v", nil), expiring("b", "v", 2_000_000_000_000)])
    #expect(try skip(22, bytes, ValueContext(dialect: .valkey)) == (bytes.count, 2))
    #expect(found.end == bytes.count)
  }

  @Test(
    "a listpack's deadlines are absolute, whatever the least is", arguments: [0, 77] as [Int64])
  func listpackEx(_ first: Int64) throws {
    let bytes = least(first) + packed(triples([("a", "1", 0), ("b", "2", 2_000_000_000_000)]))
    let found = try collect(25, bytes)
    #expect(found.elements == [expiring("a", "1", nil), expiring("b", "2", 2_000_000_000_000)])
    #expect(found.count == 2 && found.end == bytes.count)
    #expect(try skip(25, bytes) == (bytes.count, 2))
    let preGA = Array(bytes.dropFirst(8))
    #expect(try collect(23, preGA).elements == found.elements)
    #expect(try skip(23, preGA) == (preGA.count, 2))
  }

  @Test("a deadline beyond 64 bits is refused where it stands")
  func overflow() {
    let late = least(Int64.max - 1) + table([(2, "a", "1"), (3, "b", "2")])
    #expect(checkFailure(24, late) == RDBError(.badExpiry, at: 14, number: 3))
    let huge = table([(.max, "a", "1")])
    #expect(checkFailure(22, huge) == RDBError(.badExpiry, at: 1, number: .max))
    let early = least(.min) + table([(1, "a", "1")])
    #expect(checkFailure(24, early) == RDBError(.badExpiry, at: 9, number: 1))
    #expect(skipFailure(24, late) == nil)
  }

  @Test("a deadline that is a string is refused where it stands")
  func textualDeadline() {
    var builder = ListpackBuilder()
    builder.string("a")
    builder.string("1")
    let place = 6 + builder.entryBytes
    builder.string("soon")
    // One byte of length before the listpack.
    #expect(checkFailure(23, packed(builder.bytes())) == RDBError(.badExpiry, at: 1 + place))
  }

  @Test("a listpack that ends inside a triple is corrupt")
  func brokenTriple() {
    var builder = ListpackBuilder()
    for text in ["a", "1"] { builder.string(text) }
    let blob = builder.bytes()
    #expect(checkFailure(23, packed(blob)) == RDBError(.badListpack, at: blob.count))
    builder.integer(0)
    builder.string("b")
    let longer = builder.bytes()
    #expect(checkFailure(23, packed(longer)) == RDBError(.badListpack, at: longer.count))
  }

  @Test("a sink that does not open deadlines sees none of the fields")
  func plainSink() throws {
    let bytes = least(1) + packed(triples([("a", "1", 0), ("b", "2", 0)]))
    try bytes.withRawSpan { (span) throws(RDBError) in
      var sink = PlainSink()
      var scratch = Scratch()
      var at = 0
      try walk(RDBType(25), ValueContext(), in: span, at: &at, scratch: &scratch, into: &sink)
      #expect(at == bytes.count && sink.count == 2 && sink.elements == 0)
    }
  }

  @Test("every beginning of a hash with deadlines is truncated")
  func prefixes() {
    let bytes = least(5) + table([(1, "field", "text"), (300, "b", "2")])
    for count in bytes.indices {
      #expect(skipFailure(24, Array(bytes[..<count]))?.reason == .truncated)
      #expect(checkFailure(24, Array(bytes[..<count]))?.reason == .truncated)
    }
  }
}
