// Where the files of a log lie together: in a directory on disk, or in one of an archive.

import Storage

/// How an input is named on a command line.
package struct InputName: Hashable, Sendable {
  /// The path of a file or a directory.
  package let path: String
  /// A member of the archive at the path, or a directory in it; nil for all of the path.
  package var member: String?
}

/// Files that lie together, among which a manifest may be.
struct LogFolder {
  /// The name that is shown.
  let name: String
  /// How it is named on a command line.
  let input: InputName
  /// The paths of the files, as they are shown.
  let paths: [String]
  /// The file of a name in the folder; nil if there is none, or it cannot be opened.
  let open: (String) -> BackupFile?
}

extension LogFolder {
  /// A directory on disk; nil if it cannot be read.
  init?(_ directory: String, _ options: Source.Options) {
    guard let entries = try? DirectoryEntry.all(in: directory) else { return nil }
    self.init(directory, entries, options)
  }

  /// A directory on disk with these entries.
  init(_ directory: String, _ entries: [DirectoryEntry], _ options: Source.Options) {
    let start = directory.hasSuffix("/") ? directory : directory + "/"
    name = directory
    input = InputName(path: directory)
    paths = entries.filter { $0.kind == .file }.map(\.path)
    open = { try? BackupFile.all(at: start + $0, options).first }
  }
}

/// The members of an archive: backups, and logs with all their files.
struct ArchivedFiles {
  /// A member as a file.
  private struct Item {
    let name: String
    let file: BackupFile
    let isBackup: Bool

    /// The directory in the archive.
    var folder: String { ArchivedFiles.folder(of: name) }
  }

  private let path: String
  private var items: [Item] = []

  /// Makes files of the members of an archive; with a directory in it, only of those inside.
  init(
    _ members: [Archive.Member], of path: String, _ identity: FileIdentity,
    inside directory: String? = nil
  ) {
    self.path = path
    for (number, member) in members.enumerated() {
      let name = String(decoding: member.name, as: UTF8.self)
      if let directory, !name.hasPrefix(directory + "/") { continue }
      let file = BackupFile(
        path: path, name: "\(path):\(name)", identity, packedSize: member.part.count,
        member: (member.part, number))
      items.append(Item(name: name, file: file, isBackup: member.isBackup))
    }
  }

  /// The directory in which a member lies; empty for none.
  private static func folder(of name: String) -> String {
    name.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }

  /// Directories that have a manifest, or a part of a log, in the order of the archive.
  private var logFolders: [String] {
    var folders: [String] = []
    for item in items where LogName.isManifest(item.name) || LogFinder.isPart(item.name) {
      if !folders.contains(item.folder) { folders.append(item.folder) }
    }
    return folders
  }

  /// The logs of directories, and the other members that may be a backup or a log.
  /// - Throws: Why the log of a directory cannot be read.
  func found(_ finder: LogFinder) throws(LogFailure) -> Found {
    var found = Found()
    let folders = logFolders
    for folder in folders {
      let inside = items.filter { $0.folder == folder }
      let isAlone = items.allSatisfy { $0.folder == folder }
      let shown = isAlone || folder.isEmpty ? path : "\(path):\(folder)"
      let input = InputName(path: path, member: isAlone || folder.isEmpty ? nil : folder)
      let log = try finder.log(
        in: LogFolder(name: shown, input: input, paths: inside.map(\.name)) { name in
          inside.first { LogSource.lastComponent(of: $0.name) == name }?.file
        })
      if let log { found.logs.append((folder: ArchivedFiles.folder(of: folder), log: log)) }
    }
    let rest = items.filter { !folders.contains($0.folder) && !LogName.isManifest($0.name) }
    for item in rest {
      // A single member is named like its archive.
      let isAlone = rest.count == 1 && found.logs.isEmpty
      found.files.append(
        (name: item.name, folder: item.folder, file: isAlone ? item.file.named(path) : item.file))
    }
    return found
  }

  /// What an archive holds.
  struct Found {
    /// Logs, with the directory that holds theirs.
    var logs: [(folder: String, log: LogSource)] = []
    /// Other members, with their directories.
    var files: [(name: String, folder: String, file: BackupFile)] = []
  }
}
