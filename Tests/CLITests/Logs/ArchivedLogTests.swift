// Append-only logs in tar archives, from the command line on.

import Foundation
import TestSupport
import Testing

@Suite("Logs in archives")
struct ArchivedLogTests {
  private func shell(_ line: String, in folder: String) throws -> Run {
    try BuiltBinary.shell(line, in: folder)
  }

  private func keys(_ line: String, in folder: String) throws -> [String] {
    let run = try shell("\(line) --format tsv", in: folder)
    #expect(run.status == 0, "\(line): \(run.errors)")
    return run.lines.dropFirst().map { $0.components(separatedBy: "\t")[1] }.sorted()
  }

  /// Lends a folder with a log in `data/appendonlydir`, and tar archives of it.
  private func withArchives(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try WrittenLog.make(folder + "/data/appendonlydir")
      let made = try shell(
        "tar cf log.tar -C data appendonlydir; tar cf data.tar data; tar cf flat.tar -C data/appendonlydir "
          + ". ; gzip -k log.tar", in: folder)
      #expect(made.status == 0, "\(made.errors)")
      try body(folder)
    }
  }

  @Test(
    "a log is read from an archive of its directory, of its data directory, packed or from a pipe")
  func read() throws {
    try withArchives { folder in
      let cut = "--cut a.aof.2.incr.aof:\(WrittenLog.flush)"
      for input in ["log.tar", "data.tar", "flat.tar", "log.tar.gz"] {
        #expect(try keys("rdbsift keys \(input) \(cut)", in: folder) == ["stock", "user:1"])
        #expect(
          try keys("cat \(input) | rdbsift keys - \(cut)", in: folder) == ["stock", "user:1"])
        let check = try shell("rdbsift verify \(input)", in: folder)
        #expect(check.status == 0)
        #expect(check.output.contains("\(input): sound, 3 keys in the base, 6 commands"))
      }
      // The archive beside other files of a directory.
      #expect(try keys("mkdir d; cp log.tar d; rdbsift keys d \(cut)", in: folder).count == 2)
    }
  }

  @Test("command lines that are printed name the archive, and can be pasted")
  func pasted() throws {
    try withArchives { folder in
      let run = try shell("rdbsift history log.tar --events --format ndjson", in: folder)
      let event = try JSONSerialization.jsonObject(with: Data(run.stdout)) as? [String: Any]
      for member in ["preview", "cut"] {
        let line = try #require(event?[member] as? String)
        let run = try shell(line + " --now 2026-11-24T00:00:00Z", in: folder)
        #expect(run.status == 0 && run.output.contains("would be restored"), "\(line)")
      }
    }
  }

  @Test(
    "an archive of a data directory with an RDB file and a log is refused with both command lines")
  func besideDump() throws {
    try withArchives { folder in
      try write(WrittenLog.base, to: folder + "/data/dump.rdb")
      let run = try shell("tar cf both.tar data; rdbsift keys both.tar", in: folder)
      #expect(run.status == 64)
      let lines = run.errors.components(separatedBy: "\n").filter { $0.hasPrefix("  rdbsift") }
      #expect(
        lines == [
          "  rdbsift info both.tar --member data/appendonlydir",
          "  rdbsift info both.tar --member data/dump.rdb",
        ])
      let infos = try lines.map { try shell($0, in: folder) }
      #expect(infos.allSatisfy { $0.status == 0 }, "\(infos.map(\.errors))")
      #expect(infos[0].output.contains("append-only log") && infos[1].output.contains("Redis"))
      let other = try shell("rdbsift keys both.tar --member data/other", in: folder)
      #expect(other.status == 2 && other.errors.contains("no such member"))
    }
  }

  @Test("logs of several servers, an old log and an RDB file beside each other are told apart")
  func several() throws {
    try withTemporaryFolder { folder in
      for name in ["a", "b"] {
        try WrittenLog.make(
          "\(folder)/\(name)/appendonlydir", commands: WrittenLog.bytes("SELECT 0", "SET \(name) 1")
        )
      }
      try write(WrittenLog.bytes("SELECT 0", "SET old-log 1"), to: folder + "/appendonly.aof")
      let made = try shell("tar cf set.tar a b appendonly.aof", in: folder)
      #expect(made.status == 0)
      let found = try keys("rdbsift keys set.tar", in: folder)
      #expect(found.count == 9)
      let run = try shell("rdbsift verify set.tar --each", in: folder)
      #expect(run.output.contains("set.tar:b/appendonlydir: sound, 3 keys in the base, 2 commands"))
      #expect(run.output.contains("set.tar:appendonly.aof: sound, 2 commands"))
      #expect(run.output.contains("3 files: all sound"))
      let one = try keys("rdbsift keys set.tar --member a/appendonlydir", in: folder)
      #expect(one == ["a", "old", "stock", "user:1"])
    }
  }

  @Test("parts in an archive that are missing, empty or without a manifest are named")
  func parts() throws {
    try withArchives { folder in
      let start = "cp -r data/appendonlydir x; "
      var run = try shell(
        start + ": > x/a.aof.2.incr.aof; tar cf empty.tar x; rdbsift keys empty.tar", in: folder)
      #expect(run.status == 0 && run.lines.count == 4, "\(run.errors)")
      run = try shell(
        "rm x/a.aof.2.incr.aof; tar cf gone.tar x; rdbsift verify gone.tar", in: folder)
      #expect(run.status == 1 && run.output.contains("a.aof.2.incr.aof: the file is missing"))
      run = try shell(
        "cp data/appendonlydir/a.aof.2.incr.aof x; rm x/*.manifest; tar cf bare.tar x; "
          + "rdbsift keys bare.tar", in: folder)
      #expect(run.status == 2 && run.errors.contains("but no manifest"), "\(run.errors)")
    }
  }
}
