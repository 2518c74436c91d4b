// However a file reaches the scanner, it says the same.

import TestSupport
import Testing

@testable import RDB

/// Scans bytes that grow: each shortage brings `more` bytes.
private func scanGrowing(_ bytes: [UInt8], more: (Int) -> Int) -> ScannedFile {
  var file = ScannedFile()
  var count = 0
  var scanner: RDBScanner?
  var batch = RecordBatch(capacity: 64)
  while true {
    do throws(RDBError) {
      try bytes.withRawSpan { (whole) throws(RDBError) in
        let span = whole.extracting(0..<count)
        var current: RDBScanner
        if let scanner { current = scanner } else { current = try RDBScanner(headerOf: span) }
        defer { scanner = current }
        while try current.scan(span, into: &batch) == .batchFull { file.take(&batch) }
      }
      break
    } catch {
      guard error.reason == .truncated, count < bytes.count else {
        file.error = error
        break
      }
      count = min(bytes.count, count + max(1, more(count)))
    }
  }
  file.take(&batch)
  file.header = scanner?.header
  file.state = scanner?.state
  file.context = scanner?.context ?? ValueContext()
  return file
}

/// Scans bytes that are still arriving: the prefix that is lent grows on a shortage.
private func scanWindows(_ bytes: [UInt8], window: Int) -> ScannedFile {
  var file = ScannedFile()
  var batch = RecordBatch(capacity: 16)
  bytes.withRawSpan { whole in
    do throws(RDBError) {
      var scanner = try RDBScanner(headerOf: whole.extracting(0..<min(9, bytes.count)))
      file.header = scanner.header
      defer { (file.state, file.context) = (scanner.state, scanner.context) }
      var size = window
      while !scanner.state.isEnded {
        let end = min(bytes.count, scanner.state.offset + size)
        do throws(RDBError) {
          let part = whole.extracting(first: end)
          let limit = end == bytes.count ? Int.max : end
          while try scanner.scan(part, until: limit, into: &batch) == .batchFull {
            file.take(&batch)
          }
          size = window
        } catch {
          guard error.reason == .truncated, end < bytes.count else { throw error }
          size += window
        }
      }
    } catch {
      file.error = error
    }
  }
  file.take(&batch)
  return file
}

