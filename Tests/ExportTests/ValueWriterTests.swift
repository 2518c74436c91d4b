import Foundation
import TestSupport
import Testing

@testable import Export
@testable import RDB

@Suite("ValueWriter")
struct ValueWriterTests {
  /// What a value of a type is written as.
  private func write(
    _ style: ValueWriter.Style, _ type: UInt8, _ value: [UInt8], limit: Int = .max
  ) throws -> (text: String, leftOut: Int) {
    try value.withRawSpan { (span) throws(RDBError) in
      var writer = ValueWriter(style, into: OutputBuffer(capacity: 0), limit: limit)
      var scratch = Scratch()
      var at = 0
      try walk(
        RDBType(rawValue: type), ValueContext(), in: span, at: &at, scratch: &scratch,
        into: &writer)
      writer.end()
      let bytes = writer.output.withBytes { [UInt8](copying: $0) }
      return (String(decoding: bytes, as: UTF8.self), writer.leftOut)
    }
  }

  private func strings(_ strings: [[UInt8]]) -> [UInt8] {
    var value = RDBBuilder.bare
    value.length(UInt64(strings.count))
    for string in strings { value.string(string) }
    return value.bytes
  }

  private func hash(_ pairs: [(String, String)]) -> [UInt8] {
    var value = RDBBuilder.bare
    value.length(UInt64(pairs.count))
    for (field, text) in pairs {
      value.string(field)
      value.string(text)
    }
    return value.bytes
  }

  private func sortedSet(_ members: [(String, Double)]) -> [UInt8] {
    var value = RDBBuilder.bare
    value.length(UInt64(members.count))
    for (member, score) in members {
      value.string(member)
      value.double(score)
    }
    return value.bytes
  }

  @Test("lines hold an element each, escaped")
  func lines() throws {
    var string = RDBBuilder.bare
    string.string(Array("a\nb\\".utf8) + [0xff])
    #expect(try write(.lines, 0, string.bytes).text == "a\\nb\\\\\\xff\n")
    #expect(try write(.lines, 1, strings([[0x61], [], [0x62]])).text == "a\n\nb\n")
    #expect(try write(.lines, 4, hash([("f", "v"), ("g\t", "w")])).text == "f\tv\ng\\t\tw\n")
    let set = sortedSet([("a", 1.5), ("b", -.infinity), ("c", 3)])
    #expect(try write(.lines, 5, set).text == "1.5\ta\n-inf\tb\n3\tc\n")
  }

  @Test("JSON is one value, in the order of the file and with its duplicates")
  func json() throws {
    var string = RDBBuilder.bare
    string.string("say \"hi\"")
    #expect(try write(.json, 0, string.bytes).text == "\"say \\\"hi\\\"\"")
    #expect(try write(.json, 1, strings([[0x62], [0x61], [0x62]])).text == #"["b","a","b"]"#)
    #expect(try write(.json, 1, strings([])).text == "[]")
    #expect(try write(.json, 4, hash([("g", "1"), ("f", "")])).text == #"[["g","1"],["f",""]]"#)
    let set = sortedSet([("a", 0.1), ("b", .infinity), ("c", -2)])
    #expect(try write(.json, 5, set).text == #"[["a",0.1],["b","inf"],["c",-2]]"#)
  }

  @Test("JSON of random elements reads back to them")
  func randomElements() throws {
    var random = SeededRandom(for: "JSON values")
    for _ in 0..<300 {
      let elements = (0..<random.below(20)).map { _ in
        random.bytes(random.below(30), below: random.below(2) == 0 ? 256 : 128)
      }
      let text = try write(.json, 1, strings(elements)).text
      let root = JSONNode(
        try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
      #expect(root.elements.map(\.bytes) == elements)
    }
  }

  @Test("random scores read back to the same double from JSON")
  func randomScores() throws {
    var random = SeededRandom(for: "JSON scores")
    let scores = (0..<2000).map { _ in Double(bitPattern: random.next()) }.filter { !$0.isNaN }
    let text = try write(.json, 5, sortedSet(scores.map { ("m", $0) })).text
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
    // Scores are taken out of the text: Foundation's own reading may be off by the last bit.
    let texts = text.split(separator: "[\"m\",").dropFirst()
      .map { $0.prefix { $0 != "]" }.filter { $0 != "\"" } }
    #expect(texts.map { Double($0)?.bitPattern } == scores.map(\.bitPattern))
  }

  @Test("elements past the limit are counted and not written")
  func limits() throws {
    let many = strings((0..<10).map { [0x30 + UInt8($0)] })
    for style in [ValueWriter.Style.lines, .json] {
      let (text, leftOut) = try write(style, 1, many, limit: 3)
      #expect(text == (style == .json ? #"["0","1","2"]"# : "0\n1\n2\n"))
      #expect(leftOut == 7)
      #expect(try write(style, 1, many, limit: 10).leftOut == 0)
    }
  }
}
