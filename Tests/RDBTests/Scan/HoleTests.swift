// Holes in a file, and expiries that mean none.

import TestSupport
import Testing

@testable import RDB

@Suite("Holes")
struct HoleTests {
  private func file(_ hole: [UInt8]) -> (bytes: [UInt8], place: Int) {
    var file = RDBBuilder("REDIS0011")
    file.selectDB(0)
    file.string(key: "a", value: "1")
    let place = file.count
    file.raw(hole)
    file.string(key: "b", value: "2")
    return (file.ended(), place)
  }

  /// The error of a scan, with the whole hole.
  private func spanning(_ scanned: ScannedFile, _ bytes: [UInt8]) -> RDBError? {
    bytes.withRawSpan { span in scanned.error?.spanningHole(in: span) }
  }

  @Test("zeros where a record has to begin are one error with their place and number")
  func zeros() {
    let (bytes, place) = file([UInt8](repeating: 0, count: 4096))
    let scanned = ScannedFile(scanning: bytes)
    // The type byte of the next record is a zero, too.
    #expect(spanning(scanned, bytes) == RDBError(.zeroHole, at: place, number: 4097))
    #expect(scanned.records.count == 1)
  }

  @Test("zeros inside the record before belong to the hole")
  func inside() {
    var file = RDBBuilder("REDIS0011")
    file.string(key: "a", value: "1")
    file.key(0, "b")
    file.length(20)
    let place = file.count
    file.raw([UInt8](repeating: 0, count: 100))
    let scanned = ScannedFile(scanning: file.bytes)
    #expect(scanned.error?.offset == place + 20)
    #expect(spanning(scanned, file.bytes) == RDBError(.zeroHole, at: place, number: 100))
  }

  @Test("FF where the end should be, with a checksum of FF, is a hole and no end")
  func ones() {
    let (bytes, place) = file([UInt8](repeating: 0xff, count: 512))
    let scanned = ScannedFile(scanning: bytes)
    #expect(spanning(scanned, bytes) == RDBError(.onesHole, at: place, number: 512))
    #expect(scanned.records.count == 1 && scanned.end == nil)
  }

  @Test("one key without bytes is a key, and zeros behind the end are none of the file's business")
  func sound() {
    var file = RDBBuilder("REDIS0011")
    file.selectDB(0)
    file.string(key: "", value: "")
    file.string(key: "a", value: "")
    file.selectDB(1)
    file.string(key: "", value: "")
    file.record(4, key: "", value: [1, 0, 0])
    let ended = file.ended() + [UInt8](repeating: 0, count: 64)
    let scanned = ScannedFile(scanning: ended)
    #expect(scanned.error == nil && scanned.records.count == 4)
    // Before version 5 no checksum follows the end.
    var old = RDBBuilder("REDIS0003")
    old.string(key: "", value: "")
    let erased = ScannedFile(scanning: old.bytes + [255])
    #expect(erased.error == nil && erased.records.count == 1)
  }

  @Test("an expiry of −1 milliseconds is none, and of −1 seconds is one")
  func noExpiry() throws {
    for value in ["short", String(repeating: "long", count: 40)] {
      var file = RDBBuilder("REDIS0011")
      file.expireMS(-1)
      file.string(key: "never", value: value)
      file.expireMS(5)
      file.expireMS(-1)
      file.string(key: "again", value: value)
      file.expireMS(-2)
      file.string(key: "past", value: value)
      file.expireSeconds(-1)
      file.string(key: "seconds", value: value)
      let records = ScannedFile(scanning: file.ended()).records
      #expect(records.map(\.expiry?.rawValue) == [nil, nil, -2, -1000])
      #expect(records.map(\.attributeCount) == [9, 18, 9, 5])
      var tally = RecordTally()
      try file.ended().withRawSpan { (bytes) throws(RDBError) in
        var scanner = try RDBScanner(headerOf: bytes)
        _ = try scanner.scan(bytes, into: &tally)
      }
      #expect(tally.total.expires == 2)
    }
  }
}
