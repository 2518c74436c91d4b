// What happens when the output or a worker fails: the sweep ends with that failure, whatever the
// threads are doing, and it does end.

import Dispatch
import Export
import Foundation
import RDB
import Restore
import Storage
import Synchronization
import TestSupport
import Testing

@testable import RDBSift

@Suite("A sweep that fails")
struct FailureTests {
  private static let full = SystemError(.system(28), .write, "somewhere")

  private static let file: [UInt8] = {
    var file = LargeFile(seed: 41)
    file.fill(to: 40_000)
    file.addGiant(600_000)
    file.fill(to: 700_000)
    return file.bytes
  }()

  /// An output that takes so many bytes and then fails.
  private func output(taking limit: Int, _ taken: CollectedBytes) -> RecordOutput {
    RecordOutput(.commands) { (bytes) throws(SystemError) in
      guard taken.count + bytes.byteCount <= limit else { throw FailureTests.full }
      taken.append(bytes)
    }
  }

  private func makeWorker() -> WritingWorker<CommandWriter> {
    WritingWorker(CommandWriter(ExportRequest(everything)), everything)
  }

  @Test("because its output does, ends with that error and no deadlock")
  func failingOutput() throws {
    var random = SeededRandom(for: "failing outputs")
    let whole = try export(FailureTests.file).bytes
    for _ in 0..<200 {
      let limit = random.below(whole.count)
      let shape = PoolShape(
        threads: 1 + random.below(12), jobBytes: 1 + random.below(20_000),
        jobRecords: 1 + random.below(400))
      let taken = CollectedBytes()
      let output = output(taking: limit, taken)
      let result = try finished { try run(FailureTests.file, shape, into: output, makeWorker) }
      #expect(result.failure?.system == FailureTests.full, "\(shape)")
      #expect(whole.starts(with: taken.bytes))
      #expect(output.written == taken.count)
    }
  }

  @Test("on one thread because its output does, ends with that error")
  func failingOutputAlone() throws {
    let whole = try export(FailureTests.file).bytes
    for limit in [0, 1, 1000, whole.count / 2, whole.count - 1] {
      let taken = CollectedBytes()
      let output = output(taking: limit, taken)
      let result = try run(FailureTests.file, .alone, into: output, makeWorker)
      #expect(result.failure?.system == FailureTests.full)
      #expect(whole.starts(with: taken.bytes))
    }
  }

  @Test("because a job does, ends with the first failure in the file and no deadlock")
  func failingJobs() throws {
    var random = SeededRandom(for: "failing jobs")
    let starts = ScannedFile(scanning: FailureTests.file).records.map(\.start)
    for _ in 0..<200 {
      let failing = Set((0...random.below(4)).map { _ in starts[random.below(starts.count)] })
      let shape = PoolShape(
        threads: 1 + random.below(12), jobBytes: 1 + random.below(50_000),
        jobRecords: 1 + random.below(400))
      let result = try finished {
        try visit(FailureTests.file, shape) { FailingVisitor(failing) }.result
      }
      #expect(result.failure?.damage?.start == failing.min(), "\(shape)")
      #expect(result.checksum == .unchecked || shape.threads < WorkerPool.threadsForChecksum)
    }
  }

  @Test("in many threads and jobs of every size, ends all the same, every time")
  func randomJobs() throws {
    var random = SeededRandom(for: "random jobs")
    let whole = ByteString(try export(FailureTests.file).bytes)
    for _ in 0..<100 {
      let shape = PoolShape(
        threads: 2 + random.below(16), jobBytes: 1 + random.below(3000),
        jobRecords: 1 + random.below(50))
      let swept = try finished { try export(FailureTests.file, shape) }
      #expect(swept.result.failure == nil)
      #expect(ByteString(swept.bytes) == whole, "\(shape)")
    }
  }

  /// What `body` returns; a deadlock is told after a minute, and left behind.
  private func finished<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let outcome = Outcome<Value>()
    Thread.detachNewThread {
      outcome.set(Result { try body() })
      done.signal()
    }
    try #require(done.wait(timeout: .now() + 60) == .success, "a sweep did not end")
    return try #require(outcome.value).get()
  }
}

/// What one thread leaves for another.
private final class Outcome<Value: Sendable>: Sendable {
  private let state = Mutex<Result<Value, any Error>?>(nil)

  var value: Result<Value, any Error>? { state.withLock { $0 } }

  func set(_ result: Result<Value, any Error>) { state.withLock { $0 = result } }
}

/// Fails at some records.
private struct FailingVisitor: RecordVisitor, ~Copyable {
  static var visitsSkipped: Bool { true }

  let starts: Set<Int>

  init(_ starts: Set<Int>) { self.starts = starts }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    guard starts.contains(record.start) else { return }
    let error = RDBError(.badString, at: record.valueOffset)
    throw .damage(Damage(error, in: record, key: nil, fileSize: bytes.byteCount))
  }

  consuming func finish() -> NoSummary { NoSummary() }
}
