// Rows of `keys` back as `--offsets`: what SQL selects is what is listed, exported and shown.

import Foundation
import RDB
import TestSupport
import Testing

@Suite("Records by offset, as commands") struct OffsetsCommandTests {
  private static let now = ["--now", "2026-11-20T10:00:00Z"]

  @Test(
    "all rows of a list select all of it, in any of its formats",
    arguments: ["shop.rdb", "types.rdb", "valkey9.rdb", "tair.rdb", "old-redis-2.8.rdb"])
  func allRows(file: String) throws {
    try withTemporaryFolder { folder in
      for format in ["csv", "tsv", "ndjson"] {
        let list = try BuiltBinary.run(["keys", file, "--format", format])
        for (name, columns) in [("all", nil), ("few", "key,offset,db"), ("bare", "offset")] {
          let path = folder + "/" + name
          let chosen = columns.map { ["--columns", $0] } ?? []
          let rows = try BuiltBinary.run(["keys", file, "--format", format, "-o", path] + chosen)
          #expect(rows.status == 0)
          let back = try BuiltBinary.run(["keys", file, "--format", format, "--offsets", path])
          #expect(
            back.status == 0 && back.stdout == list.stdout, "\(format), \(name): \(back.errors)")
        }
      }
      for format in ["resp", "restore", "rdb", "ndjson"] {
        let line = ["export", file, "--as", format] + Self.now
        let whole = try BuiltBinary.run(line)
        let picked = try BuiltBinary.run(line + ["--offsets", folder + "/all"])
        #expect(picked.stdout == whole.stdout && picked.status == whole.status, "\(format)")
      }
    }
  }

  @Test("a pipe of rows selects records in plain and packed files; other filters apply, too")
  func pipe() throws {
    try withTemporaryFolder { folder in
      let setup =
        "gzip -c shop.rdb > \(folder)/shop.rdb.gz; P='keys shop.rdb --key-regex user:1.* --columns offset,db,key'; "
      let wanted = try BuiltBinary.run(["keys", "shop.rdb", "--key-regex", "user:1.*"])
      for file in ["shop.rdb", folder + "/shop.rdb.gz"] {
        let line = "rdbsift $P --format csv | rdbsift keys \(file) --offsets -"
        let run = try BuiltBinary.shell(setup + line)
        #expect(run.status == 0 && run.stdout == wanted.stdout, "\(run.errors)")
        let fewer = try BuiltBinary.shell(setup + line + " --db 3 | wc -l")
        #expect(fewer.output.trimmingCharacters(in: .whitespacesAndNewlines) == "2")
        let shown = try BuiltBinary.shell(
          setup + "rdbsift $P | rdbsift show \(file) --offsets - --format json")
        #expect(shown.lines.count == wanted.lines.count - 1)
        #expect(shown.lines.allSatisfy { $0.contains("\"slot\":null,\"value\":") })
      }
    }
  }

  @Test("rows of several files name theirs")
  func files() throws {
    let pair = ["shop.rdb", "types.rdb"]
    try withTemporaryFolder { folder in
      let path = folder + "/rows.csv"
      let list = try BuiltBinary.run(
        ["keys"] + pair + ["--format", "csv", "-o", path, "--type", "list"])
      #expect(list.status == 0)
      let back = try BuiltBinary.run(["keys"] + pair + ["--format", "csv", "--offsets", path])
      #expect(back.stdout == (try readFile(path)))
      let nameless = try BuiltBinary.shell(
        "printf '84\\n' | rdbsift keys shop.rdb types.rdb --offsets -")
      #expect(nameless.status == 64 && nameless.errors.contains("line 1"))
      let other = try BuiltBinary.shell(
        "printf 'offset,file\\n84,x.rdb\\n' | rdbsift keys shop.rdb types.rdb --offsets -")
      #expect(other.status == 64 && other.errors.contains("x.rdb is no file of the backup"))
    }
  }

  /// Rows for `keys shop.rdb`, the status, and what is said.
  static let wrong: [(String, Int32, String)] = [
    ("offset,db,key\\n84,0,x", 2, "byte 84 begins no record"),
    (
      "offset,db,key\\n50441,0,user:2", 2,
      "byte 50,441 has key user:1 of db 0, not key user:2 of db 0"
    ),
    (
      "offset,key\\n50442,user:1", 2,
      "is inside the record of key user:1 of db 0, which begins at byte 50,441"
    ),
    ("99999999", 2, "is after the last record, which ends at byte 62,814"),
    ("offset,db,key,record_bytes\\n50441,0,user:1,75", 2, "in 76 bytes, not 75"),
    ("offset,db\\n50441,3", 2, "has key user:1 of db 0, not"),
    ("db,key\\n0,user:1", 64, "line 1: the header has no column offset"),
    ("offset,key_b64\\n1,?", 64, "line 2: key_b64 is no base64"),
    ("offset,db\\n1,4294967296", 64, "line 2: db is no database number"),
    ("offset\\tkey\\n\\ta", 64, "line 2: offset is missing"),
    ("offset,db,key", 1, ""), ("", 1, ""),
  ]

  @Test("what is not there is refused, and what is there is named", arguments: wrong)
  func refused(rows: String, status: Int32, says: String) throws {
    let run = try BuiltBinary.shell("printf '\(rows)\\n' | rdbsift keys shop.rdb --offsets -")
    #expect(run.status == status, "\(run.errors)")
    #expect(says.isEmpty || run.errors.contains(says), "\(run.errors)")
  }

  @Test(
    "what makes no sense is refused",
    arguments: [
      "keys shop-log --offsets /dev/null", "keys - --offsets - < shop.rdb",
      "show shop.rdb --offsets /dev/null --offset 5",
      "export shop.rdb --changed-since shop-later.rdb --deletions --offsets ../CHANGELOG.md",
    ])
  func misuse(line: String) throws {
    #expect(try BuiltBinary.shell("rdbsift " + line).status == 64)
  }
}

/// The recipes that need DuckDB, where Scripts/test-extended.sh has installed it.
@Suite(
  "Recipes with DuckDB",
  .enabled(if: ProcessInfo.processInfo.environment["EXTENDED"] != nil)
) struct DuckDBTests {
  @Test("SQL selects from the rows of keys, and its result is exported")
  func recipe() throws {
    let document = Fixtures.repository + "/Documentation/Selection.md"
    let text = String(decoding: try readFile(document), as: UTF8.self)
    let block = try #require(text.components(separatedBy: "```bash\n").dropFirst().first)
    let recipe = try #require(block.components(separatedBy: "```").first)
    #expect(recipe.contains("duckdb -c"))
    try withTemporaryFolder { folder in
      let python = Fixtures.repository + "/.build/duckdb/bin/python"
      let setup =
        "set -e; cd \(folder); ln -s \(BuiltBinary.samples) samples\n"
        + "duckdb() { \(python) -c 'import duckdb, sys; duckdb.sql(sys.argv[2])' \"$@\"; }\n"
      let run = try BuiltBinary.shell(setup + recipe)
      #expect(run.status == 0, "\(run.errors)")
      let wanted = try BuiltBinary.run([
        "export", "shop.rdb", "--filter-key", "cart:.*", "--expire", "any", "--type", "hash",
        "--now",
        "2026-11-20T10:00:00Z",
      ])
      #expect(try readFile(folder + "/carts.resp") == wanted.stdout)
    }
  }
}
