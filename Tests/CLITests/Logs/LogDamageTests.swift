// `verify` and `salvage` of damaged logs, from the command line on.

import Foundation
import TestSupport
import Testing

@Suite("Damaged logs")
struct LogDamageTests {
  private static let head = WrittenLog.bytes("#TS:100", "SELECT 0", "SET user:2 bob", "INCR stock")
  private static let rest = WrittenLog.bytes(
    "#TS:200", "SELECT 0", "SET user:3 eve", "INCR stock", "SADD team bob")

  /// Damage by name: the commands of the log.
  private static let damaged: [(name: String, commands: [UInt8])] = [
    ("sound", head + rest),
    ("junk", head + Array("*1\r\n$8\r\nflush".utf8) + rest),
    ("zeros", head.dropLast(12) + [UInt8](repeating: 0, count: 50) + rest),
    ("words", head + Array("FLUSHALL\r\n".utf8) + rest),
    ("mark", [0xef, 0xbb, 0xbf] + head + rest),
    ("line-end", head + rest + [10]),
    ("long", head + Array("*3\r\n$3\r\nSET\r\n$6\r\nuser:2\r\n$1\r\nbobby\r\n".utf8) + rest),
    ("crash", head + WrittenLog.bytes("MULTI", "SET user:2 x") + Array("*1\r\n$4\r\nEX".utf8)),
    ("hostile", head + Array("*2\r\n$3\r\nGET\r\n$9223372036854775807\r\n".utf8) + rest),
  ]

  private func run(_ line: String, in folder: String) throws -> Run {
    try BuiltBinary.run(line.components(separatedBy: " "), in: folder)
  }

  private func transcript(_ line: String, in folder: String) throws -> String {
    Snapshot.transcript(line.components(separatedBy: " "), try run(line, in: folder))
  }

  @Test(
    "damage of every kind is found at its place, and what is left is salvaged; nothing is changed")
  func kinds() throws {
    try withTemporaryFolder { folder in
      var text = ""
      for (name, commands) in Self.damaged {
        try WrittenLog.make("\(folder)/\(name)", commands: commands)
        text += try transcript("verify \(name)", in: folder)
        text += try transcript("salvage \(name) --as list", in: folder)
        #expect(try readFile("\(folder)/\(name)/a.aof.2.incr.aof") == commands, "\(name)")
      }
      try Snapshot.check(text, "log-damage")
    }
  }

  @Test("parts that are missing, cut, empty or not named are found, and other files are notes")
  func parts() throws {
    try withTemporaryFolder { folder in
      let names = [1, 2, 3].map { "a.aof.\($0).incr.aof" }
      let manifest =
        "file a.aof.1.base.rdb seq 1 type b\n"
        + names.enumerated().map { "file \($1) seq \($0 + 1) type i\n" }.joined()
      func make(_ name: String, base: [UInt8]? = WrittenLog.base, without missing: Int?) throws {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if let base { try write(base, to: path + "/a.aof.1.base.rdb") }
        let parts = [Self.head, Array(Self.head.dropLast(5)), Self.rest]
        for (index, part) in parts.enumerated() where index != missing {
          try write(part, to: "\(path)/\(names[index])")
        }
        try write(Array(manifest.utf8), to: path + "/a.aof.manifest")
      }
      try make("gone", without: 0)
      try make("cut", without: nil)
      try make("empty", base: [], without: 1)
      try make("base", base: nil, without: nil)
      try make("more", without: 1)
      try write(Self.rest, to: folder + "/more/a.aof.9.incr.aof")
      try write([1], to: folder + "/more/notes.txt")
      var text = ""
      for name in ["gone", "cut", "empty", "base", "more"] {
        text += try transcript("verify \(name)", in: folder)
        text += try transcript("salvage \(name) --as ndjson", in: folder)
      }
      try Snapshot.check(text, "log-damaged-parts")
    }
  }

  @Test("reports on logs have the members of other reports, and their own")
  func reports() throws {
    try withTemporaryFolder { folder in
      let junk = Self.damaged[1].commands
      try WrittenLog.make(folder + "/log", commands: junk)
      var text = ""
      for line in [
        "verify log --format json", "salvage log --format json",
        "salvage log --as resp", "salvage log --as json --filter-key user:.*",
      ] {
        text += try transcript(line, in: folder)
      }
      try Snapshot.check(text, "log-damage-reports")
    }
  }

  @Test(
    "an RDB part that is damaged is salvaged as an RDB file, and an RDB file is made of nothing else"
  )
  func base() throws {
    try withTemporaryFolder { folder in
      var base = WrittenLog.base
      base[base.count - 16] = 0x63  // the type of the last record
      try WrittenLog.make(folder + "/log", base: base)
      var run = try run("salvage log", in: folder)
      #expect(run.status == 1)
      #expect(run.errors.contains("its RDB part a.aof.2.base.rdb is damaged"))
      #expect(run.errors.contains("log/a.aof.2.base.rdb: 2 keys"))
      run = try self.run("verify log", in: folder)
      #expect(run.status == 1 && run.output.contains("rdbsift salvage log/a.aof.2.base.rdb"))
      try WrittenLog.make(folder + "/sound")
      run = try self.run("salvage sound --as rdb --output made.rdb", in: folder)
      #expect(run.status == 0 && run.errors.contains("only its base a.aof.2.base.rdb is read"))
      #expect(run.errors.contains("3 keys"))
      // The base of a log is an RDB file by itself.
      run = try self.run("salvage sound/a.aof.2.base.rdb", in: folder)
      #expect(run.status == 0 && run.errors.contains("3 keys (3 sure, 0 probable)"))
    }
  }

  @Test("an old log is verified and salvaged as one file, with its digest")
  func oldLogs() throws {
    try withTemporaryFolder { folder in
      var builder = RDBBuilder("REDIS0009")
      builder.aux("aof-preamble", "1")
      builder.selectDB(0)
      builder.string(key: "first", value: "1")
      try write(builder.ended() + Self.damaged[1].commands, to: folder + "/appendonly.aof")
      try write(Self.head + Self.rest, to: folder + "/text.aof")
      var text = ""
      for line in [
        "verify appendonly.aof", "salvage appendonly.aof --as list", "verify text.aof",
        "verify appendonly.aof text.aof", "salvage appendonly.aof text.aof",
      ] {
        text += try transcript(line, in: folder)
      }
      try Snapshot.check(text, "log-damage-old")
      let run = try run("verify text.aof --hash", in: folder)
      #expect(run.errors.contains("sha256 "))
    }
  }
}
