// One sweep that writes many files gives what a sweep for each would give, however the file is cut into
// jobs.

import Export
import RDB
import Restore
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("Partitions by slot")
struct PartitionTests {
  /// The outputs of one sweep with a writer, and its notes.
  private func parts<Writer: RecordWriter & ~Copyable>(
    _ file: [UInt8], _ parts: SlotParts, _ shape: PoolShape, naming: KeyNaming = .identity,
    _ makeWriter: @escaping @Sendable () -> Writer
  ) throws -> (bytes: [[UInt8]], notes: [RecordNote], keys: [UInt64])
  where Writer.Summary == ExportCounts {
    let collected = parts.ranges.map { _ in CollectedBytes() }
    let router = PartRouter(parts: parts.ranges.count) { (part, bytes) throws(SystemError) in
      collected[part].append(bytes)
    }
    let result = try run(file, shape, into: router.output) {
      WritingWorker(PartitionWriter(makeWriter(), parts, naming: naming), everything)
    }
    if let failure = result.failure { throw failure }
    try router.finish()
    return (collected.map(\.bytes), result.notes.kept, result.summary.detail.keys)
  }

  private static let names = [
    "redis-7.0.15/multidb", "redis-8.6.3/cluster", "valkey-9.1.2/cluster", "redis-6.2.16/all",
    "redis-5.0.14/streams", "redis-unstable-20260625/arrays", "redis-7.4.1/functions",
    "redis-4.0.14/thresholds0",
  ]

  @Test(
    "commands are those of a sweep for each part, and notes those of one sweep", arguments: names)
  func commands(name: String) throws {
    let file = try Fixtures.bytes(name)
    let whole = try export(file)
    for form in [CommandExporter.Form.commands, .payloads] {
      var request = ExportRequest(everything)
      request.commands.form = form
      for count in [1, 3, 40] {
        let slots = SlotParts(count: count)
        let expected = try slots.ranges.map { range in
          var request = request
          request.selection.filter.slots = range
          return try export(file, request: request).bytes
        }
        request.parts = slots
        for shape in [.alone] + PoolShape.small {
          let found = try parts(file, slots, shape) { [request] in CommandWriter(request) }
          #expect(found.bytes.map { ByteString($0) } == expected.map { ByteString($0) })
          if form == .commands { #expect(found.notes == whole.notes) }
        }
      }
    }
  }

  @Test("RDB files are those that a filter by slots gives", arguments: names)
  func files(name: String) throws {
    let file = try Fixtures.bytes(name)
    let writer = RDBWriter(try #require(ScannedFile(scanning: file).header))
    for count in [1, 3, 40] {
      let slots = SlotParts(count: count)
      let expected = try slots.ranges.map { range in
        var selection = everything
        selection.filter.slots = range
        let counts = try countKept(file, selecting: selection).summary.parts
        return try write(file, selecting: selection) {
          RDBFileWriter(RDBFilePlan(header: writer.header), counts: counts)
        }.bytes
      }
      for shape in [.alone] + PoolShape.small {
        let counts = try countKept(file, .threads(shape.threads), parts: slots).summary.parts
        let found = try parts(file, slots, shape) {
          RDBFileWriter(RDBFilePlan(header: writer.header), counts: counts)
        }
        #expect(found.bytes.map { ByteString($0) } == expected.map { ByteString($0) })
        #expect(found.keys == counts.map { $0.databases.values.reduce(0) { $0 + $1.keys } })
      }
    }
  }

  @Test("a renamed key goes to the part of its new name")
  func renamed() throws {
    let file = try Fixtures.bytes("redis-6.2.16/all")
    let naming = try KeyNaming([try RenameRule(Array("(.)(.*)={$2}$1".utf8))])
    let slots = SlotParts(count: 7)
    let found = try parts(file, slots, PoolShape.small[1], naming: naming) {
      var request = ExportRequest(everything)
      request.commands.form = .payloads
      request.mapping.naming = naming
      return CommandWriter(request)
    }
    var keys = 0
    for (part, bytes) in found.bytes.enumerated() {
      for command in try readCommands(bytes) where command.name != "SELECT" {
        let slot = command.arguments[1].withRawSpan { HashSlot(of: $0).rawValue }
        #expect(slots.ranges[part].contains(slot))
        keys += 1
      }
    }
    #expect(keys >= 90)
  }

  @Test("a value larger than every buffer comes out whole")
  func large() throws {
    var random = SeededRandom(seed: 5)
    var file = RDBBuilder()
    for number in 0..<20 {
      file.key(0, "key:\(number)")
      file.string(random.bytes(number == 7 ? 3_000_000 : 10))
    }
    let bytes = file.ended()
    let slots = SlotParts(count: 4)
    var request = ExportRequest(everything)
    request.commands.form = .payloads
    let alone = try parts(bytes, slots, .alone) { [request] in CommandWriter(request) }
    for shape in PoolShape.small {
      let found = try parts(bytes, slots, shape) { [request] in CommandWriter(request) }
      #expect(found.bytes.map { ByteString($0) } == alone.bytes.map { ByteString($0) })
    }
    #expect(alone.bytes.reduce(0) { $0 + $1.count } > 3_000_000)
    #expect(alone.keys.reduce(0, +) == 20)
  }
}
