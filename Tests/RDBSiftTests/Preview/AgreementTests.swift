// A preview counts what an export writes: for every fixture, and for requests that select a part.

import Export
import Foundation
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("A preview and an export")
struct AgreementTests {
  /// Requests of every kind that selects.
  private static let requests: [RestoreRequest] = {
    let all = RestoreRequest(now: moment)
    var database = all
    database.databases = [0, 9]
    var types = all
    types.types = ["string", "hash", "zset"]
    var keys = all
    keys.filterKeys = [FilterKey("[a-m].*,.*[0-9]")]
    var late = all
    late.keepsExpired = true
    var measured = all
    measured.measures.elements = NumberRange(2, 50)
    measured.measures.slot = NumberRange(0, 10_000)
    measured.excluded = [KeyPattern(keyRegex: ".*s.*", mode: .full)]
    var few = all
    few.limit = 3
    few.sample = KeySample(oneIn: 2)
    return [all, database, types, keys, late, measured, few]
  }()

  @Test("agree in every count")
  func counts() throws {
    var compared = 0
    for fixture in Fixtures.all + Fixtures.shared {
      let file = try fixture.bytes()
      // A file that has a key twice, which servers refuse, has fewer keys than records.
      guard checkFailure(file) == nil, fixture.name != "synthetic/duplicate_key" else { continue }
      for request in AgreementTests.requests {
        try compare(file, try request.selection(), "\(fixture)", &compared)
      }
    }
    #expect(compared > 100)
  }

  private func compare(
    _ file: [UInt8], _ selection: RestoreSelection, _ name: String, _ compared: inout Int
  ) throws {
    var request = PreviewRequest(selection)
    request.list = PreviewListFormat(RowSyntax(.ndjson), patterns: [[], []], files: nil)
    let swept = try preview(file, request: request)
    let previewed = swept.summary
    let exported = try export(file, selecting: selection)
    let summary = exported.summary
    let notes = exported.result.notes
    #expect(previewed.tally == summary.tally, "\(name)")
    #expect(previewed.unsupported == UInt64(notes.count(.unsupported)), "\(name)")
    let unwritten = UInt64(notes.count(.unsupported) + notes.count(.empty))
    #expect(summary.written + unwritten == previewed.tally.restored.keys, "\(name)")
    let estimate = previewed.output.total(previewed.tally)
    // Keys are reckoned with, function libraries are not.
    let all = try readCommands(exported.bytes)
    let commands = all.filter { $0.name != "FUNCTION" }
    let selects = commands.count { $0.name == "SELECT" }
    // A file may come back to a database; one SELECT for each is reckoned with.
    if selects == previewed.tally.restoredByDatabase.count, notes.count(.unsupported) == 0,
      notes.count(.empty) == 0
    {
      #expect(estimate.commands == UInt64(commands.count), "\(name)")
      #expect(estimate.bytes == UInt64(commands.reduce(0) { $0 + $1.size }), "\(name)")
      compared += 1
    }
    try compareCommands(exported.bytes, try restored(swept.bytes), exported.notes, name)
  }

  /// The keys that a list says are restored, in each database.
  private func restored(_ list: [UInt8]) throws -> [Int: Set<ByteString>] {
    var keys: [Int: Set<ByteString>] = [:]
    for line in list.split(separator: 0x0a) {
      let row = JSONNode(try JSONSerialization.jsonObject(with: Data(line)))
      guard row["outcome"].text == "restored" else { continue }
      let key = try #require(row.rowKey)
      keys[row["db"].int ?? -1, default: []].insert(ByteString(key))
    }
    return keys
  }

  /// Whether the keys that commands write are those that are listed, to the key.
  private func compareCommands(
    _ bytes: [UInt8], _ listed: [Int: Set<ByteString>], _ notes: [RecordNote], _ name: String
  ) throws {
    var keys: [Int: Set<ByteString>] = [:]
    var current = -1
    for command in try readCommands(bytes) {
      if command.name == "SELECT" {
        current = Int(String(decoding: command.arguments[1], as: UTF8.self)) ?? -1
      } else if command.name != "FUNCTION" {
        let place = command.name == "XGROUP" ? 2 : 1
        keys[current, default: []].insert(ByteString(command.arguments[place]))
      }
    }
    var expected = listed
    for note in notes where note.kind == .unsupported || note.kind == .empty {
      expected[Int(note.record.database)]?.remove(ByteString(note.key))
    }
    #expect(keys == expected.filter { !$0.value.isEmpty }, "\(name)")
  }
}
