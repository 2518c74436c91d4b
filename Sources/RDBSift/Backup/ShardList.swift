// From what was named to the files of a set, in the order in which they were named. A directory stands
// for the backups in it, sorted by the bytes of their names; `@list` for the paths in a file.

import RDB
package import Storage

/// The files of a set.
package struct ShardList: Sendable {
  /// Why there is no set.
  package enum Problem: Error, Sendable {
    /// A file cannot be opened.
    case input(InputError, path: String)
    /// A file was named twice, by these paths.
    case twice([UInt8], [UInt8])
    /// A directory holds no backup.
    case nothing(in: String)
    /// A list names no file.
    case emptyList(String)
    /// A list has a line that is no text.
    case notText(String, line: Int)
    /// Standard input is one of several.
    case standardInput
  }

  /// The files.
  package private(set) var shards: [Shard] = []
  /// Files of directories that are no backups.
  package private(set) var passedOver: [String] = []

  private let options: Source.Options
  private let isRecursive: Bool

  /// What a list of paths is named with.
  package static let listMark: Character = "@"

  /// Finds the files.
  ///
  /// - Parameters:
  ///   - names: Paths of files and directories, and of lists behind `@`.
  ///   - isRecursive: Whether directories in directories are looked into.
  ///   - options: How files are opened.
  /// - Throws: Why there is no set.
  package init(
    _ names: [String], isRecursive: Bool, options: Source.Options
  ) throws(Problem) {
    self.options = options
    self.isRecursive = isRecursive
    for name in names {
      if name.first == ShardList.listMark {
        try addList(String(name.dropFirst()))
      } else {
        try add(name)
      }
    }
    try refuseRepetition()
  }

  /// Whether a name stands for a set, whatever it holds.
  package static func isSet(_ name: String) throws(SystemError) -> Bool {
    if name == OpenedInput.standardInputName { return false }
    if name.first == listMark { return true }
    return try DirectoryEntry.kind(of: name) == .directory
  }

  private mutating func add(_ name: String) throws(Problem) {
    guard name != OpenedInput.standardInputName else { throw .standardInput }
    let kind = try wrapping(name) { () throws(SystemError) in try DirectoryEntry.kind(of: name) }
    if kind == .directory {
      let before = shards.count
      try addDirectory(name)
      guard shards.count > before else { throw .nothing(in: name) }
    } else {
      try addFile(name)
    }
  }

  private mutating func addFile(_ path: String) throws(Problem) {
    do throws(InputError) {
      shards += try Shard.all(at: path, options)
    } catch {
      throw .input(error, path: path)
    }
  }

  private mutating func addDirectory(_ directory: String) throws(Problem) {
    let entries = try wrapping(directory) { () throws(SystemError) in
      try DirectoryEntry.all(in: directory)
    }
    for entry in entries {
      switch entry.kind {
      case .file: try addIfBackup(entry.path)
      case .directory:
        if isRecursive { try addDirectory(entry.path) }
      case .other: break
      }
    }
  }

  /// Takes a file of a directory in; what is no backup is not asked for, and no failure, unless it is
  /// called one: a shard that was destroyed must not go unseen.
  private mutating func addIfBackup(_ path: String) throws(Problem) {
    if path.hasSuffix(".rdb") { return try add(path) }
    guard let found = try? Shard.all(at: path, options),
      found.count > 1 || found[0].isBackup(options)
    else { return passedOver.append(path) }
    shards += found
  }

  /// A path per line, from the directory of the list on; empty lines and those behind `#` say nothing.
  private mutating func addList(_ path: String) throws(Problem) {
    let bytes = try wrapping(path) { () throws(SystemError) in
      try MappedFile(path).withBytes { [UInt8](copying: $0) }
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let before = shards.count
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = line.last == 0x0d ? line.dropLast() : line
      guard !line.isEmpty, line.first != UInt8(ascii: "#") else { continue }
      guard let name = String(validating: line, as: UTF8.self), !line.contains(0) else {
        throw .notText(path, line: index + 1)
      }
      try add(name.hasPrefix("/") ? name : folder + name)
    }
    guard shards.count > before else { throw .emptyList(path) }
  }

  private func wrapping<Result>(
    _ path: String, _ body: () throws(SystemError) -> Result
  ) throws(Problem) -> Result {
    do throws(SystemError) {
      return try body()
    } catch {
      throw .input(.system(error), path: path)
    }
  }

  /// The same file twice would be every key twice.
  private func refuseRepetition() throws(Problem) {
    struct Place: Hashable {
      var identity: FileIdentity
      var member: Int?
    }
    var seen: [Place: Shard] = [:]
    for shard in shards {
      let place = Place(identity: shard.identity, member: shard.member?.number)
      if let other = seen.updateValue(shard, forKey: place) { throw .twice(other.name, shard.name) }
    }
  }
}
