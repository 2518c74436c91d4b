import TestSupport
import Testing

@testable import RDB

@Suite("the layouts of streams")
struct WalkStreamTests {
  fileprivate static let types: [UInt8] = [15, 19, 21, 26, 27]
  private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// A stream of one entry, one group with three pending ids and one consumer, in each layout.
  private func whole(_ type: UInt8) -> [UInt8] {
    value {
      $0.length(1)
      $0.string(rawID(1_800_000_000_000, 1))
      $0.string(nodeListpack(live: 1, master: ["f"], [SpelledEntry(flags: 2, strings: ["v"])]))
      for number in [1, 1_800_000_000_000, 7] as [UInt64] { $0.length(number) }
      if type >= 19 {
        for number in [1_800_000_000_000, 1, 3, 4, 5] as [UInt64] { $0.length(number) }
      }
      $0.length(1)
      group(type, &$0)
      guard type >= 26 else { return }
      $0.raw([10, 20, 1])
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
    builder.length(2)
    builder.raw(pendingEntry(1, 1000, 3))
    builder.raw(pendingEntry(2, 0, UInt64(Int64.max)))
    builder.length(1)
    builder.string("consumer")
    builder.raw(Array(pendingEntry(0, 77, 0)[16..<24]))
    if type >= 21 { builder.raw([UInt8](repeating: 0xff, count: 8)) }
    builder.length(type >= 27 ? 1 : 2)
    builder.raw(rawID(1, 0))
    if type < 27 { builder.raw(rawID(2, 0)) }
    guard type >= 27 else { return }
    builder.length(1)
    builder.raw(rawID(2, 0))
  }

  /// What such a stream is made of.
  private func parts(_ type: UInt8) -> [CollectedElement] {
    let id = StreamID(ms: 1_800_000_000_000, seq: 1)
    var info = StreamInfo(length: 1, lastID: StreamID(ms: id.ms, seq: 7), groups: 1)
    if type >= 19 {
      info.firstID = id
      info.maxDeletedID = StreamID(ms: 3, seq: 4)
      info.entriesAdded = 5
    }
    let group = StreamGroup(lastID: StreamID(ms: 5, seq: 6), pending: 2, consumers: 1)
    let consumer = StreamConsumer(seen: UnixMilliseconds(77), pending: type >= 27 ? 1 : 2)
    let pending = [
      PendingEntry(id: StreamID(ms: 1, seq: 0), delivered: UnixMilliseconds(1000), deliveries: 3),
      PendingEntry(
        id: StreamID(ms: 2, seq: 0), delivered: UnixMilliseconds(0), deliveries: UInt64(Int64.max)),
    ]
    var parts: [CollectedStreamPart] = [
      .info(info), .entry(id, isDeleted: false, [text("f"), text("v")]),
      .group(text("group"), group), .consumer(text("consumer"), consumer),
      .pending(pending[0], .consumer),
      .pending(pending[1], type >= 27 ? .nacked : .consumer),
    ]
    if type >= 26 {
      parts += [
        .idmp(StreamIDMP(duration: 10, maximum: 20, producers: 1, added: 2, duplicates: 0)),
        .producer(text("producer"), messages: 2),
        .message(text("a"), StreamID(ms: 1, seq: 2)), .message(text("b"), StreamID(ms: 1, seq: 2)),
      ]
    }
    return parts.map { .stream($0) }
  }

  @Test("every layout tells all of its parts", arguments: WalkStreamTests.types)
  func layouts(_ type: UInt8) throws {
    let bytes = whole(type)
    let found = try collect(type, bytes)
    #expect(found.elements == parts(type))
    #expect(found.shape == .stream && found.count == 1 && found.end == bytes.count)
    #expect(try skip(type, bytes) == (bytes.count, 1))
    #expect(try check(type, bytes) == (bytes.count, 1))
  }

  @Test("every beginning of a stream is truncated", arguments: WalkStreamTests.types)
  func prefixes(_ type: UInt8) {
    let bytes = whole(type)
    for count in bytes.indices {
      #expect(skipFailure(type, Array(bytes[..<count]))?.reason == .truncated)
      #expect(checkFailure(type, Array(bytes[..<count]))?.reason == .truncated)
    }
  }

  @Test("a stream without nodes and groups is a value")
  func empty() throws {
    let bytes: [UInt8] = [0, 0, 7, 8, 0]
    #expect(try skip(15, bytes) == (5, 0))
    let info = StreamInfo(length: 0, lastID: StreamID(ms: 7, seq: 8), groups: 0)
    #expect(try collect(15, bytes).elements == [.stream(.info(info))])
    #expect(try check(15, bytes) == (5, 0))
  }
}

@Suite("the nodes of streams")
struct WalkStreamNodeTests {
  private func entries(_ bytes: [UInt8]) throws(RDBError) -> [CollectedElement] {
    Array(try collect(15, bytes).elements.dropFirst())
  }

