// One file of a set: where it is, and how it is opened.

import RDB
package import Storage

/// One file of a set, or a member of an archive.
package struct Shard: Sendable {
  /// The path of the file, or of the archive.
  package let path: String
  /// The path, and the name of the member behind it.
  package let name: [UInt8]
  /// Which file it is.
  package let identity: FileIdentity
  /// Bytes of the file, or of the member.
  package let size: Int
  /// The bytes of the member, and its number among those that are backups.
  package let member: (part: FilePart, number: Int)?

  /// Opens it.
  package func open(_ options: Source.Options) throws(InputError) -> Source {
    guard let member else { return try Source(path, options) }
    return try Source(member.part, of: path, identity, options)
  }
}

extension Shard {
  /// The members of an archive, each a shard.
  package static func all(
    in members: [Archive.Member], of path: String, _ identity: FileIdentity
  ) -> [Shard] {
    members.enumerated().map { number, member in
      // An archive of one is that one.
      let suffix = members.count == 1 ? [] : [UInt8(ascii: ":")] + member.name
      return Shard(
        path: path, name: Array(path.utf8) + suffix, identity: identity, size: member.part.count,
        member: (member.part, number))
    }
  }

  /// The backups in a file: itself, or the members of an archive that are some.
  static func all(at path: String, _ options: Source.Options) throws(InputError) -> [Shard] {
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
    return [
      Shard(path: path, name: Array(path.utf8), identity: identity, size: size, member: nil)
    ]
  }

  /// Whether it is a backup, by what is in it.
  func isBackup(_ options: Source.Options) -> Bool {
    guard let source = try? open(options) else { return false }
    return (try? source.checkHeader()) != nil
  }
}
