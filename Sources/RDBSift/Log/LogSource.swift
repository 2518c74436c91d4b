// A log as it lies on disk: its files, and how their bytes are lent together.

package import AOF
import RDB
import Storage

/// An append-only log: the files that a server loads, in its order.
package struct LogSource: Sendable {
  /// One file of a log.
  package struct Part: Sendable {
    /// The name in its directory.
    package let name: String
    /// The file.
    package let file: BackupFile
    /// Whether a manifest calls it the base.
    package let isBase: Bool
    /// Whether files that the manifest names before it are missing.
    var isBehindLoss = false
  }

  /// The name that is shown: the path that was named, and the directory in an archive.
  package let name: String
  /// How it is named on a command line.
  package let input: InputName
  /// The files that are read, the base first; at least one.
  package let parts: [Part]
  /// Files behind one that is missing: only what looks for damage reads them.
  let laterParts: [Part]
  /// Files that the manifest names, which are missing; the first of them ends the log.
  package let missing: [String]
  /// Whether the base is one of them.
  let lacksBase: Bool
  /// Files beside the manifest that it does not name.
  package let unlisted: [String]
  /// Whether a manifest names the files.
  package let isOfManifest: Bool

  /// Makes a log of one file.
  init(_ file: BackupFile) {
    name = file.name
    input = InputName(path: file.path, member: file.shownMember)
    parts = [Part(name: LogSource.lastComponent(of: file.name), file: file, isBase: false)]
    (laterParts, missing, unlisted) = ([], [], [])
    (lacksBase, isOfManifest) = (false, false)
  }

  /// Makes a log of the files of a manifest.
  ///
  /// - Parameters:
  ///   - input: How it is named on a command line.
  ///   - listed: The files that the manifest names, in the order in which a server loads them, with
  ///     those that are there.
  ///   - unlisted: Files beside the manifest that it does not name.
  ///   - name: The name that is shown.
  init?(
    _ input: InputName, _ listed: [(name: String, isBase: Bool, file: BackupFile?)],
    unlisted: [String], named name: String
  ) {
    var found: [Part] = []
    var missing: [String] = []
    var firstLoss: Int?
    var isBehindLoss = false
    for (name, isBase, file) in listed {
      if let file {
        found.append(Part(name: name, file: file, isBase: isBase, isBehindLoss: isBehindLoss))
        isBehindLoss = false
      } else {
        missing.append(name)
        isBehindLoss = true
        firstLoss = firstLoss ?? found.count
      }
    }
    guard !found.isEmpty else { return nil }
    lacksBase = listed.contains { $0.isBase && $0.file == nil }
    let read = lacksBase ? found.count : firstLoss ?? found.count
    guard read > 0 else { return nil }
    self.name = name
    self.input = input
    parts = Array(found[..<read])
    laterParts = Array(found[read...])
    self.missing = missing
    self.unlisted = unlisted
    isOfManifest = true
  }

  /// Bytes of all files on disk.
  package var size: Int { allParts.reduce(0) { $0 + $1.file.packedSize } }

  /// All files that are there.
  package var allParts: [Part] { parts + laterParts }

  /// The file that a name or a path means; nil if none.
  package func index(ofPart name: String) -> Int? {
    parts.firstIndex { $0.name == name || $0.file.name == name }
  }

  static func lastComponent(of path: String) -> String {
    String(path.split(separator: "/").last ?? Substring(path))
  }

  /// Calls `body` with the log; its bytes are good until `body` returns.
  /// - Throws: `FileFailure` or `LogFailure` if a file cannot be read, or what `body` throws.
  package func withInput<Result>(
    _ options: Source.Options, _ body: (LogInput) throws -> Result
  ) throws -> Result {
    if lacksBase { throw LogFailure.missingBase(name, base: missing.first ?? "") }
    return try lend(parts[...], emptyInput, options, append, body)
  }

  /// The same for what looks for damage: every file that is there counts, whatever it begins with.
  /// - Throws: `FileFailure` if a file cannot be read, or what `body` throws.
  func withDamagedInput<Result>(
    _ options: Source.Options, _ body: (LogInput) throws -> Result
  ) throws -> Result {
    try lend(
      allParts[...], emptyInput, options,
      { part, number, _, input in
        input.appendDamaged(
          part.name, part: number, isBase: part.isBase, isBehindLoss: part.isBehindLoss)
      }, body)
  }

  private var emptyInput: LogInput {
    var input = LogInput(ByteParts())
    (input.missing, input.lacksBase) = (missing, lacksBase)
    input.isOfManifest = isOfManifest
    return input
  }

  private func lend<Result>(
    _ parts: ArraySlice<Part>, _ input: LogInput, _ options: Source.Options,
    _ append: (Part, Int, Int, inout LogInput) throws -> Void,
    _ body: (LogInput) throws -> Result
  ) throws -> Result {
    guard let part = parts.first else { return try body(input) }
    return try part.file.withSource(options) { source in
      try OpenFile(file: part.file, source: source).withBytes { bytes in
        if let interruption = source.interruption {
          throw FileFailure(interruption, path: part.file.name)
        }
        return try input.parts.withPart(bytes) { number in
          var more = input
          try append(part, number, bytes.byteCount, &more)
          return try lend(parts.dropFirst(), more, options, append, body)
        }
      }
    }
  }

  private func append(
    _ part: Part, _ number: Int, _ size: Int, _ input: inout LogInput
  ) throws {
    do throws(LogInputError) {
      try input.append(part.name, part: number, isBase: part.isBase)
    } catch {
      switch error {
      case .emptyBase: throw LogFailure.emptyBase(part.file.name)
      case .base(_, let error):
        throw FileFailure(.damage(Damage(error, fileSize: size)), path: part.file.name)
      }
    }
  }
}

/// Why a log cannot be read, or not at the moment that was asked for.
package enum LogFailure: Error, Sendable {
  /// The base has no bytes.
  case emptyBase(String)
  /// A manifest cannot be read.
  case unreadable(String)
  /// A manifest that servers refuse.
  case manifest(String, ManifestError)
  /// A directory has several manifests.
  case severalManifests(String, [String])
  /// A directory has parts of a log and no manifest.
  case noManifest(String, part: String)
  /// The base that a manifest names is missing.
  case missingBase(String, base: String)
  /// A file is one part of a log in whose directory it lies.
  case partOfLog(String, directory: String)
  /// A directory has an RDB file and a log, which are never joined.
  case dumpBesideLog(String, dump: InputName, log: InputName)
  /// The log does not reach the cut.
  case cut(LogCutError, LogSource)
  /// A log is damaged before its end, or before a cut by place.
  case damaged(LogDamage, LogSource)
  /// An RDB file without a log, where a moment was asked for.
  case plainFile(String)
  /// A log without an RDB file, where a command reads RDB files only.
  case noRDBFile(String)
  /// A cut names a file that is none of the log's.
  case noSuchPart(String, LogSource)
  /// A cut by a place, of several logs.
  case cutOfSeveral
}
