// What commands and payloads lose, and what they keep at a price.

import TestSupport
import Testing

@testable import Export
@testable import RDB

@Suite("Losses of an export")
struct LossTests {
  private func sortedSet(_ count: Int) -> [UInt8] {
    var value = RDBBuilder.bare
    value.length(UInt64(count))
    value.string("zero")
    value.double(-0.0)
    for index in 1..<count {
      value.string("m\(index)")
      value.double(Double(index))
    }
    var file = RDBBuilder()
    file.record(5, key: "z", value: value.bytes)
    return file.ended()
  }

  @Test("a score of -0 in a small sorted set is a loss in both forms, in a large one in neither")
  func negativeZero() throws {
    for form in [CommandExporter.Form.commands, .payloads] {
      var options = CommandExporter.Options()
      options.form = form
      let small = try exportFile(sortedSet(128), options)
      #expect(small.outcomes == [.writtenWithoutNegativeZero])
      #expect(small.commands.last?.name == "RESTORE")
      let large = try exportFile(sortedSet(129), options)
      #expect(large.outcomes == [.written])
      #expect(large.commands.last?.name == "RESTORE")
    }
  }

  @Test("a payload keeps idle time and LFU counter where existing keys are skipped")
  func useOfSkipped() throws {
    var file = RDBBuilder("REDIS0009")
    file.expireMS(4_102_444_800_000)
    file.raw([249, 77])
    file.string(key: "k", value: "v")
    file.raw([248, 9])
    file.string(key: "l", value: "w")
    file.string(key: "m", value: "x")
    var options = CommandExporter.Options()
    options.form = .payloads
    options.existing = .skip
    let commands = try exportFile(file.ended(), options).commands.map { command in
      command.arguments.map { String(decoding: $0, as: UTF8.self) }
    }
    let script =
      "if redis.call('EXISTS',KEYS[1])==0 then return redis.call('RESTORE',KEYS[1],unpack(ARGV)) end"
    #expect(commands[1][..<5] == ["EVAL", script, "1", "k", "4102444800000"])
    #expect(commands[1][6...] == ["ABSTTL", "FREQ", "77"])
    #expect(commands[2][..<5] == ["EVAL", script, "1", "l", "0"])
    #expect(commands[2][6...] == ["IDLETIME", "9"])
    #expect(commands.dropFirst(3).map(\.[0]) == ["UNLINK", "RESTORE", "RENAMENX", "UNLINK"])
  }

  @Test("a group that has read more than was added goes out as a payload where servers limit it")
  func excessEntriesRead() throws {
    var value = RDBBuilder.bare
    for length in [0, 0, 5, 0, 0, 0, 2, 0, 3, 1] { value.length(UInt64(length)) }
    value.string("g")
    for length in [1, 0, 10, 0, 0] { value.length(UInt64(length)) }
    var file = RDBBuilder("REDIS0011")
    file.record(21, key: "s", value: value.bytes)
    for (target, name) in [("redis:7.2", "XGROUP"), ("redis:8.2", "RESTORE")] {
      var options = CommandExporter.Options()
      let server: ServerVersion = try #require(ServerVersion(target))
      options.target = server
      let exported = try exportFile(file.ended(), options)
      #expect(exported.outcomes == [.written])
      #expect(exported.commands.last?.name == name)
    }
  }

  @Test("of doubled fields the first is written")
  func doubledFields() throws {
    var value = RDBBuilder.bare
    value.length(3)
    for text in ["key", "first", "other", "o", "key", "last"] { value.string(text) }
    var file = RDBBuilder()
    file.record(4, key: "h", value: value.bytes)
    let exported = try exportFile(file.ended())
    #expect(exported.outcomes == [.writtenWithoutDoubledFields])
    let last = exported.commands.last?.arguments.map { String(decoding: $0, as: UTF8.self) }
    #expect(last == ["HSET", "h", "key", "first", "other", "o"])
    file = RDBBuilder()
    value = RDBBuilder.bare
    value.length(1)
    for text in ["key", "v"] { value.string(text) }
    file.record(4, key: "a", value: value.bytes)
    file.record(4, key: "b", value: value.bytes)
    #expect(try exportFile(file.ended()).outcomes == [.written, .written])
  }

  @Test("JSON writes a score of -0 as a number with a sign")
  func negativeZeroInJSON() throws {
    let file = sortedSet(2)
    let scanned = ScannedFile(scanning: file)
    let text = try file.withRawSpan { span in
      var writer = ValueWriter(.json, into: OutputBuffer())
      var at = scanned.records[0].valueOffset
      var scratch = Scratch()
      try walk(
        scanned.records[0].type, scanned.context, in: span, at: &at, scratch: &scratch,
        into: &writer)
      writer.end()
      return writer.output.withBytes { String(decoding: [UInt8](copying: $0), as: UTF8.self) }
    }
    #expect(text == #"[["zero",-0.0],["m1",1]]"#)
  }
}
