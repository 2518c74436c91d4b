// Resolves the named inputs to the files of a backup, in the order given. A directory expands to the backups
// in it, sorted by the bytes of their names; `@LIST` expands to the paths in a file.

import RDB
import Restore
import Storage

/// The files of a backup.
struct BackupList {
  private(set) var entries: [Backup.Entry] = []
  /// Files in directories that are not read.
  private(set) var skippedFiles: [SkippedFile] = []
  /// Logs in directories beside several RDB files.
  private(set) var skippedLogs: [String] = []
  /// The files of directories, to follow links only once.
  private var identities: Set<FileIdentity> = []
  let digests = InputDigests()
  /// Whether the user named several files, or a directory, list or archive.
  private(set) var isSeveral = true

  private let options: Source.Options
  private let isRecursive: Bool
  private let isConcatenated: Bool

  /// The prefix of a list of paths.
  private static let listMark: Character = "@"

  /// Finds the files.
  ///
  /// - Parameters:
  ///   - names: Paths of files and directories, and `@LIST` for lists of paths.
  ///   - options: How to open files.
  /// - Throws: `BackupError` if there is nothing to read.
  init(_ names: [String], _ options: Backup.Options) throws(BackupError) {
    self.options = options.opening
    isRecursive = options.isRecursive
    isConcatenated = options.isConcatenated
    if names.count == 1, try !BackupList.isSeveral(names[0]) {
      try addOnly(names[0])
    } else {
      if options.opening.member != nil { throw .memberOfSeveral }
      for name in names { try add(name) }
      // The files of a log are not several backups.
      if names.count == 1, entries.count == 1, case .log = entries[0] { isSeveral = false }
      try refuseRepetition()
      try hashArchives()
    }
  }

  /// The RDB files, and the files of logs.
  var files: [BackupFile] {
    entries.flatMap { entry in
      switch entry {
      case .file(let file): [file]
      case .log(let log): log.allParts.map(\.file)
      }
    }
  }

  /// Whether a name is a list or a directory.
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

  /// The only file; it stays open, unless several jobs may come for it at once.
  private func only(_ source: Source, _ path: String) -> BackupFile {
    guard options.isReopened, !source.isPipe else { return BackupFile(source, path: path) }
    return BackupFile(path: path, name: path, source.identity, packedSize: source.size)
  }

  /// Adds the only file, or the members of an archive.
  private mutating func addOnly(_ path: String) throws(BackupError) {
    let (source, directory) = try openOnly(path)
    skippedFiles += SkippedFile.leftovers(source.leftovers, of: path)
    guard !source.members.isEmpty else {
      try append(only(source, path))
      isSeveral = entries.count > 1
      guard isSeveral else { return }
      // The files that follow each other are read separately.
      return try digest(source, path)
    }
    // Members are read separately, so the archive is hashed as a whole here.
    try digest(source, path)
    try append(
      ArchivedFiles(source.members, of: path, source.identity, inside: directory), of: path)
    isSeveral = entries.count > 1
  }

  /// The only file; of an archive in which `--member` names no file but a directory, that directory too.
  private func openOnly(
    _ path: String
  ) throws(BackupError) -> (Source, inside: String?) {
    do throws(InputError) {
      return (try Source(path, options), nil)
    } catch {
      var all = options
      all.member = nil
      guard let member = options.member, case .container(let damage) = error,
        damage.reason == .noMember, let source = try? Source(path, all)
      else { throw .input(error, path: path) }
      let directory = String(decoding: member, as: UTF8.self)
      let start = Array((directory + "/").utf8)
      guard source.members.contains(where: { $0.name.starts(with: start) }) else {
        throw .input(error, path: path)
      }
      return (source, directory)
    }
  }

