// Keys and values of a file that wants to do things to whoever reads the report.

import Foundation
import TestSupport
import Testing

@Suite("What is found reaches nobody unescaped")
struct ThreatOutputTests {
  /// Escape sequences, controls of both kinds, marks that turn text, tabs and line breaks.
  private static let nasty = "\u{1b}[2J\u{9b}31m\r\n\t\u{7}\u{202e}\u{feff}x"

  @Test(
    "no control character of a key, a value or a rule gets out", arguments: ["text", "tsv", "json"])
  func escapes(format: String) throws {
    var file = RDBBuilder()
    file.aux("name\(Self.nasty)", "curl \(Self.nasty.filter { !"\r\n".contains($0) }) | sh")
    file.string(key: "key\(Self.nasty)", value: "/dev/tcp/\u{1b}[31m\u{202e}/1")
    file.string(key: "k:\(Self.nasty):AKIAIOSFODNN7EXAMPLE", value: "\n* * * * * \u{1b}c\u{7}\n")
    let rules = """
      [nasty]
      title = A title\u{1b}[2J
      severity = low
      where = key
      reference = https://x.invalid/\u{1b}[2J
      pattern = key
      """
    try withTemporaryFolder { folder in
      try write(file.ended(), to: folder + "/dump.rdb")
      try write(Array(rules.utf8), to: folder + "/my.rules")
      let run = try BuiltBinary.run(
        ["threats", folder + "/dump.rdb", "--format", format, "--rules", folder + "/my.rules"])
      #expect(run.status == 1 && run.errors.isEmpty)
      #expect(!run.output.contains("IOSFODNN7"))
      let forbidden = run.output.unicodeScalars.filter { scalar in
        let isLayout = scalar == "\n" || (format == "tsv" && scalar == "\t")
        // JSON is for programs: only what its own grammar forbids must not be in it.
        if format == "json" { return !isLayout && scalar.value < 0x20 }
        return !isLayout && scalar.properties.generalCategory == .control
          || scalar.value == 0x202e || scalar.value == 0xfeff
      }
      #expect(forbidden.isEmpty, "\(forbidden.map { String($0.value, radix: 16) })")
      if format == "tsv" {
        let columns = run.lines.map { $0.components(separatedBy: "\t").count }
        #expect(Set(columns) == [14])
      }
    }
  }
}
