// Metadata that modules keep beside keys (Redis 8.6): carried where there is a place for them, told of
// where there is none.

import Export
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("Metadata beside keys")
struct KeyMetadataTests {
  private func export(
    _ file: [UInt8], target: String?, _ form: CommandExporter.Form
  ) throws -> (commands: [RESPCommand], told: [String]) {
    var request = ExportRequest(everything)
    request.commands.form = form
    request.commands.target = target.flatMap { ServerVersion($0) }
    let swept = try RDBSiftTests.export(file, request: request)
    let told = swept.notes.filter { $0.kind == .metadata }.map {
      String(decoding: $0.key, as: UTF8.self)
    }
    return (try readCommands(swept.bytes), told)
  }

  @Test(
    "they go along in payloads, before the type, and the payload says who knows them",
    arguments: [CommandExporter.Form.commands, .payloads], [nil, "redis:8.6"])
  func carried(form: CommandExporter.Form, target: String?) throws {
    let file = try Fixtures.bytes("redis-8.6.3/keymeta")
    let (commands, told) = try export(file, target: target, form)
    #expect(told.isEmpty)
    var compared = 0
    for record in ScannedFile(scanning: file).records where record.hasKeyMeta {
      let key = try file.withRawSpan { (span) throws in try record.keyBytes(in: span) }
      let command = try #require(commands.first { $0.arguments.dropFirst().first == key })
      #expect(command.name == "RESTORE")
      // An expiry of nine bytes stands before them.
      let start = record.start + (record.expiry == nil ? 0 : 9)
      var payload = Array(file[start..<record.offset]) + [record.type.rawValue]
      payload += file[record.value.range] + [13, 0]
      #expect(payload[0] == 243)
      let sum = payload.withRawSpan { CRC64.update(0, $0) }
      payload += (0..<8).map { UInt8(truncatingIfNeeded: sum >> UInt64(8 * $0)) }
      #expect(command.arguments[3] == payload)
      compared += 1
    }
    #expect(compared == 3)
    // Others are spelled as ever.
    #expect(commands.contains { $0.name == (form == .commands ? "SET" : "RESTORE") })
  }

  @Test(
    "where the target does not take them, the key goes without, and is named",
    arguments: ["redis:7.4", "redis:8.4", "valkey:9.0"])
  func lost(target: String) throws {
    let file = try Fixtures.bytes("redis-8.6.3/keymeta")
    for form in [CommandExporter.Form.commands, .payloads] {
      let (commands, told) = try export(file, target: target, form)
      #expect(told.sorted() == ["m1", "m2", "m3"])
      for command in commands where command.name == "RESTORE" {
        #expect(command.arguments[3].first != 243)
      }
      let keys = Set(commands.filter { $0.name != "SELECT" }.map { $0.arguments[1] })
      #expect(keys.count == 4)
    }
  }

  @Test("values as JSON do not have them, and say so")
  func json() throws {
    let file = try Fixtures.bytes("redis-8.6.3/keymeta")
    let swept = try write(file) {
      JSONRecordWriter(ExportRequest(everything), isArray: false, file: 0)
    }
    #expect(swept.result.notes.count(.metadata) == 3)
  }
}
