// The log of a running server at seconds that were looked at while they lasted: an export of each second
// makes another server hold what the first one held.

import Export
import Foundation
import TestSupport
import Testing

@Suite("Seconds of a server's log")
struct MomentTests {
  /// What a server held in a second, when nothing more was written in it.
  private struct Point {
    var second: Int64
    var keys: [PlacedKey: KeyState]
  }

  private static var programs: [ServerProgram] {
    (ServerProgram.system.map { [$0] } ?? []) + ServerProgram.newer
  }

  @Test("every second is restored, into a server with other keys in it", arguments: programs)
  func seconds(program: ServerProgram) throws {
    let server = try RedisServer(program)
    var commands = MomentCommands(random: SeededRandom(for: "seconds of a log"))
    for _ in 0..<60 { try commands.send(to: server, at: try Self.time(server)) }
    try log(server)
    let points = try watch(server, &commands)
    try #require(points.count == 3)
    let logs = server.folder + "/appendonlydir"
    // Names of any second.
    let names = points.reduce(into: Set<PlacedKey>()) { $0.formUnion($1.keys.keys) }
    #expect(points.contains { !names.subtracting($0.keys.keys).isEmpty })
    let other = try RedisServer(program)
    for (index, point) in points.enumerated() {
      let filter = index % 2 == 0 ? "a:.*" : ".*"
      let selected = { (key: PlacedKey) in index % 2 == 1 || key.key.bytes.starts(with: "a:".utf8) }
      let doomed = names.subtracting(point.keys.keys).filter(selected)
      for deletes in [false, true] {
        try fill(other, selected: point.keys.keys.filter(selected), doomed: doomed)
        let now = point.second + 7200
        let run = try Self.rdbsift(
          [
            "export", logs, "--restore-time", Self.text(point.second), "--filter-key", filter,
            "--time-shift", Self.text(now), "--now", Self.text(now), "--target",
            "\(program.version.product.rawValue):\(program.version.major).\(program.version.minor)",
            "--existing", "replace", "--output", other.folder + "/out",
          ] + (deletes ? ["--deletions"] : []))
        #expect(run.status == 0, "\(program) \(point.second): \(run.errors)")
        let errors = try other.replay(
          [UInt8](try Data(contentsOf: URL(fileURLWithPath: other.folder + "/out"))))
        #expect(errors.isEmpty)
        let found = try other.state().keys
        var expected: [PlacedKey: KeyState] = [:]
        for (key, state) in point.keys where selected(key) {
          expected[key] = state.shifted(by: (now - point.second) * 1000)
        }
        let kept = doomed.union(Self.foreign)
        for key in Set(found.keys).union(expected.keys).subtracting(kept)
        where found[key] != expected[key] {
          let (made, wanted) = (
            found[key].map { "\($0)" } ?? "-", expected[key].map { "\($0)" } ?? "-"
          )
          Issue.record("\(program), second \(point.second), \(key): \(made) and not \(wanted)")
        }
        #expect(Self.foreign.allSatisfy { found[$0] != nil })
        #expect(
          doomed.allSatisfy { (found[$0] == nil) == deletes }, "\(point.second): \(run.errors)")
        #expect(doomed.isEmpty || run.errors.contains("absent"), "\(run.errors)")
      }
    }
  }

  // MARK: The server that is watched

  /// Turns the log on, and waits for its base.
  private func log(_ server: RedisServer) throws {
    _ = try server.ask("CONFIG", "SET", "aof-timestamp-enabled", "yes")
    _ = try server.ask("CONFIG", "SET", "appendonly", "yes")
    for _ in 0..<1000 {
      let info = try server.ask("INFO", "persistence").text ?? ""
      if info.contains("aof_rewrite_in_progress:0"), info.contains("aof_rewrite_scheduled:0"),
        info.contains("aof_enabled:1")
      {
        return
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    Issue.record("the log did not begin")
  }

  /// Writes at the beginning of a few seconds, and notes what the server then holds.
  private func watch(
    _ server: RedisServer, _ commands: inout MomentCommands
  ) throws -> [Point] {
    var points: [Point] = []
    // A slow machine may be overtaken by the next second, but not always.
    for _ in 0..<20 where points.count < 3 {
      let before = try Self.time(server)
      while try Self.time(server) == before { Thread.sleep(forTimeInterval: 0.005) }
      let second = try Self.time(server)
      for _ in 0..<80 { try commands.send(to: server, at: second) }
      let state = try server.state()
      if try Self.time(server) == second { points.append(Point(second: second, keys: state.keys)) }
    }
    // The next second begins, so that the last one is over.
    let last = try Self.time(server)
    while try Self.time(server) == last { Thread.sleep(forTimeInterval: 0.02) }
    _ = try server.ask("SET", "z:end", "1")
    return points
  }

  private static func time(_ server: RedisServer) throws -> Int64 {
    Int64(try server.ask("TIME").elements.first?.text ?? "") ?? 0
  }

  // MARK: The server that is restored to

  private static let foreign = [0, 1].map {
    PlacedKey(database: $0, key: ByteString(Array("z:foreign".utf8)))
  }

  /// Makes keys that an export must leave alone, old versions of those that it writes, and keys that are
  /// absent in the second.
  private func fill(
    _ server: RedisServer, selected: [PlacedKey], doomed: Set<PlacedKey>
  ) throws {
    try server.empty()
    for key in selected + doomed + Self.foreign {
      _ = try server.ask("SELECT", String(key.database))
      _ = try server.ask(all: [[Array("RPUSH".utf8), key.key.bytes, Array("old".utf8)]])
    }
    _ = try server.ask("SELECT", "0")
  }

  private static func text(_ second: Int64) -> String {
    let format = ISO8601DateFormatter()
    return format.string(from: Date(timeIntervalSince1970: TimeInterval(second)))
  }

  private static func rdbsift(_ arguments: [String]) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(builtProgram()))
    process.arguments = arguments
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}

