// What a preview tells beyond counts.

import Export
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("A preview") struct PreviewTests {
  private func selection(_ patterns: [String], now: Int64 = 1_000_000) throws -> RestoreSelection {
    var request = RestoreRequest(now: UnixMilliseconds(now))
    request.patterns = patterns.map { KeyPattern(keyRegex: $0) }
    return try request.selection()
  }

  private func file(_ keys: [String]) -> [UInt8] {
    var file = RDBBuilder()
    for key in keys { file.string(key: key, value: "v") }
    return file.ended()
  }

  private func names(_ notes: FirstRecords) -> [String] {
    notes.notes.map { String(decoding: $0.key, as: UTF8.self) }
  }

  @Test("the difference of another reading is counted both ways, with examples")
  func readings() throws {
    let asked = try selection(["h*llo"])
    let glob = asked.filter.with(
      keys:
        try CompiledPatterns(asked.filter.keys.patterns.map { $0.interpreted(as: .glob) }))
    let bytes = file(["llo", "hello", "hllo", "x", "hxllo"])
    let count = try preview(bytes, selecting: asked, readings: [glob]).modeCounts[0]
    #expect(count.selected.keys == 3)
    #expect(count.more == 2)
    #expect(count.fewer == 1)
    #expect(names(count.examples) == ["llo", "hello", "hxllo"])
  }

  @Test("a reading that gives up is told of, with the first key in the file, and not counted")
  func givenUp() throws {
    // Each of these fails at its first byte, unless it is looked for behind that.
    let stubborn = (0..<6).map { "x\($0)" + String(repeating: "a", count: 60) + "!" }
    let bytes = file(["hello", "aaa"] + stubborn + ["world"])
    let asked = try selection(["(a+)+\\d?$"])
    let search = asked.filter.with(
      keys:
        try CompiledPatterns(asked.filter.keys.patterns.map { $0.interpreted(as: .search) }))
    for threads in [1, 2, 5] {
      let shape = PoolShape(threads: threads, jobBytes: 80, jobRecords: 2)
      var request = PreviewRequest(asked)
      request.otherModes = [asked.filter, search]
      let swept = try preview(bytes, shape, request: request)
      #expect(swept.result.failure == nil)
      let summary = swept.summary
      #expect(summary.modeCounts[0].selected.keys == 1)
      #expect(summary.modeCounts[0].gaveUp == nil)
      let count = summary.modeCounts[1]
      #expect(count.gaveUp?.note.key == Array(stubborn[0].utf8))
      #expect(count.gaveUp?.error.reason == .stepLimit)
      #expect(count.selected.keys == 0 && count.more == 0 && count.examples.notes.isEmpty)
    }
  }

  @Test("readings are counted among what all else asks for, however that is decided")
  func readingsOfTheRest() throws {
    for sample in samples {
      let bytes = try readFile(sample)
      var request = RestoreRequest(now: moment)
      request.filterKeys = [FilterKey("[a-m]*1*,user:1,*s*")]
      request.mode = .glob
      var requests = [request]
      request.excluded = [KeyPattern(keyRegex: ".*1.*")]
      request.sample = KeySample(oneIn: 2)
      requests.append(request)
      request.measures.elements = NumberRange(2, 50)
      request.measures.slot = NumberRange(0, 10_000)
      request.types = ["string", "hash", "list", "stream"]
      request.databases = [0, 1]
      requests.append(request)
      for request in requests {
        let asked = try request.selection()
        let ways: [MatchMode] = [.search, .literal, .glob]
        let filters = try ways.map { way in
          let patterns = [KeyPattern(keyRegex: "1"), KeyPattern(keyRegex: "user:1")]
          return asked.filter.with(
            keys:
              try CompiledPatterns(
                way == .glob ? asked.filter.keys.patterns : patterns.map { $0.interpreted(as: way) }
              ))
        }
        let counts = try preview(bytes, selecting: asked, readings: filters).modeCounts
        let all = try keys(
          bytes, RestoreSelection(filter: asked.filter, now: moment, keepsExpired: true))
        for (filter, count) in zip(filters, counts) {
          // Each by itself, as if it were what is asked for.
          let alone = try keys(
            bytes, RestoreSelection(filter: filter, now: moment, keepsExpired: true))
          #expect(count.selected.keys == UInt64(alone.count), "\(sample)")
          #expect(count.more == UInt64(alone.subtracting(all).count))
          #expect(count.fewer == UInt64(all.subtracting(alone).count))
        }
      }
    }
  }

  /// Lines of a listing: what a selection selects.
  private func keys(_ bytes: [UInt8], _ selection: RestoreSelection) throws -> Set<Substring> {
    Set(
      String(decoding: try list(bytes, .ndjson, selecting: selection).bytes, as: UTF8.self)
        .split(separator: "\n"))
  }

  @Test("a thousand patterns, keys of 64 KiB, and keys of every odd byte are counted like others")
  func extremes() throws {
    let odd = ["nul\0in", "line\r\nbreak", "tab\t", "quote\"", "", "\u{2028}"]
    let long = String(repeating: "k", count: 65_536)
    var file = RDBBuilder()
    for key in odd + [long, long + "1"] { file.string(key: key, value: "v") }
    for index in 0..<3000 { file.string(key: "key:\(index)", value: "v") }
    // A key that is not UTF-8: the first byte of the last is overwritten.
    file.string(key: "ab", value: "v")
    var bytes = file.bytes
    bytes[bytes.count - 4] = 0xff
    bytes += [255, 0, 0, 0, 0, 0, 0, 0, 0]
    let patterns = (0..<1000).map { $0 % 4 == 0 ? "key:\($0)[0-9]?" : "key:\($0)" }
    let asked = try selection(patterns + ["k+", "nul\\x00.*", "(?s)line.*", "\\xff.", "(a|b)*c"])
    let readings = try [MatchMode.search, .glob].map { way in
      asked.filter.with(
        keys:
          try CompiledPatterns(asked.filter.keys.patterns.map { $0.interpreted(as: way) }))
    }
    let summary = try preview(bytes, selecting: asked, readings: readings)
    // 250 of the patterns have ten keys more each, some of which others have too.
    let expected = (0..<3000).count { number in
      number < 1000 || (number / 10 < 1000 && number / 10 % 4 == 0)
    }
    #expect(summary.tally.restored.keys == UInt64(expected + 4))
    #expect(summary.tally.restoredByPattern[1000].keys == 1)
    #expect(summary.tally.restoredByPattern[1001...1003].allSatisfy { $0.keys == 1 })
    #expect(summary.modeCounts[0].selected.keys >= summary.tally.restored.keys)
  }

  @Test("a file without keys is counted as one")
  func empty() throws {
    for request in [try selection([]), try selection(["a.*", "b"])] {
      let bytes = RDBBuilder().ended()
      let summary = try preview(bytes, selecting: request, readings: [request.filter])
      #expect(summary.tally.restored.keys == 0 && summary.tally.skipped.keys == 0)
      #expect(summary.remainingTTLs.median == nil && summary.biggest.notes.isEmpty)
      #expect(summary.output.total(summary.tally) == (0, 0))
    }
  }

  @Test("the median of expiries is known to a 64th of its distance, and the ends exactly")
  func spread() {
    var random = SeededRandom(seed: 20_261_124)
    for _ in 0..<50 {
      let now = UnixMilliseconds(1_900_000_000_000)
      let scale = Int64(1) << Int64.random(in: 1...40, using: &random)
      var all: [Int64] = []
      var spread = ExpirySpread(around: now)
      var other = ExpirySpread(around: now)
      for index in 0..<Int.random(in: 1...400, using: &random) {
        let expiry = now.rawValue + Int64.random(in: -scale...scale, using: &random)
        all.append(expiry)
        if index % 3 == 0 {
          other.add(UnixMilliseconds(expiry))
        } else {
          spread.add(UnixMilliseconds(expiry))
        }
      }
      spread.merge(other)
      all.sort()
      let median = all[(all.count - 1) / 2]
      let error = abs((spread.median?.rawValue ?? .min) - median)
      #expect(error <= abs(median - now.rawValue) / 64 + 1)
      #expect(spread.first?.rawValue == all.first)
      #expect(spread.last?.rawValue == all.last)
      #expect(spread.count == UInt64(all.count))
    }
  }

  @Test("lives are counted in spans whose ends are exact")
  func spans() {
    let now = UnixMilliseconds(1_900_000_000_000)
    var spread = ExpirySpread(around: now)
    for end in ExpirySpread.ends {
      for life in [end - 1, end] { spread.add(UnixMilliseconds(now.rawValue + life)) }
    }
    for life in [-60_000, -1, 0, 1] as [Int64] { spread.add(UnixMilliseconds(now.rawValue + life)) }
    #expect(spread.countsBySpan == [2, 2, 2, 2, 2, 2, 1])
    #expect(spread.expired == 3)
  }

  @Test("of each database, type and pattern elements and expiries are told as a listing has them")
  func totals() throws {
    var (elements, expiring) = (UInt64(0), UInt64(0))
    for sample in samples {
      let bytes = try readFile(sample)
      let asked = try selection([".*[a-m]", ".*[0-9]", ".*"], now: 1)
      let tally = try preview(bytes, selecting: asked).tally
      var byPattern = Array(repeating: KeyTotals(), count: 3)
      var byDatabase: [UInt32: KeyTotals] = [:]
      for record in ScannedFile(scanning: bytes).records {
        let key = bytes.withRawSpan { (try? record.key(in: $0))?.unpacked(in: $0) } ?? []
        guard !key.contains(0x0a), !key.contains(0x0d), record.expiry ?? asked.now >= asked.now
        else { continue }
        let last = key.last.map { Character(UnicodeScalar($0)) } ?? " "
        let pattern = ("a"..."m").contains(last) ? 0 : ("0"..."9").contains(last) ? 1 : 2
        byPattern[pattern].add(record, expires: record.expiry != nil)
        byDatabase[record.database, default: KeyTotals()].add(
          record, expires: record.expiry != nil)
      }
      #expect(tally.restoredByPattern == byPattern, "\(sample)")
      #expect(
        Dictionary(uniqueKeysWithValues: tally.restoredByDatabase.map { ($0.database, $0.totals) })
          == byDatabase)
      elements += tally.restored.elements
      expiring += tally.restored.expiring
    }
    #expect(elements > 1000 && expiring > 100)
  }

  @Test("expiries at the ends of time are counted like others")
  func absurdSpread() {
    var spread = ExpirySpread(around: UnixMilliseconds(1))
    for expiry in [.min, .max, 0, 1] as [Int64] { spread.add(UnixMilliseconds(expiry)) }
    #expect(spread.count == 4)
    #expect(spread.median == UnixMilliseconds(0))
    #expect(spread.expired == 3 && spread.countsBySpan == [0, 0, 0, 0, 0, 0, 1])
  }

  @Test("a pattern that selects nothing is told from one that others shadow, with the nearest keys")
  func silence() throws {
    let asked = try selection(["user:.*", "user:[0-9]", "sesion:.*", "qqq"])
    let bytes = file(["user:1", "seal", "session:2", "session:1", "set"])
    for threads in [1, 4] {
      let found = try visit(bytes, .threads(threads), selecting: asked) {
        UnmatchedPatternVisitor(asked, patterns: [1, 2, 3], file: 0)
      }.summary
      #expect(found.map(\.index) == [1, 2, 3])
      #expect(found.map(\.selected) == [1, 0, 0])
      #expect(found.map(\.selectedFirst) == [0, 0, 0])
      #expect(found.map(\.common) == [5, 3, 0])
      #expect(names(found[1].nearest) == ["session:2", "session:1"])
      #expect(names(found[2].nearest).isEmpty)
    }
  }

  @Test("deadlines of fields are counted, and those that are over by now")
  func fields() throws {
    var counted: UInt64 = 0
    for sample in samples {
      let bytes = try readFile(sample)
      func count(now: Int64) throws -> FieldExpiryCounts {
        let selection = RestoreSelection(now: UnixMilliseconds(now), keepsExpired: true)
        return try preview(bytes, selecting: selection).fields
      }
      let early = try count(now: 1)
      let late = try count(now: .max - 1)
      #expect(early.fields == late.fields)
      #expect(early.expired == 0)
      #expect(late.expired == late.fields)
      counted += late.fields
    }
    #expect(counted > 100)
  }

  @Test("keys that are lost are named by reason, and the biggest first")
  func lost() throws {
    var file = RDBBuilder()
    file.expireMS(5)
    file.string(key: "old", value: "v")
    file.expireMS(15)
    file.string(key: "late", value: "v")
    for index in 1...9 {
      file.string(key: "k\(index)", value: String(repeating: "x", count: index % 7))
    }
    let asked = RestoreSelection(reference: UnixMilliseconds(10), now: UnixMilliseconds(20))
    let summary = try preview(file.ended(), selecting: asked)
    #expect(names(summary.expiredAtReference) == ["old"])
    #expect(names(summary.expiredAtSubmission) == ["late"])
    let biggest = summary.biggest.notes.map { String(decoding: $0.key, as: UTF8.self) }
    #expect(biggest == ["k6", "k5", "k4", "k3", "k2"])
  }
}
