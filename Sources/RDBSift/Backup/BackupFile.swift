// A file of a backup: a path, or a member of an archive. It is opened for each read, so that many files need
// few descriptors. A pipe, and the only file of a backup, stays open.

import RDB
package import Storage
import Synchronization

/// A file of a backup.
package final class BackupFile: Sendable {
  /// The path of the file, or of the archive.
  package let path: String
  /// The display name: the path, with `:MEMBER` for a member of an archive.
  package let name: String
  /// The identity of the file on disk.
  package let identity: FileIdentity
  /// Packed size of the file or member in bytes; 0 if unknown.
  package let packedSize: Int
  /// The bytes of the member, and its number among the backups of the archive.
  package let member: (part: FilePart, number: Int)?
  /// What it is of a log at a moment; nil for any other file.
  package let part: MomentPart?
  /// The only records that are read; nil if all are.
  let picks: RecordPicks?
  /// The only part that is read; nil for the whole file.
  package let range: FileRange?
  /// The open input, if it stays open.
  private let source: Source?

  /// Makes a file that is opened for each read.
  init(
    path: String, name: String, _ identity: FileIdentity, packedSize: Int,
    member: (part: FilePart, number: Int)? = nil
  ) {
    self.path = path
    self.name = name
    self.identity = identity
    self.packedSize = packedSize
    self.member = member
    part = nil
    (picks, range) = (nil, nil)
    source = nil
  }

  /// Makes a file that stays open.
  init(_ source: Source, path: String, _ part: MomentPart? = nil) {
    self.path = path
    name = path
    identity = source.identity
    packedSize = source.size
    member = nil
    (picks, range) = (nil, nil)
    self.part = part
    self.source = source
  }

  private init(
    _ file: BackupFile, named name: String? = nil, _ part: MomentPart? = nil,
    picks: RecordPicks? = nil, range: FileRange? = nil
  ) {
    path = file.path
    self.name = name ?? file.name
    identity = file.identity
    packedSize = file.packedSize
    member = file.member
    self.part = part ?? file.part
    self.picks = picks ?? file.picks
    self.range = range ?? file.range
    source = file.source
  }

  /// The same file as a part of a log at a moment.
  func asPart(_ part: MomentPart, named name: String) -> BackupFile {
    BackupFile(self, named: name, part)
  }

  /// The same file, of which only some records are read.
  func picking(_ picks: RecordPicks) -> BackupFile { BackupFile(self, picks: picks) }

  /// The same file, of which only a part is read.
  func reading(_ range: FileRange) -> BackupFile { BackupFile(self, range: range) }

  /// The same file under another name.
  func named(_ name: String) -> BackupFile { BackupFile(self, named: name) }

  /// The member that the name shows; nil if the path is enough.
  var shownMember: String? {
    guard member != nil, name.count > path.count + 1 else { return nil }
    return String(name.dropFirst(path.count + 1))
  }

  /// The records that do not count, for the base of a log.
  var replaced: ReplacedRecords? {
    if case .base(let replaced)? = part { return replaced }
    return nil
  }

  /// Opens the file for the duration of `body`.
  /// - Throws: `FileFailure`, or what `body` throws.
  func withSource<Result>(
    _ options: Source.Options, _ body: (Source) throws -> Result
  ) throws -> Result {
    if let source { return try body(source) }
    let source = try open(options)
    defer { source.close() }
    return try body(source)
  }

  /// Opens the file until nobody has it any more.
  /// - Throws: `FileFailure`.
  func opened(_ options: Source.Options) throws(FileFailure) -> Source {
    if let source { return source }
    return try open(options)
  }

  private func open(_ options: Source.Options) throws(FileFailure) -> Source {
    do throws(InputError) {
      guard let member else { return try Source(path, options) }
      return try Source(member.part, of: path, identity, options)
    } catch {
      throw FileFailure(error, path: name)
    }
  }

  /// Whether the content has an RDB header.
  package func isBackup(_ options: Source.Options) -> Bool {
    (try? withSource(options) { try $0.checkHeader() }) != nil
  }
}

extension BackupFile {
  /// What a path holds.
  enum Opened {
    /// A file that is no archive.
    case file(BackupFile)
    /// An archive whose members are known.
    case archive(Archive, FileIdentity)
  }

  /// Opens what a path holds, as far as it takes to know its members.
  static func opened(_ path: String, _ options: Source.Options) throws(InputError) -> Opened {
    let file = try InputError.wrapping { () throws(SystemError) in try InputFile(path) }
    let (identity, size) = (file.identity, file.size)
    let head = try InputError.wrapping { () throws(SystemError) in
      try file.head(ContainerKind.headCount)
    }
    if options.skip == 0, ContainerKind(head) != nil {
      var unpackerOptions = Unpacker.Options()
      unpackerOptions.limit = options.limit
      let opened = try Unpacker.opening(
        SharedFile(file), unpackerOptions, spillingTo: options.temporaryDirectory)
      if case .archive(let archive) = opened { return .archive(archive, identity) }
    }
    return .file(BackupFile(path: path, name: path, identity, packedSize: size))
  }

  /// The backups in a file: the file itself, or the members of an archive.
  static func all(at path: String, _ options: Source.Options) throws(InputError) -> [BackupFile] {
    switch try opened(path, options) {
    case .file(let file): return [file]
    case .archive(let archive, let identity):
      let members = archive.members
      return members.enumerated().map { number, member in
        let name = "\(path):" + String(decoding: member.name, as: UTF8.self)
        return BackupFile(
          path: path, name: members.count == 1 ? path : name, identity,
          packedSize: member.part.count, member: (member.part, number))
      }
    }
  }
}
