// What becomes of expiries that are not kept: expired keys, removed and replaced TTLs.

import Foundation
import TestSupport
import Testing

@Suite("Options of expiries")
struct ExpiryOptionTests {
  private static let now = ["--now", "2026-11-24T12:00:00Z"]
  private static let nowMilliseconds = 1_795_521_600_000

  private func exported(_ options: [String], as format: String = "ndjson") throws -> Run {
    try BuiltBinary.run(["export", "shop.rdb", "--as", format] + options + Self.now)
  }

  private func expiries(_ run: Run) throws -> [String: Int?] {
    var found: [String: Int?] = [:]
    for line in run.lines {
      let row = JSONNode(try JSONSerialization.jsonObject(with: Data(line.utf8)))
      found["\(row["db"].int ?? -1) \(row["key"].text ?? "")"] = .some(row["expire_ms"].int)
    }
    return found
  }

  @Test("--include-expired writes every key with its own expiry, and says what a server drops")
  func includeExpired() throws {
    let usual = try exported([])
    #expect(usual.errors.contains("(--include-expired writes expired keys, too)"))
    let all = try exported(["--include-expired"])
    let kept = try expiries(usual)
    let found = try expiries(all)
    let expired = found.values.compactMap { $0 }.filter { $0 <= Self.nowMilliseconds }.count
    #expect(found.count == 737 && kept.count == 737 - expired && expired > 0)
    for (key, expiry) in kept { #expect(found[key] == expiry) }
    let commands = try exported(["--include-expired"], as: "resp")
    #expect(
      commands.errors.contains(
        "warning: \(expired) keys have expired; a server drops them as soon as it runs the commands"
      ))
    let preview = try BuiltBinary.run(
      ["preview", "shop.rdb", "--include-expired", "--format", "json"] + Self.now)
    let report = JSONNode(try JSONSerialization.jsonObject(with: Data(preview.stdout)))
    #expect(report["outcome"]["restored"]["keys"].int == 737)
    #expect(report["outcome"]["expired_restored"]["keys"].int == expired)
  }

  @Test(
    "--persist and --ttl replace all expiries, and revive no expired key",
    arguments: ["ndjson", "rdb", "resp", "restore"])
  func replaced(format: String) throws {
    let usual = Set(try expiries(try exported([])).keys)
    for (options, expiry) in [
      (["--persist"], nil), (["--ttl", "2h"], Self.nowMilliseconds + 7_200_000),
    ] {
      let run = try exported(options, as: format)
      #expect(run.errors.contains("field TTLs are unchanged"))
      if format == "ndjson" {
        let found = try expiries(run)
        #expect(Set(found.keys) == usual)
        #expect(found.values.allSatisfy { $0 == expiry })
      } else if format == "rdb" {
        try withTemporaryFolder { folder in
          try write(run.stdout, to: folder + "/new.rdb")
          let keys = try BuiltBinary.run(["keys", folder + "/new.rdb", "--format", "ndjson"])
          let found = try expiries(keys)
          #expect(Set(found.keys) == usual)
          #expect(found.values.allSatisfy { $0 == expiry })
          #expect(try BuiltBinary.run(["verify", folder + "/new.rdb"]).status == 0)
        }
      } else {
        let times = run.output.matches(of: /\r\n(179\d{10}|18\d{11})\r\n/).map { Int($0.1) }
        #expect(expiry == nil ? times.isEmpty : times.count == usual.count)
        #expect(times.allSatisfy { $0 == expiry })
      }
    }
  }

  @Test("only an expired key that is asked for is revived")
  func revived() throws {
    let found = try expiries(try exported(["--include-expired", "--persist"]))
    #expect(found.count == 737 && found.values.allSatisfy { $0 == nil })
  }

  @Test("a preview lists the expiries that an export writes")
  func preview() throws {
    let run = try BuiltBinary.run(
      ["preview", "shop.rdb", "--ttl", "1d", "--list", "--list-format", "ndjson"] + Self.now)
    let rows = try run.lines.map {
      JSONNode(try JSONSerialization.jsonObject(with: Data($0.utf8)))
    }.filter { $0["outcome"].text == "restored" }
    #expect(rows.allSatisfy { $0["until_ms"].int == Self.nowMilliseconds + 86_400_000 })
    let text = try BuiltBinary.run(["preview", "shop.rdb", "--persist"] + Self.now)
    #expect(text.output.contains("TTLs removed, except field TTLs"))
    #expect(text.output.contains("--include-expired would also restore the"))
  }

  @Test(
    "what excludes each other is refused, and so is a span that is none",
    arguments: [
      ["--persist", "--ttl", "1h"], ["--persist", "--time-shift", "2026-11-24T12:00:00Z"],
      ["--ttl", "1h", "--time-shift", "2026-11-24T12:00:00Z"], ["--ttl", "0"], ["--ttl", "soon"],
      ["--ttl", "9223372036854775807w"],
    ])
  func refused(options: [String]) throws {
    let run = try exported(options)
    #expect(run.status == 64 && run.stdout.isEmpty)
    #expect(run.errors.hasPrefix("error: "))
  }
}
