import TestSupport
import Testing

@testable import RDB

@Suite("sinks")
struct ValueSinkTests {
  /// Pours a row of texts as a value of one shape into a sink that takes elements one by one.
  private func pour(
    _ texts: [String], scores: [Double] = [], as shape: ValueShape
  ) throws(RDBError) -> [CollectedElement] {
    let bytes = texts.flatMap { Array($0.utf8) }
    return try bytes.withRawSpan { (span) throws(RDBError) in
      var row = ElementBuffer()
      var sink = CollectingSink()
      var offset = 0
      try RDB.pour(shape, in: span, &row, into: &sink) { row throws(RDBError) in
        for (index, text) in texts.enumerated() {
          let item = StringObject.raw(ByteRange(offset: offset, count: text.utf8.count))
          offset += text.utf8.count
          if shape == .sortedSet {
            row.append(item, score: scores[index])
          } else {
            row.append(item)
          }
        }
        return false
      }
      return sink.elements
    }
  }

  @Test("a row of elements reaches a sink that takes them one by one, in order")
  func rows() throws {
    #expect(try pour(["a", "b", "c"], as: .list) == [.text("a"), .text("b"), .text("c")])
    #expect(
      try pour(["f", "v", "g", "w"], as: .hash) == [.texts("f", "v"), .texts("g", "w")])
    #expect(
      try pour(["m", "n"], scores: [1.5, -0.0], as: .sortedSet)
        == [.scored("m", 1.5), .scored("n", -0.0)])
  }

  @Test("a full row holds pairs that are never split")
  func full() throws {
    let texts = (0..<ElementBuffer.capacity).map { "t\($0)" }
    #expect(ElementBuffer.capacity.isMultiple(of: 2))
    #expect(try pour(texts, as: .hash).count == ElementBuffer.capacity / 2)
    #expect(try pour(texts, as: .set) == texts.map { .text($0) })
  }

  @Test("checking counts each value anew")
  func counting() throws {
    let bytes: [UInt8] = [2, 1, 0x61, 1, 0x62, 1, 1, 0x63]
    try bytes.withRawSpan { (span) throws(RDBError) in
      var sink = CheckSink()
      var scratch = Scratch()
      var at = 0
      let context = ValueContext()
      try walk(RDBType(1), context, in: span, at: &at, scratch: &scratch, into: &sink)
      let first = sink.elements
      try walk(RDBType(2), context, in: span, at: &at, scratch: &scratch, into: &sink)
      let second = sink.elements
      #expect(first == 2 && second == 1 && at == bytes.count)
    }
  }
}
