// The memory model against servers: what MEMORY USAGE key SAMPLES 0 answers after a file was loaded, and
// what is estimated from the file.

import Export
import Foundation
import RDB
import RDBSift
import TestSupport
import Testing

@testable import Memory

@Suite("Memory against servers", .serialized)
struct MemoryUsageTests {
  private static let programs = [ServerProgram.system].compactMap { $0 } + ServerProgram.newer

  @Test("fixtures take what the server says", arguments: programs)
  func fixtures(program: ServerProgram) throws {
    let bench = try MemoryBench(program)
    for fixture in Fixtures.all + Fixtures.shared where !fixture.name.hasPrefix("synthetic") {
      try bench.compare(fixture)
    }
    print("| \(program) | \(bench.comparison.row) |")
    try check(bench.comparison, program)
    #expect(bench.comparison.keys > 500)
  }

  @Test("random keys of all types take what the server says", arguments: programs)
  func random(program: ServerProgram) throws {
    let bench = try MemoryBench(program)
    let isExtended = ProcessInfo.processInfo.environment["EXTENDED"] != nil
    let commands = RandomKeys(count: isExtended ? 100_000 : 3000, seed: 18).commands
    try bench.compare(commands)
    print("| \(program), random | \(bench.comparison.row) |")
    // The server draws the levels of skip lists anew each time, which few keys do not even out.
    try check(bench.comparison, program, within: isExtended ? 0.001 : 0.003)
  }

  @Test(
    "lists that are packed by another limit take what they take where they were pushed under it")
  func lists() throws {
    for limit in [-4, -1, 3, 100] {
      let bench = try MemoryBench(try #require(ServerProgram.system))
      let commands = RandomKeys(count: 1500, seed: 19).commands.filter {
        $0[0] == Array("RPUSH".utf8)
      }
      try bench.compare(lists: commands, limit: limit)
      #expect(bench.comparison.keys > 50)
      #expect(abs(bench.comparison.totalError) < 0.002, "\(limit): \(bench.comparison.row)")
    }
  }

  private func check(
    _ found: MemoryComparison, _ program: ServerProgram, within error: Double = 0.001
  ) throws {
    for line in found.wrong.prefix(5) { Issue.record("\(program): \(line)") }
    #expect(abs(found.totalError) < error, "\(program): \(found.row)")
  }
}

/// A server that answers MEMORY USAGE for its keys.
private final class MemoryBench {
  private let program: ServerProgram
  private var server: RedisServer
  private let model: MemoryModel
  private(set) var comparison: MemoryComparison

  init(_ program: ServerProgram) throws {
    self.program = program
    server = try RedisServer(program)
    let info = try server.ask("INFO", "memory").text ?? ""
    let allocator: Allocator =
      !info.contains("mem_allocator:jemalloc")
      ? .glibc : program == ServerProgram.system ? .jemalloc16 : .jemalloc
    let version = program.version
    let family: ServerFamily = version.product == .valkey ? .valkey : .redis
    model = MemoryModel(family, version.major, version.minor, allocator)
    comparison = MemoryComparison(isReused: allocator == .glibc)
  }

  /// Loads a fixture if the server takes it.
  func compare(_ fixture: Fixture) throws {
    do {
      try server.empty()
      // Fields that expire meanwhile would not be compared.
      _ = try server.ask("DEBUG", "SET-ACTIVE-EXPIRE", "0")
      try server.load(try fixture.bytes())
      try compareLoaded(fixture.name)
    } catch is ConnectionLost {
      server = try RedisServer(program)
    } catch RedisServer.Trouble.refused {
      return
    }
  }

  /// Runs commands.
  func compare(_ commands: [[[UInt8]]]) throws {
    try server.empty()
    for start in stride(from: 0, to: commands.count, by: 1000) {
      let replies = try server.ask(all: Array(commands[start..<min(start + 1000, commands.count)]))
      for reply in replies { #expect(reply.error == nil, "\(reply)") }
    }
    try compareLoaded("random")
  }

  /// Pushes lists under the default limit, and compares what another limit would make of the file
  /// with the same lists pushed under it.
  func compare(lists commands: [[[UInt8]]], limit: Int) throws {
    _ = try server.ask(all: commands)
    #expect(try server.ask("SAVE").error == nil)
    let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: server.folder + "/dump.rdb")))
    try server.empty()
    _ = try server.ask("CONFIG", "SET", "list-max-listpack-size", String(limit))
    _ = try server.ask(all: commands)
    var limits = EncodingLimits()
    limits[.listNode] = limit
    try compare(file, "limit \(limit)", limits)
  }

  /// Lets the server write its data and load it again, and compares each key.
  private func compareLoaded(_ name: String) throws {
    if let error = try server.ask("DEBUG", "RELOAD").error {
      throw RedisServer.Trouble.refused(error)
    }
    let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: server.folder + "/dump.rdb")))
    if comparison.isReused {
      // A heap without chunks of earlier data.
      server = try RedisServer(program)
      _ = try server.ask("DEBUG", "SET-ACTIVE-EXPIRE", "0")
      try server.load(file)
    }
    try compare(file, name, nil)
  }

  /// Compares what is estimated from a file with what the server says of its keys.
  private func compare(_ file: [UInt8], _ name: String, _ limits: EncodingLimits?) throws {
    let scan = ScannedFile(scanning: file)
    let answers = try usages(scan.records, in: file)
    var estimator = MemoryEstimator([(model, limits)], measuresElements: false)
    var result = [KeyMemory.unknown]
    try file.withRawSpan { (span) throws(RDBError) in
      for (index, record) in scan.records.enumerated() {
        try estimator.measure(record, in: span, scan.context, into: &result)
        let key = record.readableKey(in: span) ?? []
        // Its fields expire while the server loads them.
        guard let answer = answers[index], key != Array("hfx:small".utf8) else { continue }
        comparison.take(
          result[0], answer, "\(name) \(ByteString(key)) type \(record.type.rawValue)")
      }
    }
  }

  private func usages(_ records: [RDBRecord], in file: [UInt8]) throws -> [Int?] {
    var (database, answers) = (UInt32.max, [Int?]())
    for record in records {
      if record.database != database { _ = try server.ask("SELECT", String(record.database)) }
      database = record.database
      let key = file.withRawSpan { record.readableKey(in: $0) } ?? []
      let command = ["MEMORY", "USAGE"].map { Array($0.utf8) } + [key]
      let words = command + ["SAMPLES", "0"].map { Array($0.utf8) }
      answers.append(try server.ask(all: [words])[0].integer.map { Int($0) })
    }
    return answers
  }
}

