// The program on containers: the same bytes on standard output as of the plain file, and a sentence
// for whatever is wrong.

import Foundation
import TestSupport
import Testing

@Suite("Containers, the program")
struct ContainerCommandTests {
  private static let moment = "2026-11-20T10:00:00Z"

  /// Every command that reads a backup, on a key of the sample.
  private static let commands: [[String]] = [
    ["info", "--now", moment], ["info", "--format", "json", "--now", moment],
    ["info", "--type", "hash", "--now", moment],
    ["keys", "--format", "ndjson"], ["keys", "--filter-key", "cart:.*", "--limit", "5"],
    ["preview", "--filter-key", "cart:.*,nothing", "--now", moment],
    ["preview", "--list", "--now", moment],
    ["export", "--now", moment], ["export", "--as", "restore", "--now", moment],
    ["export", "--as", "rdb", "--now", moment, "--filter-key", "user:.*"],
    ["export", "--as", "json", "--now", moment, "--threads", "3"],
    ["show", "cart:10"], ["verify"], ["verify", "--quick"], ["verify", "--format", "json"],
  ]

  private static let forms: [(name: String, pack: @Sendable ([UInt8]) -> [UInt8])] = [
    ("gz", { Packed.gzip($0) }), ("lz4", { Packed.lz4($0) }),
    ("archive", { Packed.gzip(Packed.tar([.init("a", [1]), .init("dump.rdb", $0)])) }),
    ("envelope", { Packed.envelope($0) }),
  ]

  private func arguments(_ command: [String]) -> [String] {
    [command[0], "dump.rdb"] + command.dropFirst()
  }

  @Test("a command says the same of a file, of its containers and of a pipe", arguments: commands)
  func same(command: [String]) throws {
    let bytes = try readFile(BuiltBinary.samples + "/shop.rdb")
    try withTemporaryFolder { folder in
      try write(bytes, to: folder + "/dump.rdb")
      let plain = try BuiltBinary.run(arguments(command), in: folder)
      #expect(plain.status <= 1)
      // The same name, so that even reports are the same.
      for (name, pack) in ContainerCommandTests.forms {
        let place = "\(folder)/\(name)"
        try FileManager.default.createDirectory(
          atPath: place, withIntermediateDirectories: true)
        try write(pack(bytes), to: place + "/dump.rdb")
        let other = try BuiltBinary.run(arguments(command), in: place)
        let isSame = other.stdout == plain.stdout
        #expect(isSame, "\(name)")
        #expect(other.status == plain.status && other.errors == plain.errors)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["dump.rdb"])
      }
      let words = arguments(command).map { "'\($0)'" }.joined(separator: " ")
      let pipe = "mkdir pipe; cd pipe; mkfifo dump.rdb; (cat ../gz/dump.rdb > dump.rdb) &"
      let piped = try BuiltBinary.shell("\(pipe) rdbsift \(words)", in: folder)
      let isSame = piped.stdout == plain.stdout
      #expect(isSame, "pipe: \(piped.errors)")
      #expect(piped.status == plain.status)
    }
  }