private func expectSame(_ file: ScannedFile, _ whole: ScannedFile, _ comment: Comment) {
  #expect(file.error == whole.error, comment)
  #expect(file.records == whole.records, comment)
  #expect(file.events == whole.events, comment)
  #expect(file.context == whole.context, comment)
  if whole.error == nil { #expect(file.state == whole.state, comment) }
}

@Suite("files in pieces")
struct PiecesTests {
  @Test("a file that grows says what the whole says", arguments: Fixtures.all(upTo: 600_000))
  func growing(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    var random = SeededRandom(seed: UInt64(bytes.count))
    // A growing file never tells that it will not grow, so only its whole can be cut.
    let step = 1 + bytes.count / 40
    let file = scanGrowing(bytes) { _ in 1 + random.below(step * 2) }
    expectSame(file, ScannedFile(scanning: bytes), "\(fixture)")
  }

  @Test(
    "a small file that grows byte by byte says what the whole says",
    arguments: Fixtures.all(upTo: 2500))
  func byteByByte(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    expectSame(
      scanGrowing(bytes) { _ in 1 }, ScannedFile(scanning: bytes), "\(fixture)")
  }

  @Test("steps and batches of any size say the same", arguments: Fixtures.all)
  func steps(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    let whole = ScannedFile(scanning: bytes)
    for (batch, step) in [(1, Int.max), (256, 262_144), (3, 1000), (7, max(1, bytes.count / 500))] {
      expectSame(
        ScannedFile(scanning: bytes, batch: batch, step: step), whole,
        "\(fixture), batch \(batch), step \(step)")
    }
  }

  @Test("small files in steps of one byte say the same", arguments: Fixtures.all(upTo: 5000))
  func tinySteps(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    expectSame(
      ScannedFile(scanning: bytes, batch: 1, step: 1), ScannedFile(scanning: bytes),
      "\(fixture)")
  }

  @Test("windows that begin inside a file tell places in the file", arguments: Fixtures.all)
  func windows(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    let whole = ScannedFile(scanning: bytes)
    for window in [262_144, max(32, bytes.count / 100)] {
      expectSame(scanWindows(bytes, window: window), whole, "\(fixture), window \(window)")
    }
  }

  @Test("a limit stops before the record that begins there, and after one that begins before it")
  func limit() throws {
    var builder = RDBBuilder()
    builder.string(key: "a", value: "v")
    let second = builder.count
    builder.string(key: "b", value: "v")
    let end = builder.count
    let bytes = builder.ended()
    try bytes.withRawSpan { (span) throws(RDBError) in
      for limit in [second, second + 1] {
        var scanner = try RDBScanner(headerOf: span)
        var batch = RecordBatch()
        #expect(try scanner.scan(span, until: limit, into: &batch) == .limit)
        #expect(batch.count == (limit == second ? 1 : 2))
        #expect(scanner.state.offset == (limit == second ? second : end))
        #expect(try scanner.scan(span, into: &batch) == .end)
        #expect(batch.count == 2 && batch.events.count == 1)
      }
    }
  }

  @Test("a limit at the last byte of what is lent is no shortage; one behind it is")
  func limitAtEnd() throws {
    var builder = RDBBuilder()
    builder.string(key: "a", value: "v")
    let bytes = builder.bytes
    try bytes.withRawSpan { (span) throws(RDBError) in
      var scanner = try RDBScanner(headerOf: span)
      var batch = RecordBatch()
      #expect(try scanner.scan(span, until: bytes.count, into: &batch) == .limit)
      #expect(batch.count == 1 && scanner.state.offset == bytes.count)
      let error = failure { () throws(RDBError) in
        try scanner.scan(span, until: bytes.count + 1, into: &batch)
      }
      #expect(error == RDBError(.truncated, at: bytes.count, number: 1))
    }
  }

  @Test("a full batch stops the scan, and an ended scan stays ended")
  func fullBatch() throws {
    var builder = RDBBuilder()
    for number in 0..<5 { builder.string(key: "k\(number)", value: "v") }
    let bytes = builder.ended()
    try bytes.withRawSpan { (span) throws(RDBError) in
      var scanner = try RDBScanner(headerOf: span)
      var batch = RecordBatch(capacity: 2)
      #expect(try scanner.scan(span, into: &batch) == .batchFull)
      #expect(try scanner.scan(span, into: &batch) == .batchFull)
      #expect(batch.count == 2)
      batch.removeAll()
      let isEmpty = batch.isEmpty
      #expect(isEmpty)
      #expect(try scanner.scan(span, into: &batch) == .batchFull)
      batch.removeAll()
      #expect(try scanner.scan(span, into: &batch) == .end)
      #expect(batch.count == 1 && batch[0].keyCount == 2)
      #expect(try scanner.scan(span, into: &batch) == .end)
      #expect(batch.count == 1 && batch.events.count == 1)
      let offsets = batch.withRecords { records in
        (0..<records.count).map { records[$0].offset }
      }
      #expect(offsets == [batch[0].offset])
    }
  }

  @Test("a scan goes on from a state that was kept")
  func resuming() throws {
    let bytes = try Fixtures.bytes("redis-7.4.1/all")
    let whole = ScannedFile(scanning: bytes)
    let half = bytes.count / 2
    try bytes.withRawSpan { (span) throws(RDBError) in
      var first = try RDBScanner(headerOf: span)
      var batch = RecordBatch(capacity: 10_000)
      _ = try first.scan(span, until: half, into: &batch)
      var second = RDBScanner(
        header: first.header, resuming: first.state, context: first.context)
      _ = try second.scan(span, into: &batch)
      var file = ScannedFile()
      file.take(&batch)
      #expect(file.records == whole.records && file.events == whole.events)
    }
  }
}
