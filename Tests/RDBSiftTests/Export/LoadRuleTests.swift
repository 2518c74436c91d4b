// What is written as an RDB file or as commands is loaded by servers, whatever the source holds twice or
// broken.

import Export
import Foundation
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("Rules by which servers load a file")
struct LoadRuleTests {
  /// What an export wrote.
  private struct Made {
    var bytes: [UInt8]
    var scan: ScannedFile
    var notes: NoteList
    var counts: ExportCounts

    var keys: [String] {
      bytes.withRawSpan { span in
        scan.records.map { String(decoding: (try? $0.keyBytes(in: span)) ?? [], as: UTF8.self) }
      }
    }

    func value(_ index: Int) -> [UInt8] { Array(bytes[scan.records[index].value.range]) }
  }

  private func make<Format: RecordFormat>(
    _ files: [[UInt8]], as format: Format.Type, _ request: ExportRequest = ExportRequest(everything)
  ) throws -> Made {
    try withFolder { folder in
      try withBackup(of: files, threads: 2) { backup in
        let prepared = try backup.prepareExport(as: format, request) { _ in }
        let target = try OutputTarget(
          folder + "out", inputs: [], checksum: Format.traits.countsFirst)
        let result = try backup.export(prepared, to: target)
        try target.commit()
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "out")))
        let found = try result.files[0].value.get()
        return Made(
          bytes: bytes, scan: ScannedFile(scanning: bytes), notes: found.notes,
          counts: try #require(result.merged).detail)
      }
    }
  }

  private func request(_ change: (inout ExportRequest) -> Void) -> ExportRequest {
    var request = ExportRequest(everything)
    change(&request)
    return request
  }

  private func strings(_ texts: String...) -> [UInt8] {
    var value = RDBBuilder.bare
    for text in texts { value.string(text) }
    return value.bytes
  }

  /// Keys of several types and databases, some of them twice.
  private func doubled() -> [UInt8] {
    var file = RDBBuilder()
    file.string(key: "twice", value: "first")
    file.string(key: "once", value: "1")
    file.record(1, key: "twice", value: [1] + strings("element"))
    file.selectDB(3)
    file.string(key: "twice", value: "other database")
    file.expireMS(4_102_444_800_000)
    file.string(key: "thrice", value: "1")
    file.string(key: "thrice", value: "2")
    file.expireMS(4_102_444_800_000)
    file.string(key: "thrice", value: "3")
    return file.ended()
  }

  @Test("of a key that a file has twice the last record is written, and the counts are right")
  func duplicateKeys() throws {
    let made = try make([doubled()], as: RDBFormat.self)
    #expect(made.keys == ["once", "twice", "twice", "thrice"])
    #expect(made.scan.records[1].type == .list)
    #expect(made.value(3) == [1, UInt8(ascii: "3")])
    #expect(made.notes.count(.duplicateKey) == 3)
    #expect(
      made.notes.kept.map { String(decoding: $0.key, as: UTF8.self) }.sorted() == [
        "thrice", "thrice", "twice",
      ])
    #expect(try verify(made.bytes).found.findings.count == 0)
  }

  @Test("commands are compared only where that is asked for")
  func duplicatesOfCommands() throws {
    let plain = try make([doubled()], as: RESPFormat.self)
    #expect(plain.notes.count(.duplicateKey) == 0)
    let merged = request {
      $0.commands.existing = .merge
      $0.checksDuplicates = true
    }
    let made = try make([doubled()], as: RESPFormat.self, merged)
    #expect(made.notes.count(.duplicateKey) == 3)
    let commands = try readCommands(made.bytes).map(\.name)
    #expect(commands.filter { $0 != "SELECT" } == ["SET", "RPUSH", "SET", "SET"])
  }

  @Test("keys of two files, and keys that a rename joins, are refused as before")
  func collisions() throws {
    let file = doubled()
    #expect(throws: ExportRefusal.self) { try make([file, file], as: RDBFormat.self) }
    let renamed = request {
      $0.mapping.naming = (try? naming(["once=twice"])) ?? .identity
    }
    #expect(throws: ExportRefusal.self) { try make([file], as: RDBFormat.self, renamed) }
  }

  @Test(
    "of a repeated field, member or element the first is written",
    arguments: [
      (4 as UInt8, ["f", "1", "g", "2", "f", "3"], ["f", "1", "g", "2"]),
      (2 as UInt8, ["a", "b", "a"], ["a", "b"]),
    ])
  func repeatedElements(type: UInt8, elements: [String], expected: [String]) throws {
    var file = RDBBuilder()
    var value = RDBBuilder.bare
    value.length(UInt64(type == 4 ? elements.count / 2 : elements.count))
    for element in elements { value.string(element) }
    file.record(type, key: "k", value: value.bytes)
    file.string(key: "l", value: "v")
    let made = try make([file.ended()], as: RDBFormat.self)
    #expect(made.keys == ["k", "l"])
    #expect(made.scan.records[0].type.rawValue == type)
    var kept = RDBBuilder.bare
    kept.length(UInt64(type == 4 ? expected.count / 2 : expected.count))
    for element in expected { kept.string(element) }
    #expect(made.value(0) == kept.bytes)
    #expect(made.notes.count(.repeatedElements) == 1)
    #expect(try verify(made.bytes).found.findings.count == 0)
  }

  @Test("a value that servers refuse is left out, and its key may come from another record")
  func refused() throws {
    var file = RDBBuilder()
    file.record(20, key: "bad", value: [7, 7, 0, 0, 0, 9, 0, 0xff])
    file.string(key: "good", value: "v")
    file.string(key: "again", value: "v")
    file.record(20, key: "again", value: [7, 7, 0, 0, 0, 9, 0, 0xff])
    let made = try make([file.ended()], as: RDBFormat.self)
    #expect(made.keys == ["good", "again"])
    #expect(made.notes.count(.refused) == 2 && made.notes.count(.duplicateKey) == 0)
    #expect(try verify(made.bytes).found.findings.count == 0)
  }

  @Test("libraries that servers refuse are left out")
  func libraries() throws {
    let sources = [
      "#!lua name=one\nredis.register_function('f', f)", "#!lua name=a.b\nx", "#!lua name=short",
      "#!lua name=one\nredis.register_function('g', g)", "return 1",
    ]
    var file = RDBBuilder("REDIS0010")
    for source in sources {
      file.raw([245])
      file.raw(strings(source))
    }
    file.string(key: "k", value: "v")
    let made = try make([file.ended()], as: RDBFormat.self)
    #expect(made.counts.functions == 1 && made.counts.functionsBroken == 3)
    #expect(made.counts.functionsRepeated == 1 && made.scan.records.count == 1)
    let commands = try make([file.ended()], as: RESPFormat.self)
    #expect(commands.counts.functions == 2 && commands.counts.functionsBroken == 3)
    // The second takes the place of the first.
    #expect(commands.counts.functionsReplaced == 1)
    let rules = try verify(file.ended()).found.findings.kept.map(\.rule)
    #expect(rules.filter { $0 == "function" }.count == 3)
    #expect(rules.filter { $0 == "duplicate.function" }.count == 1)
  }

  @Test("data of modules is written where a key of the module is, unless all or none is asked for")
  func moduleData() throws {
    let module = try #require(ModuleID(name: "mymodule-", version: 1))
    let other = try #require(ModuleID(name: "another--", version: 1))
    var file = RDBBuilder("REDIS0009")
    for id in [module, other] {
      file.raw([247])
      file.length(id.rawValue)
      file.raw([2, 2, 2, 1, 0])
    }
    var value = RDBBuilder.bare
    value.length(ModuleID(name: "mymodule-", version: 3)?.rawValue ?? 0)
    value.raw([2, 1, 0])
    file.record(7, key: "m", value: value.bytes)
    file.string(key: "s", value: "v")
    func aux(_ policy: ModuleDataPolicy, strings: Bool = false) throws -> Int {
      let made = try make(
        [file.ended()], as: RDBFormat.self,
        request {
          $0.moduleData = policy
          if strings { $0.selection.filter.types = TypeSet([.string]) }
        })
      let kept = made.scan.events.filter { if case .moduleAux = $0.event { true } else { false } }
      #expect(made.counts.moduleDataLeftOut == UInt64(2 - kept.count))
      return kept.count
    }
    #expect(try aux(.needed) == 1)
    #expect(try aux(.needed, strings: true) == 0)
    #expect(try aux(.keep, strings: true) == 2)
    #expect(try aux(.drop) == 0)
  }

  @Test("of more duplicate keys than one sweep of old compared, none is refused")
  func manyDuplicates() throws {
    var file = RDBBuilder("REDIS0006")
    let count = 40_000
    for value in ["old", "new"] {
      for number in 0..<count { file.string(key: "key:\(number)", value: value) }
    }
    let made = try make([file.ended()], as: RDBFormat.self)
    #expect(made.notes.count(.duplicateKey) == count && made.scan.records.count == count)
    #expect(made.value(0) == [3] + Array("new".utf8))
    #expect(made.value(count - 1) == [3] + Array("new".utf8))
  }

  @Test("the target decides about keys of Tair's modules, which are told together")
  func modules() throws {
    let file = try Fixtures.bytes("redis-7.2.6/tair_expired_field")
    func counts<Format: RecordFormat>(
      _ format: Format.Type, _ target: String?
    ) throws -> [Int] {
      let made = try make(
        [file], as: format, request { $0.commands.target = target.flatMap { ServerVersion($0) } })
      return [
        made.notes.count(.needsModule), made.notes.count(.lacksModule), made.scan.records.count,
      ]
    }
    for target in ["redis:7.2", "valkey:8.1"] {
      #expect(try counts(RESPFormat.self, target)[..<2] == [0, 1])
      #expect(try counts(RestoreFormat.self, target)[..<2] == [0, 1])
      #expect(try counts(RDBFormat.self, target) == [0, 1, 0])
    }
    #expect(try counts(RESPFormat.self, "tair:5.0")[..<2] == [0, 0])
    #expect(try counts(RDBFormat.self, "tair:7.0")[1...] == [0, 1])
    #expect(try counts(RESPFormat.self, nil)[..<2] == [1, 0])
    #expect(try counts(RDBFormat.self, nil) == [0, 0, 1])
    // Other modules may be on any server.
    let series = try Fixtures.bytes("redis-stack-7.4.0-v1/modules")
    let made = try make(
      [series], as: RESPFormat.self, request { $0.commands.target = ServerVersion("redis:7.4") })
    #expect(made.notes.count(.needsModule) > 1 && made.notes.count(.lacksModule) == 0)
    #expect(made.notes.kept.contains { $0.module?.name == "TSDB-TYPE" })
  }

  @Test("a file for a target has its version, and counts what is written")
  func target() throws {
    let file = try Fixtures.bytes("redis-unstable-20260625/all")
    var written: [Int] = []
    for (major, minor, version) in [(5, 0, UInt16(9)), (6, 2, 9), (7, 2, 11), (8, 2, 12)] {
      let target = request { $0.commands.target = ServerVersion(.redis, major, minor) }
      let made = try make([file], as: RDBFormat.self, target)
      #expect(made.scan.header?.version == version && made.scan.error == nil)
      let verification = try verify(made.bytes)
      #expect(verification.found.findings.count == 0, "\(major).\(minor)")
      written.append(made.scan.records.count)
      let left = made.notes.count(.unsupported) + made.notes.count(.empty)
      #expect(made.scan.records.count + left == ScannedFile(scanning: file).records.count)
    }
    #expect(written == written.sorted() && written[0] > 20)
  }
}