extension KeyState {
  /// The same with its expiry moved, if it has one.
  fileprivate func shifted(by milliseconds: Int64) -> KeyState {
    var state = self
    if expiry >= 0 { state.expiry += milliseconds }
    return state
  }
}

/// Random commands of every type, as clients send them.
///
/// Expiries are at whole seconds, so that nothing expires between a command and the end of its second.
private struct MomentCommands {
  var random: SeededRandom
  private var id = 1

  init(random: SeededRandom) { self.random = random }

  private mutating func one(_ choices: String...) -> String { choices[random.below(choices.count)] }

  private mutating func key(_ kind: String) -> String {
    "\(one("a", "b")):\(kind)\(random.below(3))"
  }

  private mutating func words(at second: Int64) -> String {
    let (n, m) = (random.below(9), random.below(40))
    switch random.below(16) {
    case 0: return "SET \(key("s")) value\(m)"
    case 1: return one("INCRBY \(key("n")) \(m)", "INCRBYFLOAT \(key("f")) 1.\(n)")
    case 2: return "APPEND \(key("s")) x\(n)"
    case 3: return "\(one("RPUSH", "LPUSH")) \(key("l")) e\(m) e\(n)"
    case 4: return one("LPOP \(key("l"))", "LMOVE \(key("l")) \(key("l")) LEFT RIGHT")
    case 5: return "SADD \(key("t")) m\(m) \(n)"
    case 6: return one("SPOP \(key("t"))", "SUNIONSTORE \(key("t")) \(key("t")) \(key("t"))")
    case 7: return "HSET \(key("h")) f\(n) v\(m)"
    case 8: return one("HDEL \(key("h")) f\(n)", "HINCRBY \(key("h")) n\(n) \(m)")
    case 9: return "ZADD \(key("z")) \(m).5 m\(n)"
    case 10:
      return one(
        "ZINCRBY \(key("z")) 1 m\(n)", "ZUNIONSTORE \(key("z")) 2 \(key("z")) \(key("z"))",
        "ZPOPMIN \(key("z"))")
    case 11:
      id += 1
      return "XADD \(key("x")) \(id)-0 f v\(m)"
    case 12:
      return one("XDEL \(key("x")) \(random.below(id))-0", "XTRIM \(key("x")) MAXLEN 20")
    case 13: return "EXPIREAT \(key(one("s", "l", "t", "h", "z"))) \(second + 1 + Int64(n % 4))"
    case 14: return one("DEL \(key(one("s", "l", "h", "t")))", "PERSIST \(key("s"))")
    default:
      let kind = one("s", "l", "h")
      return one(
        "RENAME \(key(kind)) \(key(kind))", "COPY \(key(kind)) \(key(kind)) REPLACE",
        "MOVE \(key("s")) 1", "PFADD \(key("p")) e\(m)", "GEOADD \(key("g")) 1\(n) 4\(n) place\(m)",
        "GEOSEARCHSTORE \(key("q")) \(key("g")) FROMLONLAT 15 45 BYRADIUS 900 km",
        "SETRANGE \(key("s")) \(n) xyz",
        "SELECT 1", "SELECT 0", "SETBIT \(key("i")) \(m) 1")
    }
  }

  /// Sends a command, or a few of them in a transaction; errors of the server are part of it.
  mutating func send(to server: RedisServer, at second: Int64) throws {
    guard random.below(12) == 0 else {
      _ = try ask(words(at: second), server)
      return
    }
    _ = try server.ask("MULTI")
    for _ in 0..<3 { _ = try ask(words(at: second), server) }
    _ = try server.ask("EXEC")
  }

  private func ask(_ line: String, _ server: RedisServer) throws -> Reply {
    try server.ask(all: [line.components(separatedBy: " ").map { Array($0.utf8) }])[0]
  }
}