/// Estimates and answers, compared.
private struct MemoryComparison {
  /// Whether the allocator may hand out chunks that are 16 bytes larger.
  let isReused: Bool
  private(set) var keys = 0
  private(set) var wrong: [String] = []
  private var exact = 0
  private var unknown = 0
  private var answered = 0
  private var estimated = 0
  private var inexact: [Double] = []

  init(isReused: Bool) { self.isReused = isReused }

  /// The error of the total, as a share of it.
  var totalError: Double { Double(estimated - answered) / Double(max(answered, 1)) }

  mutating func take(_ memory: KeyMemory, _ answer: Int, _ name: String) {
    guard memory.certainty != .unknown else { return unknown += 1 }
    keys += 1
    answered += answer
    estimated += memory.bytes
    if memory.bytes == answer { return exact += 1 }
    inexact.append(abs(Double(memory.bytes - answer)) / Double(answer))
    guard memory.certainty == .exact else { return }
    let isReuse = isReused && answer > memory.bytes && (answer - memory.bytes) % 16 == 0
    if !isReuse || answer - memory.bytes > max(64, answer / 10) {
      wrong.append("\(name): estimated \(memory.bytes), the server says \(answer)")
    }
  }

  /// Columns of the table in Documentation/Memory.md.
  var row: String {
    let share = 100 * Double(exact) / Double(max(keys, 1))
    let mean = 100 * inexact.reduce(0, +) / Double(max(inexact.count, 1))
    let most = 100 * (inexact.max() ?? 0)
    return String(
      format: "%d | %.1f %% | %+.4f %% | %.2f %%, %.2f %% | %d", keys, share, 100 * totalError,
      mean,
      most, unknown)
  }
}

/// Commands that make keys of all types and of sizes around the limits.
private struct RandomKeys {
  private(set) var commands: [[[UInt8]]] = []
  private var random: SeededRandom

  init(count: Int, seed: UInt64) {
    random = SeededRandom(seed: seed)
    for number in 0..<count { add(number) }
  }

  private mutating func add(_ number: Int) {
    let key = "\(["user", "cart", "s", "session:cache:object"][random.below(4)]):\(number)"
    switch random.below(12) {
    case 0...4: append("SET", key, text(random.below(20) == 0 ? 5000 : 60))
    case 5: append("SET", key, String(random.next() >> UInt64(random.below(60))))
    case 6: append("HSET", key, (0..<pairs()).flatMap { ["f\($0)", text(40)] })
    case 7: append("SADD", key, (0..<pairs()).map { "\($0)" + text(20) })
    case 8: append("SADD", key, (0..<pairs()).map { "\($0 * 37 - 1000)" })
    case 9: append("ZADD", key, (0..<pairs()).flatMap { ["\($0)", "m\($0)" + text(20)] })
    case 10: append("RPUSH", key, (0..<pairs()).map { _ in text(200) })
    default: stream(key)
    }
    if random.below(3) == 0 { append("EXPIRE", key, ["\(100_000 + random.below(1_000_000))"]) }
  }

  private mutating func stream(_ key: String) {
    for entry in 1...(1 + random.below(8)) {
      append("XADD", key, ["\(entry * 97)-1", "f", text(30)])
    }
    guard random.below(2) == 0 else { return }
    append("XGROUP", "CREATE", [key, "g", "0"])
    append("XREADGROUP", "GROUP", ["g", "c", "COUNT", "3", "STREAMS", key, ">"])
  }

  /// Mostly few elements, at times more than fit a listpack.
  private mutating func pairs() -> Int {
    random.below(40) == 0 ? 100 + random.below(900) : 1 + random.below(12)
  }

  private mutating func text(_ most: Int) -> String {
    String(repeating: "abcdefgh", count: 1 + most / 8).prefix(random.below(most + 1)).description
  }

  private mutating func append(_ name: String, _ key: String, _ arguments: [String]) {
    commands.append(([name, key] + arguments).map { Array($0.utf8) })
  }

  private mutating func append(_ name: String, _ key: String, _ argument: String) {
    append(name, key, [argument])
  }
}
