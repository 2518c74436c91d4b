// From what was named to the files of a backup, in the order in which they were named. A directory stands
// for the backups in it, sorted by the bytes of their names; `@list` for the paths in a file.

import RDB
package import Storage

/// Why there is no backup to read.
package enum BackupError: Error, Sendable {
  /// A file cannot be opened.
  case input(InputError, path: String)
  /// A file was named twice, by these paths.
  case twice(String, String)
  /// A directory holds no backup.
  case nothing(in: String)
  /// A list names no file.
  case emptyList(String)
  /// A list has a line that is no text.
  case notText(String, line: Int)
  /// A member was named, though there are several files.
  case memberOfSeveral
}

/// The files of a backup.
struct BackupList {
  private(set) var files: [BackupFile] = []
  /// Files of directories that are no backups.
  private(set) var passedOver: [String] = []
  let digests = InputDigests()
  /// Whether several files were named, or what may stand for several.
  private(set) var isSeveral = true

  private let options: Source.Options
  private let isRecursive: Bool

  /// What a list of paths is named with.
  private static let listMark: Character = "@"

  /// Finds the files.
  ///
  /// - Parameters:
  ///   - names: Paths of files and directories, and of lists behind `@`.
  ///   - options: How files are opened.
  /// - Throws: Why there is nothing to read.
  init(_ names: [String], _ options: Backup.Options) throws(BackupError) {
    self.options = options.opening
    isRecursive = options.isRecursive
    if names.count == 1, try !BackupList.isSeveral(names[0]) {
      try addOnly(names[0])
    } else {
      if options.opening.member != nil { throw .memberOfSeveral }
      for name in names { try add(name) }
      try refuseRepetition()
      try sumArchives()
    }
  }

  /// Whether a name stands for several files, whatever it holds.
  private static func isSeveral(_ name: String) throws(BackupError) -> Bool {
    if name == OpenedInput.standardInputName { return false }
    if name.first == listMark { return true }
    return try kind(of: name) == .directory
  }

  private static func kind(of name: String) throws(BackupError) -> PathKind {
    do throws(SystemError) {
      return try DirectoryEntry.kind(of: name)
    } catch {
      throw .input(.system(error), path: name)
    }
  }

  /// Takes the only file, which stays open, or the members of the archive that it is.
  private mutating func addOnly(_ path: String) throws(BackupError) {
    let source = try open(path, options)
    guard !source.members.isEmpty else {
      isSeveral = false
      files = [BackupFile(source, path: path)]
      return
    }
    // Members are read each by itself, so the archive is summed as a whole.
    digests[source.identity] = try summing(path) { () throws(InputError) in try source.digest() }
    files = BackupFile.all(in: source.members, of: path, source.identity)
  }

  private func open(_ path: String, _ options: Source.Options) throws(BackupError) -> Source {
    do throws(InputError) {
      return try Source(path, options)
    } catch {
      throw .input(error, path: path)
    }
  }

  private func summing(
    _ path: String, _ body: () throws(InputError) -> InputDigest?
  ) throws(BackupError) -> InputDigest? {
    do throws(InputError) {
      return try body()
    } catch {
      throw .input(error, path: path)
    }
  }

  private mutating func add(_ name: String) throws(BackupError) {
    if name.first == BackupList.listMark { return try addList(String(name.dropFirst())) }
    if name == OpenedInput.standardInputName { return try addPipe(name) }
    switch try BackupList.kind(of: name) {
    case .directory:
      let before = files.count
      try addDirectory(name)
      guard files.count > before else { throw .nothing(in: name) }
    case .file: try addFile(name)
    case .other: try addPipe(name)
    }
  }

  /// Takes a pipe, whose bytes are kept: files of a backup may be read more than once.
  private mutating func addPipe(_ name: String) throws(BackupError) {
    var again = options
    again.isReadAgain = true
    let source = try open(name, again)
    files +=
      source.members.isEmpty
      ? [BackupFile(source, path: name)]
      : BackupFile.all(in: source.members, of: name, source.identity)
  }

  private mutating func addFile(_ path: String) throws(BackupError) {
    do throws(InputError) {
      files += try BackupFile.all(at: path, options)
    } catch {
      throw .input(error, path: path)
    }
  }

  private mutating func addDirectory(_ directory: String) throws(BackupError) {
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

  /// Takes a file of a directory if it is a backup. One that is called a backup is taken whatever it
  /// holds: a shard that was destroyed must not go unseen.
  private mutating func addIfBackup(_ path: String) throws(BackupError) {
    if path.hasSuffix(".rdb") { return try add(path) }
    guard let found = try? BackupFile.all(at: path, options),
      found.count > 1 || found[0].isBackup(options)
    else { return passedOver.append(path) }
    files += found
  }

  /// A path per line, relative to the folder of the list; empty lines and those that begin with `#`
  /// are comments.
  private mutating func addList(_ path: String) throws(BackupError) {
    let bytes = try wrapping(path) { () throws(SystemError) in
      try MappedFile(path).withBytes { [UInt8](copying: $0) }
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let before = files.count
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = line.last == 0x0d ? line.dropLast() : line
      guard !line.isEmpty, line.first != UInt8(ascii: "#") else { continue }
      guard let name = String(validating: line, as: UTF8.self), !line.contains(0) else {
        throw .notText(path, line: index + 1)
      }
      try add(name.hasPrefix("/") ? name : folder + name)
    }
    guard files.count > before else { throw .emptyList(path) }
  }

  private func wrapping<Result>(
    _ path: String, _ body: () throws(SystemError) -> Result
  ) throws(BackupError) -> Result {
    do throws(SystemError) {
      return try body()
    } catch {
      throw .input(.system(error), path: path)
    }
  }

  /// The same file twice would be every key twice.
  private func refuseRepetition() throws(BackupError) {
    struct Place: Hashable {
      var identity: FileIdentity
      var member: Int?
    }
    var seen: [Place: BackupFile] = [:]
    for file in files {
      let place = Place(identity: file.identity, member: file.member?.number)
      if let other = seen.updateValue(file, forKey: place) { throw .twice(other.name, file.name) }
    }
  }

  /// Sums archives as a whole, since their members are read each by itself.
  private func sumArchives() throws(BackupError) {
    guard options.sums else { return }
    for file in files where file.member != nil && digests[file.identity] == nil {
      digests[file.identity] = try wrapping(file.path) { () throws(SystemError) in
        try InputDigest(ofFile: file.path)
      }
    }
  }
}
