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

  @Test("of a value beyond the bounds are one part, and what is before it has its names")
  func bounds() throws {
    var file = RDBBuilder("REDIS0011")
    file.key(4, "k")
    file.length(1000, as: .thirtyTwo)
    for number in 0..<1000 {
      file.string("field\(number)")
      file.string("v")
    }
    var node = ListpackBuilder()
    for number in 0..<100 { node.integer(Int64(number)) }
    file.key(16, "packed")
    file.string(node.bytes())
    file.key(0, "lzf")
    file.lzfString([UInt8](repeating: 0x61, count: 5000))
    let bytes = file.ended()
    let scanned = ScannedFile(scanning: bytes)
    var bounds = TraceBounds()
    (bounds.window, bounds.parts, bounds.inflated) = (500, 90, 4000)
    let traces = try bytes.withRawSpan { span in
      try scanned.records.map {
        try RecordTrace($0, in: span, scanned.context, limit: 20, bounds: bounds)
      }
    }
    for (trace, record) in zip(traces, scanned.records) {
      #expect(gap(trace.parts, from: record.start, to: record.end) == nil)
    }
    let whole = try bytes.withRawSpan { span in
      try RecordTrace(scanned.records[0], in: span, scanned.context, limit: 20)
    }
    #expect(traces[0].parts == whole.parts && whole.parts.count > 40)
    #expect(traces[1].parts.count == 5 && traces[2].inflated.isEmpty)
    let trace = try bytes.withRawSpan { span in
      try RecordTrace(scanned.records[0], in: span, scanned.context, bounds: bounds)
    }
    #expect((88...92).contains(trace.parts.count), "\(trace.parts.count)")
  }

  @Test("have names in the words of the format, whatever the type", arguments: Fixtures.all)
  func names(fixture: Fixture) throws {
    let file = try fixture.bytes()
    let scanned = ScannedFile(scanning: file)
    try file.withRawSpan { bytes in
      for record in scanned.records where record.valueCount < 600 {
        // What Dragonfly's sketches hold is not told.
        guard record.type.shape(in: scanned.context.dialect) != .sketch else { continue }
        let trace = try RecordTrace(record, in: bytes, scanned.context)
        let parts = trace.parts.filter { $0.place.offset >= record.valueOffset }
        for part in parts + trace.inflated.flatMap(\.parts) {
          switch part.kind {
          case .previousLength, .backLength, .unused: #expect(part.role == nil)
          default:
            #expect(
              part.role != nil, "\(fixture): type \(record.type.rawValue), \(part)")
          }
        }
      }
    }
  }

  /// The named parts of the value of the one record of a file: name and bytes.
  private func named(_ file: RDBBuilder) throws -> [(PartRole, [UInt8])] {
    let bytes = file.ended()
    let scanned = ScannedFile(scanning: bytes)
    let record = try #require(scanned.records.first)
    return try bytes.withRawSpan { span in
      let trace = try RecordTrace(record, in: span, scanned.context)
      return trace.parts.compactMap { part in
        part.role.map { ($0, Array(bytes[part.place.range])) }
      }
    }
  }

  /// A stream with a node, a group, a pending entry and a consumer that has it.
  private func stream() -> RDBBuilder {
    var node = ListpackBuilder()
    for number: Int64 in [2, 1, 1] { node.integer(number) }
    node.string("f")
    for number: Int64 in [0, 2, 0, 0] { node.integer(number) }
    node.string("shared")
    for number: Int64 in [4, 1, 7, 1, 2] { node.integer(number) }
    for text in ["own", "v", "more", "w"] { node.string(text) }
    node.integer(8)
    for number: Int64 in [2, 9, 0] { node.integer(number) }
    node.string("x")
    node.integer(4)
    let id: [UInt8] = [0, 0, 0, 0, 0, 0, 3, 0xe8, 0, 0, 0, 0, 0, 0, 0, 5]
    var file = RDBBuilder()
    file.key(21, "s")
    file.length(1)
    file.string(id)
    file.string(node.bytes())
    for number: UInt64 in [2, 1009, 5, 1000, 5, 1007, 6, 3, 1] { file.length(number) }
    file.string("group")
    for number: UInt64 in [1000, 5, 1, 1] { file.length(number) }
    file.raw(id + [1, 0, 0, 0, 0, 0, 0, 0])
    file.length(3)
    file.length(1)
    file.string("consumer")
    file.raw([2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0])
    file.length(1)
    file.raw(id)
    return file
  }

  @Test("of a stream are named from the node's id to the pending entries of a consumer")
  func streamNames() throws {
    let found = try named(stream())
    let master: [PartRole] = [
      .liveCount, .deletedCount, .masterFields, .masterField, .masterField, .masterEnd,
    ]
    let entries: [PartRole] = [
      .flags, .entryMS, .entrySequence, .entryValue, .entryValue, .entryParts,
      .flags, .entryMS, .entrySequence, .entryFields, .entryField, .entryField, .entryValue,
      .entryValue, .entryField, .entryField, .entryValue, .entryValue, .entryParts,
      .flags, .entryMS, .entrySequence, .entryValue, .entryValue, .entryParts,
    ]
    let behind: [PartRole] = [
      .length, .lastMS, .lastSequence, .firstMS, .firstSequence, .deletedMS, .deletedSequence,
      .added, .groups, .group, .group, .groupMS, .groupSequence, .entriesRead, .pending,
      .pendingMS, .pendingSequence, .deliveryTime, .deliveries, .consumers, .consumer, .consumer,
      .seenTime, .activeTime, .owned, .pendingMS, .pendingSequence,
    ]
    let head: [PartRole] = [
      .nodes, .masterID, .masterMS, .masterSequence, .node, .listpackBytes, .listpackCount,
    ]
    #expect(found.map(\.0) == head + master + entries + [.listpackEnd] + behind)
    for (role, bytes): (PartRole, [UInt8]) in [
      (.deliveryTime, [1, 0, 0, 0, 0, 0, 0, 0]), (.seenTime, [2, 0, 0, 0, 0, 0, 0, 0]),
      (.activeTime, [3, 0, 0, 0, 0, 0, 0, 0]), (.deliveries, [3]),
    ] {
      #expect(found.first { $0.0 == role }?.1 == bytes)
    }
  }

  @Test("of scores that are text are the length and the text, infinities one byte")
  func textScores() throws {
    var file = RDBBuilder()
    file.key(3, "z")
    file.length(3)
    file.string("a")
    file.textScore("1.25")
    file.string("b")
    file.raw([254])
    file.string("c")
    file.textScore("-3")
    let scores = try named(file).filter { $0.0 == .scoreLength || $0.0 == .scoreText }
    #expect(
      scores.map(\.1) == [[4], Array("1.25".utf8), [254], [2], Array("-3".utf8)])
  }

  @Test("of LZF data are its mark, both lengths and the data")
  func lzf() throws {
    var file = RDBBuilder()
    file.key(0, "k")
    file.lzfString([UInt8](repeating: 0x61, count: 200))
    let found = try named(file)
    #expect(found.map(\.0) == [.lzfMark, .lzfPacked, .lzfPlain, .value])
    #expect(found[0].1 == [0xc3] && found[2].1 == [0x40, 200])
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
        .packedHead, .packedHead, .entryHead, .entry, .backLength, .entryInteger(1000),
        .backLength, .packedEnd,
      ])
  }

  @Test("a string of bytes that look like a listpack is a string")
  func lookalike() throws {
    var file = RDBBuilder()
    file.string(key: "k", value: String(decoding: [7, 0, 0, 0, 0, 0, 0x7f], as: UTF8.self))
    #expect(try parts(file).last?.0 == .string)
  }
}
