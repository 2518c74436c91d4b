import RDB
import Restore
import Testing

@Suite("Selection by what can be measured") struct MeasureTests {
  private let now = UnixMilliseconds(1_000_000)

  @Test("a range has both ends, one of them, or is one number")
  func ranges() throws {
    #expect(try NumberRange.counts("10~20") == NumberRange(10, 20))
    #expect(try NumberRange.counts("10~") == NumberRange(10, .max))
    #expect(try NumberRange.counts("~20") == NumberRange(.min, 20))
    #expect(try NumberRange.counts("7") == NumberRange(7, 7))
    #expect(try NumberRange.sizes("1K~2MiB") == NumberRange(1024, 2 << 20))
    #expect(try NumberRange.sizes("512b~1gb") == NumberRange(512, 1 << 30))
    #expect(try NumberRange.durations("90s~2h") == NumberRange(90, 7200))
    #expect(NumberRange(10, 20).contains(10) && NumberRange(10, 20).contains(20))
    #expect(!NumberRange(10, 20).contains(21))
  }

  @Test(
    "what is no range is none",
    arguments: ["", "~", "a", "20~10", "-1~", "+1", "1~2~3", "1 ~2", "99999999999999999999", "1K~"])
  func noRanges(text: String) { #expect((try? NumberRange.counts(text)) == nil) }

  @Test("a range may be spelled with dots or an operator, and one of slots with a dash")
  func spellings() throws {
    #expect(try NumberRange.counts("10..20") == NumberRange(10, 20))
    #expect(try NumberRange.counts("10..") == NumberRange(10, .max))
    #expect(try NumberRange.counts("..20") == NumberRange(.min, 20))
    #expect(try NumberRange.sizes(">=1K") == NumberRange(1024, .max))
    #expect(try NumberRange.sizes(">1K") == NumberRange(1025, .max))
    #expect(try NumberRange.sizes("<512") == NumberRange(.min, 511))
    #expect(try NumberRange.sizes("<=512") == NumberRange(.min, 512))
    #expect(try NumberRange.slots("0-5460") == NumberRange(0, 5460))
    #expect(try NumberRange.slots("7") == NumberRange(7, 7))
    for text in ["..", ">", ">=", "<=a", "1...2", "0-5", ">1..2", "<9223372036854775808"] {
      #expect((try? NumberRange.counts(text)) == nil, "\(text)")
    }
    #expect((try? NumberRange.counts(">9223372036854775807")) == nil)
  }

  @Test("ends in the wrong order are named")
  func reversed() {
    #expect(throws: RangeError.reversed(first: "2K", second: "1K")) {
      try NumberRange.sizes("2K~1K")
    }
    #expect(throws: RangeError.reversed(first: "5", second: "4")) { try NumberRange.slots("5-4") }
  }

  @Test("a size beyond all numbers is no size")
  func overflow() {
    #expect((try? NumberRange.sizes("9000000000000000T~")) == nil)
    #expect((try? NumberRange.sizes("1x")) == nil)
    #expect((try? NumberRange.durations("1ms")) == nil)
  }

