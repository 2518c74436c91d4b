// Ranges of `split`, read by other processes: together they write what one process does.

import Foundation
import TestSupport
import Testing

@Suite("Ranges of a file, as commands") struct RangeCommandTests {
  private static let now = ["--now", "2026-11-20T10:00:00Z"]
  private static let commands = [
    ["keys"], ["keys", "--format", "csv"], ["keys", "--format", "ndjson"],
    ["keys", "--format", "keylist", "--type", "stream"],
    ["export", "--as", "ndjson"] + now, ["export", "--joined"] + now,
    ["export", "--as", "restore", "--joined"] + now,
  ]

  private func lines(_ file: String, _ parts: Int) throws -> [String] {
    let run = try BuiltBinary.run(["split", file, "--parts", "\(parts)"])
    #expect(run.status == 0, "\(run.errors)")
    return run.lines
  }

  @Test(
    "rows and commands of all ranges are those of the file",
    arguments: ["shop.rdb", "types.rdb", "valkey9.rdb", "tair.rdb"])
  func joined(file: String) throws {
    for parts in [2, 9] {
      let lines = try lines(file, parts)
      for command in Self.commands {
        let whole = try BuiltBinary.run(command.filter { $0 != "--joined" } + [file])
        var joined: [UInt8] = []
        for line in lines {
          let run = try BuiltBinary.run(command + ["--range", line])
          #expect(run.status == 0 || run.status == whole.status, "\(command): \(run.errors)")
          joined += run.stdout
        }
        #expect(joined == whole.stdout, "\(file) in \(parts): \(command)")
      }
    }
  }

  @Test("without --joined, each range is loaded by itself: it begins with SELECT")
  func apart() throws {
    let whole = try BuiltBinary.run(["export", "shop.rdb"] + Self.now)
    var joined = ""
    for line in try lines("shop.rdb", 9) {
      let part = try BuiltBinary.run(["export", "--range", line] + Self.now)
      #expect(part.output.hasPrefix("*2\r\n$6\r\nSELECT\r\n"))
      joined += part.output
    }
    // A SELECT of the database that is selected changes nothing.
    let select = /\*2\r\n\$6\r\nSELECT\r\n\$1\r\n(\d)\r\n/
    var (kept, rest, database) = ("", joined[...], "")
    while let found = rest.firstMatch(of: select) {
      kept += rest[..<found.range.lowerBound]
      if String(found.1) != database { kept += found.0 }
      database = String(found.1)
      rest = rest[found.range.upperBound...]
    }
    #expect(kept + rest == whole.output)
  }

  @Test("a range in which nothing is selected is no finding")
  func nothing() throws {
    let line = try lines("shop.rdb", 9)[4]
    for command in ["keys", "export", "stats"] {
      let run = try BuiltBinary.run([command, "--range", line, "--key-regex", "no such key"])
      #expect(run.status == 0, "\(command): \(run.errors)")
    }
  }

  @Test("a line comes from a pipe, and a file that is named replaces that of the line")
  func files() throws {
    let all = try BuiltBinary.run(["keys", "shop.rdb"]).lines
    let piped = try BuiltBinary.shell(
      "rdbsift split shop.rdb --parts 4 | sed -n 2p | rdbsift keys --range @-")
    #expect(piped.status == 0 && all.contains(piped.lines[0]))
    try withTemporaryFolder { folder in
      let line = try lines("shop.rdb", 4)[1]
      try write(Array(line.utf8), to: folder + "/line")
      let copied = try BuiltBinary.shell(
        "cp shop.rdb \(folder)/copy; rdbsift keys \(folder)/copy --range @\(folder)/line")
      #expect(copied.stdout == piped.stdout)
      let other = try BuiltBinary.run(["keys", "types.rdb", "--range", line])
      #expect(other.status == 2 && other.errors.contains("and the range is of a file with 62,823"))
      let packed = try BuiltBinary.shell(
        "gzip -c shop.rdb > \(folder)/z; rdbsift keys \(folder)/z --range @\(folder)/line")
      #expect(packed.status == 2 && packed.errors.contains("is packed"))
      let split = try BuiltBinary.run(["split", folder + "/z", "--parts", "3"])
      #expect(split.status == 2 && split.errors.contains("unpack it") && split.stdout.isEmpty)
    }
  }

  private static let members = [
    "file", "size", "head_sha256", "part", "parts", "start", "end", "keys", "database",
    "end_database",
    "dialect", "slot", "templates",
  ]

  @Test("each member of a line is checked", arguments: members)
  func member(name: String) throws {
    let line = try lines("shop.rdb", 4)[1]
    let values = [
      "null", "-1", "0", "1.5", "1e3", "\"\"", "\"x\"", "18446744073709551616", "77", "[1]",
    ]
    let value = try #require(line.firstMatch(of: try Regex("\"\(name)\":(null|\\d+|\"[^\"]*\")")))
    for other in values {
      let changed = line.replacingCharacters(in: value.range, with: "\"\(name)\":\(other)")
      guard changed != line else { continue }
      let run = try BuiltBinary.run(["keys", "shop.rdb", "--range", changed])
      // The name is for those who read the line. A slot that no record states is the range's to say.
      if name == "file"
        && ["\"x\"", "-1", "0", "1.5", "1e3", "18446744073709551616", "77"].contains(other)
      {
        continue
      }
      if ["slot", "templates"].contains(name) && ["null", "0", "77", "\"\""].contains(other) {
        continue
      }
      if (name, other) == ("database", "0") || (name, other) == ("parts", "77") { continue }
      #expect(run.status == 64 || run.status == 2, "\(other): \(run.output.prefix(200))")
      #expect(run.errors.hasPrefix("error: "))
    }
    for missing in [
      line.replacing(value.0, with: "\"x\":1"), line + line, "{", "", "[]", line + "\n" + line,
    ] {
      guard !["slot", "templates"].contains(name) || !missing.contains("\"x\":1") else { continue }
      let run = try BuiltBinary.run(["keys", "shop.rdb", "--range", missing])
      #expect(run.status == 64, "\(missing): \(run.errors)")
    }
  }

