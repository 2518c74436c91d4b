import RDB
import Restore
import Testing

@Suite("The plan") struct PlanTests {
  private func time(_ text: String) -> UnixMilliseconds {
    UTCTime(text)?.instant ?? UnixMilliseconds(.min)
  }

  @Test("the vendor's example: 10 s left at 10:00:00, shifted to 10:30:00, ends at 10:30:10")
  func vendor() throws {
    var file = FileOfKeys()
    file.expiry(time("2022-12-12T10:00:10Z").rawValue)
    file.key("a")
    let reference = time("2022-12-12T10:00:00Z")
    let selection = RestoreSelection(
      reference: reference, shift: TimeShift(from: reference, to: time("2022-12-12T10:30Z")),
      now: time("2022-12-12T10:30Z"))
    #expect(
      try file.dispositions(selection) == [.restore(expiry: time("2022-12-12T10:30:10Z"))])
  }

  @Test("a key that expires at the reference is there; one that expired before is gone")
  func reference() throws {
    let selection = RestoreSelection(
      reference: UnixMilliseconds(1000),
      shift: TimeShift(from: UnixMilliseconds(1000), to: UnixMilliseconds(5000)),
      now: UnixMilliseconds(4999))
    var file = FileOfKeys()
    for expiry in [999, 1000, 1001] as [Int64] {
      file.expiry(expiry)
      file.key("k\(expiry)")
    }
    #expect(
      try file.dispositions(selection) == [
        .skip(.expiredAtReference), .restore(expiry: UnixMilliseconds(5000)),
        .restore(expiry: UnixMilliseconds(5001)),
      ])
  }

  @Test("an expiry that would be written as now or earlier is not written")
  func submission() throws {
    func expire(_ expiry: Int64, shift: Int64?) -> Disposition {
      let from = UnixMilliseconds(0)
      return RestoreSelection(
        shift: shift.map { TimeShift(from: from, to: UnixMilliseconds($0)) },
        now: UnixMilliseconds(1000)
      ).disposition(ofExpiry: UnixMilliseconds(expiry))
    }
    #expect(expire(1000, shift: nil) == .skip(.expiredAtSubmission))
    #expect(expire(1001, shift: nil) == .restore(expiry: UnixMilliseconds(1001)))
    #expect(expire(500, shift: 500) == .skip(.expiredAtSubmission))
    #expect(expire(501, shift: 500) == .restore(expiry: UnixMilliseconds(1001)))
  }

  @Test("expired keys can be kept, with the expiry they would have")
  func keeps() {
    let selection = RestoreSelection(
      reference: UnixMilliseconds(1000),
      shift: TimeShift(from: UnixMilliseconds(1000), to: UnixMilliseconds(2000)),
      now: UnixMilliseconds(9000), keepsExpired: true)
    #expect(
      selection.disposition(ofExpiry: UnixMilliseconds(5))
        == .restore(expiry: UnixMilliseconds(1005)))
  }

  @Test("a key is asked for by database, by type and by name, and the first no is the reason")
  func filter() throws {
    var file = FileOfKeys()
    file.select(0)
    file.key("user:1")
    file.key("list", type: 1, value: [1, 1, 0x61])
    file.select(3)
    file.key("user:1")
    file.key("other")
    file.key("user:set", type: 2, value: [1, 1, 0x61])
    file.bytes += [0xfe, 0x40, 200]
    file.module("tairhash-", key: "user:hash")
    file.module("exhash---", key: "user:old")
    var types = TypeSet([.string])
    let isModule = types.insert(named: "tairhash-")
    #expect(isModule)
    let keys = try CompiledPatterns([KeyPattern("user:.*")])
    let selection = RestoreSelection(
      filter: RecordFilter(databases: DatabaseSet([3, 200]), types: types, keys: keys),
      now: UnixMilliseconds(0))
    #expect(
      try file.dispositions(selection) == [
        .skip(.database), .skip(.database), .restore(expiry: nil), .skip(.key), .skip(.type),
        .restore(expiry: nil), .skip(.type),
      ])
  }

  @Test("every fixture shape answers to its TYPE name, and a name no module can have is refused")
  func typeNames() {
    var types = TypeSet()
    func accepts(_ name: String) -> Bool { types.insert(named: name) }
    for shape in ValueShape.allCases { #expect(accepts(shape.name)) }
    #expect(accepts("ReJSON-RL"))
    for name in ["", "String", "sorted", "tairhash", "tair hash", "tairhash-x"] {
      #expect(!accepts(name), "\(name)")
    }
  }

  @Test("a database beyond what 64 bits tell is told apart all the same")
  func databases() {
    let set = DatabaseSet([0, 63, 64, 1000, UInt32.max])
    for database in [0, 63, 64, 1000, UInt32.max] as [UInt32] { #expect(set.contains(database)) }
    for database in [1, 62, 65, 127, 999, 1064] as [UInt32] { #expect(!set.contains(database)) }
  }

  @Test("the plan says which pattern selected the last key, and forgets it for the next")
  func lastMatch() throws {
    var file = FileOfKeys()
    file.key("b1")
    file.key("c1")
    let keys = try CompiledPatterns([KeyPattern("a.*"), KeyPattern("b.*")])
    var plan = RestorePlan(
      RestoreSelection(filter: RecordFilter(keys: keys), now: UnixMilliseconds(0)))
    let matches = try file.records().map { record in
      _ = try file.bytes.lend { (bytes) throws(KeyMatchError) in
        let place = record.rawKey ?? ByteRange(offset: 0, count: 0)
        return try plan.disposition(of: record, key: bytes.extracting(place.range), in: bytes)
      }
      return plan.lastMatch
    }
    #expect(matches == [1, nil])
  }
}

@Suite("TimeShift") struct TimeShiftTests {
  @Test("the order of expiries stays, and there and back again is nothing")
  func properties() {
    var random = SeededGenerator(seed: 11)
    let range: ClosedRange<Int64> = -(1 << 61)...(1 << 61)
    for _ in 0..<20_000 {
      let from = UnixMilliseconds(Int64.random(in: range, using: &random))
      let target = UnixMilliseconds(Int64.random(in: range, using: &random))
      let shift = TimeShift(from: from, to: target)
      let a = UnixMilliseconds(Int64.random(in: range, using: &random))
      let b = UnixMilliseconds(Int64.random(in: range, using: &random))
      #expect((a < b) == (shift(a) < shift(b)))
      #expect(shift.inverse(shift(a)) == a)
      #expect(shift(from) == target)
      #expect(shift(a).rawValue - target.rawValue == a.rawValue - from.rawValue)
    }
  }

  @Test("sums that no instant can hold stop at the ends, in whatever order they are made")
  func saturates() {
    func moved(_ expiry: Int64, _ from: Int64, _ target: Int64) -> Int64 {
      TimeShift(from: UnixMilliseconds(from), to: UnixMilliseconds(target))(
        UnixMilliseconds(expiry)
      ).rawValue
    }
    #expect(moved(.max, 0, 1) == .max)
    #expect(moved(.min, 1, 0) == .min)
    #expect(moved(.max, .min, .max) == .max)
    #expect(moved(.min, .max, .min) == .min)
    // The difference does not fit, the sum does.
    #expect(moved(.min, .min, .max) == .max)
    #expect(moved(-10, -5, .max) == .max - 5)
    #expect(moved(.max, .max, .min) == .min)
  }
}

@Suite("The tally") struct PlanTallyTests {
  private func tally(_ records: [RDBRecord], _ dispositions: [Disposition]) -> PlanTally {
    var tally = PlanTally(patternCount: 2)
    for (index, record) in records.enumerated() {
      tally.add(record, dispositions[index], pattern: index % 2, in: .redis)
    }
    return tally
  }

  @Test("keys and bytes are counted by database, shape, pattern and reason")
  func counts() throws {
    var file = FileOfKeys()
    file.key("a")
    file.select(9)
    file.key("b", value: [3, 1, 2, 3])
    file.bytes += [0xfe, 0x80, 0, 1, 0, 0]  // database 65536
    file.key("c", type: 1, value: [1, 1, 0x61])
    file.key("d")
    let records = try file.records()
    let moment = UnixMilliseconds(5)
    let made: [Disposition] = [
      .restore(expiry: nil), .restore(expiry: moment), .restore(expiry: nil), .skip(.key),
    ]
    let tally = tally(records, made)
    #expect(tally.restored.count == KeyCount(keys: 3, valueBytes: 9))
    #expect(tally.restored.expiring == 1)
    #expect(tally.restored.elements == 3 && tally.restored.uncounted == 0)
    #expect(tally.restored(.string).count == KeyCount(keys: 2, valueBytes: 6))
    #expect(tally.restored(.list).count == KeyCount(keys: 1, valueBytes: 3))
    #expect(tally.restored(.hash) == KeyTotals())
    #expect(tally.skipped(.key) == KeyCount(keys: 1, valueBytes: 2))
    #expect(tally.skipped == KeyCount(keys: 1, valueBytes: 2))
    #expect(tally.restoredByDatabase.map(\.database) == [0, 9, 65536])
    #expect(tally.restoredByDatabase.map(\.totals.keys) == [1, 1, 1])
    #expect(tally.restoredByPattern.map(\.keys) == [2, 1])
    #expect(tally.restoredByPattern.map(\.expiring) == [0, 1])
  }

  @Test("tallies of parts add up to the tally of the whole, in any order")
  func merges() throws {
    var random = SeededGenerator(seed: 3)
    var file = FileOfKeys()
    for number in 0..<60 {
      file.select(UInt8.random(in: 0...3, using: &random) * 30 % 64)
      file.key("k\(number)", value: [2, 1, 2])
    }
    let records = try file.records()
    let made = records.map { _ -> Disposition in
      let reason = SkipReason.allCases.randomElement(using: &random) ?? .key
      return Bool.random(using: &random) ? .skip(reason) : .restore(expiry: nil)
    }
    let whole = tally(records, made)
    var parts = tally(Array(records[..<20]), Array(made[..<20]))
    parts.merge(tally(Array(records[20...]), Array(made[20...])))
    #expect(parts == whole)
    #expect(whole.restored.keys + whole.skipped.keys == 60)
  }
}