  @Test("expiries are asked for by times, by spans from now, or by whether there is one")
  func expiries() throws {
    let soon = try? ExpiryRange("~+1m", now: now)
    #expect(soon?.contains(UnixMilliseconds(1_060_000)) == true)
    #expect(soon?.contains(UnixMilliseconds(1_060_001)) == false)
    #expect(soon?.contains(nil) == false)
    #expect(try ExpiryRange("-10s~now", now: now) == .between(NumberRange(990_000, 1_000_000)))
    #expect(
      try ExpiryRange("1970-01-01T00:00:01Z~1970-01-01T00:01Z", now: now)
        == .between(NumberRange(1000, 60_000)))
    #expect(try ExpiryRange("none", now: now).contains(nil) == true)
    #expect(try ExpiryRange("none", now: now).contains(now) == false)
    #expect(try ExpiryRange("any", now: now).contains(now) == true)
    #expect(try ExpiryRange("any", now: now).contains(nil) == false)
    for text in ["", "~", "tomorrow", "2026-11-31~", "123456789~", "+2", "+h~", "2h~", "+2h~-2h"] {
      if text == "+2" { continue }  // a span without a unit is seconds
      #expect((try? ExpiryRange(text, now: now)) == nil, "\(text)")
    }
  }

  /// What becomes of the keys of a file that has one of each kind.
  private func actions(_ change: (inout RecordFilter) -> Void) throws -> [Disposition] {
    var file = FileOfKeys()
    file.key("plain")
    file.expiry(2_000_000)
    file.key("expires")
    file.bytes += [0xf8, 50]
    file.key("idle")
    file.bytes += [0xf9, 7]
    file.key("used")
    file.key("list", type: 1, value: [3, 1, 0x61, 1, 0x62, 1, 0x63])
    var filter = RecordFilter()
    change(&filter)
    return try file.dispositions(RestoreSelection(filter: filter, now: now))
  }

  private func selected(_ change: (inout RecordFilter) -> Void) throws -> [Bool] {
    try actions(change).map { if case .restore = $0 { true } else { false } }
  }

  @Test("each bound lets through what is inside it")
  func bounds() throws {
    #expect(try selected { $0.measures.expiry = .any } == [false, true, false, false, false])
    #expect(
      try selected { $0.measures.expiry = ExpiryRange.none } == [true, false, true, true, true])
    #expect(
      try selected { $0.measures.idle = NumberRange(50, 50) }
        == [false, false, true, false, false])
    #expect(
      try selected { $0.measures.frequency = NumberRange(0, 255) }
        == [false, false, false, true, false])
    #expect(
      try selected { $0.measures.elements = NumberRange(2, 9) }
        == [false, false, false, false, true])
    // plain: 1 + 6 + 2 bytes; the list: 1 + 5 + 7; the expiry adds nine.
    #expect(
      try selected { $0.measures.size = NumberRange(9, 9) } == [true, false, false, false, false])
    #expect(
      try selected { $0.measures.size = NumberRange(13, 20) } == [false, true, false, false, true])
  }

  @Test("a slot is that of the key where the file tells none")
  func slots() throws {
    let keys = ["plain", "expires", "idle", "used", "list"]
    let slots = keys.map { key in Array(key.utf8).lend { HashSlot(of: $0).rawValue } }
    for slot in slots {
      #expect(
        try selected { $0.measures.slot = NumberRange(Int64(slot), Int64(slot)) }
          == slots.map { $0 == slot })
    }
  }

  @Test("bounds compose, and the reason is the first that says no")
  func composition() throws {
    let actions = try actions {
      $0.types = TypeSet([.string])
      $0.measures.expiry = ExpiryRange.none
      $0.excluded = (try? CompiledPatterns([KeyPattern("i.*")])) ?? .everything
    }
    #expect(
      actions == [
        .restore(expiry: nil), .skip(.measure), .skip(.excluded), .restore(expiry: nil),
        .skip(.type),
      ])
  }

  @Test("a pattern that excludes and gives up is no answer")
  func hostileExclusion() throws {
    var file = FileOfKeys()
    file.key(String(repeating: "a", count: 50))
    var filter = RecordFilter()
    filter.excluded = try CompiledPatterns([KeyPattern("(a|aa)+b?(?<!a)")])
    let error = #expect(throws: KeyMatchError.self) {
      try file.dispositions(RestoreSelection(filter: filter, now: now))
    }
    #expect(error?.excludes == true)
  }

  @Test("a sample depends on the key and the seed, and has about its share")
  func sample() {
    let keys = (0..<10_000).map { Array("user:\($0)".utf8) }
    func chosen(_ seed: UInt64) -> [Bool] {
      keys.map { key in key.lend { KeySample(oneIn: 10, seed: seed).contains($0) } }
    }
    let first = chosen(0)
    #expect(first == chosen(0))
    #expect(first != chosen(1))
    for seed in 0..<5 as Range<UInt64> {
      #expect((850...1150).contains(chosen(seed).count { $0 }))
    }
    #expect(keys.allSatisfy { key in key.lend { KeySample(oneIn: 1).contains($0) } })
  }
}
