// Sound files have no findings, and each thing that a file can get wrong is found, by its rule.

import AOF
import Foundation
import RDB
import TestSupport
import Testing

@testable import RDBSift

/// The rules that a file breaks, with how much each matters; notes are left out.
private func rules(_ bytes: [UInt8], threads: Int = 1) throws -> [String] {
  try verify(bytes, threads: threads).found.findings.kept
    .filter { $0.severity > .note }.map { "\($0.severity) \($0.rule)" }
}

@Suite("Verification")
struct VerificationTests {
  /// Files that are not as a server would write them, and say so by their names or on purpose.
  private static let odd: Set = [
    "redis-4.0-rc1/hellotype", "synthetic/dragonfly_shard", "synthetic/duplicate_key",
    "synthetic/empty_collections", "synthetic/valkey9.2_vcs_lz4",
    "synthetic/valkey9.2_vcs_lz4_nochecksum",
  ]

  private static let sound: [Fixture] = (Fixtures.all + Fixtures.shared).filter {
    !odd.contains($0.name) && !$0.name.hasPrefix("synthetic/bad_")
  }

  @Test("finds nothing in a sound file, on any number of threads")
  func nothing() throws {
    #expect(Self.sound.count > 100)
    for fixture in Self.sound {
      let bytes = try fixture.bytes()
      #expect(try rules(bytes) == [], "\(fixture)")
      if bytes.count > 20_000 { #expect(try rules(bytes, threads: 3) == [], "\(fixture)") }
    }
  }

  @Test("finds the same in a damaged file, on any number of threads")
  func threads() throws {
    var bytes = try readFile(Fixtures.repository + "/samples/shop.rdb")
    var random = SeededRandom(for: "damage to the shop")
    for _ in 0..<40 {
      // Not in the last bytes, which hold the database's end.
      bytes[10_000 + random.below(40_000)] ^= 0xff
    }
    let alone = try verify(bytes).found.findings.kept
    #expect(alone.count > 0)
    for threads in [2, 5] {
      #expect(try verify(bytes, threads: threads).found.findings.kept == alone)
    }
  }

  @Test("tells a broken structure under a right checksum, and a wrong checksum over a sound one")
  func checksums() throws {
    var file = RDBBuilder()
    file.record(20, key: "k", value: [3, 9, 9, 9])
    let broken = try verify(file.ended())
    #expect(broken.found.findings.kept.map(\.rule) == ["listpack.total"])
    #expect(broken.found.findings.kept[0].start == 9 && broken.found.findings.kept[0].key == [0x6b])
    guard case .valid = broken.checksum else {
      Issue.record("the checksum is not right")
      return
    }
    var sound = RDBBuilder()
    sound.string(key: "k", value: "v")
    var bytes = sound.ended()
    bytes[13] = 0x77  // the value was v
    #expect(try rules(bytes) == ["error checksum"])
  }

  @Test("goes on behind a value that is damaged, and ends at a boundary that is")
  func goesOn() throws {
    var file = RDBBuilder()
    for key in ["a", "b"] { file.record(20, key: key, value: [3, 9, 9, 9]) }
    file.string(key: "sound", value: "v")
    #expect(try rules(file.ended()) == ["error listpack.total", "error listpack.total"])
    file.raw([0x63, 1, 1])
    file.record(20, key: "c", value: [3, 9, 9, 9])
    let verification = try verify(file.ended())
    #expect(verification.found.findings.kept.map(\.rule).last == "type")
    #expect(verification.stop?.error.reason == .unknownType)
    #expect(verification.found.records == 3)
  }

  @Test("compares keys with each other, in each database for itself, whatever their form")
  func duplicateKeys() throws {
    var file = RDBBuilder()
    file.selectDB(0)
    file.string(key: "12", value: "a")
    file.string(key: "b", value: "a")
    file.selectDB(1)
    file.string(key: "12", value: "a")
    #expect(try rules(file.ended()) == [])
    let place = file.count
    file.byte(0)
    file.integerString(12)
    file.string("again")
    for threads in [1, 3] {
      let found = try verify(file.ended(), threads: threads).found.findings.kept
      #expect(found.map(\.rule) == ["duplicate.key"] && found[0].start == place)
      #expect(found[0].kind == .duplicateKey(first: 24))
    }
  }

  @Test("compares how many keys there are with what the file says of its databases")
  func counts() throws {
    var file = RDBBuilder()
    file.selectDB(0)
    file.resizeDB(keys: 2, expires: 1)
    file.expireMS(2_000_000_000_000)
    file.string(key: "a", value: "1")
    var whole = file
    whole.string(key: "b", value: "1")
    #expect(try rules(whole.ended()) == [])
    #expect(try rules(file.ended()) == ["warning count.keys"])
    file.expireMS(2_000_000_000_000)
    file.string(key: "b", value: "1")
    #expect(try rules(file.ended()) == ["warning count.expires"])
    file.selectDB(3)
    file.resizeDB(keys: 7, expires: 0)
    #expect(try rules(file.ended()) == ["warning count.expires", "warning count.keys"])
  }

  @Test("compares slots with keys, and with how many the file says they have")
  func slots() throws {
    func file(slot: UInt64, keys: UInt64) -> [UInt8] {
      var file = RDBBuilder("REDIS0012")
      file.selectDB(0)
      file.byte(244)
      for number in [slot, keys, 0] { file.length(number) }
      file.string(key: "foo", value: "v")  // slot 12182
      return file.ended()
    }
    #expect(try rules(file(slot: 12182, keys: 1)) == [])
    #expect(try rules(file(slot: 12182, keys: 2)) == ["warning count.slot"])
    #expect(try rules(file(slot: 7, keys: 1)) == ["warning slot"])
    var valkey = RDBBuilder()
    valkey.selectDB(0)
    valkey.aux("slot-info", "12182,3,0")
    valkey.string(key: "foo", value: "v")
    #expect(try rules(valkey.ended()) == ["warning count.slot"])
  }

  @Test("remarks are warnings, or notes where nothing is wrong")
  func severities() throws {
    var file = RDBBuilder()
    file.string(key: "text", value: "HYLLO")
    let note = try verify(file.ended())
    #expect(note.found.findings.kept.map(\.severity) == [.note])
    file.record(1, key: "empty", value: [0])
    #expect(try rules(file.ended()) == ["warning empty"])
    #expect(try verify(file.ended() + [1, 2]).found.findings.kept.last?.rule == "trailing")
  }

  @Test("finds every payload of the servers' own tests that they have to refuse")
  func corpus() throws {
    guard let folder = Fixtures.beside("corpus") else { return }
    let files = Fixtures.files(in: folder, ending: ".rdb").filter { $0.contains("corrupt-dump") }
    #expect(files.count >= 50)
    for file in files {
      let rules = try rules(try readFile(folder + "/" + file))
      // RESTORE refuses a stream node of deleted entries only; in a file it is loaded, and sound.
      let isSoundInFiles = file.contains("all-tombstone-listpack-with-zero-length")
      #expect(rules.isEmpty == isSoundInFiles, "\(file)")
    }
  }

  @Test("steps over everything where it is quick")
  func quick() throws {
    var file = RDBBuilder()
    file.record(20, key: "k", value: [3, 9, 9, 9])
    let found = try withBackup(of: [file.ended()]) { try $0.verifyQuickly().onlySummary }
    #expect(found.found.findings.count == 0 && found.found.records == 1)
  }

  @Test("every rule that can be broken is explained")
  func explained() throws {
    let page = String(
      decoding: try readFile(Fixtures.repository + "/Documentation/Forensics.md"), as: UTF8.self)
    for reason in RDBError.Reason.allCases {
      #expect(page.contains("`\(FindingRules.name(reason, .whole))"), "\(reason)")
    }
    for part in RDBError.Part.allCases where part != .whole {
      let name = FindingRules.name(.badStream, part).dropFirst("stream.".count)
      #expect(page.contains(".\(name)`"), "\(part)")
    }
    for reason in LogError.Reason.allCases {
      #expect(page.contains("`\(FindingRules.name(reason))`"), "\(reason)")
    }
    for rule in [
      "log.transaction", "log.unlisted", "log.missing", "log.empty-base", "log.unknown-command",
      "log.arity", "checksum", "count.keys", "count.expires", "count.slot", "slot", "duplicate.key",
      "duplicate.function", "trailing",
    ] {
      #expect(page.contains("`\(rule)`"), "\(rule)")
    }
  }
}
