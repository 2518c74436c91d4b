import Foundation
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("The files of a set")
struct ShardListTests {
  private static let backup = ClusterFiles().file(["a", "b"])

  private func within(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "rdbsift-sets-" + UUID().uuidString
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: folder) }
    try body(folder + "/")
  }

  private func make(_ path: String, _ bytes: [UInt8] = ShardListTests.backup) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  private func names(
    _ arguments: [String], in folder: String, recursive: Bool = false
  ) throws -> [String] {
    let list = try ShardList(arguments, isRecursive: recursive, options: Source.Options())
    return list.shards.map { shard in
      String(decoding: shard.name, as: UTF8.self).replacingOccurrences(of: folder, with: "")
    }
  }

  @Test("are paths in the order in which they are named")
  func paths() throws {
    try within { folder in
      for name in ["b.rdb", "a.rdb", "c.rdb"] { try make(folder + name) }
      let named = ["b.rdb", "c.rdb", "a.rdb"]
      #expect(try names(named.map { folder + $0 }, in: folder) == named)
    }
  }

  @Test("of a directory are its backups by content, sorted by the bytes of their names")
  func directory() throws {
    try within { folder in
      try make(folder + "b")
      try make(folder + "B.txt")
      try make(folder + "é.rdb")
      try make(folder + "a.gz", Packed.gzip(ShardListTests.backup))
      try make(folder + "notes.rdb", Array("not a backup".utf8))
      try make(folder + "notes.gz", Packed.gzip(Array("nor is this".utf8)))
      try make(folder + "empty.rdb", [])
      try make(folder + "more/d.rdb")
      try FileManager.default.createSymbolicLink(
        atPath: folder + "circle", withDestinationPath: folder)
      let list = try ShardList([folder], isRecursive: false, options: Source.Options())
      let found = list.shards.map { $0.path.replacingOccurrences(of: folder, with: "") }
      // What is called a backup is taken for one, sound or not.
      #expect(found == ["B.txt", "a.gz", "b", "empty.rdb", "notes.rdb", "é.rdb"])
      let others = list.passedOver.map { $0.replacingOccurrences(of: folder, with: "") }
      #expect(others == ["notes.gz"])
      #expect(
        try names([folder], in: folder, recursive: true)
          == ["B.txt", "a.gz", "b", "empty.rdb", "more/d.rdb", "notes.rdb", "é.rdb"])
    }
  }

  @Test("of a list are its lines, from its own directory on")
  func list() throws {
    try within { folder in
      try make(folder + "one.rdb")
      try make(folder + "shards/two.rdb")
      try make(folder + "shards/three.rdb")
      let text = "# the first of them\r\n\(folder)one.rdb\r\n\nshards\n"
      try make(folder + "list", Array(text.utf8))
      #expect(
        try names(["@" + folder + "list"], in: folder)
          == ["one.rdb", "shards/three.rdb", "shards/two.rdb"])
    }
  }

  @Test("of an archive are its members that are backups, whatever it is packed in")
  func archive() throws {
    try within { folder in
      let other = ClusterFiles().file(["c"])
      let tar = Packed.tar([
        Packed.Member("readme", Array("text".utf8)),
        Packed.Member("s/1.rdb", ShardListTests.backup), Packed.Member("s/2.rdb", other),
        Packed.Member("s/2.rdb", other),
      ])
      try make(folder + "backup.tgz", Packed.gzip(tar))
      let shards = try ShardList(
        [folder + "backup.tgz"], isRecursive: false, options: Source.Options()
      ).shards
      #expect(
        shards.map { String(decoding: $0.name, as: UTF8.self) }
          == ["1", "2", "2"].map { folder + "backup.tgz:s/\($0).rdb" })
      let keys = try shards.map { shard in
        try shard.open(Source.Options()).sweep(
          options: SweepOptions(), output: RecordOutput { _ in }
        ) { () throws(JobFailure) in
          CensusWorker(IdleWorker(), comparing: everything)
        }.summaries.map(\.census.keys)
      }
      #expect(keys == [[2], [1], [1]])
    }
  }

  @Test("are refused where there is none, where one is named twice, and where one is a pipe's")
  func refusals() throws {
    try within { folder in
      try make(folder + "a.rdb")
      try make(folder + "list", Array("# nothing\n".utf8))
      try make(folder + "odd", [0xff, 0x0a])
      try make(folder + "none/notes", Array("text".utf8))
      try FileManager.default.createSymbolicLink(
        atPath: folder + "link", withDestinationPath: folder + "a.rdb")
      func problem(_ arguments: [String]) -> ShardList.Problem? {
        do throws(ShardList.Problem) {
          _ = try ShardList(arguments, isRecursive: false, options: Source.Options())
          return nil
        } catch {
          return error
        }
      }
      func isExpected(_ arguments: [String], _ test: (ShardList.Problem) -> Bool) {
        #expect(problem(arguments).map(test) ?? false, "\(arguments)")
      }
      isExpected([folder + "a.rdb", folder + "link"]) {
        if case .twice = $0 { true } else { false }
      }
      isExpected([folder + "none"]) { if case .nothing = $0 { true } else { false } }
      isExpected(["@" + folder + "list"]) { if case .emptyList = $0 { true } else { false } }
      isExpected(["@" + folder + "odd"]) {
        if case .notText(_, line: 1) = $0 { true } else { false }
      }
      isExpected([folder + "a.rdb", "-"]) { if case .standardInput = $0 { true } else { false } }
      isExpected([folder + "a.rdb", folder + "gone"]) {
        if case .input(.system(let error), _) = $0 { error.isNotFound } else { false }
      }
    }
  }
}