  private func entry(
    _ id: StreamID, isDeleted: Bool = false, _ fields: String...
  ) -> CollectedElement {
    .stream(.entry(id, isDeleted: isDeleted, fields.map { Array($0.utf8) }))
  }

  @Test("an entry has the master entry's fields or its own, and may be deleted")
  func forms() throws {
    let bytes = stream(
      [
        (
          StreamID(ms: 100, seq: 5),
          nodeListpack(
            live: 2, deleted: 1, master: ["a", "b"],
            [
              SpelledEntry(flags: 2, strings: ["1", "2"]),
              SpelledEntry(flags: 3, ms: 1, seq: -5, strings: ["3", "4"]),
              SpelledEntry(ms: 2, seq: -4, strings: ["c", "5"]),
            ])
        )
      ], length: 2, last: StreamID(ms: 200, seq: 0))
    #expect(
      try entries(bytes) == [
        entry(StreamID(ms: 100, seq: 5), "a", "1", "b", "2"),
        entry(StreamID(ms: 101, seq: 0), isDeleted: true, "a", "3", "b", "4"),
        entry(StreamID(ms: 102, seq: 1), "c", "5"),
      ])
    #expect(try check(15, bytes) == (bytes.count, 2))
  }

  @Test("differences are added modulo 2^64")
  func wrapping() throws {
    let bytes = stream(
      [
        (
          StreamID(ms: 1, seq: .max),
          nodeListpack(
            live: 2,
            [
              SpelledEntry(strings: ["a", "1"]), SpelledEntry(ms: -3, seq: 1, strings: ["a", "2"]),
            ])
        )
      ], length: 2, last: StreamID(ms: .max, seq: 0))
    #expect(
      try entries(bytes) == [
        entry(StreamID(ms: 1, seq: .max), "a", "1"),
        entry(StreamID(ms: .max - 1, seq: 0), "a", "2"),
      ])
    #expect(try check(15, bytes).elements == 2)
  }

  @Test("an entry of more fields than a row holds is told whole")
  func manyFields() throws {
    let strings = (0..<300).map { "s\($0)" }
    let node = nodeListpack(live: 1, [SpelledEntry(strings: strings)])
    let bytes = stream([(StreamID(ms: 1, seq: 1), node)], length: 1, last: StreamID(ms: 1, seq: 1))
    #expect(
      try entries(bytes) == [
        .stream(
          .entry(StreamID(ms: 1, seq: 1), isDeleted: false, strings.map { Array($0.utf8) }))
      ])
  }

  private static let one = SpelledEntry(strings: ["a", "1"])

  /// A stream of one node, whose listpack begins 20 bytes in.
  private func single(
    _ listpack: [UInt8], length: UInt64 = 1, last: StreamID = StreamID(ms: 9, seq: 0)
  ) -> [UInt8] {
    stream([(StreamID(ms: 1, seq: 1), listpack)], length: length, last: last)
  }

  private func reason(_ bytes: [UInt8]) -> RDBError.Reason? { checkFailure(15, bytes)?.reason }

  @Test("what one part says about another must be so")
  func disagreements() {
    let one = WalkStreamNodeTests.one
    #expect(reason(single(nodeListpack(live: 1, [one]))) == nil)
    // The stream's length, its last id.
    let long = single(nodeListpack(live: 1, [one]), length: 2)
    #expect(checkFailure(15, long) == RDBError(.badStream, at: long.count - 4, number: 2))
    let late = single(nodeListpack(live: 1, [one]), last: StreamID(ms: 1, seq: 0))
    #expect(reason(late) == .badStream)
    // A node's counts, told where the listpack's first entry stands.
    #expect(checkFailure(15, single(nodeListpack(live: 2, [one])))?.offset == 25)
    #expect(reason(single(nodeListpack(live: 2, [one]))) == .badStream)
    #expect(reason(single(nodeListpack(live: 1, deleted: 1, [one]))) == .badStream)
    // What ends the master entry, and what ends an entry.
    #expect(reason(single(nodeListpack(live: 1, end: 1, [one]))) == .badStream)
    var miscounted = one
    miscounted.count = 7
    #expect(reason(single(nodeListpack(live: 1, [miscounted]))) == .badStream)
  }

  @Test("ids must ascend, also from node to node")
  func order() {
    let one = WalkStreamNodeTests.one
    let twice = nodeListpack(live: 2, [one, one])
    #expect(reason(single(twice, length: 2)) == .badStream)
    let nodes = [
      (id: StreamID(ms: 2, seq: 0), listpack: nodeListpack(live: 1, [one])),
      (id: StreamID(ms: 1, seq: 9), listpack: nodeListpack(live: 1, [one])),
    ]
    let backwards = stream(nodes, length: 2, last: StreamID(ms: 9, seq: 0))
    #expect(reason(backwards) == .badStream)
    let forwards = stream(nodes.reversed(), length: 2, last: StreamID(ms: 9, seq: 0))
    #expect(reason(forwards) == nil)
  }

  @Test("an entry that ends before its fields do is corrupt")
  func cutEntry() {
    var builder = ListpackBuilder()
    for number in [1, 0, 0, 0, 0, 0, 0, 5] as [Int64] { builder.integer(number) }
    builder.string("a")
    #expect(reason(single(builder.bytes())) == .badListpack)
  }

  @Test("a node without entries is corrupt")
  func emptyNode() {
    #expect(reason(single(nodeListpack(live: 0, []), length: 0)) == .badStream)
  }

  @Test("a node of deleted entries only is sound, as XDEL and XTRIM leave it")
  func tombstones() throws {
    let deleted = SpelledEntry(flags: 3, strings: ["v"])
    let node = nodeListpack(live: 0, deleted: 1, master: ["f"], [deleted])
    let bytes = stream(
      [(StreamID(ms: 1, seq: 1), node)], length: 0, last: StreamID(ms: 3, seq: 3))
    #expect(try check(15, bytes) == (bytes.count, 0))
    var file = RDBBuilder("REDIS0010")
    file.record(15, key: "x", value: bytes)
    let scanned = ScannedFile(scanning: file.ended())
    let record = try #require(scanned.records.first)
    try file.ended().withRawSpan { (span) throws(RDBError) in
      var check = RecordCheck()
      _ = try check.check(record, in: span, scanned.context)
      #expect(check.remarks == [])
      var scratch = Scratch()
      #expect(try record.deletedNodes(in: span, &scratch) == 1)
      let map = salvage(span)
      #expect(map.gaps.isEmpty && keptRecords(of: map, in: span).count == 1)
    }
  }

  @Test("a node's id of another size is corrupt", arguments: [0, 15, 17])
  func badKey(_ size: Int) {
    let bytes = value {
      $0.length(1)
      $0.string([UInt8](repeating: 0, count: size))
      $0.string(nodeListpack(live: 1, [WalkStreamNodeTests.one]))
      for number in [1, 9, 0, 0] as [UInt64] { $0.length(number) }
    }
    #expect(checkFailure(15, bytes) == RDBError(.badStream, at: 1))
    #expect(skipFailure(15, bytes) == nil)
  }

  @Test("a string where a number must be, and a number of fields below zero, are corrupt")
  func badNumbers() {
    var textual = ListpackBuilder()
    textual.string("1")
    #expect(reason(single(textual.bytes())) == .badStream)
    var negative = ListpackBuilder()
    for number in [1, 0, -1, 0] as [Int64] { negative.integer(number) }
    #expect(reason(single(negative.bytes())) == .badStream)
    var huge = ListpackBuilder()
    for number in [1, 0, .max, 0] as [Int64] { huge.integer(number) }
    #expect(reason(single(huge.bytes())) == .badStream)
  }
}

