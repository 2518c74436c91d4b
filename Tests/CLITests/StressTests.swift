// What the system withholds or interrupts: threads, file descriptors, standard streams, time.

import Foundation
import TestSupport
import Testing

@Suite("Under stress")
struct StressTests {
  /// A command line that runs the program as a user who may start no thread.
  private static let withoutThreads =
    "setpriv --reuid=65534 --regid=65534 --clear-groups prlimit --nproc=1"

  /// Whether the limit can be set here, and the program be run under it.
  static let canWithholdThreads: Bool = {
    let line = "cat shop.rdb | \(withoutThreads) $(command -v rdbsift) --version"
    return getuid() == 0 && (try? BuiltBinary.shell(line))?.status == 0
  }()

  @Test(
    "where there is no thread, a command gives the same as with one",
    .enabled(if: canWithholdThreads),
    arguments: [
      "keys -", "verify -", "info -", "export -", "export --as rdb -", "keys - --hash",
      "salvage -", "export --as json -",
    ])
  func noThreads(command: String) throws {
    let words = "\(command) --threads 4 --now 2026-11-24T12:00:00Z"
    let plain = try BuiltBinary.shell("gzip -c shop.rdb | rdbsift \(words)")
    let limited = try BuiltBinary.shell(
      "gzip -c shop.rdb | timeout 120 \(Self.withoutThreads) $(command -v rdbsift) \(words)")
    #expect(limited.status == plain.status)
    #expect(limited.stdout == plain.stdout)
    #expect(limited.errors == plain.errors)
  }

  @Test("few file descriptors are an error, not a crash", arguments: 4...9)
  func fewDescriptors(count: Int) throws {
    for command in ["keys shop.rdb", "verify shop.rdb", "export --as rdb shop.rdb"] {
      let run = try BuiltBinary.shell("ulimit -n \(count); exec rdbsift \(command)")
      #expect(run.status == 0 || run.status == 2, "\(command): \(run.status)")
      #expect(run.status == 0 || run.errors.hasPrefix("error: "))
    }
  }

