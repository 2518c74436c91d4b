// The proof of the ways that a key may go: payloads, other targets, what becomes of keys that are
// there already. What the server holds afterwards is compared with what it loads from the file.

import Export
import Foundation
import RDB
import RDBSift
import Restore
import TestSupport
import Testing

@Suite("Ways into a server", .enabled(if: RedisServer.isInstalled), .serialized)
struct WaysTests {
  private func options(
    _ change: (inout CommandExporter.Options) -> Void
  ) -> CommandExporter.Options {
    var options = CommandExporter.Options()
    change(&options)
    return options
  }

  @Test("payloads recreate what the server loads, whatever the type and the number of threads")
  func payloads() throws {
    let bench = try ServerBench()
    let options = options { $0.form = .payloads }
    var loaded = 0
    for fixture in Fixtures.all + Fixtures.shared {
      let bytes = try fixture.bytes()
      guard let original = try bench.load(bytes) else { continue }
      loaded += 1
      let selection = RestoreSelection(now: currentTime())
      let exported = try export(bytes, selection, options: options)
      let together = try export(bytes, selection, options: options, threads: 4)
      #expect(ByteString(exported.bytes) == ByteString(together.bytes), "\(fixture)")
      let (state, errors) = try bench.replay(exported.bytes)
      #expect(errors.isEmpty, "\(fixture)")
      #expect(state.keys == original.keys, "\(fixture)")
      #expect(state.digest == original.digest, "\(fixture)")
    }
    #expect(loaded > 100)
  }

  @Test(
    "payloads keep idle times and access frequencies",
    arguments: [("IDLETIME", "allkeys-lru"), ("FREQ", "allkeys-lfu")])
  func use(_ question: String, _ policy: String) throws {
    var file = RDBBuilder()
    for number in 0..<5 {
      if question == "FREQ" {
        file.byte(249)
        file.byte(UInt8(200 + number))
      } else {
        file.byte(248)
        file.length(UInt64(5000 * number))
      }
      file.string(key: "k\(number)", value: "v")
    }
    file.byte(248)
    file.length(12_345)
    file.record(1, key: "last", value: [1, 1, 0x78])
    let bench = try ServerBench()
    _ = try bench.server.ask("CONFIG", "SET", "maxmemory-policy", policy)
    let exported = try export(
      file.ended(), RestoreSelection(now: currentTime()), options: options { $0.form = .payloads })
    #expect(try bench.replay(exported.bytes).errors.isEmpty)
    for number in 0..<5 {
      let told = try #require(try bench.server.ask("OBJECT", question, "k\(number)").integer)
      // Seconds pass between command and question.
      let expected = Int64(question == "FREQ" ? 200 + number : 5000 * number)
      #expect(abs(told - expected) <= 2)
    }
  }

