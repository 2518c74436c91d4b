// One way through several files: results by file and together, a limit over all, failures.

import Export
import Foundation
import RDB
import Restore
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("What was found in a backup")
struct BackupResultTests {
  private static func file(_ number: Int, _ count: Int) -> [UInt8] {
    ClusterFiles().file((0..<count).map { "\(number):\($0)" })
  }

  private static let files = [file(0, 5), file(1, 0), file(2, 7), file(3, 4)]

  /// What listing a backup writes, and what it counts.
  private func list(
    _ files: [[UInt8]], threads: Int, _ selection: RestoreSelection = everything,
    _ format: RowFormat = .ndjson
  ) throws -> (bytes: [UInt8], result: BackupResult<ExportSummary>) {
    let collected = CollectedBytes()
    let output = RecordOutput(format.join) { (bytes) throws(SystemError) in
      collected.append(bytes)
    }
    let result = try withBackup(of: files, threads: threads) {
      $0.listKeys(selection, format, into: output)
    }
    return (collected.bytes, result)
  }

  private func keys(_ lines: [UInt8]) throws -> [String] {
    try lines.split(separator: 0x0a).map { line in
      JSONNode(try JSONSerialization.jsonObject(with: Data(line)))["key"].text ?? ""
    }
  }

  @Test("is known by file and of all files together", arguments: [1, 4])
  func together(threads: Int) throws {
    try withBackup(of: Self.files, threads: threads) { backup in
      let result = backup.preview(PreviewRequest(everything))
      #expect(result.isWhole && result.firstFailure == nil)
      #expect(result.readable.map(\.index) == [0, 1, 2, 3])
      #expect(result.readable.map(\.file.name) == backup.names)
      #expect(result.readable.map(\.result.restored) == [5, 0, 7, 4])
      #expect(result.readable.map(\.result.summary.tally.restored.keys) == [5, 0, 7, 4])
      let merged = try #require(result.merged)
      #expect(merged.tally.restored.keys == 16)
      // Examples are the first of the files in their order, and say which file they are from.
      #expect(merged.first.notes.map(\.file) == [0, 0, 0, 0, 0, 2, 2, 2, 2, 2])
      #expect(result.facts.keys == 16)
      #expect(result.files.allSatisfy { $0.isUnchanged })
      let counts = result.mapSummaries { file, found in "\(file.packedSize) \(found.restored)" }
      #expect(counts.readable.map(\.file.name) == backup.names)
      #expect(
        counts.readable.map(\.result.summary)
          == zip(Self.files, [5, 0, 7, 4]).map { "\($0.count) \($1)" })
      #expect(counts.facts.keys == result.facts.keys)
    }
  }

  @Test("counts a limit over all files, in their order", arguments: [1, 4])
  func limit(threads: Int) throws {
    let all = try keys(try list(Self.files, threads: threads).bytes)
    #expect(all.count == 16 && all[5] == "2:0")
    for limit in [0, 1, 4, 5, 6, 11, 12, 13, 16, 17] {
      var selection = everything
      selection.limit = UInt64(limit)
      let (bytes, result) = try list(Self.files, threads: threads, selection)
      #expect(try keys(bytes) == Array(all.prefix(limit)), "limit \(limit)")
      #expect(result.merged?.written == UInt64(min(limit, 16)))
      // Files behind the limit are read all the same: what they say of themselves is asked for.
      #expect(result.files.count == 4 && result.isWhole)
      try withBackup(of: Self.files, threads: threads) { backup in
        let tally = try #require(backup.preview(PreviewRequest(selection)).merged?.tally)
        #expect(tally.restored.keys == UInt64(min(limit, 16)))
        #expect(tally.skipped(.limit).keys == UInt64(16 - min(limit, 16)))
      }
    }
  }

  @Test("counts a limit in one file by one worker, whatever the threads")
  func limitOfOne() throws {
    var selection = everything
    selection.limit = 3
    let (bytes, result) = try list([Self.file(0, 20_000)], threads: 4, selection)
    #expect(try keys(bytes) == ["0:0", "0:1", "0:2"] && result.merged?.written == 3)
  }

  @Test("rows name their file where there are several, and are one array")
  func rows() throws {
    for threads in [1, 4] {
      let (bytes, _) = try list(Self.files, threads: threads, everything, .json)
      let array = Array("[".utf8) + bytes + Array("]".utf8)
      let rows = JSONNode(try JSONSerialization.jsonObject(with: Data(array))).elements
      let files = rows.map { URL(fileURLWithPath: $0["file"].text ?? "").lastPathComponent }
      #expect(
        files
          == [("0.rdb", 5), ("2.rdb", 7), ("3.rdb", 4)].flatMap { name, count in
            Array(repeating: name, count: count)
          })
    }
    let alone = try list([Self.files[0]], threads: 1).bytes
    #expect(!String(decoding: alone, as: UTF8.self).contains("\"file\""))
  }

  @Test("ends an output with the first damaged file, but looks at all files", arguments: [1, 4])
  func damage(threads: Int) throws {
    var files = Self.files
    files[2] = Array(files[2].dropLast(12))
    let (bytes, written) = try list(files, threads: threads)
    let listed = try keys(bytes)
    #expect(listed == (0..<5).map { "0:\($0)" } + (0..<6).map { "2:\($0)" })
    #expect(!written.isWhole && written.files.count == 3)
    #expect(written.firstFailure?.path.hasSuffix("2.rdb") == true)
    var selection = everything
    selection.limit = 100
    let limited = try list(files, threads: threads, selection)
    #expect(try keys(limited.bytes) == listed)
    #expect(limited.result.files.count == 3 && !limited.result.isWhole)
    try withBackup(of: files, threads: threads) { backup in
      for limit in [nil, 100] as [UInt64?] {
        var selection = everything
        selection.limit = limit
        let looked = backup.preview(PreviewRequest(selection))
        #expect(looked.files.count == 4 && !looked.isWhole)
        #expect(looked.readable.map(\.result.summary.tally.restored.keys) == [5, 0, 6, 4])
        #expect(looked.firstFailure?.failure.isTruncation == true)
      }
    }
  }

  @Test("tells the file that is no RDB file, with its first bytes", arguments: [1, 4])
  func noFile(threads: Int) throws {
    var files = Self.files
    files[1] = Array("not a backup at all".utf8)
    try withBackup(of: files, threads: threads) { backup in
      for limit in [nil, 100] as [UInt64?] {
        var selection = everything
        selection.limit = limit
        let looked = backup.preview(PreviewRequest(selection))
        #expect(looked.readable.map(\.index) == [0, 2, 3] && !looked.isWhole)
        let failure = try #require(looked.firstFailure)
        #expect(failure.path == backup.names[1])
        #expect(failure.format == UnsupportedFormat(Array("not a backup at all".utf8)))
        #expect(failure.failure.damage?.error.reason == .badMagic)
      }
    }
  }

  @Test("keys that a file has twice are findings of that file, of a backup of one as of several")
  func repetitions() throws {
    let twice = ClusterFiles().file(["a", "b", "a"])
    for (files, threads) in [([twice], 1), ([twice], 3), ([Self.files[0], twice], 2)] {
      try withBackup(of: files, threads: threads) { backup in
        let result = backup.verify(everyRecord, isWhole: true)
        let found = result.readable.map { $0.result.summary.found.findings.kept.map(\.rule) }
        #expect(found.last == ["duplicate.key"] && found.dropLast().allSatisfy(\.isEmpty))
        // Not all records are looked at where some are selected, so keys are not compared then.
        let partial = backup.verify(everyRecord, isWhole: false)
        #expect(partial.readable.allSatisfy { $0.result.summary.found.findings.count == 0 })
      }
    }
  }
}
