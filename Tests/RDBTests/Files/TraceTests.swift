// Where each byte of a record belongs: told for every record of every fixture, each byte once.

import RDB
import TestSupport
import Testing

@Suite("The parts of a record")
struct TraceTests {
  /// The first byte that is in no part or in two; nil if there is none.
  private func gap(_ parts: [TracePart], from start: Int, to end: Int) -> Int? {
    var at = start
    for part in parts {
      guard part.place.offset == at, part.place.count > 0 else { return at }
      at = part.place.end
    }
    return at == end ? nil : at
  }

  @Test(
    "are all of its bytes, each once, and so are those of what is compressed",
    arguments: Fixtures.all)
  func cover(fixture: Fixture) throws {
    let file = try fixture.bytes()
    let scanned = ScannedFile(scanning: file)
    try file.withRawSpan { bytes in
      for record in scanned.records {
        // A walk per part: long values are told apart up to a limit.
        let limit = record.valueCount < 600 ? Int.max : 12
        let trace = try RecordTrace(record, in: bytes, scanned.context, limit: limit)
        #expect(
          gap(trace.parts, from: record.start, to: record.end) == nil,
          "\(fixture): record at \(record.offset), type \(record.type.rawValue)")
        for inflated in trace.inflated {
          #expect(
            gap(inflated.parts, from: 0, to: inflated.bytes.count) == nil,
            "\(fixture): data at \(inflated.source.offset)")
        }
      }
    }
  }

  /// The parts of the one record of a file, as kind and bytes.
  private func parts(_ file: RDBBuilder) throws -> [(TracePart.Kind, [UInt8])] {
    let bytes = file.ended()
    let scanned = ScannedFile(scanning: bytes)
    let record = try #require(scanned.records.first)
    return try bytes.withRawSpan { span in
      try RecordTrace(record, in: span, scanned.context).parts.map {
        ($0.kind, Array(bytes[$0.place.range]))
      }
    }
  }

  @Test("are told apart in a sorted set: attributes, key, count, members, scores")
  func sortedSet() throws {
    var file = RDBBuilder()
    file.expireMS(5)
    file.raw([0xf8, 9])
    file.key(5, "zs")
    file.length(2)
    file.string("one")
    file.double(1.5)
    file.integerString(-7)
    file.double(2)
    let found = try parts(file)
    let kinds: [TracePart.Kind] = [
      .attribute(RDBOpcode(rawValue: 252)), .attribute(RDBOpcode(rawValue: 248)),
      .type(RDBType(rawValue: 5)), .keyHead, .key, .number(2),
      .stringHead(.raw(ByteRange(offset: 26, count: 3))), .string, .fixed, .integer(-7), .fixed,
    ]
    #expect(found.map(\.0) == kinds)
    #expect(found.map(\.1.count) == [9, 2, 1, 1, 2, 1, 1, 3, 8, 2, 8])
  }

  @Test("are told apart in a listpack down to the back lengths")
  func listpack() throws {
    var value = RDBBuilder.bare
    var packed = ListpackBuilder()
    packed.string("field")
    packed.integer(1000)
    value.string(packed.bytes())
    var file = RDBBuilder()
    file.record(16, key: "h", value: value.bytes)
    let kinds = try parts(file).map(\.0).dropFirst(4)
    #expect(
      Array(kinds) == [
        .packedHead, .entryHead, .entry, .entryTail, .entryInteger(1000), .entryTail, .packedEnd,
      ])
  }

  @Test("a string of bytes that look like a listpack is a string")
  func lookalike() throws {
    var file = RDBBuilder()
    file.string(key: "k", value: String(decoding: [7, 0, 0, 0, 0, 0, 0x7f], as: UTF8.self))
    #expect(try parts(file).last?.0 == .string)
  }
}
