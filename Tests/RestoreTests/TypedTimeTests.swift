import RDB
import Testing

@testable import Restore

@Suite("Times as they are typed")
struct TypedTimeTests {
  @Test(
    "a date, an offset, and ten or thirteen digits are times",
    arguments: [
      ("2026-11-24", "2026-11-24T00:00:00Z"),
      ("2026-11-24T08:00:00+08:00", "2026-11-24T00:00:00Z"),
      ("2026-11-24T08:00+08:00", "2026-11-24T00:00:00Z"),
      ("2026-11-23T18:30-05:30", "2026-11-24T00:00:00Z"),
      ("1795478400", "2026-11-24T00:00:00Z"), ("1795478400123", "2026-11-24T00:00:00.123Z"),
    ])
  func forms(text: String, meaning: String) throws {
    let time = try #require(TypedTime(text))
    #expect(UTCTime(time.instant).description == meaning)
    #expect(!time.isVendorForm)
  }

  @Test("the vendor's forms are told apart")
  func vendor() {
    #expect(TypedTime("2026-11-24T00:00:00Z")?.isVendorForm == true)
    #expect(TypedTime("2026-11-24T00:00Z")?.isVendorForm == true)
  }

  @Test(
    "what could be meant in two ways, or does not exist, is no time",
    arguments: [
      "", "2026-02-29", "2026-11-24T08:00:00", "2026-11-24T08:00:00+25:00",
      "2026-11-24T08:00:00+0800", "2026-11-24 08:00:00", "179547840", "17954784001", "-179547840",
      "2026-11-24T08:00:00Z+08:00", "20261124", "now",
    ])
  func others(text: String) { #expect(TypedTime(text) == nil) }

  @Test("a number of other digits is told by their count")
  func digits() {
    #expect(TypedTime.digitsWithoutUnit("17954784001") == 11)
    #expect(TypedTime.digitsWithoutUnit("1795478400") == nil)
    #expect(TypedTime.digitsWithoutUnit("2026-11-24") == nil)
  }

  @Test("a request keeps to the vendor's forms unless an option gives the moment")
  func request() throws {
    var request = RestoreRequest(now: UnixMilliseconds(1_800_000_000_000))
    request.restoreTime = "2026-11-24"
    #expect(request.problems().map(\.code) == [.restoreTimeFormat])
    request.restoreInstant = UnixMilliseconds(1_795_478_400_000)
    #expect(request.problems().isEmpty)
    #expect(try request.selection().reference == UnixMilliseconds(1_795_478_400_000))
  }

  @Test("databases and types are left out, whatever else selects them")
  func excluded() throws {
    let all = DatabaseSet(allBut: [1, 100])
    #expect([0, 1, 2, 100, 101].map { all.contains($0) } == [true, false, true, false, true])
    var request = RestoreRequest(now: UnixMilliseconds(0))
    var file = FileOfKeys()
    file.key("plain")
    file.key("list", type: 1, value: [1, 1, 0x61])
    request.excludedTypes = ["list"]
    let selection = try request.selection()
    #expect(!selection.filter.selectsEverything)
    #expect(try file.dispositions(selection) == [.restore(expiry: nil), .skip(.type)])
    request.excludedDatabases = [0]
    #expect(
      try file.dispositions(try request.selection()) == [.skip(.database), .skip(.database)])
  }
}
