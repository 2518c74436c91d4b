import RDB
import TestSupport
import Testing

private func header(_ text: String) throws(RDBError) -> RDBHeader {
  try Array(text.utf8).withRawSpan { (span) throws(RDBError) in try RDBHeader(parsing: span) }
}

@Suite("header")
struct RDBHeaderTests {
  @Test("every version of Redis is read", arguments: 1...15 as ClosedRange<UInt16>)
  func redis(_ version: UInt16) throws {
    let text = "REDIS00" + (version < 10 ? "0" : "") + String(version)
    let header = try header(text)
    #expect(header == RDBHeader(isValkey: false, version: version))
    #expect(header.hasChecksum == (version >= 5))
    #expect(!header.isNewerThanKnown)
    #expect(header.description == text)
  }

  @Test("both versions of Valkey are read", arguments: [80, 81] as [UInt16])
  func valkey(_ version: UInt16) throws {
    let header = try header("VALKEY0\(version)")
    #expect(header == RDBHeader(isValkey: true, version: version))
    #expect(header.hasChecksum && !header.isNewerThanKnown)
    #expect(header.description == "VALKEY0\(version)")
  }

  @Test(
    "a version from the future is read, and told",
    arguments: [
      "REDIS0016", "REDIS0099", "REDIS9999", "VALKEY082", "VALKEY999",
    ])
  func future(_ text: String) throws {
    let header = try header(text)
    #expect(header.isNewerThanKnown)
    #expect(header.description == text)
  }

  @Test(
    "a version that no file has is refused",
    arguments: [
      ("REDIS0000", 5, 0), ("VALKEY079", 6, 79), ("VALKEY011", 6, 11), ("VALKEY000", 6, 0),
    ] as [(String, Int, UInt64)])
  func badNumber(_ text: String, _ place: Int, _ number: UInt64) {
    let error = failure { () throws(RDBError) in try header(text) }
    #expect(error == RDBError(.badVersion, at: place, number: number))
  }

  @Test(
    "a version that is no number is refused where the digits end",
    arguments: [
      ("REDISabcd", 5), ("REDIS001x", 8), ("REDIS -11", 5), ("VALKEYx80", 6), ("VALKEY08 ", 8),
    ])
  func notANumber(_ text: String, _ place: Int) {
    let error = failure { () throws(RDBError) in try header(text) }
    #expect(error == RDBError(.badVersion, at: place))
  }

  @Test(
    "other beginnings are no RDB file",
    arguments: [
      "RODIS0011", "redis0011", "VALKEX080", "VCS\u{1}\u{1}\u{0}\u{1}", "*3\r\n$3", "\u{1f}",
      "REDISX",
    ])
  func magic(_ text: String) {
    // Right up to the version, it is the version that is wrong.
    let error = failure { () throws(RDBError) in try header(text) }
    #expect(
      error
        == (text == "REDISX"
          ? RDBError(.badVersion, at: 5) : RDBError(.badMagic, at: 0, number: 9)))
  }

  @Test("every beginning of a header is cut, not foreign", arguments: ["REDIS0011", "VALKEY080"])
  func prefixes(_ text: String) {
    for count in 0..<9 {
      let error = failure { () throws(RDBError) in try header(String(text.prefix(count))) }
      #expect(error?.reason == .truncated)
      #expect(error?.offset == count)
    }
  }
}
