// Damage inside values, and what it leaves of their neighbours.

import TestSupport
import Testing

@testable import RDB

private func keys(of bytes: [UInt8]) -> [String] {
  bytes.withRawSpan { span in
    keptRecords(of: salvage(span), in: span).map {
      String(decoding: (try? $0.keyBytes(in: span)) ?? [], as: UTF8.self)
    }
  }
}

/// A hash whose two fields are the same, which no server loads.
private func appendBadHash(_ name: String, to file: inout RDBBuilder) {
  file.key(4, name)
  file.length(2)
  for _ in 0..<2 {
    file.string("f")
    file.string("1")
  }
}

@Suite("Neighbours of damaged values")
struct NeighbourTests {
  @Test("a good key between bad values is kept where the scan reaches the end")
  func between() {
    var file = RDBBuilder("REDIS0009")
    file.selectDB(0)
    appendBadHash("h1", to: &file)
    file.string(key: "good", value: "1")
    appendBadHash("h2", to: &file)
    #expect(keys(of: file.ended()) == ["good"])
    // Also where no checksum was written, and where it is wrong.
    #expect(keys(of: file.bytes + [255] + [UInt8](repeating: 0, count: 8)) == ["good"])
    #expect(keys(of: file.bytes + [255] + [UInt8](repeating: 7, count: 8)) == ["good"])
  }

  @Test("of alternating bad values every good neighbour is kept, whatever stands at the end")
  func alternating() {
    var file = RDBBuilder("REDIS0009")
    file.selectDB(0)
    var good: [String] = []
    for index in 0..<20 {
      if index % 2 == 0 {
        appendBadHash("bad:\(index)", to: &file)
      } else {
        good.append("good:\(index)")
        file.string(key: "good:\(index)", value: "value \(index)")
      }
    }
    #expect(keys(of: file.ended()) == good)
    // A broken boundary in the last record does not cost the others.
    var broken = file
    broken.raw([0x63, 0x63, 0x63])
    #expect(keys(of: broken.bytes) == good)
  }

  @Test("a hash that read on into its neighbours is left out, and they are kept")
  func misread() {
    var file = RDBBuilder("REDIS0009")
    file.key(4, "hash")
    file.length(40)
    var length = 0
    for index in 0..<40 {
      if index == 20 { length = file.count }
      file.string("field:\(index)")
      file.string("value \(index)")
    }
    for index in 0..<30 { file.string(key: "key:\(index)", value: "text \(index)") }
    var bytes = file.ended()
    bytes[length] ^= 0x10
    #expect(keys(of: bytes) == (0..<30).map { "key:\($0)" })
  }

  @Test("a hash whose count is damaged does not become keys")
  func count() {
    var file = RDBBuilder("REDIS0012")
    file.string(key: "before", value: "text")
    file.key(24, "hash")
    file.raw([0, 0, 0, 0, 0, 0, 0, 0])
    let count = file.count
    file.length(50)
    for index in 0..<50 {
      // Without an expiry: a zero, a string and a string, as a string record is.
      file.length(0)
      file.string("field:\(index)")
      file.string("value \(index)")
    }
    file.key(2, "set")
    file.length(2)
    file.string("one")
    file.string("two")
    for index in 0..<5 { file.string(key: "key:\(index)", value: "text \(index)") }
    var bytes = file.ended()
    bytes[count] = 54
    let kept = keys(of: bytes)
    #expect(kept.filter { $0.hasPrefix("field:") } == [])
    #expect(kept.first == "before")
    #expect(kept.suffix(5) == (0..<5).map { "key:\($0)" }[...])
  }

  @Test("a hole of zeros costs the records it lies on, and the one it begins in is no record")
  func hole() {
    var file = RDBBuilder("REDIS0011")
    var starts: [Int] = []
    for index in 0..<60 {
      starts.append(file.count)
      file.string(key: "user:\(index)", value: "name \(index) of some length")
    }
    for filler in [UInt8(0), 0xff] {
      var bytes = file.ended()
      for index in (starts[20] + 12)..<(starts[30] + 4) { bytes[index] = filler }
      let lost = Set((0..<60).map { "user:\($0)" }).subtracting(keys(of: bytes))
      #expect(lost == Set((20...30).map { "user:\($0)" }), "\(filler)")
      #expect(keys(of: bytes).count == 49, "\(filler)")
    }
  }
}
