// What people type without reading the manual: it works, or the error says what does.

import Foundation
import TestSupport
import Testing

@Suite("Options that people guess")
struct OptionTests {
  private static let now = ["--now", "2026-11-24T12:00:00Z"]

  private func keys(_ arguments: [String]) throws -> [String] {
    let run = try BuiltBinary.run(["keys", "shop.rdb"] + arguments + Self.now)
    #expect(run.status == 0, "\(arguments): \(run.errors)")
    return run.lines
  }

  @Test(
    "ranges and lists are the same however they are spelled",
    arguments: [
      (["--size", "1K~"], ["--size", ">=1K"]), (["--size", "1K~"], ["--size", "1024.."]),
      (["--size", "~511"], ["--size", "<512"]), (["--size", "~511"], ["--size", "0..511"]),
      (["--slot", "0~5460"], ["--slot", "0-5460"]),
      (["--db", "0", "--db", "3"], ["--db", "0,3"]),
      (["--type", "hash", "--type", "zset"], ["--type", "hash,zset"]),
      (["--type", "hash,zset"], ["--exclude-type", "string,list,set,stream,module"]),
      (["--db", "3"], ["--db", "0,3", "--exclude-db", "0"]),
      (["--limit", "0"], []), (["--as", "csv"], ["--format", "csv"]),
      (["--expire", "2026-11-25T00:00:00Z~"], ["--expire", ">=2026-11-25"]),
    ])
  func spellings(one: [String], other: [String]) throws {
    let lines = try keys(one)
    #expect(lines.count > 1)
    #expect(try keys(other) == lines)
  }

  @Test(
    "a time in another form than the vendor's is taken, and its UTC instant is shown",
    arguments: ["2026-11-20", "2026-11-20T08:00:00+08:00", "1795132800", "1795132800000"])
  func times(text: String) throws {
    let arguments = ["preview", "shop.rdb", "--format", "json"] + Self.now
    let vendor = try BuiltBinary.run(arguments + ["--restore-time", "2026-11-20T00:00:00Z"])
    let run = try BuiltBinary.run(arguments + ["--restore-time", text])
    #expect(run.status == vendor.status)
    #expect(run.stdout == vendor.stdout)
    #expect(run.errors.contains("note: --restore-time \(text) is 2026-11-20 00:00:00Z\n"))
    #expect(!vendor.errors.contains("note:"))
  }

  @Test("a pasted call keeps the vendor's strictness")
  func pastedCall() throws {
    let run = try BuiltBinary.run(
      [
        "preview", "shop.rdb", "--", "aliyun", "r-kvstore", "RestoreInstance", "--RestoreTime",
        "2026-11-20",
      ])
    #expect(run.status == 64)
    #expect(run.errors.contains("InvalidRestoreTime.Format"))
  }

  @Test(
    "what cannot be meant is refused, with what can",
    arguments: [
      (["--size", "2K~1K"], "did you mean 1K..2K?"),
      (["--type", "sortedset"], "types are string, list, set, zset, hash, stream"),
      (["--type", "strings"], "types are string, list, set, zset, hash, stream"),
      (["--json"], "use --format json"), (["--csv"], "use --format csv"),
      (["--glob", "a*"], "--match glob"), (["--regex", "a.*"], "--key-regex"),
      (["--key", "a"], "--match literal"), (["--ttl", "5"], "use --expire"),
      (["--no-ttl"], "use --expire none"), (["--now", "17954784001"], "11 digits"),
    ])
  func hints(arguments: [String], hint: String) throws {
    let run = try BuiltBinary.run(["keys", "shop.rdb"] + arguments)
    #expect(run.status == 64)
    #expect(run.errors.hasPrefix("error: "))
    #expect(run.errors.contains(hint), "\(run.errors)")
  }

