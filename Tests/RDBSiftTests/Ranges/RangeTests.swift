// Ranges of a file: together they are the file, and what is none of its ranges is refused.

import Export
import RDB
import Restore
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("Ranges of a file")
struct RangeTests {
  private func ranges(_ file: [UInt8], _ parts: Int) throws -> [FileRange] {
    try file.withRawSpan { span throws(JobFailure) in
      try RangeSplitter.ranges(of: span, parts: parts)
    }
  }

  private func rows(
    _ file: [UInt8], _ range: FileRange, threads: Int = 1
  ) throws -> (rows: [UInt8], result: SweepResult<WriteSummary<ExportCounts>>) {
    let collected = CollectedBytes()
    let output = RecordOutput { (bytes) throws(SystemError) in collected.append(bytes) }
    var options = SweepOptions()
    options.range = range
    options.threads = threads
    let result = try file.withRawSpan { span throws(JobFailure) in
      try sweep(span, options: options, output: output) {
        WritingWorker(KeyListRecordWriter(.ndjson), everyRecord)
      }
    }
    return (collected.bytes, result)
  }

  /// The failure of a range, whether it is noticed before or while records are read.
  private func failure(_ file: [UInt8], _ range: FileRange) -> JobFailure? {
    do {
      return try rows(file, range).result.failure
    } catch {
      return error as? JobFailure
    }
  }

  private func wrong(_ file: [UInt8], _ range: FileRange) -> WrongRange.Reason? {
    guard case .range(let wrong)? = failure(file, range) else { return nil }
    return wrong.reason
  }

  @Test("all ranges of a file, in order, have its rows")
  func whole() throws {
    var divided = 0
    for fixture in Fixtures.all(upTo: 100_000) {
      let file = try fixture.bytes()
      let scanned = ScannedFile(scanning: file)
      guard scanned.error == nil else { continue }
      let expected = try list(file, .ndjson, selecting: everyRecord).bytes
      for (parts, threads) in [(1, 1), (3, 3), (40, 2)] {
        let ranges = try ranges(file, parts)
        #expect(ranges.count <= parts && ranges[0].start.offset == RDBHeader.byteCount)
        #expect(ranges[ranges.count - 1].end == file.count)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.end == $1.start.offset })
        #expect(ranges.reduce(0) { $0 + Int($1.keys) } == scanned.records.count)
        if ranges.count > 2 { divided += 1 }
        var joined: [UInt8] = []
        for range in ranges {
          let found = try rows(file, range, threads: threads)
          #expect(found.result.failure == nil, "\(fixture), \(range)")
          joined += found.rows
        }
        #expect(joined == expected, "\(fixture) in \(parts)")
      }
    }
    #expect(divided > 100)
  }

  /// Two databases, keys with attributes, and a slot that the file states.
  private static let small: [UInt8] = {
    var file = RDBBuilder("REDIS0012")
    file.aux("redis-ver", "7.4.0")
    for database in [0, 9] {
      file.selectDB(UInt64(database))
      for index in 0..<40 {
        if index % 3 == 0 { file.expireMS(1_999_999_999_999) }
        file.string(key: "key:\(index)", value: String(repeating: "x", count: index))
      }
    }
    return file.ended()
  }()

  @Test("ranges have about the same size, whatever the number of keys")
  func balance() throws {
    let file = RangeTests.small
    let longest = ScannedFile(scanning: file).records.map(\.byteCount).max() ?? 0
    for parts in 2...12 {
      let ranges = try ranges(file, parts)
      #expect(ranges.count == parts)
      let mean = (file.count - RDBHeader.byteCount) / parts
      for range in ranges { #expect(abs(range.end - range.start.offset - mean) <= longest + 1) }
    }
  }

  @Test("a file without keys is one range")
  func empty() throws {
    let file = RDBBuilder("REDIS0012").ended()
    let ranges = try ranges(file, 8)
    #expect(ranges.count == 1 && ranges[0].isFirst && ranges[0].isLast)
    #expect(try rows(file, ranges[0]).result.failure == nil)
  }

  @Test("a range of another file, or one that is not described as it is, is refused")
  func refused() throws {
    let file = RangeTests.small
    let range = try ranges(file, 4)[2]
    #expect(failure(file, range) == nil)
    func reason(_ change: (inout FileRange) -> Void) -> WrongRange.Reason? {
      var other = range
      change(&other)
      return wrong(file, other)
    }
    #expect(reason { $0.size += 1 } == .size(file.count))
    #expect(reason { $0.headDigest = String(repeating: "0", count: 64) } == .head)
    #expect(reason { $0.keys += 1 } == .keys(range.keys))
    #expect(reason { $0.start.dialect = .valkey } == .start)
    #expect(reason { $0.start.templates = [60] } == .start)
    #expect(reason { $0.start.templates = [.max] } == .start)
    #expect(reason { $0.start.offset = RDBHeader.byteCount } == .start)
    #expect(reason { $0.start.offset = file.count } == .start)
    #expect(reason { $0.start.offset = .max } == .start)
    #expect(reason { $0.part = 0 } == .start)
    guard case .end? = reason({ $0.endDatabase += 1 }) else {
      Issue.record("another database is taken for the end")
      return
    }
    var changed = file
    changed[20] ^= 1
    #expect(wrong(changed, range) == .head)
  }

  @Test("at every byte, a range ends there or is refused")
  func everyEnd() throws {
    let file = RangeTests.small
    let range = try ranges(file, 4)[1]
    for end in range.start.offset...file.count + 2 {
      var other = range
      other.end = end
      #expect((failure(file, other) == nil) == (end == range.end), "byte \(end)")
    }
  }

  @Test("reading from another byte ends in a failure, unless records follow from there by chance")
  func everyStart() throws {
    let file = RangeTests.small
    let range = try ranges(file, 4)[1]
    let accepted = (0..<range.end).count { offset in
      var other = range
      other.start.offset = offset
      return failure(file, other) == nil
    }
    #expect(accepted < 12)
  }

  @Test("a cut file has no ranges, and its damage is told")
  func truncated() throws {
    let file = RangeTests.small
    for count in 9..<(file.count - 9) {
      let cut = Array(file.prefix(count))
      guard (try? ranges(cut, 3)) == nil else {
        Issue.record("a file of \(count) bytes was divided")
        return
      }
    }
  }
}
