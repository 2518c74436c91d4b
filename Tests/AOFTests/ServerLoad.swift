// A server that loads a log and writes down what it then holds: the log's last command is SAVE.

import Foundation
import RDB
import TestSupport

/// A server's program.
struct LoadingServer: Sendable, CustomStringConvertible {
  let name: String
  let path: String

  var description: String { name }

  /// The server on PATH and the newer ones that Scripts/servers.sh fetches, as far as they are there.
  static let all: [LoadingServer] = {
    let environment = ProcessInfo.processInfo.environment
    let folder = environment["RDBSIFT_SERVERS"] ?? Fixtures.repository + "/.build/servers"
    let onPath = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/redis-server" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    var servers = onPath.map { [LoadingServer(name: "redis-server", path: $0)] } ?? []
    for (name, program) in [
      ("redis-7.4.1", "redis-server"), ("redis-8.2.3", "redis-server"),
      ("valkey-8.1.8", "valkey-server"), ("valkey-9.1.2", "valkey-server"),
    ] where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)/\(program)") {
      servers.append(LoadingServer(name: name, path: "\(folder)/\(name)/\(program)"))
    }
    if servers.isEmpty { print("SKIPPED: there is no redis-server (make test installs it)") }
    return servers
  }()

  /// Why there is no file.
  enum Trouble: Error {
    case refused(String)
  }

  /// The RDB file that the server saves when it has loaded a log, which must not end in a transaction.
  func load(_ log: [UInt8]) throws -> [UInt8] {
    try load([("a.aof.1.incr.aof", log)], manifest: "file a.aof.1.incr.aof seq 1 type i\n")
  }

  /// The RDB file that the server saves when it has loaded the files of a log named `a.aof`; the last of
  /// them holds commands.
  func load(_ files: [(name: String, bytes: [UInt8])], manifest: String) throws -> [UInt8] {
    let name = "al-" + String(UInt32.random(in: .min ... .max), radix: 36)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
    defer { try? FileManager.default.removeItem(at: folder) }
    let logs = folder.appendingPathComponent("logs")
    try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
    for (index, file) in files.enumerated() {
      let last = index == files.count - 1 ? LogText("SAVE").bytes : []
      try Data(file.bytes + last).write(to: logs.appendingPathComponent(file.name))
    }
    try Data(manifest.utf8).write(to: logs.appendingPathComponent("a.aof.manifest"))
    try run(in: folder.path)
    return try readFile(folder.path + "/dump.rdb")
  }

  private func run(in folder: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    var environment = ProcessInfo.processInfo.environment
    environment["LD_LIBRARY_PATH"] = (path as NSString).deletingLastPathComponent
    process.environment = environment
    process.arguments = [
      "--port", "0", "--unixsocket", folder + "/s", "--dir", folder, "--save", "",
      "--appendonly", "yes", "--appenddirname", "logs", "--appendfilename", "a.aof",
      "--logfile", folder + "/log", "--daemonize", "no", "--databases", "16",
    ]
    try process.run()
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    for _ in 0..<2000 where process.isRunning && !isSaved(folder) {
      Thread.sleep(forTimeInterval: 0.005)
    }
    guard isSaved(folder) else { throw Trouble.refused(text(folder)) }
  }

  private func text(_ folder: String) -> String {
    (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
  }

  private func isSaved(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/dump.rdb")
  }
}

/// What an RDB file holds: a digest of each value and the key's expiry, by `database key`.
func contents(of file: [UInt8]) throws -> [String: String] {
  let scanned = ScannedFile(scanning: file)
  if let error = scanned.error { throw error }
  var digest = ContentDigest(DigestKey(1, 2))
  var scratch = Scratch()
  var contents: [String: String] = [:]
  for record in scanned.records {
    try file.withRawSpan { (span) throws(RDBError) in
      let value = try digest.digest(record.type, scanned.context, at: record.value, in: span)
      let key = try scratch.withBytes(of: try record.key(in: span), in: span) {
        String(decoding: [UInt8](copying: $0), as: UTF8.self)
      }
      let shape = record.type.shape(in: scanned.context.dialect)?.name ?? "?"
      contents["\(record.database) \(key)"] =
        "\(shape) \(String(value, radix: 16)) \(record.expiry?.rawValue ?? 0)"
    }
  }
  return contents
}
