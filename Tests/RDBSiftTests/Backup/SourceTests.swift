// What comes out of containers is what a plain file gives, to the byte.

import Export
import Foundation
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift
@testable import Storage

/// Exports what comes out of a container.
private func exportPacked(
  _ bytes: [UInt8], threads: Int, window: Int = Unpacking.window
) throws -> Swept<ExportSummary> {
  let collected = CollectedBytes()
  let output = RecordOutput(.commands) { (bytes) throws(SystemError) in collected.append(bytes) }
  var options = SweepOptions()
  options.threads = threads
  let unpacker = try Unpacker(MemoryStream(bytes, step: 4096), Unpacker.Options())
  let unpacking = try Unpacking(unpacker, path: "test", window: window)
  defer { unpacking.stop() }
  let result = try unpacking.withRange { range throws(JobFailure) in
    try sweep(range, unpacking, options: options, output: output) {
      WritingWorker(CommandWriter(ExportRequest(everything)), everything)
    }
  }
  return Swept(bytes: collected.bytes, result: result)
}

@Suite("Sources")
struct SourceTests {
  @Test("an export of a container is that of the file", arguments: Fixtures.all)
  func export(fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    let plain: Swept<ExportSummary>
    do {
      plain = try RDBSiftTests.export(bytes)
    } catch {
      return
    }
    for (packed, threads) in [
      (Packed.gzip(bytes), 1), (Packed.lz4(bytes), 2), (Packed.disklessFullSync(bytes), 5),
    ] {
      let other = try exportPacked(packed, threads: threads)
      let isSame = other.bytes == plain.bytes
      #expect(isSame)
      #expect(other.result.size == bytes.count)
      #expect(other.result.checksum == plain.result.checksum)
      #expect(other.result.trailing == plain.result.trailing)
      #expect(other.result.interruption == nil)
      #expect(
        "\(String(describing: other.result.failure))"
          == "\(String(describing: plain.result.failure))")
    }
  }

  @Test("records larger than the window come through, and pages behind them go away")
  func largeRecords() throws {
    var file = RDBBuilder()
    for index in 0..<30 {
      file.string(key: "small:\(index)", value: String(repeating: "v", count: index))
      file.string(
        key: "large:\(index)", value: String(repeating: "w", count: 700_000 * (index % 5 + 1)))
    }
    let bytes = file.ended()
    let plain = try RDBSiftTests.export(bytes)
    for threads in [1, 2, 5] {
      let other = try exportPacked(Packed.lz4(bytes), threads: threads, window: 1 << 16)
      let isSame = other.bytes == plain.bytes
      #expect(isSame)
      #expect(other.result.size == bytes.count)
    }
  }

  @Test("a container that is cut gives the records before the cut, and its own reason")
  func cut() throws {
    let bytes = try Fixtures.bytes("redis-7.0.15/functions")
    let packed = Packed.gzip(bytes)
    for length in stride(from: 40, to: packed.count, by: max(1, packed.count / 9)) {
      let swept: Swept<ExportSummary>
      do {
        swept = try exportPacked(Array(packed[..<length]), threads: 2)
      } catch let failure as JobFailure {
        guard case .container(let error) = failure else { throw failure }
        #expect(error.reason == .truncated)
        continue
      }
      guard case .container(let error)? = swept.result.interruption else {
        Issue.record("no interruption at \(length)")
        continue
      }
      #expect(error.reason == .truncated && error.offset == length)
      #expect(error.unpacked == swept.result.size)
      #expect(swept.result.failure?.isTruncation ?? true)
    }
  }

  @Test("the file is opened, read again and lent whole, whatever it is packed in")
  func sources() throws {
    let bytes = try Fixtures.bytes("redis-6.2.16/keys")
    let folder = FileManager.default.temporaryDirectory.path + "/source-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var options = Source.Options()
    options.temporaryDirectory = folder
    for (index, packed) in [
      bytes, Packed.gzip(bytes), Packed.tar([.init("x", [1]), .init("dump", Packed.lz4(bytes))]),
    ].enumerated() {
      let path = "\(folder)/\(index)"
      try Data(packed).write(to: URL(fileURLWithPath: path))
      let source = try Source(path, options)
      #expect(try source.head().aux("redis-ver") == "6.2.16")
      for _ in 0..<2 {
        let result = try source.survey(options: SweepOptions(), moment: moment)
        #expect(result.failure == nil && result.size == bytes.count)
      }
      let isSame = try source.withBytes { [UInt8](copying: $0) == bytes }
      #expect(isSame, "form \(index)")
      #expect(source.size == bytes.count)
      #expect(try source.isUnchanged())
      // What was unpacked lies in no file that has a name.
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.count == index + 1)
    }
  }
}
