// Thirty slips that people make, and what each gets: it works, or the message says what does.

import Foundation
import TestSupport
import Testing

@Suite("Slips")
struct SlipTests {
  /// A command line of the shell in a folder with the samples, and what it must say.
  struct Slip: Sendable, CustomTestStringConvertible {
    let number: Int
    let line: String
    var status: Int32 = 0
    var says: [String] = []

    var testDescription: String { "\(number): \(line)" }
  }

  private static let now = "--now 2026-11-24T12:00:00Z"

  static let slips: [Slip] = [
    Slip(number: 1, line: "rdbsift shop.rdb", says: ["server           Redis 7.0.15"]),
    Slip(number: 2, line: "rdbsift keys < shop.rdb", says: ["reading standard input", "user:1"]),
    Slip(number: 3, line: "rdbsift inf shop.rdb", status: 64, says: ["did you mean info?"]),
    Slip(number: 4, line: "rdbsift keys shop.rdb --json", status: 64, says: ["--format json"]),
    Slip(
      number: 4, line: "rdbsift info shop.rdb --as json", says: ["\"schema\": \"rdbsift.info/2\""]),
    Slip(
      number: 5, line: "rdbsift keys shop.rdb --sort size --top 20", says: ["leaderboard:all-time"]),
    Slip(number: 6, line: "rdbsift keys shop.rdb --glob 'a*'", status: 64, says: ["--match glob"]),
    Slip(number: 6, line: "rdbsift keys shop.rdb --key x", status: 64, says: ["--match literal"]),
    Slip(number: 7, line: "rdbsift keys shop.rdb --no-ttl", status: 64, says: ["--expire none"]),
    Slip(number: 7, line: "rdbsift keys shop.rdb --ttl 5", status: 64, says: ["--expire"]),
    Slip(number: 8, line: "rdbsift keys shop.rdb --color never", says: ["user:1"]),
    Slip(number: 9, line: "rdbsift keys shop.rdb --db 0,1 --type hash,zset", says: ["user:1"]),
    Slip(
      number: 10, line: "rdbsift keys shop.rdb --type sortedset", status: 64,
      says: ["types are string, list, set, zset"]),
    Slip(number: 11, line: "rdbsift keys shop.rdb --size '<1K'", says: ["user:1"]),
    Slip(number: 11, line: "rdbsift keys shop.rdb --size 0..1K", says: ["user:1"]),
    Slip(
      number: 12, line: "rdbsift keys shop.rdb --size 2K~1K", status: 64,
      says: ["the ends are reversed"]),
    Slip(number: 13, line: "rdbsift keys shop.rdb --slot 0-5460", says: ["session:"]),
    Slip(
      number: 14, line: "rdbsift preview shop.rdb --restore-time 1795132800 \(now)",
      says: ["--restore-time 1795132800 is 2026-11-20 00:00:00Z"]),
    Slip(
      number: 15, line: "rdbsift keys shop.rdb --filter-key 'session:*'", status: 1,
      says: ["no key is selected", "looks like a glob", "such as session:"]),
    Slip(
      number: 15, line: "rdbsift export shop.rdb --filter-key 'session:*'", status: 1,
      says: ["exported 0 keys", "looks like a glob", "such as session:"]),
    Slip(
      number: 16, line: "rdbsift keys shop.rdb --filter-key '*:items'", status: 64,
      says: ["looks like a glob: use --match glob"]),
    Slip(
      number: 17, line: "rdbsift keys shop.rdb --filter-key 'cart:{1000}:.*'", status: 1,
      says: ["FilterKey.Braces", "is a quantifier"]),
    Slip(
      number: 17, line: "rdbsift keys shop.rdb --filter-key '{42}:.*'", status: 64,
      says: ["are a quantifier"]),
    Slip(
      number: 17, line: "rdbsift preview shop.rdb --filter-key 'price[eur]' \(now)", status: 1,
      says: ["literal              1", "literal 1 more, such as price[eur]"]),
    Slip(
      number: 18, line: "rdbsift keys shop.rdb --filter-key 'user:1,nosuch'",
      says: ["MatchesNothing: nosuch matches no key"]),
    Slip(
      number: 19, line: "rdbsift keys shop.rdb --filter-key 'user:1，user:2'", status: 1,
      says: ["full-width comma"]),
    Slip(
      number: 19, line: "rdbsift keys shop.rdb --filter-key $'user:1\\nuser:2'", status: 1,
      says: ["contains a line break", "--keys-file"]),
    Slip(
      number: 20, line: #"rdbsift show odd.rdb 'App\notifications:5'"#,
      says: ["taken as typed", "the value"]),
    Slip(
      number: 21, line: #"printf '\xef\xbb\xbfuser:1\n' > k; rdbsift keys shop.rdb --keys-file k"#,
      says: ["user:1"]),
    Slip(
      number: 21, line: #"printf '\xff\xfeu\0' > k; rdbsift keys shop.rdb --keys-file k"#,
      status: 64, says: ["k is UTF-16; save it as UTF-8"]),
    Slip(
      number: 21, line: #"printf '\xef\xbb\xbfshop.rdb\n' > k; rdbsift keys @k"#, says: ["user:1"]),
    Slip(
      number: 21, line: #"printf 's\0h\0' > k; rdbsift keys @k"#, status: 64, says: ["UTF-16"]),
    Slip(
      number: 21,
      line:
        #"printf '\xef\xbb\xbf{"FilterKey":"user:1"}' > k; rdbsift preview shop.rdb --request k"#,
      says: ["104 B"]),
    Slip(
      number: 22, line: "echo user:1 | rdbsift keys shop.rdb --keys-file -", says: ["user:1"]),
    Slip(
      number: 22, line: "rdbsift keys --keys-file - < shop.rdb", status: 64,
      says: [
        "can be read only once; here it is the backup, since no file is named, and --keys-file"
      ]
    ),
    Slip(
      number: 22, line: "cat shop.rdb | rdbsift export - --keys-file -", status: 64,
      says: ["can be read only once; here it is the backup, and --keys-file"]),
    Slip(
      number: 22, line: "cat shop.rdb | rdbsift preview shop.rdb --against - --request -",
      status: 64, says: ["here it is --request, and --against"]),
    Slip(
      number: 23, line: "rdbsift export shop.rdb -o out.json \(now)",
      says: ["out.json is written as resp"]),
    Slip(number: 24, line: "rdbsift export shop.rdb -o /dev/null \(now)", says: ["exported"]),
    Slip(number: 24, line: "rdbsift export shop.rdb -o /dev/stdout \(now)", says: ["SELECT"]),
    Slip(
      number: 26, line: #"rdbsift export shop.rdb --rename 'a:(.*)=b:\1'"#, status: 64,
      says: [#"groups are $1, not \1"#]),
    Slip(
      number: 27, line: #"printf '\xfd7zXZ\0' > d.xz; rdbsift info d.xz"#, status: 2,
      says: ["an xz file", "xz -d"]),
    Slip(
      number: 28, line: "echo '<html><body>404</body></html>' > d; rdbsift info d", status: 2,
      says: ["an HTML page"]),
    Slip(
      number: 29,
      line: """
        mkdir d; cp shop.rdb d/dump.rdb; ln -s dump.rdb d/latest.rdb; cp shop.rdb d/._dump.rdb; \
        cp shop.rdb d/temp-123.rdb; rdbsift info d
        """,
      says: [
        "d/._dump.rdb holds macOS metadata of another file; skipped",
        "d/latest.rdb is a link to a file that was already read; skipped",
        "d/temp-123.rdb is a temporary file of a server that was saving; skipped", "1 file",
      ]),
    Slip(number: 30, line: "rdbsift keys appendonlydir", says: ["user:3"]),
    Slip(
      number: 30, line: "rdbsift keys appendonlydir/a.aof.2.base.rdb",
      says: [
        "user:1", "is only the base of an append-only log", "186 bytes of commands are not read",
        "name the directory appendonlydir",
      ]),
    Slip(
      number: 30, line: "cp appendonlydir/*.base.rdb alone.rdb; rdbsift keys alone.rdb",
      says: ["user:1", "alone.rdb is the base of an append-only log", "are not read"]),
    Slip(
      number: 30, line: "rdbsift info appendonlydir/a.aof.2.incr.aof", status: 64,
      says: ["is one part of a log", "name appendonlydir"]),
  ]

  @Test("each works, or the message says what does", arguments: slips)
  func slip(slip: Slip) throws {
    try withTemporaryFolder { folder in
      try write(try readFile(BuiltBinary.samples + "/shop.rdb"), to: folder + "/shop.rdb")
      var odd = RDBBuilder()
      odd.string(key: #"App\notifications:5"#, value: "the value")
      odd.end()
      try write(odd.bytes, to: folder + "/odd.rdb")
      try WrittenLog.make(folder + "/appendonlydir")
      let run = try BuiltBinary.shell("{ \(slip.line); } 2>&1", in: folder)
      #expect(run.status == slip.status, "\(run.output)")
      for text in slip.says { #expect(run.output.contains(text), "\(text) in \(run.output)") }
    }
  }

  @Test("25: commands are refused on a terminal", .enabled(if: BuiltBinary.hasTerminals))
  func terminal() throws {
    let run = try BuiltBinary.onTerminal("rdbsift export shop.rdb")
    #expect(run.status == 64)
    #expect(run.output.contains("redis-cli --pipe"))
  }
}
