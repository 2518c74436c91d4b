// One file of a set: where it is, and how it is opened.

import RDB
package import Storage

/// One file of a set, or a member of an archive.
package struct Shard: Sendable {
  /// A member of an archive.
  package struct Member: Hashable, Sendable {
    /// Its place among all members.
    var place: Int
    /// Its name.
    package var name: [UInt8]
  }

  /// The path of the file, or of the archive.
  package let path: String
  /// The member, if it is one.
  package let member: Member?
  /// Which file it is.
  package let identity: FileIdentity
  /// Bytes of the file, or of the archive.
  package let size: Int

  /// The path, and the member behind it.
  package var name: [UInt8] {
    guard let member else { return Array(path.utf8) }
    return Array(path.utf8) + [UInt8(ascii: ":")] + member.name
  }

  /// Opens it.
  package func open(_ options: Source.Options) throws(InputError) -> Source {
    var options = options
    options.place = member?.place
    return try Source(path, options)
  }
}

extension Shard {
  /// The backups in a file: itself, or the members of an archive that are some.
  static func all(at path: String, _ options: Source.Options) throws(InputError) -> [Shard] {
    let file = try InputError.wrapping { () throws(SystemError) in try InputFile(path) }
    let (identity, size) = (file.identity, file.size)
    let head = try InputError.wrapping { () throws(SystemError) in
      try file.head(ContainerKind.headCount)
    }
    let shard = Shard(path: path, member: nil, identity: identity, size: size)
    guard ContainerKind(head) != nil else { return [shard] }
    var unpackerOptions = Unpacker.Options()
    unpackerOptions.limit = options.limit
    guard let members = try Unpacker.members(of: SharedFile(file), unpackerOptions) else {
      return [shard]
    }
    if let failure = members.failure { throw failure }
    // An archive of one is that one; an archive of none says so when it is opened.
    guard members.found.count > 1 else { return [shard] }
    return members.found.map { found in
      Shard(
        path: path, member: Member(place: found.place, name: found.name), identity: identity,
        size: size / members.found.count)
    }
  }

  /// Whether what a directory holds is a backup, by what is in it.
  static func isBackup(_ path: String, _ options: Source.Options) -> Bool {
    guard let source = try? Source(path, options) else { return false }
    return (try? source.checkHeader()) != nil
  }
}
