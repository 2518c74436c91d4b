// Records as commands: what they say is checked by reading them back, as a server would.

import TestSupport
import Testing

@testable import Export
@testable import RDB

@Suite("CommandExporter")
struct CommandExporterTests {
  private typealias Options = CommandExporter.Options

  private func options(items: Int = 512, bytes: Int = 1 << 20, pxat: Bool = true) -> Options {
    var options = Options.merging
    options.itemsPerCommand = items
    options.bytesPerCommand = bytes
    options.usesPXAT = pxat
    return options
  }

  /// The elements of a listpack, in pairs or not.
  private func packed(_ elements: [[UInt8]], count: UInt16? = nil) -> [UInt8] {
    var pack = ListpackBuilder()
    for element in elements { pack.string(element) }
    var value = RDBBuilder.bare
    value.string(pack.bytes(count: count))
    return value.bytes
  }

  private func texts(_ prefix: String, _ count: Int) -> [[UInt8]] {
    (0..<count).map { Array("\(prefix)\($0)".utf8) }
  }

  @Test("a string is a SET, and its deadline stands in it or behind it")
  func strings() throws {
    var file = RDBBuilder()
    file.string(key: "a", value: "1")
    file.expireMS(2_000_000_000_123)
    file.string(key: "b", value: "two")
    file.expireMS(2_000_000_000_123)
    file.byte(0)
    file.integerString(-7)
    file.lzfString(Array(String(repeating: "x", count: 50).utf8))
    let exported = try exportFile(file.ended())
    #expect(
      texts(exported.commands) == [
        ["SELECT", "0"], ["SET", "a", "1"], ["SET", "b", "two", "PXAT", "2000000000123"],
        ["SET", "-7", String(repeating: "x", count: 50), "PXAT", "2000000000123"],
      ])
    let apart = try exportFile(file.ended(), options(pxat: false))
    #expect(
      texts(apart.commands) == [
        ["SELECT", "0"], ["SET", "a", "1"], ["SET", "b", "two"],
        ["PEXPIREAT", "b", "2000000000123"],
        ["SET", "-7", String(repeating: "x", count: 50)], ["PEXPIREAT", "-7", "2000000000123"],
      ])
  }

  @Test("a collection is the command of its type, and its deadline is one behind")
  func collections() throws {
    var file = RDBBuilder()
    file.record(18, key: "l", value: quicklist([["a", "b"], ["c"]]))
    file.expireMS(2_000_000_000_000)
    file.record(20, key: "s", value: packed([[0x78]]))
    file.record(16, key: "h", value: packed(texts("f", 4)))
    file.record(17, key: "z", value: packed(["m", "1.5", "n", "inf"].map { Array($0.utf8) }))
    #expect(
      texts(try exportFile(file.ended()).commands) == [
        ["SELECT", "0"], ["RPUSH", "l", "a", "b", "c"], ["SADD", "s", "x"],
        ["PEXPIREAT", "s", "2000000000000"], ["HSET", "h", "f0", "f1", "f2", "f3"],
        ["ZADD", "z", "1.5", "m", "inf", "n"],
      ])
  }

  private func quicklist(_ nodes: [[String]]) -> [UInt8] {
    var value = RDBBuilder.bare
    value.length(UInt64(nodes.count))
    for node in nodes {
      value.length(2)
      var pack = ListpackBuilder()
      for element in node { pack.string(element) }
      value.string(pack.bytes())
    }
    return value.bytes
  }

  @Test("a SELECT stands where the database changes, and only there")
  func databases() throws {
    var file = RDBBuilder()
    for database in [3, 3, 0, 15] as [UInt64] {
      file.selectDB(database)
      file.string(key: "k", value: "v")
      file.string(key: "l", value: "v")
    }
    let commands = texts(try exportFile(file.ended()).commands)
    #expect(commands.filter { $0[0] == "SELECT" }.map { $0[1] } == ["3", "0", "15"])
    #expect(
      commands.map { $0[0] } == ["SELECT", "SET", "SET", "SET", "SET"]
        + ["SELECT", "SET", "SET", "SELECT", "SET", "SET"])
  }

  @Test("a key that nothing is written for leaves no trace, not even a SELECT")
  func unwritten() throws {
    var file = RDBBuilder()
    file.record(1, key: "empty", value: [0])
    file.key(64, "cron")
    file.string("script")
    file.raw([UInt8](repeating: 0, count: 16))
    file.length(0)
    file.length(0)
    let exported = try exportFile(file.ended())
    #expect(exported.outcomes == [.empty, .unsupported])
    #expect(exported.commands.isEmpty)
  }

  @Test("a score of -0 is a payload, or a command where the target accepts none, and a loss")
  func minusZero() throws {
    var value = RDBBuilder.bare
    value.length(2)
    value.string("m")
    value.double(-0.0)
    value.string("n")
    value.double(0)
    var file = RDBBuilder()
    file.record(5, key: "z", value: value.bytes)
    let exported = try exportFile(file.ended())
    #expect(exported.outcomes == [.writtenWithoutNegativeZero])
    #expect(exported.commands.map(\.name) == ["SELECT", "RESTORE"])
    var old = Options.merging
    old.target = ServerVersion(.redis, 3, 2)
    let told = try exportFile(file.ended(), old)
    #expect(told.outcomes == [.writtenWithoutNegativeZero])
    #expect(texts(told.commands).last == ["ZADD", "z", "-0", "m", "0", "n"])
  }

  @Test(
    "the head of a command is right when the layout does not tell a count",
    arguments: [1, 2, 3, 4, 5, 9, 10, 49, 50, 98, 99, 100, 101, 511, 512, 513, 1100])
  func unknownCount(_ count: Int) throws {
    var file = RDBBuilder()
    file.record(20, key: "s", value: packed(texts("e", count), count: 65535))
    file.record(16, key: "h", value: packed(texts("e", count * 2), count: 65535))
    for items in [1, 3, 9, 10, 99, 512] {
      let exported = try exportFile(file.ended(), options(items: items))
      try expectElements(exported.commands, "SADD", texts("e", count))
      try expectElements(exported.commands, "HSET", texts("e", count * 2))
      let sets = exported.commands.filter { $0.name == "SADD" }
      #expect(sets.dropLast().allSatisfy { $0.arguments.count == items + 2 })
      #expect(sets.count == (count + items - 1) / items)
    }
  }

  @Test("the head of a command is right when bytes ended it")
  func byteLimits() throws {
    var random = SeededRandom(for: "byte limits")
    for _ in 0..<300 {
      // Each begins with its number, as fields of a hash are unique.
      let elements = (0..<(2 + 2 * random.below(200))).map { index in
        [UInt8(index >> 8), UInt8(index & 0xff)] + random.bytes(random.below(58))
      }
      let key = String(repeating: "k", count: random.below(30))
      var file = RDBBuilder()
      file.record(20, key: key, value: packed(elements))
      file.record(16, key: key, value: packed(elements))
      let limits = options(items: 1 + random.below(300), bytes: 1 + random.below(3000))
      let commands = try exportFile(file.ended(), limits).commands
      try expectElements(commands, "SADD", elements)
      try expectElements(commands, "HSET", elements)
      for command in commands { expectWithin(limits, command) }
    }
  }

  /// Whether the elements of all commands of a name are these.
  private func expectElements(
    _ commands: [RESPCommand], _ name: String, _ elements: [[UInt8]],
    location: SourceLocation = #_sourceLocation
  ) throws {
    let written = commands.filter { $0.name == name }.flatMap { $0.arguments.dropFirst(2) }
    #expect(written == elements, sourceLocation: location)
  }

  /// Whether a command keeps to the limits, which one element alone may pass.
  private func expectWithin(_ limits: CommandExporter.Options, _ command: RESPCommand) {
    let perItem = command.name == "HSET" ? 2 : 1
    let items = (command.arguments.count - 2) / perItem
    guard command.name != "SELECT", items > 1 else { return }
    #expect(items <= limits.itemsPerCommand)
    // Of the last element only the content is weighed, and not the eight bytes or so around it.
    let around = command.arguments.suffix(perItem).reduce(0) {
      $0 + 5 + String($1.count).utf8.count
    }
    #expect(command.size - around <= limits.bytesPerCommand)
  }

  @Test("damage in the middle of a value leaves only whole commands, at any cut")
  func cuts() throws {
    var random = SeededRandom(for: "cuts")
    for _ in 0..<300 {
      var value = RDBBuilder.bare
      let count = 1 + random.below(60)
      value.length(UInt64(count))
      for _ in 0..<count {
        if random.below(4) == 0 {
          value.lzfString(Array(String(repeating: "abc", count: 10 + random.below(20)).utf8))
        } else {
          value.string(random.bytes(random.below(40)))
        }
      }
      let type: UInt8 = random.below(2) == 0 ? 1 : 2
      let cut = random.below(value.count)
      let limits = options(items: 1 + random.below(20), bytes: 20 + random.below(400))
      let whole = try exportValue(type, value.bytes, limits)
      let part = try exportValue(type, Array(value.bytes[..<cut]), limits)
      #expect(whole.error == nil && part.error != nil)
      // What is written is a beginning of the whole, but for how the last command was cut short.
      let elements = whole.commands.flatMap { $0.arguments.dropFirst(2) }
      let kept = part.commands.flatMap { $0.arguments.dropFirst(2) }
      #expect(elements.starts(with: kept))
      #expect(whole.commands.starts(with: part.commands))
      #expect(part.commands.first?.name == (part.commands.isEmpty ? nil : "SELECT"))
    }
  }

  @Test("a key is deleted right before its commands, and by SET or RESTORE where there is one")
  func replacing() throws {
    var file = RDBBuilder()
    file.string(key: "a", value: "1")
    file.record(18, key: "l", value: quicklist([["a", "b"], ["c"]]))
    file.record(1, key: "empty", value: [0])
    file.expireMS(2_000_000_000_000)
    file.record(16, key: "h", value: packed(texts("f", 2)))
    file.record(17, key: "z", value: packed(["m", "-0"].map { Array($0.utf8) }))
    let exported = try exportFile(file.ended(), Options())
    #expect(
      texts(exported.commands.filter { $0.name != "RESTORE" }) == [
        ["SELECT", "0"], ["SET", "a", "1"], ["UNLINK", "l"], ["RPUSH", "l", "a", "b", "c"],
        ["UNLINK", "h"], ["HSET", "h", "f0", "f1"], ["PEXPIREAT", "h", "2000000000000"],
      ])
    #expect(exported.commands.last?.name == "RESTORE")
    #expect(texts(exported.commands).last?.contains("REPLACE") == true)
    var old = Options()
    old.target = ServerVersion(.redis, 2, 8)
    old.usesPXAT = false
    let deletes = texts(try exportFile(file.ended(), old).commands).filter { $0[0] == "DEL" }
    #expect(deletes == [["DEL", "l"], ["DEL", "h"], ["DEL", "z"]])
    old.form = .payloads
    let payloads = texts(try exportFile(file.ended(), old).commands)
    #expect(payloads.filter { $0[0] == "UNLINK" }.isEmpty)
  }

  @Test(
    "a damaged value is neither deleted nor written in part, however large", arguments: [2, 4000])
  func damagedReplacement(_ count: Int) throws {
    for type in [1, 2, 4, 5] as [UInt8] {
      var value = RDBBuilder.bare
      value.length(UInt64(count))
      for index in 0..<count {
        value.string("element \(index) of a value that is as long as it takes")
        if type == 4 { value.string("v") }
        if type == 5 { value.double(Double(index)) }
      }
      for transactions in [false, true] {
        var options = Options()
        options.transactions = transactions
        options.itemsPerCommand = 1
        let whole = try exportValue(type, value.bytes, options)
        #expect(whole.commands.filter { $0.name == "UNLINK" }.count == 1)
        let cut = try exportValue(type, Array(value.bytes.dropLast(3)), options)
        #expect(cut.error != nil)
        #expect(cut.commands.isEmpty)
      }
    }
  }

  @Test("random damage never stops the program, and what is left are whole commands")
  func damage() throws {
    var random = SeededRandom(for: "damage")
    for _ in 0..<3000 {
      let type = [16, 17, 18, 20, 11, 9, 10, 13, 12, 14, 4, 5, 3][random.below(13)] as UInt8
      var value = sampleValue(type)
      for _ in 0..<(1 + random.below(3)) {
        value[random.below(value.count)] = UInt8(truncatingIfNeeded: random.next())
      }
      let limits = options(items: 1 + random.below(4), bytes: 1 + random.below(100))
      _ = try exportValue(type, value, limits)
    }
  }

  @Test("a ziplist with more elements than its head tells ends in an error and whole commands")
  func lyingCount() throws {
    for claim in [0, 2, 4] as [UInt16] {
      for type in [10, 12, 13] as [UInt8] {
        var zip = ZiplistBuilder()
        for index in 0..<12 { zip.string("\(index)") }
        var value = RDBBuilder.bare
        value.string(zip.bytes(count: claim))
        #expect(try exportValue(type, value.bytes, options(items: 1)).error != nil)
      }
    }
  }

  /// A value of a type, of a few elements.
  private func sampleValue(_ type: UInt8) -> [UInt8] {
    var value = RDBBuilder.bare
    var list = ListpackBuilder()
    var zip = ZiplistBuilder()
    var map = ZipmapBuilder()
    for index in 0..<6 {
      list.string("e\(index)")
      list.integer(Int64(index * 300))
      zip.string("e\(index)")
      zip.integer(Int64(index * 300))
      map.pair(Array("f\(index)".utf8), [1, 2, 3])
    }
    switch type {
    case 16, 17, 20: value.string(list.bytes())
    case 10, 12, 13: value.string(zip.bytes())
    case 9: value.string(map.bytes())
    case 11: value.string(intset([1, 5, 900], width: 4))
    case 18: return quicklist([["a", "b"], ["c"]])
    case 14:
      value.length(2)
      for _ in 0..<2 { value.string(zip.bytes()) }
    default:
      value.length(4)
      for index in 0..<4 {
        value.string("m\(index)")
        if type == 4 { value.string("v") }
        if type == 5 { value.double(Double(index)) }
        if type == 3 { value.textScore("\(index).5") }
      }
    }
    return value.bytes
  }

  private func texts(_ commands: [RESPCommand]) -> [[String]] {
    commands.map { $0.arguments.map { String(decoding: $0, as: UTF8.self) } }
  }
}