  @Test("a file instead of a command is looked into, and a misspelled command gets the right one")
  func firstWord() throws {
    #expect(
      try BuiltBinary.run(["shop.rdb"] + Self.now).stdout
        == BuiltBinary.run(["info", "shop.rdb"] + Self.now).stdout)
    let absent = try BuiltBinary.run(["absent.rdb"])
    #expect(absent.status == 2)
    #expect(absent.errors.contains("absent.rdb: cannot open"))
    for (word, command) in [("inf", "info"), ("compare", "diff"), ("exprot", "export")] {
      let run = try BuiltBinary.run([word, "shop.rdb"])
      #expect(run.status == 64)
      #expect(run.errors.contains("did you mean \(command)?"), "\(run.errors)")
    }
  }

  @Test("without a file, a file or a pipe on standard input is read, and that is said")
  func standardInput() throws {
    let named = try BuiltBinary.run(["keys", "shop.rdb"])
    for line in ["rdbsift keys < shop.rdb", "cat shop.rdb | rdbsift keys"] {
      let run = try BuiltBinary.shell(line)
      #expect(run.stdout == named.stdout)
      #expect(run.errors == "note: no file is named; reading standard input\n")
    }
    let shown = try BuiltBinary.shell("rdbsift show user:1 < shop.rdb")
    #expect(shown.status == 0)
    let nothing = try BuiltBinary.run(["keys"])
    #expect(nothing.status == 64)
  }

  @Test(
    "what a command prints goes to a file that appears when it is complete",
    arguments: ["info", "keys", "verify", "map", "timeline", "threats", "preview"])
  func output(command: String) throws {
    try withTemporaryFolder { folder in
      let source = BuiltBinary.samples + "/shop.rdb"
      let arguments = [command, source] + (command == "map" ? [] : Self.now)
      let plain = try BuiltBinary.run(arguments, in: folder)
      let run = try BuiltBinary.run(arguments + ["-o", "out"], in: folder)
      #expect(run.status == plain.status)
      #expect(run.stdout.isEmpty)
      #expect(try readFile(folder + "/out") == plain.stdout)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out"])
      let failed = try BuiltBinary.run([command, "absent.rdb", "-o", "none"], in: folder)
      #expect(failed.status == 2)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out"])
    }
  }

  @Test("an input is never written over")
  func outputIsInput() throws {
    try withTemporaryFolder { folder in
      let bytes = try readFile(BuiltBinary.samples + "/shop.rdb")
      try write(bytes, to: folder + "/dump.rdb")
      for arguments in [["keys", "dump.rdb"], ["keys", "."], ["export", "dump.rdb"]] {
        let run = try BuiltBinary.run(arguments + ["-o", "dump.rdb"], in: folder)
        #expect(run.status == 2)
        #expect(run.errors.contains("is also an input"))
        #expect(try readFile(folder + "/dump.rdb") == bytes)
      }
    }
  }

  @Test("devices and pipes are written straight")
  func straight() throws {
    try withTemporaryFolder { folder in
      let source = BuiltBinary.samples + "/shop.rdb"
      let end = Self.now.joined(separator: " ")
      let plain = try BuiltBinary.shell("rdbsift export \(source) \(end)", in: folder)
      let device = try BuiltBinary.shell(
        "rdbsift export \(source) -o /dev/null \(end) && rdbsift keys \(source) -o /dev/null",
        in: folder)
      #expect(device.status == 0)
      #expect(device.stdout.isEmpty)
      let standard = try BuiltBinary.shell(
        "rdbsift export \(source) -o /dev/stdout \(end)", in: folder)
      #expect(standard.stdout == plain.stdout)
      let pipe = try BuiltBinary.shell(
        "mkfifo p; rdbsift export \(source) -o p \(end) & cat p; wait; test -p p", in: folder)
      #expect(pipe.status == 0)
      #expect(pipe.stdout == plain.stdout)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["p"])
    }
  }

  @Test("the folder of a partition is made")
  func folder() throws {
    try withTemporaryFolder { folder in
      let run = try BuiltBinary.run(
        [
          "export", BuiltBinary.samples + "/shop.rdb", "--partition", "slots:2", "--out-dir",
          "new/parts",
        ] + Self.now, in: folder)
      #expect(run.status == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/new/parts").count == 3)
    }
  }

  @Test("a name that ends like another format's is warned of")
  func nameOfFormat() throws {
    try withTemporaryFolder { folder in
      let source = BuiltBinary.samples + "/shop.rdb"
      let run = try BuiltBinary.run(["export", source, "-o", "out.json"] + Self.now, in: folder)
      #expect(run.errors.contains("warning: out.json is written as resp, whatever its name"))
      let asked = try BuiltBinary.run(
        ["export", source, "-o", "out.json", "--format", "json"] + Self.now, in: folder)
      #expect(!asked.errors.contains("whatever its name"))
    }
  }

  @Test("colours are asked for or refused")
  func colours() throws {
    let run = try BuiltBinary.run(["keys", "absent.rdb", "--color", "always"])
    #expect(run.errors.contains("\u{1b}[31merror:"))
    #expect(
      try !BuiltBinary.run(["keys", "absent.rdb", "--color=never"]).errors.contains("\u{1b}"))
  }

  @Test("commands replace the keys that they write, by default and by --existing replace alike")
  func existing() throws {
    let arguments = ["export", "shop.rdb"] + Self.now
    let usual = try BuiltBinary.run(arguments)
    #expect(try BuiltBinary.run(arguments + ["--existing", "replace"]).stdout == usual.stdout)
    let merged = try BuiltBinary.run(arguments + ["--existing", "merge"])
    #expect(usual.output.contains("UNLINK"))
    #expect(!merged.output.contains("UNLINK"))
  }
}
