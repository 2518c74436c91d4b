// The jobs of the commands through the public interface alone.

import Foundation
import RDBSift
import Synchronization
import TestSupport
import Testing

@Suite("The jobs of the library") struct JobTests {
  let shop = sample("shop.rdb")

  @Test("the program of the first page")
  func firstPage() throws {
    try withFolder { folder in
      let (t, u) = (
        try #require(UnixTime("2026-11-24T06:00:00Z")), UnixTime("2026-11-25T09:00:00Z")
      )
      let backup = try Backup(paths: [shop])
      let carts = try Selection(keys: .regex("cart:.*"))
      var records = try backup.records(carts)
      var lines: [String] = []
      while let record = try records.next() {
        lines.append(
          "\(record.database) \(record.key) \(record.type) \(record.expiry as Any) "
            + "\(record.elementCount as Any)")
      }
      #expect(lines.contains("0 cart:10 hash nil Optional(5)"), "\(lines)")
      try backup.forEachRecord(carts) { record in
        guard record.type == .hash else { return }
        try record.value.forEachField { field, value in #expect(!field.isEmpty && !value.isEmpty) }
      }
      let summary = try backup.preview(carts, restoredAt: t, shiftedTo: u)
      let written = try backup.export(
        carts, as: .commands(for: .redis(7, 2)), to: .file(folder + "carts.resp"), restoredAt: t,
        shiftedTo: u)
      #expect(written.losses.isEmpty && written.lossCount == 0)
      #expect(written.keys == summary.written.keys && written.keys > 0)
      #expect(try contents(folder + "carts.resp").count == written.bytes)
      let report = try backup.statistics(depth: 3)
      #expect(report.keys == 737 && report.prefixes.keys == 737 && report.memory > 0)
    }
  }

  @Test("the time of the backup, a shift and the moment of a restore decide about expiries")
  func times() throws {
    let backup = try Backup(paths: [shop])
    let asIs = try backup.preview()
    #expect(asIs.restoredAt?.description == "2026-11-24T05:46:27Z" && asIs.expiredByNow == 0)
    let later = try backup.preview(now: UnixTime("2030-01-01"))
    #expect(later.expiredByNow > 0)
    #expect(later.written.keys + later.expiredByNow == asIs.written.keys)
    let shifted = try backup.preview(shiftedTo: UnixTime("2030-01-01"))
    #expect(shifted.written == asIs.written)
    #expect(shifted.byDatabase.values.reduce(0) { $0 + $1.keys } == shifted.written.keys)
    #expect(shifted.byType.values.reduce(0) { $0 + $1.keys } == shifted.written.keys)
  }

  @Test("every format is written, the same by file and by closure, on any number of threads")
  func formats() throws {
    let formats: [ExportFormat] = [
      .commands(), .payloads(for: .redis(7, 0)), .rdb(for: .valkey(8, 0)), .json, .ndjson,
      .commands(for: .tair(5, 0), existing: .skip, inTransactions: true),
    ]
    var options = Backup.Options()
    options.threads = 3
    try withFolder { folder in
      for format in formats {
        let path = folder + "out"
        try Backup(paths: [shop]).export(as: format, to: .file(path))
        let collected = Mutex<[UInt8]>([])
        let result = try Backup(paths: [shop], options: options).export(
          as: format,
          to: .closure { bytes in
            let piece = StoredString(copying: bytes)
            collected.withLock { $0 += piece }
          })
        #expect(try contents(path) == collected.withLock { $0 })
        #expect(result.keys == 651 && result.expired == 86, "\(format)")
      }
    }
  }

  @Test("info counts what the cursor finds")
  func info() throws {
    let backup = try Backup(paths: [sample("types.rdb")])
    let info = try backup.info()
    var kinds: [String: Int] = [:]
    try backup.forEachRecord { kinds["\($0.database) \($0.type) \($0.encoding)", default: 0] += 1 }
    let counted = info.kinds.map { ("\($0.database) \($0.type) \($0.encoding)", $0.keys) }
    #expect(Dictionary(uniqueKeysWithValues: counted) == kinds)
    #expect(info.files.map(\.checksum) == [.valid])
  }

  @Test("a diff finds what was added, removed and changed")
  func diff() throws {
    let (old, new) = (try Backup(paths: [shop]), try Backup(paths: [sample("shop-later.rdb")]))
    let changes = try new.diff(since: old)
    #expect(!changes.isEmpty && changes.added > 0 && changes.removed > 0)
    let back = try old.diff(since: new)
    #expect(back.added == changes.removed && back.removed == changes.added)
    #expect(back.changed == changes.changed && back.unchanged == changes.unchanged)
    #expect(try new.diff(since: new).isEmpty)
  }

  @Test("damage is a finding of verify, an error of a cursor, and a gap of salvage")
  func damage() throws {
    try withFolder { folder in
      var bytes = try contents(shop)
      for at in 20_000..<20_400 { bytes[at] = 0xff }
      let path = folder + "damaged.rdb"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let backup = try Backup(paths: [path])
      let error = #expect(throws: SiftError.self) { try backup.forEachRecord { _ in } }
      #expect(error?.code == .damaged || error?.code == .truncated)
      #expect(error?.path == path && (error?.offset ?? 0) > 10_000)
      let found = try backup.verify()
      #expect(!found.isSound && found.findings.contains { $0.severity == .error })
      let rest = try backup.salvage(as: .rdb(), to: .file(folder + "rest.rdb"))
      #expect(!rest.isSound && rest.lostBytes > 0 && rest.keys > 600)
      #expect(try Backup(paths: [folder + "rest.rdb"]).verify().isSound)
      #expect(try Backup(paths: [shop]).salvage().isSound)
      #expect(try Backup(paths: [shop]).verify(quickly: true).isSound)
    }
  }

  @Test("what is no backup is refused, with its path")
  func noBackup() throws {
    for path in ["/nonexistent/dump.rdb", Fixtures.repository + "/README.md"] {
      let error = #expect(throws: SiftError.self) {
        try Backup(paths: [path]).forEachRecord { _ in }
      }
      #expect(error?.path == path)
    }
  }