extension CommandExporter.Options {
  /// Options that delete nothing, so that the commands are those of the value alone.
  static let merging = {
    var options = CommandExporter.Options()
    options.existing = .merge
    return options
  }()
}

/// What an exporter made of records.
struct ExportedRecords {
  var outcomes: [CommandExporter.Outcome] = []
  var commands: [RESPCommand] = []
  var error: RDBError?
}

/// Exports all records of a file; expiries stay.
func exportFile(
  _ file: [UInt8], _ options: CommandExporter.Options = .merging
) throws -> ExportedRecords {
  let scanned = ScannedFile(scanning: file)
  #expect(scanned.error == nil)
  return try exportRecords(scanned.records, in: file, scanned.context, options)
}

/// Exports a value that may be damaged, as the record of a key.
func exportValue(
  _ type: UInt8, _ value: [UInt8], _ options: CommandExporter.Options
) throws -> ExportedRecords {
  var file = RDBBuilder()
  let start = file.count
  file.key(type, "key")
  let stored = file.count - start - 1
  file.raw(value)
  let record = RDBRecord(
    offset: start, valueCount: value.count, expiryMilliseconds: 0, elementCount: .max,
    keyStored: UInt32(stored), keyCount: 3, evictionNumber: 0, attributeCount: 0, database: 0,
    slotNumber: 0xffff, type: RDBType(rawValue: type), flags: [])
  return try exportRecords([record], in: file.bytes, ValueContext(), options)
}

private func exportRecords(
  _ records: [RDBRecord], in file: [UInt8], _ context: ValueContext,
  _ options: CommandExporter.Options
) throws -> ExportedRecords {
  var exporter = CommandExporter(into: OutputBuffer(), options: options)
  var exported = ExportedRecords()
  file.withRawSpan { span in
    do throws(RDBError) {
      for record in records {
        exported.outcomes.append(
          try exporter.export(record, expiry: record.expiry, from: span, context: context))
      }
    } catch {
      exported.error = error
    }
  }
  exported.commands = try readCommands(exporter.output.withBytes { [UInt8](copying: $0) })
  return exported
}
