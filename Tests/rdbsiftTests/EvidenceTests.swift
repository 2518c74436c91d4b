// What makes a run evidence: hashes, reports that are the same every time, and lines that no key
// breaks out of.

import Foundation
import TestSupport
import Testing

@Suite("Evidence")
struct EvidenceTests {
  private static let sample = BuiltBinary.samples + "/intrusion.rdb"

  @Test(
    "every command tells the hash of its input on standard error",
    arguments: [
      ["info"], ["keys"], ["verify"], ["preview"], ["map"], ["timeline"], ["threats"],
      ["export", "--output", "/dev/null"], ["show", "backup1"],
    ])
  func hash(command: [String]) throws {
    let words = command[0] == "show" ? ["show", Self.sample, command[1]] : command + [Self.sample]
    let run = try BuiltBinary.run(words + ["--hash"])
    let sum = sha256(try readFile(Self.sample))
    #expect(run.errors.contains("sha256 \(sum)  \(Self.sample)\n"), "\(run.errors)")
  }

  @Test(
    "a report is the same bytes every time, whatever the number of threads, its members in order",
    arguments: ["info", "verify", "threats", "map"])
  func report(command: String) throws {
    try withTemporaryFolder { folder in
      var reports: [[UInt8]] = []
      for _ in 1...2 {
        let path = folder + "/report.json"
        let now = ["verify", "map"].contains(command) ? [] : ["--now", "2026-11-24T12:00:00Z"]
        let run = try BuiltBinary.run([command, Self.sample, "--report", path] + now)
        #expect(run.status <= 1, "\(run.errors)")
        reports.append(try readFile(path))
        try FileManager.default.removeItem(atPath: path)
      }
      #expect(reports[0] == reports[1])
      let whole = try JSONSerialization.jsonObject(with: Data(reports[0])) as? [String: Any]
      let input = whole?["input"] as? [String: Any]
      #expect(input?["sha256"] as? String == sha256(try readFile(Self.sample)))
      #expect(whole?["command"] as? String == command && whole?["report"] != nil)
      // Members of one object have one indentation, and stand between deeper lines.
      let lines = String(decoding: reports[0], as: UTF8.self).components(separatedBy: "\n")
      let names = lines.compactMap { $0.firstMatch(of: /^  "([a-z_0-9]+)":/)?.1 }
      #expect(names.count == 5 && names == names.sorted())
    }
  }

  /// A file whose keys, fields and libraries want to do things to a terminal or a spreadsheet.
  private func hostile() -> [UInt8] {
    var file = RDBBuilder()
    file.aux("ctime", "1795510952")
    file.raw([245])
    file.string("#!lua name=a\u{1b}[2J\n")
    for key in ["\u{1b}]0;x\u{7}", "a\r\nb,c\"d", "=1+1\u{202e}", "\u{9b}31m"] {
      file.expireMS(1_800_000_000_000)
      file.string(key: key, value: "\u{1b}[31m" + key)
    }
    return file.ended()
  }

  @Test("no key breaks out of the lines of a timeline or of a hex view")
  func escapes() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/x.rdb"
      try write(hostile(), to: path)
      let timeline = try BuiltBinary.run(["timeline", path])
      #expect(timeline.status == 0 && timeline.lines.count == 7)
      for line in timeline.lines {
        // Quoted fields hold no quotes but doubled ones, so commas outside of them are what separates.
        let bare = line.replacing(/"([^"]|"")*"/, with: "q")
        #expect(bare.filter { $0 == "," }.count == 7, "\(line)")
      }
      let outputs = [
        timeline, try BuiltBinary.run(["map", path]),
        try BuiltBinary.run(["show", path, "--offset", "80", "--hex"]),
      ]
      for output in outputs {
        let forbidden = output.output.unicodeScalars.filter {
          $0 != "\n" && $0.properties.generalCategory == .control || $0.value == 0x202e
        }
        #expect(forbidden.isEmpty && output.status == 0, "\(output.errors)")
      }
    }
  }

  @Test("a timeline is the same for any number of threads, and sorted it has the same lines")
  func timeline() throws {
    for name in ["valkey9.rdb", "intrusion.rdb", "tair.rdb"] {
      let one = try BuiltBinary.run(["timeline", name, "--threads", "1"])
      let three = try BuiltBinary.run(["timeline", name, "--threads", "3"])
      #expect(one.stdout == three.stdout && one.lines.count > 2, "\(name)")
      let sorted = try BuiltBinary.run(["timeline", name, "--sort", "time"])
      #expect(sorted.lines.first == one.lines.first)
      let times = sorted.lines.dropFirst().map { $0.prefix(29) }
      #expect(times == times.sorted())
      #expect(sorted.lines.sorted() == one.lines.sorted())
    }
  }
}