  @Test("a log is read at its end, or at a moment")
  func log() throws {
    let backup = try Backup(paths: [sample("shop-log")])
    let atEnd = try keys(backup)
    #expect(!atEnd.isEmpty)
    #expect(try keys(backup.at(nil)) == atEnd)
    let error = #expect(throws: SiftError.self) { try backup.at(UnixTime("2001-01-01")) }
    #expect(error?.code == .log)
    #expect(try backup.preview().written.keys > 0)
    #expect(try backup.verify().findings.allSatisfy { $0.severity < .error })
  }

  @Test("changes of a key in a log are found, and their errors come through")
  func history() throws {
    let backup = try Backup(paths: [sample("shop-log")])
    var changes: [HistoryChange] = []
    try backup.forEachChange { changes.append($0) }
    let first = try #require(changes.first)
    var ofKey: [HistoryChange] = []
    try backup.forEachChange(Selection(keys: .literal(first.key))) { ofKey.append($0) }
    let expected: [HistoryChange] = changes.filter { $0.key == first.key }
    #expect(ofKey == expected)
    #expect(changes.count > ofKey.count)
    let times: [UnixTime] = changes.compactMap(\.time)
    #expect(times == times.sorted())
    #expect(throws: CancellationError.self) {
      try backup.forEachChange { _ in throw CancellationError() }
    }
    let error = #expect(throws: SiftError.self) {
      try Backup(paths: [shop]).forEachChange { _ in }
    }
    #expect(error?.code == .log)
  }

  @Test("signs of intrusion are found, and secrets are masked")
  func threats() throws {
    let found = try Backup(paths: [sample("intrusion.rdb")]).threats()
    #expect(found.findingCount == found.findings.count && found.findingCount > 3)
    #expect(found.findings.contains { $0.severity == "critical" })
    #expect(try Backup(paths: [sample("intrusion.rdb")]).threats(limit: 1).findings.count == 1)
    #expect(try Backup(paths: [sample("types.rdb")]).threats().findings.isEmpty)
  }

  @Test("progress comes to the end of the file")
  func progress() throws {
    let last = Mutex<Backup.Progress?>(nil)
    var options = Backup.Options()
    options.progress = { progress in last.withLock { $0 = progress } }
    _ = try Backup(paths: [shop], options: options).statistics()
    let found = try #require(last.withLock { $0 })
    #expect(found.bytesRead == found.bytesOnDisk && found.bytesRead > 60_000)
    #expect(!found.activity.isEmpty)
  }

  @Test("a cancellation ends every job with its code")
  func cancellation() throws {
    var options = Backup.Options()
    options.cancellation = Cancellation()
    options.cancellation?.cancel()
    let backup = try Backup(paths: [shop], options: options)
    let jobs: [(Backup) throws -> Void] = [
      { try $0.forEachRecord { _ in } }, { try $0.forEachRecordConcurrently { _ in } },
      { _ = try $0.info() }, { _ = try $0.preview() }, { _ = try $0.statistics() },
      { _ = try $0.verify() }, { _ = try $0.salvage() },
      { try $0.export(as: .json, to: .closure { _ in }) },
    ]
    for job in jobs {
      let error = #expect(throws: SiftError.self) { try job(backup) }
      #expect(error?.code == .cancelled)
    }
  }

  @Test("the examples run")
  func examples() throws {
    let read = try #require(try run(example: "ReadBackup", [shop, "cart:.*"]))
    #expect(read.contains("hash (") && read.contains("checksum valid"))
    try withFolder { folder in
      let exported = try #require(
        try run(
          example: "ExportCarts",
          [shop, folder + "carts.resp", "2026-11-24T06:00:00Z", "2026-11-25T09:00:00Z"]))
      #expect(exported.contains("wrote"))
      #expect(FileManager.default.fileExists(atPath: folder + "carts.resp"))
      let memory = try #require(
        try run(example: "MemoryReport", [sample("shop-later.rdb"), shop]))
      #expect(memory.contains("added"))
      let checked = try #require(try run(example: "CheckBackup", [shop]))
      #expect(checked.contains("737 records"))
    }
  }
}