  @Test("what is written for an older server or another is taken by this one, and is the same")
  func targets() throws {
    let bench = try ServerBench()
    for target in ["redis:3.2", "redis:5.0", "redis:6.2", "redis:7.0", "valkey:8.1", "tair"] {
      let version = try #require(ServerVersion(target))
      for form in [CommandExporter.Form.commands, .payloads] {
        let options = options {
          $0.target = version
          $0.form = form
          $0.usesPXAT = version.supportsPXAT
        }
        for fixture in Fixtures.all(upTo: 40_000) where !fixture.name.hasPrefix("synthetic") {
          let bytes = try fixture.bytes()
          guard let original = try bench.load(bytes), !original.keys.isEmpty else { continue }
          let exported = try export(bytes, RestoreSelection(now: currentTime()), options: options)
          let told = Set(
            exported.notes.kept.map {
              PlacedKey(database: Int($0.record.database), key: ByteString($0.key))
            })
          let (state, errors) = try bench.replay(exported.bytes)
          #expect(errors.isEmpty, "\(fixture) \(target) \(form)")
          for key in state.differences(from: original) where !told.contains(key) {
            // Before 7.0 nothing sets a stream's counters; its entries are the same.
            let (one, other) = (state.keys[key], original.keys[key])
            #expect(
              one?.stream != nil && one?.digest == other?.digest, "\(fixture) \(target) \(key)")
            #expect(!version.supportsFunctions, "\(fixture) \(target) \(key) \(one) \(other)")
          }
        }
      }
    }
  }

  @Test("keys that are there already are replaced, skipped or told of, and nothing is left beside")
  func existing() throws {
    let bench = try ServerBench()
    var compared = 0
    for fixture in Fixtures.all(upTo: 40_000) where !fixture.name.hasPrefix("synthetic") {
      let bytes = try fixture.bytes()
      guard let original = try bench.load(bytes), !original.keys.isEmpty else { continue }
      compared += 1
      for form in [CommandExporter.Form.commands, .payloads] {
        for pxat in [true, false] {
          for way in CommandExporter.Existing.allCases where way != .merge {
            let options = options {
              $0.existing = way
              $0.form = form
              $0.usesPXAT = pxat
              $0.transactions = !pxat
            }
            let exported = try export(bytes, RestoreSelection(now: currentTime()), options: options)
            try check(exported, way, original, bench, "\(fixture) \(way) \(form) \(pxat)")
          }
        }
      }
    }
    #expect(compared > 20)
  }

  @Test("restoring twice is restoring once, and leaves other keys alone")
  func twice() throws {
    let bench = try ServerBench()
    var compared = 0
    for fixture in Fixtures.all(upTo: 40_000) where !fixture.name.hasPrefix("synthetic") {
      let bytes = try fixture.bytes()
      guard let original = try bench.load(bytes), !original.keys.isEmpty else { continue }
      compared += 1
      for form in [CommandExporter.Form.commands, .payloads] {
        for target in [nil, "redis:2.8", "redis:3.2", "redis:6.0"] {
          let options = options {
            $0.form = form
            $0.target = target.flatMap { ServerVersion($0) }
            $0.usesPXAT = $0.target?.supportsPXAT ?? true
          }
          let exported = try export(bytes, RestoreSelection(now: currentTime()), options: options)
          let (once, _) = try bench.replay(exported.bytes)
          _ = try bench.server.replay(exported.bytes)
          #expect(try bench.server.state().keys == once.keys, "\(fixture) \(form) \(target ?? "")")
          #expect(try bench.server.state().digest == once.digest, "\(fixture) \(form)")
        }
        try checkOthers(
          try export(
            bytes, RestoreSelection(now: currentTime()), options: options { $0.form = form }),
          original,
          bench, "\(fixture) \(form)")
      }
    }
    #expect(compared > 20)
  }

  /// Replays into a server with other values under the same names, and with another key.
  private func checkOthers(
    _ exported: Exported, _ original: ServerState, _ bench: ServerBench, _ name: String
  ) throws {
    try bench.server.empty()
    for key in original.keys.keys {
      _ = try bench.server.ask("SELECT", String(key.database))
      _ = try bench.server.ask(all: [[Array("HSET".utf8), key.key.bytes, [0x78], [0x79]]])
      _ = try bench.server.ask("RPUSH", "rdbsift:other", "a", "b")
    }
    _ = try bench.server.ask("SELECT", "0")
    let before = try bench.server.state()
    _ = try bench.server.replay(exported.bytes)
    let after = try bench.server.state().keys
    let other = ByteString(Array("rdbsift:other".utf8))
    #expect(after.filter { $0.key.key != other } == original.keys, "\(name)")
    #expect(
      after.filter { $0.key.key == other } == before.keys.filter { $0.key.key == other },
      "\(name)")
  }

  private func check(
    _ exported: Exported, _ way: CommandExporter.Existing, _ original: ServerState,
    _ bench: ServerBench, _ name: String
  ) throws {
    // Into an empty server: as ever.
    let (fresh, errors) = try bench.replay(exported.bytes)
    #expect(errors.isEmpty, "\(name)")
    #expect(fresh.keys == original.keys, "\(name)")
    // Into one where every key is there as a list.
    try bench.server.empty()
    for key in original.keys.keys {
      _ = try bench.server.ask("SELECT", String(key.database))
      _ = try bench.server.ask(all: [[Array("RPUSH".utf8), key.key.bytes, [0x78]]])
    }
    _ = try bench.server.ask("SELECT", "0")
    let before = try bench.server.state()
    let second = try bench.server.replay(exported.bytes)
    let after = try bench.server.state()
    switch way {
    case .merge, .replace:
      #expect(second.isEmpty, "\(name)")
      #expect(after.keys == original.keys, "\(name)")
    case .skip:
      // A function library is no key, and one that is there is told of.
      #expect(second.filter { !$0.contains("Library") }.isEmpty, "\(name) \(second)")
      #expect(after.keys == before.keys, "\(name)")
    case .fail:
      #expect(second.filter { $0.contains("BUSYKEY") }.count == original.keys.count, "\(name)")
      #expect(after.keys == before.keys, "\(name)")
    }
  }

  @Test("databases are mapped, or all are one, and threads make no difference")
  func databases() throws {
    let bench = try ServerBench()
    let bytes = try Fixtures.bytes("redis-7.0.15/multidb")
    let original = try #require(try bench.load(bytes))
    let numbers = original.sizes.keys.sorted()
    try #require(numbers.count > 1)
    let selection = RestoreSelection(now: currentTime())
    let mapped = options {
      for number in numbers { $0.databases.moved[UInt32(number)] = UInt32(number + 20) }
    }
    let moved = try export(bytes, selection, options: mapped)
    let (state, errors) = try bench.replay(moved.bytes)
    #expect(errors.isEmpty)
    #expect(
      state.sizes
        == Dictionary(uniqueKeysWithValues: original.sizes.map { ($0.key + 20, $0.value) })
    )
    let single = options { $0.databases.isSingle = true }
    let one = try export(bytes, selection, options: single)
    #expect(try bench.replay(one.bytes).state.sizes.keys.sorted() == [0])
    for options in [mapped, single] {
      #expect(
        ByteString(try export(bytes, selection, options: options).bytes)
          == ByteString(try export(bytes, selection, options: options, threads: 4).bytes))
    }
  }

  @Test("functions come back with the keys, and only where everything is asked for")
  func functions() throws {
    let bench = try ServerBench()
    var compared = 0
    for fixture in Fixtures.all + Fixtures.shared {
      let bytes = try fixture.bytes()
      guard try bench.load(bytes) != nil else { continue }
      let list = try bench.server.ask("FUNCTION", "LIST", "WITHCODE")
      guard !list.elements.isEmpty else { continue }
      compared += 1
      let exported = try export(bytes, RestoreSelection(now: currentTime()))
      #expect(exported.summary.detail.functions == UInt64(list.elements.count), "\(fixture)")
      let together = try export(bytes, RestoreSelection(now: currentTime()), threads: 4)
      #expect(ByteString(exported.bytes) == ByteString(together.bytes), "\(fixture)")
      _ = try bench.replay(exported.bytes)
      #expect(try bench.server.ask("FUNCTION", "LIST", "WITHCODE").sorted == list.sorted)
    }
    #expect(compared > 0)
  }
}
