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
  func log(in directory: String, _ entries: [DirectoryEntry]) throws(LogFailure) -> LogSource? {
    let files = entries.filter { $0.kind == .file }
    let manifests = files.filter { LogFinder.isManifest($0.path) }
    guard manifests.count < 2 else {
      throw .severalManifests(directory, manifests.map(\.path))
    }
    guard let manifest = manifests.first else {
      if let part = files.first(where: { LogFinder.isPart($0.path) }) {
        throw .noManifest(directory, part: part.path)
      }
      return nil
    }
    return try log(directory, try read(manifest.path), files)
  }

  private static func isManifest(_ path: String) -> Bool {
    path.hasSuffix(".manifest") && !LogSource.lastComponent(of: path).hasPrefix("temp-")
  }

  /// Whether a name is one that servers give to parts of a log: `NAME.SEQ.incr.aof`, `.base.aof` or
  /// `.base.rdb`.
  static func isPart(_ path: String) -> Bool {
    let words = LogSource.lastComponent(of: path).split(separator: ".")
    guard words.count >= 4, Int(words[words.count - 3]) != nil else { return false }
    let ending = words.suffix(2).joined(separator: ".")
    return ["incr.aof", "base.aof", "base.rdb"].contains(ending)
  }

  private func read(_ path: String) throws(LogFailure) -> Manifest {
    let file: MappedFile
    do throws(SystemError) {
      file = try MappedFile(path)
    } catch {
      throw .unreadable(error)
    }
    do throws(ManifestError) {
      return try file.withBytes { bytes throws(ManifestError) in try Manifest(bytes) }
    } catch {
      throw .manifest(path, error)
    }
  }

  private func log(
    _ directory: String, _ manifest: Manifest, _ files: [DirectoryEntry]
  ) throws(LogFailure) -> LogSource {
    let start = directory.hasSuffix("/") ? directory : directory + "/"
    let listed = manifest.loaded.prefix(LogFinder.partLimit).map { entry in
      let name = String(decoding: entry.name, as: UTF8.self)
      let file = try? BackupFile.all(at: start + name, options).first
      return (name: name, isBase: entry.kind == .base, file: file)
    }
    let named = Set(manifest.entries.map { start + String(decoding: $0.name, as: UTF8.self) })
    let unlisted = files.map(\.path).filter { !named.contains($0) && !LogFinder.isManifest($0) }
    guard let log = LogSource(directory, listed, unlisted: unlisted) else {
      throw .missingBase(directory, base: listed.first?.name ?? "")
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
    return beginsLog(head) || source.path.hasSuffix(".aof") && !head.isEmpty
  }

  /// Whether bytes begin as a log does: a command, or a stamp.
  static func beginsLog(_ head: [UInt8]) -> Bool {
    if head.starts(with: "#TS:".utf8) { return true }
    guard head.first == UInt8(ascii: "*"), head.count > 3 else { return false }
    let digits = head.dropFirst().prefix { (0x30...0x39).contains($0) }
    let end = digits.endIndex
    return !digits.isEmpty && head.count > end + 2 && head[end] == 0x0d && head[end + 1] == 0x0a
      && head[end + 2] == UInt8(ascii: "$")
  }

  /// The directory of a manifest that names a file; nil for a file without a manifest.
  func directory(ofPart path: String) -> String? {
    let components = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = components.dropLast().joined(separator: "/")
    let directory = folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder
    guard let entries = try? DirectoryEntry.all(in: directory) else { return nil }
    guard let manifest = entries.first(where: { LogFinder.isManifest($0.path) }),
      let known = try? read(manifest.path)
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
      let entries = try? DirectoryEntry.all(in: directory),
      let log = try? finder.log(in: directory, entries), let base = log.parts.first, base.isBase,
      base.name == LogSource.lastComponent(of: file.name)
    else { return nil }
    return (directory, log.size - base.file.packedSize)
  }
}
