// Every byte of ten small files, damaged in six ways. Sampled here; SALVAGE_FULL=1 in the environment
// takes every byte and prints the figures that stand in Documentation/Forensics.md.

import Foundation
import RDB
import TestSupport
import Testing

@testable import RDBSift

/// What became of the cases.
private struct Figures {
  var cases = 0
  /// Told by a finding in the record that holds the damage, in one behind it, or by the checksum only.
  var inRecord = 0
  var later = 0
  var checksum = 0
  /// Of damage inside a value: cases, and those in which every record behind it came back.
  var insideValue = 0
  var allAfter = 0
  /// Of these: records that the sound file does not have so, without their expiry or frequency, too; the
  /// damaged one is left out.
  var invented = 0
  /// Records that were called sure.
  var sure = 0

  var share: Double { insideValue == 0 ? 1 : Double(allAfter) / Double(insideValue) }
}

@Suite("A damaged byte anywhere")
struct DamagedByteTests {
  private static let fixtures = [
    "redis-2.6.17/ttl", "redis-7.2.6/lfu", "redis-7.4.1/lru", "redis-5.0.14/lfu",
    "synthetic/redis8.10_hash_templates", "redis-8.6.3/stream_idmp", "redis-8.6.3/keymeta",
    "redis-unstable-20260625/stream_nack", "redis-7.2.6/cluster", "redis-7.2.6/tair_expired_field",
  ]
  private static let isFull = ProcessInfo.processInfo.environment["SALVAGE_FULL"] != nil
  /// One byte of so many is damaged.
  private static let step = isFull ? 1 : 19

  @Test("is found, costs nothing before it, and after it no more than its record")
  func everywhere() throws {
    var all = Figures()
    for (number, name) in Self.fixtures.enumerated() {
      let bytes = try Fixtures.bytes(name)
      var figures = Figures()
      for index in stride(from: number % Self.step, to: bytes.count, by: Self.step) {
        for way in Damaging.allCases {
          guard let damaged = way.damage(bytes, at: index), damaged != bytes else { continue }
          try check(damaged, way, at: index, bytes, &figures, "\(name), byte \(index) \(way)")
        }
      }
      if Self.isFull { print("\(name): \(figures)") }
      all.cases += figures.cases
      all.inRecord += figures.inRecord
      all.later += figures.later
      all.checksum += figures.checksum
      all.insideValue += figures.insideValue
      all.allAfter += figures.allAfter
      all.invented += figures.invented
      all.sure += figures.sure
    }
    if Self.isFull { print("all: \(all) \(all.share)") }
    #expect(all.cases > 800 && all.insideValue > 300)
    // Of keys as short as these few bytes make a record: what chance would make, too, is not taken.
    #expect(all.share >= 0.97 && all.invented * 50 <= all.insideValue, "\(all)")
  }

  private func check(
    _ damaged: [UInt8], _ way: Damaging, at index: Int, _ bytes: [UInt8], _ figures: inout Figures,
    _ name: String
  ) throws {
    let records = soundRecords(bytes)
    let end = ScannedFile(scanning: bytes).end?.at ?? bytes.count
    let hit = records.first { $0.place.start <= index && index < $0.place.end }
    figures.cases += 1
    // What stands between records, or behind the end opcode, is one thing; a byte more behind the file
    // is no damage.
    let before = records.last { $0.place.end <= index }?.place.end ?? RDBHeader.byteCount
    let start = hit?.place.start ?? min(before, index, end)
    let isTrailing = way == .doubled && index == bytes.count - 1
    checkVerify(
      damaged, hit?.place, from: start, at: index, atLeast: isTrailing ? .note : .warning, &figures,
      name)
    let salvaged = try salvage(damaged)
    let given = Set(salvaged.records.map(\.record))
    for (record, place) in records where place.end <= index && index >= RDBHeader.byteCount {
      if !given.contains(record) { Issue.record("\(name): lost the record at \(place.start)") }
    }
    let sound = Set(records.map(\.record))
    for (record, start, confidence) in salvaged.records where confidence == .sure {
      figures.sure += 1
      if !sound.contains(record) { Issue.record("\(name): the record at \(start) is not sure") }
    }
    guard let hit, index >= hit.place.valueOffset, way != .cut else { return }
    figures.insideValue += 1
    for (record, start, _) in salvaged.records
    where !sound.contains(record) && start != hit.place.start {
      figures.invented += 1
      if Self.isFull { print("\(name): invented the record at \(start)") }
    }
    let after = records.filter { $0.place.start >= hit.place.end }
    if after.allSatisfy({ given.contains($0.record) }) {
      figures.allAfter += 1
    } else if Self.isFull {
      print("\(name): lost after it: \(after.filter { !given.contains($0.record) }.count)")
    }
  }

  /// Something is found, and nothing before the record that is damaged.
  private func checkVerify(
    _ damaged: [UInt8], _ hit: RDBRecord?, from start: Int, at index: Int,
    atLeast severity: Finding.Severity, _ figures: inout Figures, _ name: String
  ) {
    let verification: Verification
    do {
      verification = try verify(damaged)
    } catch {
      // What is no RDB file any more is told by its first bytes.
      #expect((error as? FileFailure)?.failure.damage != nil, "\(name): \(error)")
      #expect(index < RDBHeader.byteCount + 1, "\(name)")
      figures.inRecord += 1
      return
    }
    let findings = verification.found.findings.kept.filter { $0.severity >= severity }
    if findings.isEmpty { Issue.record("\(name): nothing was found") }
    let first = findings.first { $0.rule != "checksum" }
    guard let first else {
      figures.checksum += 1
      return
    }
    if first.offset < start {
      Issue.record("\(name): \(first.rule) is told at \(first.offset), before the damage")
    }
    if let hit, first.start == hit.start { figures.inRecord += 1 } else { figures.later += 1 }
  }
}
