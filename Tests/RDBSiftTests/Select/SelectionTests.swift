// Criteria that a single record does not decide: how many came before, and what is inside.

import Export
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("Selection in a sweep") struct SelectionTests {
  private func keys(_ count: Int) -> [UInt8] {
    var file = RDBBuilder()
    for index in 0..<count { file.string(key: "key:\(index)", value: "v") }
    return file.ended()
  }

  @Test("a limit takes the first keys of the file, with any number of threads")
  func limit() throws {
    let file = keys(50_000)
    var request = RestoreRequest(now: moment)
    request.patterns = [KeyPattern(keyRegex: ".*7")]
    request.limit = 1234
    let selection = try request.selection()
    let alone = try export(file, selecting: selection)
    let written = try readCommands(alone.bytes).filter { $0.name == "SET" }
    #expect(written.count == 1234)
    #expect(
      written.enumerated().allSatisfy { index, command in
        command.arguments[1] == Array("key:\(index * 10 + 7)".utf8)
      })
    let together = try export(file, .threads(8), selecting: selection)
    #expect(together.bytes == alone.bytes)
    let counted = try preview(file, .threads(8), selecting: selection).tally
    #expect(counted.restored.keys == 1234)
    #expect(counted.skipped(.limit).keys == 5000 - 1234)
    #expect(counted.skipped(.key).keys == 45_000)
  }

  @Test("expired keys do not use up a limit")
  func limitOfRestored() throws {
    var file = RDBBuilder()
    file.expireMS(1)
    file.string(key: "gone", value: "v")
    file.string(key: "a", value: "v")
    file.string(key: "b", value: "v")
    var request = RestoreRequest(now: moment)
    request.limit = 1
    let tally = try preview(file.ended(), selecting: try request.selection()).tally
    #expect(tally.restored.keys == 1)
    #expect(tally.skipped(.expiredAtSubmission).keys == 1)
    #expect(tally.skipped(.limit).keys == 1)
  }

  @Test("elements that the layout does not tell are counted")
  func elements() throws {
    for fixture in Fixtures.all {
      let file = try fixture.bytes()
      guard checkFailure(file) == nil else { continue }
      var request = RestoreRequest(now: moment)
      request.keepsExpired = true
      var sum = 0 as UInt64
      request.types = ["string", "list", "set", "zset", "hash", "stream"]
      let all = try preview(file, selecting: try request.selection())
      for bounds in [NumberRange(0, 2), NumberRange(3, 100), NumberRange(101, .max)] {
        request.measures.elements = bounds
        sum += try preview(file, selecting: try request.selection()).tally.restored.keys
      }
      #expect(sum == all.tally.restored.keys, "\(fixture)")
    }
  }
}