  @Test("messages never get into an output file where standard streams are closed")
  func closedStreams() throws {
    try withTemporaryFolder { folder in
      let expected = try BuiltBinary.run(["export", "shop.rdb", "--now", "2026-11-24T12:00:00Z"])
      for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let path = folder + "/out.resp"
        let run = try BuiltBinary.shell(
          "rdbsift export shop.rdb --now 2026-11-24T12:00:00Z --output \(path) \(closed)")
        #expect(run.status == 0)
        #expect(try readFile(path) == expected.stdout, "\(closed)")
      }
      let none = try BuiltBinary.shell("rdbsift export shop.rdb >&-")
      #expect(none.status == 2 && none.errors.contains("standard output"))
    }
  }

  @Test("standard output that is the input is refused", arguments: ["export", "keys", "info"])
  func outputIsInput(command: String) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/in.rdb"
      let bytes = try readFile(BuiltBinary.samples + "/shop.rdb")
      try write(bytes, to: path)
      let run = try BuiltBinary.shell("rdbsift \(command) \(path) >> \(path)")
      #expect(run.status == 2)
      #expect(try readFile(path) == bytes)
    }
  }

  @Test("an output and a report of one name are refused")
  func sameFile() throws {
    try withTemporaryFolder { folder in
      for report in ["out", "./out", "../\(folder.split(separator: "/").last ?? "")/out"] {
        let run = try BuiltBinary.shell(
          "cd \(folder) && rdbsift salvage \(BuiltBinary.samples)/shop.rdb --as rdb -o out "
            + "--report \(report)")
        #expect(run.status == 64 && run.errors.contains("same file"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/out"))
      }
    }
  }

  @Test(
    "a signal that ends the program leaves nothing behind",
    arguments: ["HUP", "INT", "QUIT", "TERM", "ALRM", "USR1", "USR2", "XCPU", "VTALRM", "PROF"])
  func signals(name: String) throws {
    var file = RDBBuilder()
    for number in 0..<100 {
      file.string(key: "k\(number)", value: String(repeating: "v", count: 100_000))
    }
    try withTemporaryFolder { folder in
      try write(file.bytes, to: folder + "/begun.rdb")
      // The pipe stays open, so the program waits for the rest of the file. Without job control, a shell
      // lets its background jobs ignore SIGINT and SIGQUIT.
      let run = try BuiltBinary.shell(
        """
        set -m
        { cat begun.rdb; sleep 30; } | rdbsift export - --output out.resp &
        program=$!
        for i in $(seq 250); do ls -A | grep -q tmp && break; sleep 0.1; done
        ls -A | grep -c tmp; kill -\(name) $program
        while kill -0 $program 2> /dev/null; do sleep 0.05; done
        kill -KILL %1; ls -A
        """, in: folder)
      #expect(run.lines == ["1", "begun.rdb"], "\(run.errors)")
    }
  }

  @Test("a missing directory for temporary files is named with the variable that chooses it")
  func temporaryDirectory() throws {
    for line in [
      "gzip -c shop.rdb | TMPDIR=/nonexistent rdbsift salvage -",
      "cat shop.rdb | TMPDIR=/nonexistent rdbsift preview - --against shop.rdb",
    ] {
      let run = try BuiltBinary.shell(line)
      #expect(run.status == 2)
      #expect(run.errors.contains("/nonexistent: cannot create a temporary file in it: "))
      #expect(run.errors.contains("TMPDIR"))
    }
  }

  @Test(
    "no format of bytes goes to a terminal, from export or from salvage",
    .enabled(if: BuiltBinary.hasTerminals), arguments: ["resp", "restore", "rdb"])
  func terminals(format: String) throws {
    for command in ["export", "salvage"] {
      let run = try BuiltBinary.onTerminal("rdbsift \(command) shop.rdb --as \(format)")
      #expect(run.status == 64 && run.output.contains("for a terminal"), "\(command)")
    }
  }

  @Test(
    "a long string that nobody reads takes no memory, however it is packed",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit")))
  func longString() throws {
    var file = RDBBuilder("REDIS0011")
    file.string(key: "first", value: "v")
    file.key(0, "long")
    file.string([UInt8](repeating: 0, count: 200 << 20))
    file.string(key: "last", value: "v")
    try withTemporaryFolder { folder in
      try write(Packed.gzip(Packed.gzip(file.ended(), level: 1)), to: folder + "/bomb")
      for command in [
        "info bomb", "keys bomb", "keys bomb --threads 8", "verify --quick bomb",
        "keys bomb --top 2",
        "info bomb --type string", "keys bomb --no-checksum",
      ] {
        let run = try BuiltBinary.shell("prlimit --data=130000000 rdbsift \(command)", in: folder)
        #expect(run.status == 0 && run.errors.isEmpty, "\(command): \(run.errors)")
        if command.hasPrefix("keys") { #expect(run.output.contains("long\tstring")) }
        if command.hasPrefix("verify") { #expect(run.output.contains("checksum: valid")) }
      }
    }
  }

  /// Seconds of the processor that a command takes, of several runs the fewest.
  private func work(_ command: String, in folder: String) throws -> Double {
    let runs = try (0..<3).map { _ in
      let line = "TIMEFORMAT=%U; time rdbsift \(command) --threads 1 > /dev/null 2> /dev/null"
      return Double(try BuiltBinary.shell(line, in: folder).errors.dropLast()) ?? .infinity
    }
    return runs.min() ?? .infinity
  }

  @Test("work grows with the number of databases, files and times, not with its square")
  func growth() throws {
    // Four times as much of everything takes four times the work; a square would take sixteen times.
    try withTemporaryFolder { folder in
      for (name, count) in [("small", 1500), ("large", 6000)] {
        var databases = RDBBuilder("REDIS0011")
        var times = RDBBuilder("REDIS0011")
        for number in 0..<count {
          databases.selectDB(UInt64(number))
          databases.string(key: "k", value: "v")
          for other in 0..<3 {
            times.expireMS(1_800_000_000_000 + Int64((number * 7919 + other) % 10_007))
            times.string(key: "key:\(number):\(other)", value: "v")
          }
        }
        let members = (0..<count / 4).map { number in
          var file = RDBBuilder("REDIS0011")
          file.string(key: "key:\(number)", value: "v")
          return Packed.Member("\(number).rdb", file.ended())
        }
        try write(databases.ended(), to: folder + "/databases-" + name)
        try write(times.ended(), to: folder + "/times-" + name)
        try write(Packed.tar(members), to: folder + "/set-" + name)
      }
      for command in [
        "info databases", "map databases", "verify databases", "info set", "verify set", "keys set",
        "timeline --sort time times", "keys --sort expiry times", "map times",
      ] {
        let few = try work(command + "-small", in: folder)
        let many = try work(command + "-large", in: folder)
        // What a run takes in any case counts for the few, too.
        #expect(many < 8 * max(few, 0.05), "\(command): \(few) s, \(many) s")
      }
    }
  }

  @Test("no half of a row comes before an error")
  func halfRows() throws {
    var file = RDBBuilder()
    file.string(key: "whole", value: "v")
    var elements = RDBBuilder.bare
    elements.length(2)
    elements.string("first")
    elements.raw([0xc3, 4, 9, 0xff, 0xff, 0xff, 0xff])
    file.record(1, key: "half", value: elements.bytes)
    try withTemporaryFolder { folder in
      try write(file.ended(), to: folder + "/half.rdb")
      for format in ["ndjson", "json", "resp"] {
        let run = try BuiltBinary.run(["export", "half.rdb", "--as", format], in: folder)
        #expect(run.status == 2 && !run.output.contains("first"), "\(format)")
        #expect(run.output.contains("whole"), "\(format)")
      }
    }
  }
}