  /// Appends the backups and the logs of an archive.
  private mutating func append(
    _ archive: ArchivedFiles, of path: String
  ) throws(BackupError) {
    let found: ArchivedFiles.Found
    do throws(LogFailure) {
      found = try archive.found(LogFinder(options: options))
    } catch {
      throw .log(error)
    }
    let before = entries.count
    for (_, _, file) in found.files {
      if file.isBackup(options) || LogFinder(options: options).log(of: file) != nil {
        try append(file)
      } else {
        skip(file.name, .noBackup)
      }
    }
    entries += found.logs.map { .log($0.log) }
    for folder in Set(found.logs.map(\.folder)).sorted() {
      let dumps = found.files.filter { $0.folder == folder && $0.file.isBackup(options) }
      try settle(
        path, dumps: dumps.map { InputName(path: path, member: $0.name) },
        found.logs.filter { $0.folder == folder }.map(\.log))
    }
    guard entries.count > before else { throw .nothing(in: path) }
  }

  /// Appends a file, as a log if it is one.
  private mutating func append(_ file: BackupFile) throws(BackupError) {
    guard let log = LogFinder(options: options).log(of: file) else {
      let files = isConcatenated ? try file.concatenated(options) : [file]
      entries += files.map { .file($0) }
      return
    }
    let isAlone = file.member != nil || file.path == OpenedInput.standardInputName
    if !isAlone, let directory = LogFinder(options: options).directory(ofPart: file.path) {
      // The base is an RDB file by itself; other parts mean nothing without it.
      guard file.isBackup(options) else {
        throw .log(.partOfLog(file.name, directory: directory))
      }
    }
    entries.append(.log(log))
  }

  private func open(_ path: String, _ options: Source.Options) throws(BackupError) -> Source {
    do throws(InputError) {
      return try Source(path, options)
    } catch {
      throw .input(error, path: path)
    }
  }

  private func digest(_ source: Source, _ path: String) throws(BackupError) {
    do throws(InputError) {
      digests[source.identity] = try source.digest()
    } catch {
      throw .input(error, path: path)
    }
  }

  private mutating func add(_ name: String) throws(BackupError) {
    if name.first == BackupList.listMark { return try addList(String(name.dropFirst())) }
    if name == OpenedInput.standardInputName { return try addPipe(name) }
    switch try BackupList.kind(of: name) {
    case .directory:
      let before = entries.count
      identities.removeAll()
      try addDirectory(name)
      guard entries.count > before else { throw .nothing(in: name) }
    case .file: try addFile(name)
    case .other: try addPipe(name)
    }
  }

  /// Adds a pipe.
  ///
  /// Its bytes are kept, since files of a backup may be read more than once.
  private mutating func addPipe(_ name: String) throws(BackupError) {
    var again = options
    again.isReadAgain = true
    let source = try open(name, again)
    skippedFiles += SkippedFile.leftovers(source.leftovers, of: name)
    guard !source.members.isEmpty else { return try append(BackupFile(source, path: name)) }
    try append(ArchivedFiles(source.members, of: name, source.identity), of: name)
  }

  private mutating func addFile(_ path: String) throws(BackupError) {
    let found: BackupFile.Opened
    do throws(InputError) {
      found = try BackupFile.opened(path, options)
    } catch {
      throw .input(error, path: path)
    }
    switch found {
    case .file(let file): try append(file)
    case .archive(let archive, let identity): try append(archive, of: path, identity)
    }
  }

  private mutating func append(
    _ archive: Archive, of path: String, _ identity: FileIdentity
  ) throws(BackupError) {
    skippedFiles += SkippedFile.leftovers(archive.leftovers, of: path)
    try append(ArchivedFiles(archive.members, of: path, identity), of: path)
  }

  private mutating func addDirectory(_ directory: String) throws(BackupError) {
    let entries = try wrapping(directory) { () throws(SystemError) in
      try DirectoryEntry.all(in: directory)
    }
    if let log = try log(in: directory, entries) { return self.entries.append(.log(log)) }
    var (dumps, logs): ([String], [LogSource]) = ([], [])
    for entry in entries {
      let before = self.entries.count
      switch entry.kind {
      case .file:
        try addIfBackup(entry.path)
        if self.entries.count > before { dumps.append(entry.path) }
      case .directory:
        if let inside = try logInside(entry.path) {
          logs.append(inside)
          if isRecursive || dumps.isEmpty { self.entries.append(.log(inside)) }
        } else if isRecursive {
          try addDirectory(entry.path)
        }
      case .other: break
      }
    }
    try settle(directory, dumps: dumps.map { InputName(path: $0) }, logs)
  }

