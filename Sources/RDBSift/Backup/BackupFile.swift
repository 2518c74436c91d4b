// A file of a backup: a path, or a member of an archive. It is opened whenever it is read, so that many
// files need few descriptors; a pipe, and the only file of a backup, stays open.

import RDB
package import Storage
import Synchronization

/// A file of a backup.
package final class BackupFile: Sendable {
  /// The path of the file, or of the archive.
  package let path: String
  /// The path, and the name of the member behind it.
  package let name: String
  /// Which file it is.
  package let identity: FileIdentity
  /// Bytes of the file, or of the member, as they are packed; 0 where that is not known.
  package let packedSize: Int
  /// The bytes of the member, and its number among those that are backups.
  package let member: (part: FilePart, number: Int)?
  /// The file, if it stays open.
  private let source: Source?

  /// A file that is opened when it is read.
  init(
    path: String, name: String, _ identity: FileIdentity, packedSize: Int,
    member: (part: FilePart, number: Int)? = nil
  ) {
    self.path = path
    self.name = name
    self.identity = identity
    self.packedSize = packedSize
    self.member = member
    source = nil
  }

  /// A file that stays open.
  init(_ source: Source, path: String) {
    self.path = path
    name = path
    identity = source.identity
    packedSize = source.size
    member = nil
    self.source = source
  }

  /// Opens the file for as long as `body` takes.
  /// - Throws: Why it cannot be opened, or what `body` throws.
  func withSource<Result>(
    _ options: Source.Options, _ body: (Source) throws -> Result
  ) throws -> Result {
    if let source { return try body(source) }
    let source = try open(options)
    defer { source.close() }
    return try body(source)
  }

  private func open(_ options: Source.Options) throws(FileFailure) -> Source {
    do throws(InputError) {
      guard let member else { return try Source(path, options) }
      return try Source(member.part, of: path, identity, options)
    } catch {
      throw FileFailure(error, path: name)
    }
  }

  /// Whether it is a backup, by what is in it.
  func isBackup(_ options: Source.Options) -> Bool {
    (try? withSource(options) { try $0.checkHeader() }) != nil
  }
}

extension BackupFile {
  /// The members of an archive, each a file.
  static func all(
    in members: [Archive.Member], of path: String, _ identity: FileIdentity
  ) -> [BackupFile] {
    members.enumerated().map { number, member in
      // An archive of one is that one.
      let suffix = members.count == 1 ? "" : ":" + String(decoding: member.name, as: UTF8.self)
      return BackupFile(
        path: path, name: path + suffix, identity, packedSize: member.part.count,
        member: (member.part, number))
    }
  }

  /// The backups in a file: itself, or the members of an archive that are some.
  static func all(at path: String, _ options: Source.Options) throws(InputError) -> [BackupFile] {
    let file = try InputError.wrapping { () throws(SystemError) in try InputFile(path) }
    let (identity, size) = (file.identity, file.size)
    let head = try InputError.wrapping { () throws(SystemError) in
      try file.head(ContainerKind.headCount)
    }
    if ContainerKind(head) != nil {
      var unpackerOptions = Unpacker.Options()
      unpackerOptions.limit = options.limit
      let opened = try Unpacker.opening(
        SharedFile(file), unpackerOptions, spillingTo: options.temporaryDirectory)
      if case .archive(let archive) = opened {
        return all(in: archive.members, of: path, identity)
      }
    }
    return [BackupFile(path: path, name: path, identity, packedSize: size)]
  }
}
