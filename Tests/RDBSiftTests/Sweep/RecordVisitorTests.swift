// The one loop over records: what a visitor sees, in what order, and what becomes of what it writes.

import Export
import RDB
import Restore
import Storage
import TestSupport
import Testing

@testable import RDBSift

/// Writes a line for whatever it is called for, and counts the calls.
private struct LineVisitor: RecordVisitor, ~Copyable {
  static var visitsSkipped: Bool { true }

  struct Summary: Mergeable, Sendable {
    var records: UInt64 = 0
    var events: UInt64 = 0
    var begun: UInt64 = 0
    var ended: UInt64 = 0

    mutating func merge(_ other: Summary) {
      records += other.records
      events += other.events
      begun += other.begun
      ended += other.ended
    }
  }

  private var output = OutputBuffer(capacity: 4096)
  private var summary = Summary()
  /// Lines that are written behind the records of a batch.
  private var put: [String] = []
  private let failing: Int?
  private var isFirst = true

  init(failing: Int? = nil) { self.failing = failing }

  mutating func exchange(_ output: inout OutputBuffer) { swap(&self.output, &output) }

  mutating func beginPart() { isFirst = true }

  mutating func begin(_ batch: borrowing RecordBatch, in bytes: RawSpan) { summary.begun += 1 }

  mutating func visit(_ event: RDBEvent, in bytes: RawSpan, _ context: borrowing VisitContext) {
    summary.events += 1
    put.append(name(event))
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    if record.start == failing {
      let error = RDBError(.badString, at: record.start)
      throw .damage(Damage(error, in: record, key: nil, fileSize: bytes.byteCount))
    }
    summary.records += 1
    let key = String(decoding: record.readableKey(in: bytes) ?? [], as: UTF8.self)
    put.append("\(key) \(context.pattern.map { "\($0)" } ?? "-") \(name(disposition))")
  }

  mutating func end(_ bytes: RawSpan, _ context: borrowing VisitContext) {
    summary.ended += 1
    for line in put {
      if !isFirst { output.append(0x2c) }
      isFirst = false
      for byte in line.utf8 { output.append(byte) }
    }
    put.removeAll()
    output.drainIfLarge()
  }

  private func name(_ event: RDBEvent) -> String {
    switch event {
    case .selectDatabase(let number): "select \(number)"
    case .aux: "aux"
    case .end: "end"
    default: "other"
    }
  }

  private func name(_ disposition: Disposition) -> String {
    switch disposition {
    case .restore: "restored"
    case .skip(let reason): reason.name
    }
  }

  consuming func finish() -> Summary { summary }
}

/// Counts the restored records that it is shown.
private struct PlainVisitor: RecordVisitor, ~Copyable {
  private var records: UInt64 = 0

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) {
    records += 1
  }

  consuming func finish() -> UInt64 { records }
}

@Suite("A visitor of records")
struct RecordVisitorTests {
  /// Some keys of two patterns and none, with opcodes between them, and where they begin.
  private static let file: (bytes: [UInt8], starts: [Int]) = {
    var file = RDBBuilder()
    var starts: [Int] = []
    file.aux("redis-ver", "7.2.4")
    for number in 0..<60 {
      if number % 10 == 0 { file.selectDB(UInt64(number / 10)) }
      if number == 35 { file.aux("note", "in between") }
      starts.append(file.count)
      if number % 7 == 3 { file.expireMS(5) }
      file.string(key: "\(["a", "b", "c"][number % 3]):\(number)", value: "v")
    }
    return (file.ended(), starts)
  }()

  private func selection() throws -> RestoreSelection {
    var request = RestoreRequest(now: moment)
    request.patterns = [KeyPattern(keyRegex: "a.*"), KeyPattern(keyRegex: "b.*")]
    return try request.selection()
  }