  /// Refuses a data directory with an RDB file and a log: a server loads one of them.
  ///
  /// The other may be old. Beside several RDB files, logs are left out.
  private mutating func settle(
    _ directory: String, dumps: [InputName], _ logs: [LogSource]
  ) throws(BackupError) {
    guard let log = logs.first, let dump = dumps.first else { return }
    guard dumps.count > 1 || logs.count > 1 else {
      throw .log(.dumpBesideLog(directory, dump: dump, log: log.input))
    }
    if !isRecursive { skip(logs) }
  }

  /// Leaves logs out that lie in directories beside several RDB files.
  private mutating func skip(_ logs: [LogSource]) {
    let names = Set(logs.map(\.name))
    entries.removeAll { entry in
      if case .log(let log) = entry { return names.contains(log.name) }
      return false
    }
    skippedLogs += logs.map(\.name)
  }

  private func log(
    in directory: String, _ entries: [DirectoryEntry]
  ) throws(BackupError) -> LogSource? {
    do throws(LogFailure) {
      return try LogFinder(options: options).log(in: LogFolder(directory, entries, options))
    } catch {
      throw .log(error)
    }
  }

  /// The log in a directory of a server's data directory.
  private func logInside(_ directory: String) throws(BackupError) -> LogSource? {
    guard let entries = try? DirectoryEntry.all(in: directory) else { return nil }
    return try log(in: directory, entries)
  }

  /// Adds a file of a directory if it is a backup.
  ///
  /// A file named `.rdb` is added whatever it contains, so
  /// that a destroyed backup is reported.
  private mutating func addIfBackup(_ path: String) throws(BackupError) {
    if let reason = SkippedFile.reason(for: path) { return skip(path, reason) }
    let before = entries.count
    guard try isAdded(path) else { return skip(path, .noBackup) }
    guard entries.count > before, case .file(let file) = entries[before],
      !identities.insert(file.identity).inserted
    else { return }
    entries.removeSubrange(before...)
    skip(path, .sameFile)
  }

  /// Adds a file unless it is no backup.
  private mutating func isAdded(_ path: String) throws(BackupError) -> Bool {
    if path.hasSuffix(".rdb") {
      try add(path)
      return true
    }
    switch try? BackupFile.opened(path, options) {
    case .file(let file)?:
      guard file.isBackup(options) || LogFinder(options: options).log(of: file) != nil else {
        return false
      }
      try append(file)
    case .archive(let archive, let identity)?: try append(archive, of: path, identity)
    case nil: return false
    }
    return true
  }

  private mutating func skip(_ path: String, _ reason: SkippedFile.Reason) {
    skippedFiles.append(SkippedFile(path: path, reason: reason))
  }

  /// Adds the paths in a list: one per line, relative to the folder of the list.
  ///
  /// Empty lines and lines
  /// that begin with `#` are ignored.
  private mutating func addList(_ path: String) throws(BackupError) {
    let bytes = try wrapping(path) { () throws(SystemError) in
      try MappedFile(path).withBytes { [UInt8](copying: $0) }
    }
    if ByteOrderMark.isUTF16(bytes) { throw .utf16(path) }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let before = entries.count
    let lines = bytes.dropFirst(ByteOrderMark.count(in: bytes))
      .split(separator: 0x0a, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = line.last == 0x0d ? line.dropLast() : line
      guard !line.isEmpty, line.first != UInt8(ascii: "#") else { continue }
      guard let name = String(validating: line, as: UTF8.self), !line.contains(0) else {
        throw .notText(path, line: index + 1)
      }
      try add(name.hasPrefix("/") ? name : folder + name)
    }
    guard entries.count > before else { throw .emptyList(path) }
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

  /// Throws if a file is named twice: every key would be there twice.
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

  /// Hashes archives as a whole, since their members are read separately.
  private func hashArchives() throws(BackupError) {
    guard options.sums else { return }
    for file in files where file.member != nil && digests[file.identity] == nil {
      digests[file.identity] = try wrapping(file.path) { () throws(SystemError) in
        try InputDigest(ofFile: file.path)
      }
    }
  }
}
