// The program on damaged inputs, plain and packed: its bytes, its messages and its status are the same in every
// run, with any number of threads. EXTENDED=1 takes some hundred inputs and more commands.

import Foundation
import TestSupport
import Testing

@Suite("Damaged inputs")
struct DeterminismTests {
  private static let isExtended = ProcessInfo.processInfo.environment["EXTENDED"] != nil
  private static let count = isExtended ? 240 : 6
  private static let threads = isExtended ? [1, 2, 4, 8] : [1, 8]
  private static let commands: [[String]] = {
    let now = ["--now", "2026-11-24T12:00:00Z"]
    let usual = [["info"], ["verify"], ["export"], ["salvage", "--as", "resp", "--output", "-"]]
    let more = [
      ["keys"], ["keys", "--top", "5"], ["preview"], ["export", "--as", "rdb"],
      ["export", "--as", "json"], ["map"], ["stats"], ["timeline"], ["verify", "--quick"],
    ]
    return (isExtended ? usual + more : usual).map { command in
      ["info", "preview", "export", "stats"].contains(command[0]) ? command + now : command
    }
  }()

  /// What a run said and wrote.
  private struct Said: Equatable {
    var output: ByteString
    var errors: String
    var status: Int32

    init(_ run: Run) {
      (output, errors, status) = (ByteString(run.stdout), run.errors, run.status)
    }
  }

  private func expectSame(_ name: String, of bytes: [UInt8], commands: [[String]]) throws {
    try withTemporaryFolder { folder in
      try write(bytes, to: folder + "/in.rdb")
      for command in commands {
        let words = [command[0], "in.rdb"] + command.dropFirst()
        let runs = try (Self.threads + [8]).map { threads in
          Said(try BuiltBinary.run(words + ["--threads", "\(threads)"], in: folder))
        }
        #expect(runs.allSatisfy { $0 == runs[0] }, "\(name): \(words)")
        #expect([0, 1, 2].contains(runs[0].status), "\(name): \(words)")
      }
    }
  }

  @Test("give the same in every run, with any number of threads", arguments: 0..<count)
  func commands(number: Int) throws {
    var random = SeededRandom(for: "damaged input \(number)")
    let samples = ["types.rdb", "shop.rdb", "intrusion.rdb"]
    let sound = try readFile("\(BuiltBinary.samples)/\(samples[number % samples.count])")
    let mutation = Mutation(of: sound.count, from: 9, &random)
    try expectSame("\(mutation)", of: mutation.damage(sound), commands: Self.commands)
    // The container is damaged, or what is in it.
    let packed = Packed.gzip(sound)
    let inside = Mutation(of: packed.count, from: 12, &random)
    try expectSame("gzip, \(inside)", of: inside.damage(packed), commands: Self.commands)
    try expectSame(
      "in gzip, \(mutation)", of: Packed.gzip(mutation.damage(sound)), commands: Self.commands)
  }

  @Test("a corrupt gzip gives only what its decoder vouches for, the same in every run")
  func corruptGzip() throws {
    let sound = try readFile(BuiltBinary.samples + "/types.rdb")
    let plain = try BuiltBinary.run(["keys", "types.rdb"]).output
    let packed = Packed.gzip(sound)
    var random = SeededRandom(for: "corrupt gzip")
    try withTemporaryFolder { folder in
      for _ in 0..<(Self.isExtended ? 60 : 8) {
        var damaged = packed
        let place = 20 + random.below(packed.count - 40)
        damaged[place] ^= 1 << UInt8(random.below(8))
        try write(damaged, to: folder + "/in.rdb")
        let runs = try [1, 4, 1, 4, 2].map {
          Said(try BuiltBinary.run(["keys", "in.rdb", "--threads", "\($0)"], in: folder))
        }
        #expect(runs.allSatisfy { $0 == runs[0] }, "byte \(place)")
        #expect(runs[0].status == 1 || runs[0].status == 2)
        // A wrong symbol may stand before the place where a decoder can know.
        let lines = String(decoding: runs[0].output.bytes, as: UTF8.self).split(separator: "\n")
        #expect(plain.split(separator: "\n").starts(with: lines.prefix(2)))
      }
    }
  }

  @Test("the parts of a damaged file are the same, and there are none where it cannot be read")
  func partitions() throws {
    var random = SeededRandom(for: "damaged partitions")
    let sound = try readFile(BuiltBinary.samples + "/shop.rdb")
    for _ in 0..<(Self.isExtended ? 40 : 4) {
      let mutation = Mutation(of: sound.count, from: 9, &random)
      try withTemporaryFolder { folder in
        try write(mutation.damage(sound), to: folder + "/in.rdb")
        var all: [(run: Said, files: [String: ByteString])] = []
        for threads in Self.threads {
          let run = try BuiltBinary.run(
            [
              "export", "in.rdb", "--partition", "slots:3", "--out-dir", "out", "--threads",
              "\(threads)", "--now", "2026-11-24T12:00:00Z",
            ], in: folder)
          let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/out")) ?? []
          let files = try names.map { ($0, ByteString(try readFile("\(folder)/out/\($0)"))) }
          all.append((Said(run), Dictionary(uniqueKeysWithValues: files)))
          try? FileManager.default.removeItem(atPath: folder + "/out")
        }
        #expect(all.allSatisfy { $0.run == all[0].run && $0.files == all[0].files }, "\(mutation)")
        #expect(all[0].run.status != 2 || all[0].files.isEmpty, "\(mutation)")
      }
    }
  }

  @Test("bytes behind the end of a packed file are told the same by every command")
  func behindTheEnd() throws {
    let sound = try readFile(BuiltBinary.samples + "/types.rdb")
    let rests: [[UInt8]] = [
      [0x0a], [UInt8](repeating: 0, count: 5000), Array("*1\r\n".utf8), sound,
    ]
    for rest in rests {
      try expectSame(
        "\(rest.count) bytes", of: Packed.gzip(sound + rest),
        commands: Self.commands + [["map"], ["verify", "--quick"]])
      try expectSame(
        "\(rest.count) bytes outside", of: Packed.gzip(sound) + rest, commands: [["map"]])
    }
  }
}
