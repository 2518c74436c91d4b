// Append-only logs that tests write: a base, commands with time stamps, a manifest.

import Foundation
import TestSupport

/// The files of a log in a directory.
struct WrittenLog {
  /// The base: `user:1`, `stock` and `old`, which expires at the second 150.
  static var base: [UInt8] {
    var builder = RDBBuilder("REDIS0010")
    builder.aux("redis-ver", "7.0.15")
    builder.aux("ctime", "100")
    builder.aux("aof-base", "1")
    builder.selectDB(0)
    builder.string(key: "user:1", value: "ann")
    builder.string(key: "stock", value: "7")
    builder.expireMS(150_000)
    builder.string(key: "old", value: "x")
    return builder.ended()
  }

  /// Commands between the seconds 100 and 300; the flush is at `flush`.
  static let commands =
    bytes(
      "#TS:100", "SELECT 0", "SET user:2 bob", "#TS:200", "INCR stock", "DEL user:2")
    + bytes("FLUSHALL", "#TS:300", "SET user:3 eve")
  static let flush = bytes(
    "#TS:100", "SELECT 0", "SET user:2 bob", "#TS:200", "INCR stock", "DEL user:2"
  ).count

  /// Commands as a log has them; lines that begin with `#` stay as they are.
  static func bytes(_ lines: String...) -> [UInt8] {
    lines.flatMap { line -> [UInt8] in
      if line.hasPrefix("#") { return Array((line + "\r\n").utf8) }
      let words = line.components(separatedBy: " ")
      let text = words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
      return Array("*\(words.count)\r\n\(text)".utf8)
    }
  }

  /// Writes a log with its manifest into a directory.
  static func make(
    _ directory: String, base: [UInt8]? = WrittenLog.base, commands: [UInt8] = commands
  ) throws {
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    var manifest = "file a.aof.2.incr.aof seq 2 type i\n"
    if let base {
      manifest = "file a.aof.2.base.rdb seq 2 type b\n" + manifest
      try write(base, to: directory + "/a.aof.2.base.rdb")
    }
    try write(commands, to: directory + "/a.aof.2.incr.aof")
    try write(Array(manifest.utf8), to: directory + "/a.aof.manifest")
  }
}
