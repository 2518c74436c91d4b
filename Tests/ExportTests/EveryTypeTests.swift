// Commands of types that no server at hand holds: what is written is read back and compared.

import TestSupport
import Testing

@testable import Export
@testable import RDB

@Suite("Commands of every type")
struct EveryTypeTests {
  private func texts(_ commands: [RESPCommand]) -> [[String]] {
    commands.map { $0.arguments.map { String(decoding: $0, as: UTF8.self) } }
  }

  private func options(_ target: String) throws -> CommandExporter.Options {
    var options = CommandExporter.Options.merging
    let version: ServerVersion = try #require(ServerVersion(target))
    options.target = version
    return options
  }

  /// A hash as Valkey 9 lays it out: each field, its value and its deadline.
  private func expiringHash(_ fields: [(String, Int64)]) -> [UInt8] {
    var value = RDBBuilder.bare
    value.length(UInt64(fields.count))
    for (field, deadline) in fields {
      value.string(field)
      value.string("v")
      value.raw((0..<8).map { UInt8(truncatingIfNeeded: deadline >> Int64(8 * $0)) })
    }
    return value.bytes
  }

  private func exportValkey(
    _ value: [UInt8], _ options: CommandExporter.Options = .merging
  ) throws -> ExportedRecords {
    var file = RDBBuilder("VALKEY080")
    file.record(22, key: "h", value: value)
    return try exportFile(file.ended(), options)
  }

  @Test("deadlines of fields stand behind each HSET, grouped by instant")
  func deadlines() throws {
    let value = expiringHash([("a", 2000), ("b", -1), ("c", 1000), ("d", 2000)])
    #expect(
      texts(try exportValkey(value).commands).dropFirst() == [
        ["HSET", "h", "a", "v", "b", "v", "c", "v", "d", "v"],
        ["HPEXPIREAT", "h", "1000", "FIELDS", "1", "c"],
        ["HPEXPIREAT", "h", "2000", "FIELDS", "2", "a", "d"],
      ])
    var few = CommandExporter.Options.merging
    few.itemsPerCommand = 2
    #expect(
      texts(try exportValkey(value, few).commands).dropFirst().map { $0[0] } == [
        "HSET", "HPEXPIREAT", "HSET", "HPEXPIREAT", "HPEXPIREAT",
      ])
  }

  @Test("a target without deadlines of fields gets the fields, and the loss is told")
  func lostDeadlines() throws {
    let exported = try exportValkey(expiringHash([("a", 2000)]), options("redis:7.2"))
    #expect(exported.outcomes == [.writtenWithoutFieldExpiries])
    #expect(texts(exported.commands).last == ["HSET", "h", "a", "v"])
  }

  @Test("Tair's values have Tair's commands, with versions, flags, deadlines and all scores")
  func tair() throws {
    var file = RDBBuilder()
    file.key(7, "s")
    file.length(0x7b1b_2dae_dca9_7800)
    for number in [2, 7, 2, 9] as [UInt64] { file.length(number) }
    file.length(5)
    file.string("value")
    file.length(0)
    file.key(7, "h")
    file.length(0xb5a8_ab85_ab21_f800)
    file.length(2)
    file.length(2)
    file.length(5)
    file.string("stale name")
    for (field, deadline) in [("f", 0), ("g", 5_000_000_000_000)] as [(String, UInt64)] {
      file.length(5)
      file.string(field)
      for number in [2, 3, 2, deadline] { file.length(number) }
      file.length(5)
      file.string("x")
    }
    file.length(0)
    file.key(7, "z")
    file.length(0xb5a8_abce_c7ad_fc00)
    for number in [2, 1, 2, 2] as [UInt64] { file.length(number) }
    file.length(5)
    file.string("m")
    for score in [1.5, -.infinity] {
      file.length(4)
      file.double(score)
    }
    file.length(0)
    let exported = try exportFile(file.ended())
    #expect(
      texts(exported.commands).dropFirst() == [
        ["EXSET", "s", "value", "ABS", "7", "FLAGS", "9"],
        ["EXHSET", "h", "f", "x", "ABS", "3"],
        ["EXHSET", "h", "g", "x", "PXAT", "5000000000000", "ABS", "3"],
        ["EXZADD", "z", "1.5#-inf", "m"],
      ])
  }

  @Test("what a module made itself goes as a payload, or nowhere")
  func modules() throws {
    var file = RDBBuilder()
    file.key(7, "m")
    file.length(0x0123_4567_89ab_cc01)
    file.length(0)
    #expect(try exportFile(file.ended()).commands.map(\.name) == ["SELECT", "RESTORE"])
    let refused = try exportFile(file.ended(), options("redis:3.2"))
    #expect(refused.outcomes == [.unsupported] && refused.commands.isEmpty)
  }

  @Test("a server is named by product and version, and nothing else is taken for one")
  func names() {
    #expect(ServerVersion("redis:7.2") == ServerVersion(.redis, 7, 2))
    #expect(ServerVersion("redis:7.2.6") == ServerVersion(.redis, 7, 2))
    #expect(ServerVersion("valkey:9") == ServerVersion(.valkey, 9, 0))
    #expect(ServerVersion("tair")?.description == "tair:5.0")
    for text in ["", "redis:", "redis:2.4", "valkey:7.0", "kvrocks:2.0", "redis:7.x", "redis:-7"] {
      #expect(ServerVersion(text) == nil, "\(text)")
    }
  }
}
