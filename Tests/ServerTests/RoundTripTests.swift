// The proof of an export is a server that holds the same afterwards. A file is loaded by the server
// itself and what it holds is noted; the export of the file is replayed into the empty server; both
// must agree in DEBUG DIGEST, in every key's digest and expiry.

import Export
import Foundation
import RDB
import RDBSift
import Restore
import TestSupport
import Testing

@Suite("Round trips through a server", .enabled(if: RedisServer.isInstalled), .serialized)
struct RoundTripTests {
  @Test("a fixture's export recreates what the server loads from it")
  func fixtures() throws {
    let loaded = try roundTrips(Fixtures.all)
    #expect(loaded > 100, "the server loaded too few for a test")
  }

  @Test("so does that of each fixture beside the repository")
  func sharedFixtures() throws {
    let loaded = try roundTrips(Fixtures.shared)
    #expect(Fixtures.shared.isEmpty || loaded > 80)
  }

  /// Round trips of files, and how many of them the server loaded.
  private func roundTrips(_ fixtures: [Fixture]) throws -> Int {
    let bench = try ServerBench()
    var loaded = 0
    for fixture in fixtures {
      let now = currentTime()
      let bytes = try fixture.bytes()
      guard let original = try bench.load(bytes) else { continue }
      loaded += 1
      let exported = try export(bytes, RestoreSelection(now: now))
      #expect(exported.failure == nil, "\(fixture)")
      #expect(names(exported.notes, .unsupported) == original.deleted, "\(fixture)")
      let lost = names(exported.notes, .negativeZero)
      let scores = try lost.map { try bench.server.scores(of: $0) }
      let (state, errors) = try bench.replay(exported.bytes)
      #expect(errors.isEmpty, "\(fixture)")
      #expect(state.sizes == original.sizes, "\(fixture)")
      #expect(try bench.server.sizes() == state.sizes, "\(fixture)")
      // A zero's sign is lost in a set that is small, or was when the member came. Nothing else is.
      let differing = state.differences(from: original)
      #expect(differing.isSubset(of: lost), "\(fixture)")
      #expect(try lost.map { try bench.server.scores(of: $0) } == scores, "\(fixture)")
      #expect((state.digest == original.digest) == differing.isEmpty, "\(fixture)")
      #expect(exported.summary.written == UInt64(original.keys.count), "\(fixture)")
    }
    print("the server loaded \(loaded) of \(fixtures.count) fixtures")
    return loaded
  }

  /// The keys that notes of a kind are about.
  private func names(_ notes: NoteList, _ kind: RecordNote.Kind) -> Set<PlacedKey> {
    #expect(notes.kept.filter { $0.kind == kind }.count == notes.count(kind))
    return Set(
      notes.kept.filter { $0.kind == kind }.map {
        PlacedKey(database: Int($0.record.database), key: ByteString($0.key))
      })
  }

  @Test("commands of other sizes, other expiry commands and threads recreate the same")
  func spellings() throws {
    let bench = try ServerBench()
    var compared = 0
    for fixture in Fixtures.all(upTo: 40_000) where !fixture.name.hasPrefix("synthetic") {
      let selection = RestoreSelection(now: currentTime())
      let bytes = try fixture.bytes()
      guard let original = try bench.load(bytes), !original.keys.isEmpty else { continue }
      let usual = try export(bytes, selection)
      guard usual.notes.count(.negativeZero) == 0 else { continue }
      compared += 1
      for options in CommandExporter.Options.unusual {
        let alone = try export(bytes, selection, options: options)
        let together = try export(bytes, selection, options: options, threads: 4)
        #expect(ByteString(alone.bytes) == ByteString(together.bytes), "\(fixture) \(options)")
        let (state, errors) = try bench.replay(alone.bytes)
        #expect(errors.isEmpty, "\(fixture) \(options)")
        #expect(state.digest == original.digest, "\(fixture) \(options)")
        #expect(state.keys == original.keys, "\(fixture) \(options)")
      }
    }
    #expect(compared > 20)
  }

  @Test("a moved expiry is the old one and the shift, for every key")
  func shifts() throws {
    let bench = try ServerBench()
    var compared = 0
    for fixture in Fixtures.all + Fixtures.shared {
      let bytes = try fixture.bytes()
      guard let original = try bench.load(bytes) else { continue }
      let now = currentTime()
      let reference = UnixMilliseconds(1_262_304_000_000)  // 2010: before every expiry
      let shift = TimeShift(from: reference, to: now)
      let exported = try export(
        bytes, RestoreSelection(reference: reference, shift: shift, now: now))
      let (state, errors) = try bench.replay(exported.bytes)
      #expect(errors.isEmpty, "\(fixture)")
      let empty = names(exported.notes, .empty)
      let expected = try expiries(bytes, movedBy: now.rawValue - reference.rawValue)
        .filter { !empty.contains($0.key) }
      #expect(state.keys.mapValues(\.expiry) == expected, "\(fixture)")
      // Keys that the server itself dropped, as they have expired by now, live again.
      for (key, old) in original.keys where old.expiry >= 0 {
        compared += 1
        #expect(state.keys[key]?.expiry == old.expiry + now.rawValue - reference.rawValue)
      }
    }
    #expect(compared > 20)
  }

  /// Expiries of the keys of a file that commands are written for, moved; -1 for none.
  private func expiries(
    _ bytes: [UInt8], movedBy distance: Int64
  ) throws -> [PlacedKey: Int64] {
    let file = ScannedFile(scanning: bytes)
    return try bytes.withRawSpan { span in
      var expiries: [PlacedKey: Int64] = [:]
      for record in file.records
      where CommandExporter.supports(record.type, in: file.context.dialect) {
        let key = PlacedKey(
          database: Int(record.database), key: ByteString(try record.keyBytes(in: span)))
        expiries[key] = record.expiry.map { $0.rawValue + distance } ?? -1
      }
      return expiries
    }
  }

  @Test(
    "the program's output goes through redis-cli --pipe",
    arguments: ["samples/shop", "redis-7.0.15/multidb", "redis-4.0.14/thresholds0"])
  func pipe(_ name: String) throws {
    let path =
      name.hasPrefix("samples")
      ? "\(Fixtures.repository)/\(name).rdb" : Fixtures.named(name).path
    let program = try #require(builtProgram())
    let client = try #require(ServerProgram.find("redis-cli"))
    let bench = try ServerBench()
    let original = try #require(try bench.load(try readFile(path)))
    try bench.server.empty()
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = [
      "-c", "\"$0\" export \"$1\" 2>/dev/null | \"$2\" -s \"$3\" --pipe", program, path, client,
      bench.server.socket,
    ]
    let output = Pipe()
    shell.standardOutput = output
    try shell.run()
    let told = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
    #expect(told.contains("errors: 0"), "\(told)")
    let state = try bench.server.state()
    #expect(state.keys == original.keys)
    #expect(state.digest == original.digest)
  }
}

extension CommandExporter.Options {
  /// Spellings that nobody would choose: every edge of a command is met.
  static let unusual: [CommandExporter.Options] = {
    var expiries = CommandExporter.Options()
    expiries.usesPXAT = false
    var few = CommandExporter.Options()
    few.itemsPerCommand = 3
    var short = CommandExporter.Options()
    short.bytesPerCommand = 50
    var single = expiries
    single.itemsPerCommand = 1
    return [expiries, few, short, single]
  }()
}
