// Memory is bounded by the threads, and not by the file, the largest value or the output.

import Export
import Foundation
import RDB
import Restore
import Storage
import Synchronization
import TestSupport
import Testing

@testable import RDBSift

@Suite("Memory")
struct MemoryTests {
  /// A text of 64 KiB as a string object of some hundred bytes.
  private static let packed: [UInt8] = {
    var value = RDBBuilder.bare
    value.lzfString([UInt8](repeating: 0x78, count: 1 << 16))
    return value.bytes
  }()

  /// A file whose strings and one list unpack to a hundred times its size.
  private static func file(strings: Int, elements: Int) -> [UInt8] {
    var file = RDBBuilder()
    for number in 0..<strings { file.record(0, key: "key:\(number)", value: packed) }
    file.key(1, "list")
    file.length(UInt64(elements))
    for _ in 0..<elements { file.raw(packed) }
    file.string(key: "last", value: "one")
    return file.ended()
  }

  @Test("is not kept for output: what is written at once is small, whatever a value unpacks to")
  func pieces() throws {
    let file = MemoryTests.file(strings: 100, elements: 300)
    var outputs: Set<Int> = []
    for threads in [1, 2, 5] {
      let largest = Mutex(0)
      let output = RecordOutput(.commands) { (bytes) throws(SystemError) in
        let count = bytes.byteCount
        largest.withLock { $0 = max($0, count) }
      }
      _ = try run(file, .threads(threads), into: output) {
        WritingWorker(CommandWriter(ExportRequest(everything)), everything)
      }
      // A command holds a megabyte of elements, and a buffer may hold some commands.
      #expect(largest.withLock { $0 } < 8 << 20)
      outputs.insert(output.written)
    }
    #expect(outputs.count == 1 && (outputs.first ?? 0) > 400 << 16)
  }

  @Test(
    "of the program stays flat while a hundred megabytes are written",
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status")))
  func process() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("rdbsift-\(UInt32.random(in: .min ... .max)).rdb").path
    try Data(MemoryTests.file(strings: 800, elements: 800)).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(builtProgram()))
    process.arguments = ["export", path, "--threads", "3"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var read = 0
    var peaks: [Int] = []
    while let piece = try output.fileHandleForReading.read(upToCount: 1 << 20), !piece.isEmpty {
      // The program waits for us meanwhile, so it is there to be asked.
      for mark in [8 << 20, 96 << 20] where read < mark && read + piece.count >= mark {
        peaks.append(try peak(of: process.processIdentifier))
      }
      read += piece.count
    }
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && read > 1600 << 16)
    try #require(peaks.count == 2)
    #expect(peaks[1] - peaks[0] < 32 << 10, "kilobytes at 8 and at 96 MiB: \(peaks)")
  }

  /// The largest resident set of a process so far, in kilobytes.
  private func peak(of process: Int32) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return try #require(line.flatMap { Int($0.filter(\.isNumber)) })
  }
}