  @Test(
    "what makes no sense is refused",
    arguments: [
      "keys --range \"$L\" --limit 3", "keys --range \"$L\" --format json",
      "keys --range \"$L\" --offsets /dev/null", "export --range \"$L\" --as rdb -o /dev/null",
      "export --range \"$L\" --rename a=b", "export --range \"$L\" --single-db",
      "export --range \"$L\" --partition 4 --out-dir x", "export shop.rdb --joined",
      "keys shop.rdb types.rdb --range \"$L\"", "keys shop-log --range \"$L\"",
      "keys - --range @- < shop.rdb", "split shop.rdb types.rdb --parts 2",
      "split shop-log --parts 2",
      "split shop.rdb --parts 0", "split shop.rdb",
    ])
  func misuse(line: String) throws {
    let run = try BuiltBinary.shell(
      "L=$(rdbsift split shop.rdb --parts 2 | head -1); rdbsift " + line)
    #expect(run.status == 64, "\(run.errors)")
  }

  // MARK: - Counts that are added up

  private func counts(_ file: String, _ parts: Int, in folder: String) throws -> [String] {
    try lines(file, parts).enumerated().map { index, line in
      let path = "\(folder)/\(index)"
      let run = try BuiltBinary.run(
        ["stats", "--range", line, "--format", "data", "-o", path] + Self.now)
      #expect(run.status == 0, "\(run.errors)")
      return path
    }
  }

  @Test(
    "counts of all ranges, added up, are those of the file",
    arguments: ["shop.rdb", "types.rdb", "valkey9.rdb", "tair.rdb"])
  func merged(file: String) throws {
    try withTemporaryFolder { folder in
      for parts in [1, 6] {
        let paths = try counts(file, parts, in: folder)
        for format in ["text", "json", "markdown"] {
          let whole = try BuiltBinary.run(["stats", file, "--format", format] + Self.now)
          let merged = try BuiltBinary.run(
            ["stats", "--merge", "--format", format] + paths.reversed())
          #expect(merged.status == 0, "\(merged.errors)")
          if format != "markdown" { #expect(merged.output == whole.output, "\(file), \(format)") }
        }
      }
    }
  }

  @Test("counts of several files are added up; those of a missing, repeated or other part are not")
  func parts() throws {
    try withTemporaryFolder { folder in
      let paths = try counts("shop.rdb", 3, in: folder)
      let other = folder + "/types"
      let run = try BuiltBinary.run(
        ["stats", "types.rdb", "--format", "data", "-o", other] + Self.now)
      #expect(run.status == 0)
      let both = try BuiltBinary.run(["stats", "--merge", "--format", "json", other] + paths)
      let keys = try ["shop.rdb", "types.rdb"].reduce(0) {
        $0 + (try BuiltBinary.run(["keys", $1, "--format", "ndjson"]).lines.count)
      }
      #expect(both.status == 0 && both.output.contains("\"keys\": \(keys),"), "\(both.errors)")
      #expect(both.output.contains("\"file\": \"2 files\""))
      let later = folder + "/later"
      _ = try BuiltBinary.run(
        ["stats", "types.rdb", "--format", "data", "-o", later, "--now", "2026-12-20T10:00:00Z"])
      for (chosen, words) in [
        ([paths[0], paths[2]], "range 1 of 3 of shop.rdb is missing"),
        ([paths[0], paths[1]], "range 2 of 3 of shop.rdb is missing"),
        (paths + [paths[1]], "range 1 of shop.rdb is there twice"),
        (paths + [later], "was counted with another --now"),
        (["shop.rdb"], "is not what rdbsift stats --format data writes"), ([], "--merge takes 1"),
        (paths + ["--now", "0"], "it does not go with --now"),
      ] {
        let run = try BuiltBinary.run(["stats", "--merge"] + chosen)
        #expect(run.status == 64 && run.errors.contains(words), "\(run.errors)")
      }
    }
  }

  @Test("changed counts are refused or added up, and nothing else happens")
  func hostile() throws {
    try withTemporaryFolder { folder in
      let path = try counts("types.rdb", 1, in: folder)[0]
      let text = String(decoding: try readFile(path), as: UTF8.self)
      let numbers = text.matches(of: /[:\[,](\d+)/).map(\.output.1)
      var random = SeededRandom(seed: 19)
      for _ in 0..<60 {
        let number = numbers[random.below(numbers.count)]
        let others = [
          "-1", "9223372036854775807", "18446744073709551615", "281474976710656", "1.5", "null",
        ]
        let other = others[random.below(others.count)]
        let changed = text.replacingCharacters(in: number.startIndex..<number.endIndex, with: other)
        try write(Array(changed.utf8), to: path)
        let run = try BuiltBinary.run(["stats", "--merge", "--format", "html", path])
        #expect([0, 64].contains(run.status), "\(number) is \(other): \(run.errors)")
      }
    }
  }
}