  @Test("damage is told with both places, and what came before it is put out")
  func damage() throws {
    let bytes = try readFile(BuiltBinary.samples + "/shop.rdb")
    var wrong = Packed.gzip(bytes)
    wrong[wrong.count - 8] ^= 1
    let cut = Array(Packed.gzip(bytes)[..<15_000])
    try withTemporaryFolder { folder in
      try write(wrong, to: folder + "/wrong")
      try write(cut, to: folder + "/cut")
      let plain = try BuiltBinary.run(["keys", "shop.rdb", "--format", "tsv"])
      var run = try BuiltBinary.run(["keys", "wrong", "--format", "tsv"], in: folder)
      #expect(run.status == 1 && run.stdout == plain.stdout)
      #expect(
        run.errors.hasPrefix(
          "warning: wrong: gzip, byte \(commas(wrong.count - 8)) of the file: checksum mismatch (stored "
        ))
      run = try BuiltBinary.run(["keys", "cut", "--format", "tsv"], in: folder)
      let isBeginning = plain.stdout.starts(with: run.stdout)
      #expect(run.status == 2 && isBeginning && run.lines.count > 100)
      #expect(run.errors.contains("cut: gzip, byte 15,000 "))
      #expect(run.errors.contains("of the file: unexpected end of data (truncated); "))
      run = try BuiltBinary.run(["verify", "cut"], in: folder)
      #expect(run.status == 1)
      run = try BuiltBinary.run(["export", "cut", "--output", "made"], in: folder)
      #expect(run.status == 2)
      #expect(!FileManager.default.fileExists(atPath: folder + "/made"))
      run = try BuiltBinary.run(["info", "wrong", "--max-uncompressed", "30000"], in: folder)
      #expect(run.status == 2)
      #expect(run.errors.contains("wrong: gzip: decompresses to more than 30,000 bytes"))
    }
  }

  /// A string as it stands in a file.
  private func stored(_ text: [UInt8]) -> [UInt8] {
    var value = RDBBuilder.bare
    value.string(text)
    return value.bytes
  }

  private func commas(_ number: Int) -> String {
    let digits = String(number)
    return "\(digits.dropLast(3)),\(digits.suffix(3))"
  }

  @Test("an archive of several backups is a set, packed or not, in a file and down a pipe")
  func archives() throws {
    let one = try readFile(BuiltBinary.samples + "/shop.rdb")
    let two = try readFile(BuiltBinary.samples + "/types.rdb")
    let archive = Packed.tar([.init("one", one), .init("x", [1]), .init("two", Packed.lz4(two))])
    try withTemporaryFolder { folder in
      for command in ["keys", "verify --quick", "salvage --format json", "export --as ndjson"] {
        try write(archive, to: folder + "/both")
        let plain = try BuiltBinary.shell("rdbsift \(command) both", in: folder)
        #expect(plain.status == 0 && plain.output.contains("both:two"), "\(plain.errors)")
        try write(Packed.gzip(archive), to: folder + "/both")
        let packed = try BuiltBinary.shell("rdbsift \(command) both", in: folder)
        #expect(packed.stdout == plain.stdout && packed.errors == plain.errors, "\(command)")
        let piped = try BuiltBinary.shell("cat both | rdbsift \(command) -", in: folder)
        let named = plain.output.replacing("both:", with: "-:")
        #expect(piped.output == named && piped.status == 0, "\(command): \(piped.errors)")
      }
      var run = try BuiltBinary.run(["verify", "both", "--member", "two"], in: folder)
      #expect(run.status == 0 && run.output.contains("sound, 85 keys"))
      run = try BuiltBinary.run(["keys", "both", "--member", "three"], in: folder)
      #expect(
        run.errors
          == "error: both: the archive has no such member, or none that is a backup\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["both"])
      for (name, bytes) in [("plain", one), ("packed", Packed.gzip(one))] {
        try write(bytes, to: "\(folder)/\(name)")
        run = try BuiltBinary.run(["keys", name, "--member", "two"], in: folder)
        #expect(run.status == 2 && run.stdout.isEmpty)
        #expect(
          run.errors
            == "error: \(name): not an archive, so --member does not apply\n")
      }
    }
  }

  @Test("of an archive that is cut, the members before the cut are whole, and the cut is told")
  func cutArchive() throws {
    let one = try readFile(BuiltBinary.samples + "/shop.rdb")
    let two = try readFile(BuiltBinary.samples + "/types.rdb")
    let archive = Packed.gzip(Packed.tar([.init("one", one), .init("two", two)]), level: 0)
    try withTemporaryFolder { folder in
      try write(Array(archive.dropLast(two.count / 2 + 1024)), to: folder + "/both")
      let run = try BuiltBinary.run(["keys", "both"], in: folder)
      #expect(run.status == 2)
      #expect(run.errors.contains("both:two: tar in gzip") || run.errors.contains("both:two: gzip"))
      #expect(run.errors.contains("unexpected end of data (truncated)"))
      let whole = try BuiltBinary.run(["keys", "shop.rdb"])
      let rows = run.lines.filter { $0.hasPrefix("both:one\t") }
      #expect(rows.count == whole.lines.count - 1)
      #expect(run.lines.contains { $0.hasPrefix("both:two\t") })
    }
  }

  @Test("commands behind the RDB part of an append-only file are told of with their place")
  func appendOnly() throws {
    let bytes = try readFile(BuiltBinary.samples + "/shop.rdb")
    try withTemporaryFolder { folder in
      try write(bytes + Array("*1\r\n$4\r\nPING\r\n".utf8), to: folder + "/aof")
      let run = try BuiltBinary.run(["export", "aof", "--output", "made"], in: folder)
      #expect(run.status == 0)
      #expect(
        run.errors.contains(
          "warning: aof: 14 bytes of AOF commands after the RDB part, from byte 62,823, are ignored"
        ))
    }
  }

  @Test("what standard input may be, and may not be")
  func standardInput() throws {
    let sum = "checksum: valid (134bbb92097c3a18)\n-: sound, 737 keys\n"
    for line in [
      "rdbsift verify - < shop.rdb", "cat shop.rdb | rdbsift verify -",
      "gzip -c shop.rdb | rdbsift verify -", "gzip -c shop.rdb > $T; rdbsift verify - < $T; rm $T",
    ] {
      let path = FileManager.default.temporaryDirectory.path + "/rdbsift-\(UUID().uuidString)"
      let run = try BuiltBinary.shell("T='\(path)'; \(line)")
      #expect(run.output == sum, "\(line)")
    }
    var run = try BuiltBinary.shell("rdbsift info - < /dev/null")
    #expect(run.errors == "error: standard input: is a device; a regular file is needed\n")
    run = try BuiltBinary.shell(": | rdbsift info -")
    #expect(run.status == 2 && run.errors == "error: -: byte 0: the file is empty\n")
    run = try BuiltBinary.shell("rdbsift keys <(cat shop.rdb) | wc -l")
    #expect(run.output == "738\n")
  }

  @Test("a file that becomes shorter while it is read ends in a sentence, plain and packed")
  func shrinking() throws {
    // More than is read ahead of output that nobody takes.
    // A version without a checksum, which takes long to make.
    var file = RDBBuilder("REDIS0004")
    var random = SeededRandom(seed: 9)
    let noise = random.bytes(1 << 20, below: 256)
    for index in 0..<44 { file.record(0, key: "key:\(index)", value: stored(noise)) }
    file.byte(0xff)
    let bytes = file.bytes
    try withTemporaryFolder { folder in
      for (name, packed) in [("plain", bytes), ("packed", Packed.gzip(bytes, level: 0))] {
        try write(packed, to: "\(folder)/\(name)")
        let run = try BuiltBinary.shell(
          "set -o pipefail; rdbsift export \(name) --threads 2 | "
            + "(head -c 1 > /dev/null; sleep 0.5; truncate -s 1000 \(name); cat > /dev/null)",
          in: folder)
        #expect(run.status == 2, "\(name)")
        #expect(
          run.errors.contains("\(name): the file became shorter while it was being read"),
          "\(run.errors)")
      }
    }
  }

  @Test(
    "a record larger than the window takes no more than one and a half times its size",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit")))
  func largeRecord() throws {
    var file = RDBBuilder("REDIS0004")
    file.string(key: "small", value: "v")
    let count = 64 << 20
    file.record(
      0, key: "large", value: stored([UInt8](repeating: 0x77, count: count)))
    file.string(key: "last", value: "v")
    file.byte(0xff)
    try withTemporaryFolder { folder in
      try write(Packed.lz4(file.bytes), to: folder + "/packed")
      // What is exported of one string is one piece of output.
      for (command, more) in [("info", 0), ("keys", 0), ("verify --quick", 0), ("export", count)] {
        let run = try BuiltBinary.shell(
          "prlimit --data=\(count * 3 / 2 + 60_000_000 + more) rdbsift \(command) packed --threads 2 | wc -c",
          in: folder)
        #expect(!run.errors.contains("error"), "\(command): \(run.errors)")
        #expect(Int(run.output.filter(\.isNumber)) ?? 0 > 30)
      }
    }
  }

  @Test(
    "memory does not grow with what is unpacked",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit")))
  func memory() throws {
    // A hundred and sixty megabytes of records, in a container of one.
    var file = RDBBuilder()
    let value = String(repeating: "value ", count: 10_000)
    for index in 0..<2700 { file.string(key: "key:\(index)", value: value) }
    try withTemporaryFolder { folder in
      try write(Packed.lz4(file.ended()), to: folder + "/packed")
      for command in ["preview", "export", "info", "keys"] {
        // Of memory that is written to, the system gives no more than this.
        let run = try BuiltBinary.shell(
          "prlimit --data=120000000 rdbsift \(command) packed --threads 2 | wc -c", in: folder)
        #expect(!run.errors.contains("error"), "\(command): \(run.errors)")
        #expect(Int(run.output.filter(\.isNumber)) ?? 0 > 100)
      }
    }
  }
}
