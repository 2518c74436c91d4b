// A survey counts what an inspection of everything counts; with threads, it says the same.

import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("A survey")
struct SurveyTests {
  /// Fixtures and samples, sound or not, and files of many jobs.
  private static let files: [[UInt8]] = {
    let paths = Fixtures.all(upTo: 10_000).map(\.path) + samples
    var files = paths.compactMap { try? readFile($0) }
    for seed: UInt64 in [21, 22] {
      var file = LargeFile(seed: seed)
      file.fill(to: 120_000)
      file.addGiant(60_000)
      file.fill(to: 240_000)
      files.append(file.bytes)
    }
    return files
  }()

  private func survey(_ file: [UInt8], checksum: Bool = true) throws -> SweepResult<RecordTally> {
    var options = SweepOptions()
    options.checksum = checksum
    return try file.withRawSpan { span throws(JobFailure) in
      try RDBSift.survey(span, options: options, moment: moment)
    }
  }

  private func survey(
    _ file: [UInt8], threads: Int, chunks: Int, checksum: Bool = true
  ) throws -> SweepResult<RecordTally> {
    var options = SweepOptions()
    options.checksum = checksum
    var speculative = SpeculativeSurvey(threads: threads)
    speculative.chunkBytes = chunks
    speculative.headBytes = 100
    return try file.withRawSpan { span throws(JobFailure) in
      speculative.run(span, try openScanner(span), options, moment: moment)
    }
  }

  private func expectSame(
    _ one: SweepResult<RecordTally>, _ two: SweepResult<RecordTally>, _ name: String
  ) {
    #expect(one.summary.kinds == two.summary.kinds, "\(name)")
    #expect(one.summary.fingerprint == two.summary.fingerprint, "\(name)")
    #expect(one.summary.expired == two.summary.expired, "\(name)")
    #expect(one.checksum == two.checksum && one.trailing == two.trailing, "\(name)")
    #expect(
      one.metadata.aux == two.metadata.aux && one.metadata.auxCount == two.metadata.auxCount,
      "\(name)")
    #expect(one.metadata.databases == two.metadata.databases, "\(name)")
    #expect(one.metadata.functionCount == two.metadata.functionCount, "\(name)")
    #expect(
      one.metadata.end == two.metadata.end && one.metadata.dialect == two.metadata.dialect,
      "\(name)")
    #expect("\(one.failure as Any)" == "\(two.failure as Any)", "\(name)")
  }

  @Test("counts what an inspection of everything counts")
  func inspection() throws {
    for file in SurveyTests.files {
      guard let surveyed = try? survey(file) else { continue }
      let inspected = try visit(file, selecting: everyRecord) {
        InspectionVisitor(moment: moment)
      }.result
      let (one, two) = (InspectionSummary(surveyed.summary), inspected.summary)
      #expect(one.kinds == two.kinds)
      #expect(one.firstExpiry == two.firstExpiry && one.lastExpiry == two.lastExpiry)
      #expect(one.expired == two.expired && two.leftOut == 0)
      #expect(surveyed.checksum == inspected.checksum)
      #expect(surveyed.metadata.end == inspected.metadata.end)
      #expect("\(surveyed.failure as Any)" == "\(inspected.failure as Any)")
    }
  }

  @Test(
    "says with threads what it says without", arguments: [(1, 900), (2, 137), (3, 64), (8, 4096)])
  func threads(_ threads: Int, _ chunks: Int) throws {
    for (index, file) in SurveyTests.files.enumerated() {
      guard let alone = try? survey(file) else { continue }
      // Tiny chunks of a large file would take a while.
      let size = max(chunks, file.count / 100)
      let together = try survey(file, threads: threads, chunks: size)
      expectSame(alone, together, "file \(index), \(threads) threads, chunks of \(size) bytes")
    }
  }

  @Test("of damaged files says with threads what it says without")
  func damage() throws {
    var random = SeededRandom(for: "surveys of damaged files")
    for round in 0..<20 {
      var builder = LargeFile(seed: UInt64(round))
      builder.fill(to: 30_000)
      var file = builder.bytes
      for _ in 0..<(random.below(3)) {
        file[100 + random.below(file.count - 100)] = UInt8(random.below(256))
      }
      if random.below(3) == 0 { file.removeLast(random.below(file.count - 100)) }
      if random.below(3) == 0 { file += random.bytes(random.below(2000)) }
      let checksum = random.below(3) > 0
      let alone = try survey(file, checksum: checksum)
      let together = try survey(
        file, threads: 3, chunks: 1 + random.below(5000), checksum: checksum)
      expectSame(alone, together, "round \(round)")
    }
  }

  @Test("sums the file up to its end wherever that stands in a chunk")
  func checksum() throws {
    var builder = RDBBuilder()
    for number in 0..<100 { builder.string(key: "key:\(number)", value: "value") }
    let file = builder.ended()
    for trailing in [0, 1, 7, 8, 9, 500] {
      let whole = file + [UInt8](repeating: 0x31, count: trailing)
      let alone = try survey(whole)
      #expect(alone.checksum == .valid(naiveCRC64(file.dropLast(8))) && alone.trailing == trailing)
      // The end, and the checksum behind it, lie before, in and behind the last chunk.
      for size in [1, 5, 8, 100] + Array((file.count - 120)..<(file.count - 100)) {
        expectSame(alone, try survey(whole, threads: 2, chunks: size), "\(size), \(trailing)")
      }
    }
  }
}