@Suite("the groups of streams")
struct WalkStreamGroupTests {
  /// A stream without entries and with one group of type 27.
  private func stream(
    pending: [UInt64], consumers: [[UInt64]], nacked: [UInt64] = []
  ) -> [UInt8] {
    value {
      $0.raw([0, 0, 9, 0, 0, 0, 0, 0, 0, 1])
      $0.string("g")
      $0.raw([5, 0, 2])
      $0.length(UInt64(pending.count))
      for id in pending { $0.raw(pendingEntry(id, 1000 + Int64(id), id)) }
      $0.length(UInt64(consumers.count))
      for (index, ids) in consumers.enumerated() {
        $0.string("c\(index)")
        $0.raw([UInt8](repeating: 0, count: 16))
        $0.length(UInt64(ids.count))
        for id in ids { $0.raw(rawID(id, 0)) }
      }
      $0.length(UInt64(nacked.count))
      for id in nacked { $0.raw(rawID(id, 0)) }
      $0.raw([10, 20, 0, 0, 0])
    }
  }

  /// Ids of pending entries in the order they were told, with who has them.
  private func pending(_ bytes: [UInt8]) throws(RDBError) -> [String] {
    var owner = "?"
    var told: [String] = []
    for case .stream(let part) in try collect(27, bytes).elements {
      if case .consumer(let name, _) = part { owner = String(decoding: name, as: UTF8.self) }
      guard case .pending(let entry, let kind) = part else { continue }
      #expect(entry.delivered.rawValue == 1000 + Int64(entry.id.ms))
      #expect(entry.deliveries == entry.id.ms)
      told.append("\(kind == .consumer ? owner : "\(kind)") \(entry.id.ms)")
    }
    return told
  }

