// What is refused of append-only logs, and with which code.

import Foundation
import TestSupport
import Testing

@Suite("Refusals of logs")
struct LogRefusalTests {
  private func expect(
    _ line: String, in folder: String, status: Int32 = 64, _ texts: String...
  ) throws {
    let run = try BuiltBinary.run(line.components(separatedBy: " "), in: folder)
    #expect(run.status == status, "\(line): \(run.errors)")
    #expect(run.output.isEmpty, "\(line)")
    for text in texts { #expect(run.errors.contains(text), "\(line): \(run.errors)") }
  }

  @Test("a moment that the log does not reach is refused with the bound and the service's code")
  func bounds() throws {
    try withTemporaryFolder { folder in
      try WrittenLog.make(folder + "/log")
      let code = "[InvalidBinlog.NotValid]"
      try expect(
        "export log --restore-time 1970-01-01T00:01:39Z", in: folder,
        "RestoreTime.TooEarly \(code)", "1970-01-01 00:01:40Z")
      try expect(
        "preview log --restore-time 1970-01-01T00:05:01Z", in: folder,
        "RestoreTime.TooLate \(code)", "1970-01-01 00:05:00Z")
      try expect(
        "export log --restore-type 1", in: folder, "RestoreTime.Missing [MissingParameter]")
      try expect(
        "export log --restore-type 1 --restore-time never", in: folder,
        "RestoreTime.Format [InvalidRestoreTime.Format]")
      try expect(
        "export log --restore-type 0 --restore-time 1970-01-01T00:05:00Z", in: folder,
        "RestoreType.Mismatch [ResroreParamNotMatch]")
      try expect("keys log --cut other:5", in: folder, "other is not a file of log")
      try expect("keys log --cut a.aof.2.incr.aof:99999", in: folder, "beyond the end")
      try WrittenLog.make(folder + "/bare", commands: WrittenLog.bytes("SET a 1"))
      try expect(
        "export bare --restore-time 1970-01-01T00:01:40Z", in: folder,
        "RestoreTime.NoStamps \(code)")
      try expect(
        "export bare --time-shift 1970-01-01T00:01:40Z", in: folder, "TimeShift.NoReference")
    }
  }

  @Test("a directory with an RDB file and a log is refused with both command lines")
  func besideDump() throws {
    try withTemporaryFolder { folder in
      try WrittenLog.make(folder + "/data/appendonlydir")
      try expect("keys data --cut-commands 99", in: folder, "beyond the end")
      try write(WrittenLog.base, to: folder + "/data/dump.rdb")
      for command in ["keys", "info", "verify", "export"] {
        try expect(
          "\(command) data", in: folder, "  rdbsift info data/appendonlydir\n",
          "  rdbsift info data/dump.rdb\n")
      }
    }
  }

  @Test("parts of a log that are missing, alone or damaged are named")
  func parts() throws {
    try withTemporaryFolder { folder in
      try WrittenLog.make(folder + "/log")
      try expect("keys log/a.aof.2.incr.aof", in: folder, "one part of a log", "name log")
      try expect("keys log log/a.aof.2.base.rdb --restore-time 300", in: folder, "log")
      try FileManager.default.removeItem(atPath: folder + "/log/a.aof.manifest")
      try expect("keys log", in: folder, status: 2, "but no manifest")
      try WrittenLog.make(folder + "/empty", base: [])
      try expect("keys empty", in: folder, status: 2, "the base of the log is empty")
      try WrittenLog.make(
        folder + "/damaged", commands: WrittenLog.bytes("SET a 1") + Array("junk".utf8))
      try expect("keys damaged", in: folder, status: 2, "byte 27", "--cut a.aof.2.incr.aof:27")
      try WrittenLog.make(folder + "/gone")
      try FileManager.default.removeItem(atPath: folder + "/gone/a.aof.2.incr.aof")
      try expect("keys gone", in: folder, "lacks a.aof.2.incr.aof")
      try FileManager.default.removeItem(atPath: folder + "/gone/a.aof.2.base.rdb")
      try expect(
        "keys gone", in: folder, status: 2, "a.aof.2.base.rdb listed in the manifest is missing")
    }
  }

  @Test("commands that read RDB files only say that the commands of a log are not read")
  func unread() throws {
    try withTemporaryFolder { folder in
      try WrittenLog.make(folder + "/log")
      for command in ["map log", "timeline log", "keys log --base-only"] {
        let run = try BuiltBinary.run(command.components(separatedBy: " "), in: folder)
        #expect(run.status == 0)
        #expect(
          run.errors.contains("log is an append-only log: only its base a.aof.2.base.rdb is read"))
      }
      let run = try BuiltBinary.run(["keys", "log/a.aof.2.base.rdb"], in: folder)
      #expect(run.errors.contains("is only the base of an append-only log"))
      try write(WrittenLog.bytes("SET a 1"), to: folder + "/text.aof")
      try expect("map text.aof", in: folder, status: 2, "without an RDB file")
    }
  }
}
