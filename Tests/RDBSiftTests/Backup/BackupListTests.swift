import Foundation
import RDB
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("The files of a backup")
struct BackupListTests {
  private static let file = ClusterFiles().file(["a", "b"])

  private func make(_ path: String, _ bytes: [UInt8] = BackupListTests.file) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  private func names(
    _ arguments: [String], in folder: String, recursive: Bool = false
  ) throws -> [String] {
    var options = Backup.Options()
    options.isRecursive = recursive
    return try BackupList(arguments, options).files.map {
      $0.name.replacingOccurrences(of: folder, with: "")
    }
  }

  @Test("are paths in the order in which they are named")
  func paths() throws {
    try withFolder { folder in
      for name in ["b.rdb", "a.rdb", "c.rdb"] { try make(folder + name) }
      let named = ["b.rdb", "c.rdb", "a.rdb"]
      #expect(try names(named.map { folder + $0 }, in: folder) == named)
    }
  }

  @Test("of a directory are its backups by content, sorted by the bytes of their names")
  func directory() throws {
    try withFolder { folder in
      try make(folder + "b")
      try make(folder + "B.txt")
      try make(folder + "é.rdb")
      try make(folder + "a.gz", Packed.gzip(BackupListTests.file))
      try make(folder + "notes.rdb", Array("not a backup".utf8))
      try make(folder + "notes.gz", Packed.gzip(Array("nor is this".utf8)))
      try make(folder + "empty.rdb", [])
      try make(folder + "more/d.rdb")
      try FileManager.default.createSymbolicLink(
        atPath: folder + "circle", withDestinationPath: folder)
      let list = try BackupList([folder], Backup.Options())
      let found = list.files.map { $0.path.replacingOccurrences(of: folder, with: "") }
      // What is called a backup is taken for one, sound or not.
      #expect(found == ["B.txt", "a.gz", "b", "empty.rdb", "notes.rdb", "é.rdb"])
      let others = list.skippedFiles.map { $0.path.replacingOccurrences(of: folder, with: "") }
      #expect(others == ["notes.gz"])
      #expect(
        try names([folder], in: folder, recursive: true)
          == ["B.txt", "a.gz", "b", "empty.rdb", "more/d.rdb", "notes.rdb", "é.rdb"])
    }
  }

  @Test("of a list are its lines, from its own directory on")
  func list() throws {
    try withFolder { folder in
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
    try withFolder { folder in
      let other = ClusterFiles().file(["c"])
      let tar = Packed.tar([
        Packed.Member("readme", Array("text".utf8)),
        Packed.Member("s/1.rdb", BackupListTests.file), Packed.Member("s/2.rdb", other),
        Packed.Member("s/2.rdb", other),
      ])
      try make(folder + "backup.tgz", Packed.gzip(tar))
      let backup = try Backup([folder + "backup.tgz"], Backup.Options())
      #expect(backup.isSeveral)
      #expect(backup.names == ["1", "2", "2"].map { folder + "backup.tgz:s/\($0).rdb" })
      var request = SweepRequest("counting", everything)
      request.collection = KeyCollection()
      let collected = backup.sweep(request) { _ in IdleVisitor() }.collected
      #expect(collected.map(\.count) == [2, 1, 1])
    }
  }

  @Test("may come from a pipe, whose bytes are kept to be read again", .timeLimit(.minutes(1)))
  func pipe() throws {
    try withFolder { folder in
      try make(folder + "a.rdb")
      let pipe = folder + "pipe"
      // SAFETY: the path is a text of this process, read only inside the call.
      let made = unsafe mkfifo(pipe, 0o600)
      try #require(made == 0)
      let piped = ClusterFiles().file(["from", "the", "pipe"])
      Thread.detachNewThread { try? Data(piped).write(to: URL(fileURLWithPath: pipe)) }
      let backup = try Backup([folder + "a.rdb", pipe], Backup.Options())
      for _ in 0..<2 {
        let survey = backup.survey("counting", moment: moment)
        #expect(survey.readable.map { $0.result.summary.total.keys } == [2, 3])
      }
    }
  }

  /// Expects that files are refused for a reason.
  private func expect(
    _ arguments: [String], member: String? = nil, _ isReason: (BackupError) -> Bool
  ) {
    var options = Backup.Options()
    options.opening.member = member.map { Array($0.utf8) }
    do throws(BackupError) {
      _ = try BackupList(arguments, options)
      Issue.record("\(arguments) were taken")
    } catch {
      #expect(isReason(error), "\(arguments)")
    }
  }

  @Test(
    "are refused where there is none, where one is named twice, and where a member is asked for")
  func refusals() throws {
    try withFolder { folder in
      try make(folder + "a.rdb")
      try make(folder + "list", Array("# nothing\n".utf8))
      try make(folder + "odd", [0xff, 0x0a])
      try make(folder + "none/notes", Array("text".utf8))
      try FileManager.default.createSymbolicLink(
        atPath: folder + "link", withDestinationPath: folder + "a.rdb")
      expect([folder + "a.rdb", folder + "link"]) {
        if case .twice = $0 { true } else { false }
      }
      expect([folder + "none"]) { if case .nothing = $0 { true } else { false } }
      expect(["@" + folder + "list"]) { if case .emptyList = $0 { true } else { false } }
      expect(["@" + folder + "odd"]) {
        if case .notText(_, line: 1) = $0 { true } else { false }
      }
      expect([folder + "a.rdb", folder + "odd"], member: "a") {
        if case .memberOfSeveral = $0 { true } else { false }
      }
      expect([folder + "a.rdb", folder + "gone"]) {
        if case .input(.system(let error), _) = $0 { error.isNotFound } else { false }
      }
    }
  }
}