  @Test("each pending entry is told with who has it")
  func owners() throws {
    let bytes = stream(pending: [1, 2, 3, 4], consumers: [[2], [], [1, 4]], nacked: [3])
    #expect(try pending(bytes) == ["c0 2", "c2 1", "c2 4", "nacked 3"])
    #expect(try check(27, bytes).end == bytes.count)
  }

  @Test("pending entries that do not ascend are found all the same")
  func unsorted() throws {
    let bytes = stream(pending: [3, 1, 2], consumers: [[1, 2, 3]])
    #expect(try pending(bytes) == ["c0 1", "c0 2", "c0 3"])
  }

  @Test("an id that is not pending in the group is corrupt where it stands")
  func stranger() {
    let bytes = stream(pending: [1], consumers: [[1, 2]])
    let place = bytes.count - 6 - 16
    #expect(checkFailure(27, bytes) == RDBError(.badStream, at: place))
    #expect(skipFailure(27, bytes) == nil)
    let nacked = stream(pending: [1], consumers: [[1]], nacked: [7])
    #expect(checkFailure(27, nacked) == RDBError(.badStream, at: nacked.count - 5 - 16))
  }

  @Test("a pending entry has one owner")
  func oneOwner() throws {
    let two = stream(pending: [1], consumers: [[1], [1]])
    #expect(checkFailure(27, two)?.reason == .badStream)
    let both = stream(pending: [1], consumers: [[1]], nacked: [1])
    #expect(checkFailure(27, both)?.reason == .badStream)
    let none = stream(pending: [1, 2], consumers: [[1]])
    #expect(checkFailure(27, none) == RDBError(.badStream, at: 10))
    #expect(try pending(none) == ["c0 1", "nobody 2"])
  }

  @Test("an id that is pending twice is corrupt, in any order")
  func duplicates() {
    for ids in [[1, 1], [1, 2, 1]] as [[UInt64]] {
      let bytes = stream(pending: ids, consumers: [[1, 2]])
      #expect(checkFailure(27, bytes) == RDBError(.badStream, at: 15))
    }
  }
}