  /// What is seen of the file's keys and opcodes.
  private func expected() -> [String] {
    var lines = ["aux"]
    for number in 0..<60 {
      if number % 10 == 0 { lines.append("select \(number / 10)") }
      if number == 35 { lines.append("aux") }
      let name = ["a", "b", "c"][number % 3]
      let pattern = ["0", "1", "-"][number % 3]
      let isOver = number % 7 == 3
      let fate =
        name == "c"
        ? SkipReason.key.name : isOver ? SkipReason.expiredAtSubmission.name : "restored"
      lines.append("\(name):\(number) \(pattern) \(fate)")
    }
    return lines + ["end"]
  }

  @Test("sees opcodes and records in the file's order, and what it writes comes out in that order")
  func order() throws {
    let selection = try selection()
    for shape in [.alone, .threads(3)] + PoolShape.small {
      let swept = try visit(
        Self.file.bytes, shape, join: .separated(","), selecting: selection
      ) { LineVisitor() }
      #expect(swept.result.failure == nil)
      let lines = String(decoding: swept.bytes, as: UTF8.self).split(separator: ",").map(
        String.init)
      #expect(lines == expected(), "\(shape)")
      #expect(swept.summary.records == 60 && swept.summary.events == 9, "\(shape)")
      #expect(swept.summary.begun == swept.summary.ended && swept.summary.begun > 0)
      #expect(swept.result.restored == UInt64(lines.count { $0.hasSuffix("restored") }))
    }
  }

  @Test("is shown restored records only, unless it asks for others")
  func restored() throws {
    let selection = try selection()
    for shape in [.alone] + PoolShape.small {
      let swept = try visit(Self.file.bytes, shape, selecting: selection) { PlainVisitor() }
      #expect(swept.summary == swept.result.restored)
      #expect(swept.summary == UInt64(expected().count { $0.hasSuffix("restored") }))
    }
  }

  @Test("that fails has what it put off written before the failure ends the job")
  func failure() throws {
    for (index, start) in Self.file.starts.enumerated() where index % 9 == 4 {
      for shape in [.alone] + PoolShape.small {
        let swept = try visit(Self.file.bytes, shape, join: .separated(",")) {
          LineVisitor(failing: start)
        }
        #expect(swept.result.failure?.damage?.start == start, "\(shape)")
        let keys = String(decoding: swept.bytes, as: UTF8.self).split(separator: ",")
          .filter { $0.contains(":") }
        #expect(keys.count == index, "\(shape)")
        #expect(swept.summary.begun == swept.summary.ended)
      }
    }
  }

  @Test("that lists keys writes one array, and the same rows for any number of threads")
  func lists() throws {
    let selection = try selection()
    for format in [RowFormat.json, .ndjson, .tsv] {
      var request = PreviewRequest(selection)
      request.list = PreviewListFormat(RowSyntax(format), patterns: [[0x61], [0x62]], files: nil)
      let alone = try preview(Self.file.bytes, request: request)
      #expect(alone.summary.rows == 40)
      for shape in PoolShape.small {
        let other = try preview(Self.file.bytes, shape, request: request)
        #expect(ByteString(other.bytes) == ByteString(alone.bytes), "\(shape)")
        #expect(other.summary.rows == 40 && other.summary.tally == alone.summary.tally)
      }
    }
  }

  @Test("gathers keys beside its work: all are counted, those that are restored are compared")
  func keys() throws {
    let selection = try selection()
    var collection = KeyCollection()
    collection.takesSlots = true
    for shape in [.alone] + PoolShape.small {
      let result = try run(Self.file.bytes, shape) { [collection] in
        VisitingWorker(PlainVisitor(), selection, file: 0, keys: KeyCollector(collection))
      }.result
      let keys = try #require(result.keys)
      #expect(keys.count == 60 && keys.hasOtherDatabases)
      let names = (0..<60).map { "\(["a", "b", "c"][$0 % 3]):\($0)" }
      #expect(keys.slots.count == Set(names.map(ClusterFiles.slot)).count)
      #expect(keys.hashes.count == shape.threads)
    }
  }
}
