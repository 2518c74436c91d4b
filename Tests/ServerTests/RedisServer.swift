// A server of our own: on a socket in a folder of its own, without a port, without persistence, gone
// when the test is.

import Foundation
import TestSupport

/// A running server.
final class RedisServer {
  /// What keeps it from doing what is asked.
  enum Trouble: Error {
    case didNotStart
    case refused(String)
  }

  /// Its folder.
  let folder: String
  /// Where it listens.
  let socket: String
  /// Whether it is a newer one, of which everything is asked.
  let tellsAll: Bool
  private let process: Process
  private let connection: RESPConnection

  /// Whether there is a server on PATH.
  static var isInstalled: Bool { ServerProgram.system != nil }

  /// Starts a server, that on PATH if none is named, and waits until it answers.
  init(_ named: ServerProgram? = ServerProgram.system) throws {
    guard let program = named else { throw Trouble.didNotStart }
    tellsAll = program != ServerProgram.system
    // A short name: paths of sockets end after some hundred bytes.
    let name = "rs-" + String(UInt32.random(in: .min ... .max), radix: 36)
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    socket = folder + "/s"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // A server that ends must not end the test.
    signal(SIGPIPE, SIG_IGN)
    process = Process()
    process.executableURL = URL(fileURLWithPath: program.path)
    process.environment = program.environment
    process.arguments =
      program.arguments + [
        "--port", "0", "--unixsocket", socket, "--dir", folder, "--save", "", "--appendonly", "no",
        "--enable-debug-command", "yes", "--enable-protected-configs", "yes", "--databases", "64",
        "--logfile", folder + "/log", "--daemonize", "no",
      ]
    try process.run()
    connection = try RedisServer.connect(socket, process)
  }

  private static func connect(_ socket: String, _ process: Process) throws -> RESPConnection {
    for _ in 0..<500 where process.isRunning {
      if let connection = try? RESPConnection(path: socket) {
        try connection.send(spell(["PING"]))
        if case .simple("PONG") = try connection.reply() { return connection }
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    process.terminate()
    throw Trouble.didNotStart
  }

  deinit {
    // SIGKILL: there is nothing to save, and nothing to wait for.
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Whether it still runs.
  var isRunning: Bool { process.isRunning }

  /// The reply to a command.
  func ask(_ words: String...) throws -> Reply {
    try connection.send(RedisServer.spell(words))
    return try connection.reply()
  }

  /// The replies to many commands, sent at once.
  func ask(all commands: [[[UInt8]]]) throws -> [Reply] {
    // Replies queue in the server meanwhile, which sets them no limit.
    try connection.send(commands.flatMap { RedisServer.spell($0) })
    return try commands.map { _ in try connection.reply() }
  }

  /// Sends commands as they were written, and returns the errors among the replies.
  func replay(_ bytes: [UInt8]) throws -> [String] {
    let mark = Array("the last reply".utf8)
    try connection.send(bytes)
    try connection.send(RedisServer.spell([Array("ECHO".utf8), mark]))
    var errors: [String] = []
    while true {
      let reply = try connection.reply()
      if let error = reply.error { errors.append(error) }
      if reply == .bulk(mark) { return errors }
    }
  }

  /// Empties it, and then loads a file.
  ///
  /// Throws where it refuses the file; it may have ended then.
  func load(_ file: [UInt8]) throws {
    try Data(file).write(to: URL(fileURLWithPath: folder + "/dump.rdb"))
    let reply = try ask("DEBUG", "RELOAD", "NOSAVE")
    if let error = reply.error { throw Trouble.refused(error) }
  }

  /// Empties it.
  func empty() throws {
    _ = try ask("FLUSHALL")
    _ = try ask("FUNCTION", "FLUSH")
    _ = try ask("SELECT", "0")
  }

  /// A command in the words of the protocol.
  static func spell(_ words: [String]) -> [UInt8] { spell(words.map { Array($0.utf8) }) }

  /// A command in the words of the protocol.
  static func spell(_ arguments: [[UInt8]]) -> [UInt8] {
    var bytes = Array("*\(arguments.count)\r\n".utf8)
    for argument in arguments {
      bytes += Array("$\(argument.count)\r\n".utf8) + argument + [13, 10]
    }
    return bytes
  }
}
