// `history` on a log, from the command line on.

import Foundation
import TestSupport
import Testing

@Suite("History of logs")
struct HistoryCommandTests {
  private func run(_ line: String, in folder: String) throws -> Run {
    try BuiltBinary.run(line.components(separatedBy: " "), in: folder)
  }

  @Test("changes, events and states, in every format")
  func formats() throws {
    try withTemporaryFolder { folder in
      try WrittenLog.make(folder + "/log")
      var text = ""
      for line in [
        "history log", "history log --filter-key user:.* --values", "history log --events",
        "history log --at 1970-01-01T00:01:40Z", "history log --format csv --values",
        "history log --format tsv --db 1",
        "history log --format ndjson --filter-key stock --values",
        "history log --format json --filter-key old", "history log --events --format csv",
        "history log --events --format json", "history log --at 1970-01-01T00:01:40Z --format json",
      ] {
        let run = try run(line, in: folder)
        text += "$ rdbsift \(line)\n\(run.output)--- \(run.status)\n\(run.errors)\n"
      }
      try Snapshot.check(text, "log-history")
    }
  }

  @Test("the command lines of an event can be pasted, whatever the log is called")
  func pasted() throws {
    try withTemporaryFolder { folder in
      let name = "it's a \"log\" of $HOME"
      try WrittenLog.make("\(folder)/\(name)")
      let run = try BuiltBinary.run(
        ["history", name, "--events", "--format", "ndjson"], in: folder)
      let event = try JSONSerialization.jsonObject(with: Data(run.stdout)) as? [String: Any]
      for member in ["preview", "cut"] {
        let line = try #require(event?[member] as? String)
        let run = try BuiltBinary.shell(line + " --now 2026-11-24T00:00:00Z", in: folder)
        #expect(run.status == 0, "\(line): \(run.errors)")
        #expect(run.output.contains("would be restored"))
      }
    }
  }

  @Test("what is no log, or asks for values that names do not tell, is refused")
  func refusals() throws {
    for line in [
      "history shop.rdb", "history shop.rdb --type hash", "history shop.rdb --events --values",
    ] {
      let run = try BuiltBinary.run(line.components(separatedBy: " "))
      #expect(run.status == 64, "\(line)")
    }
  }
}
