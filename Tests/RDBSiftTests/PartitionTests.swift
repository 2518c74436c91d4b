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
  private func parts<Writer: PartWriter & ~Copyable>(
    _ file: [UInt8], _ parts: SlotParts, _ shape: PoolShape?, naming: KeyNaming = .identity,
    _ makeWriter: @escaping @Sendable () -> Writer
  ) throws -> (bytes: [[UInt8]], notes: [RecordNote], keys: [UInt64]) {
    let collected = parts.ranges.map { _ in CollectedBytes() }
    let router = PartRouter(parts: parts.ranges.count) { (part, bytes) throws(SystemError) in
      collected[part].append(bytes)
    }
    let make = { @Sendable () throws(JobFailure) in
      PartitionWorker(makeWriter(), parts, naming: naming)
    }
    let result: SweepResult<PartitionWorker<Writer>.Summary>
    if let shape {
      result = try runPool(file, shape, router.output, make)
    } else {
      result = try file.withRawSpan { span throws(JobFailure) in
        try sweep(span, options: SweepOptions(), output: router.output, makeWorker: make)
      }
    }
    if let failure = result.failure { throw failure }
    try router.finish()
    var keys = [UInt64](repeating: 0, count: parts.ranges.count)
    for summary in result.summaries {
      for part in keys.indices { keys[part] += summary.keys[part] }
    }
    return (collected.map(\.bytes), result.notes.kept, keys)
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
    let everything = Selection(now: moment)
    let whole = try run(file) { () throws(JobFailure) in
      ExtractionWorker(everything, options: CommandExporter.Options())
    }
    for form in [CommandExporter.Form.commands, .payloads] {
      var options = CommandExporter.Options()
      options.form = form
      for count in [1, 3, 40] {
        let slots = SlotParts(count: count)
        let expected = try slots.ranges.map { range in
          var selection = everything
          selection.filter.slots = range
          return try run(file, join: .commands) { [selection, options] () throws(JobFailure) in
            ExtractionWorker(selection, options: options)
          }.bytes
        }
        for shape in [nil] + PoolShape.small {
          let found = try parts(file, slots, shape) { [options] in
            ExtractionWorker(everything, options: options)
          }
          #expect(found.bytes.map { ByteString($0) } == expected.map { ByteString($0) })
          if form == .commands { #expect(found.notes == whole.notes) }
        }
      }
    }
  }

  @Test("RDB files are those that a filter by slots gives", arguments: names)
  func files(name: String) throws {
    let file = try Fixtures.bytes(name)
    let everything = Selection(now: moment)
    let writer = RDBWriter(try #require(ScannedFile(scanning: file).header))
    for count in [1, 3, 40] {
      let slots = SlotParts(count: count)
      let expected = try slots.ranges.map { range in
        var selection = everything
        selection.filter.slots = range
        let counted = try run(file) { [selection] () throws(JobFailure) in
          FilteredCountWorker(selection)
        }
        let counts = FilteredCounts.merged(counted.result.summaries)
        return try run(file) { [selection] () throws(JobFailure) in
          FilteredFileWorker(selection, writer, counts: counts)
        }.bytes
      }
      for shape in [nil] + PoolShape.small {
        let counted = try run(file, threads: shape?.threads ?? 1) { () throws(JobFailure) in
          FilteredCountWorker(everything, parts: slots)
        }
        let counts = FilteredCounts.merged(counted.result.summaries)
        let found = try parts(file, slots, shape) {
          FilteredFileWorker(everything, writer, counts: counts)
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
      var options = CommandExporter.Options()
      options.form = .payloads
      return ExtractionWorker(Selection(now: moment), options: options, naming: naming)
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
    var options = CommandExporter.Options()
    options.form = .payloads
    let alone = try parts(bytes, slots, nil) { [options] in
      ExtractionWorker(Selection(now: moment), options: options)
    }
    for shape in PoolShape.small {
      let found = try parts(bytes, slots, shape) { [options] in
        ExtractionWorker(Selection(now: moment), options: options)
      }
      #expect(found.bytes.map { ByteString($0) } == alone.bytes.map { ByteString($0) })
    }
    #expect(alone.bytes.reduce(0) { $0 + $1.count } > 3_000_000)
    #expect(alone.keys.reduce(0, +) == 20)
  }
}
