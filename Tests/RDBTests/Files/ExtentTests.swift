// Stepping over a value and going through it end at the same byte.

import TestSupport
import Testing

@testable import RDB

@Suite("extents")
struct ExtentTests {
  @Test("what is stepped over is what is walked", arguments: Fixtures.all)
  func extents(_ fixture: Fixture) throws { try checkExtents(fixture) }

  @Test(
    "what is stepped over is what is walked, beside the repository",
    arguments: Fixtures.shared)
  func sharedExtents(_ fixture: Fixture) throws { try checkExtents(fixture) }

  private func checkExtents(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    let file = ScannedFile(scanning: bytes)
    guard !fixture.name.hasPrefix("synthetic/bad_") else { return }
    var previous = RDBHeader.byteCount
    try bytes.withRawSpan { (span) throws(RDBError) in
      var sink = CheckSink()
      var scratch = Scratch()
      for record in file.records {
        #expect(record.start >= previous && record.start <= record.offset, "\(fixture)")
        #expect(bytes[record.offset] == record.type.rawValue, "\(fixture)")
        previous = record.end
        var skipped = record.valueOffset
        var skip = SkipSink()
        try walk(
          record.type, file.context, in: span, at: &skipped, scratch: &scratch, into: &skip)
        var walked = record.valueOffset
        try walk(
          record.type, file.context, in: span, at: &walked, scratch: &scratch, into: &sink)
        #expect(skipped == record.end && walked == record.end, "\(fixture) at \(record.offset)")
        guard record.type.isDecoded(in: file.context.dialect) else { continue }
        if let elements = record.elements { #expect(sink.elements == elements, "\(fixture)") }
      }
    }
  }
}
