// Recognizes logs: by the manifest of their directory, or by what a single file begins with.

import AOF
import RDB
import Storage

/// Finds logs among the inputs that the user named.
struct LogFinder {
  let options: Source.Options

  /// Files that a manifest may name; more would nest too deep.
  private static let partLimit = 4096

  // MARK: Directories

  /// The log whose manifest lies in a directory; nil if none does.
  func log(in folder: LogFolder) throws(LogFailure) -> LogSource? {
    let manifests = folder.paths.filter { LogName.isManifest($0) }
    guard manifests.count < 2 else { throw .severalManifests(folder.name, manifests) }
    guard let manifest = manifests.first else {
      if let part = folder.paths.first(where: { LogFinder.isPart($0) }) {
        throw .noManifest(folder.name, part: part)
      }
      return nil
    }
    return try log(folder, try read(folder.open(LogSource.lastComponent(of: manifest)), manifest))
  }

  /// Whether a name is one that servers give to parts of a log: `NAME.SEQ.incr.aof`, `.base.aof` or
  /// `.base.rdb`.
  static func isPart(_ path: String) -> Bool {
    let words = LogSource.lastComponent(of: path).split(separator: ".")
    guard words.count >= 4, Int(words[words.count - 3]) != nil else { return false }
    let ending = words.suffix(2).joined(separator: ".")
    return ["incr.aof", "base.aof", "base.rdb"].contains(ending)
  }

  private func read(_ file: BackupFile?, _ path: String) throws(LogFailure) -> Manifest {
    guard let file else { throw .unreadable(path) }
    var result: Result<Manifest, ManifestError>?
    do {
      result = try file.withSource(options) { source in
        try source.withBytes { bytes in
          Result { () throws(ManifestError) in try Manifest(bytes) }
        }
      }
    } catch {
      throw .unreadable(path)
    }
    switch result {
    case .success(let manifest)?: return manifest
    case .failure(let error)?: throw .manifest(path, error)
    case nil: throw .unreadable(path)
    }
  }

  private func log(_ folder: LogFolder, _ manifest: Manifest) throws(LogFailure) -> LogSource {
    let listed = manifest.loaded.prefix(LogFinder.partLimit).map { entry in
      let name = String(decoding: entry.name, as: UTF8.self)
      return (name: name, isBase: entry.kind == .base, file: folder.open(name))
    }
    let named = Set(manifest.entries.map { String(decoding: $0.name, as: UTF8.self) })
    let unlisted = folder.paths.filter {
      !named.contains(LogSource.lastComponent(of: $0)) && !LogName.isManifest($0)
    }
    guard let log = LogSource(folder.input, listed, unlisted: unlisted, named: folder.name) else {
      throw .missingBase(folder.name, base: listed.first?.name ?? "")
    }
    return log
  }

  // MARK: Single files

  /// The log that a file is; nil for an RDB file, or anything else.
  func log(of file: BackupFile) -> LogSource? {
    let isLog = try? file.withSource(options) { LogFinder.isLog($0) }
    return isLog ?? false ? LogSource(file) : nil
  }

  /// Whether an input is a log: commands, or an RDB part that says that commands follow.
  static func isLog(_ source: Source) -> Bool {
    guard let head = try? source.firstBytes(64) else { return false }
    if head.starts(with: "REDIS".utf8) || head.starts(with: "VALKEY".utf8) {
      guard let metadata = try? source.head() else { return false }
      return metadata.aux("aof-preamble") == "1" || metadata.aux("aof-base") == "1"
    }
    return LogName.beginsLog(head) || source.path.hasSuffix(".aof") && !head.isEmpty
  }

  /// The directory of a manifest that names a file; nil for a file without a manifest.
  func directory(ofPart path: String) -> String? {
    let components = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = components.dropLast().joined(separator: "/")
    let directory = folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder
    guard let folder = LogFolder(directory, options),
      let manifest = folder.paths.first(where: { LogName.isManifest($0) }),
      let known = try? read(folder.open(LogSource.lastComponent(of: manifest)), manifest)
    else { return nil }
    let name = Array(LogSource.lastComponent(of: path).utf8)
    return known.entries.contains { $0.name == name } ? directory : nil
  }
}

extension Backup {
  /// The directory of the log whose base a file is, and the bytes of commands in the other files of that
  /// log; nil if no manifest beside the file calls it a base.
  package func log(ofBase file: BackupFile) -> (directory: String, commandBytes: Int)? {
    let finder = LogFinder(options: options.opening)
    guard LogFinder.isPart(file.name), let directory = finder.directory(ofPart: file.name),
      let folder = LogFolder(directory, options.opening),
      let log = try? finder.log(in: folder), let base = log.parts.first, base.isBase,
      base.name == LogSource.lastComponent(of: file.name)
    else { return nil }
    return (directory, log.size - base.file.packedSize)
  }
}
