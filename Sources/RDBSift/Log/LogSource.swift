// A log as it lies on disk: its files, and how their bytes are lent together.

package import AOF
import RDB
package import Storage

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
  }

  /// The path that was named.
  package let name: String
  /// The files, the base first; at least one.
  package let parts: [Part]
  /// Files that the manifest names, which are missing; the first of them ends the log.
  package let missing: [String]
  /// Files beside the manifest that it does not name.
  package let unlisted: [String]
  /// Whether a manifest names the files.
  package let isOfManifest: Bool

  /// Makes a log of one file.
  init(_ file: BackupFile) {
    name = file.name
    parts = [Part(name: LogSource.lastComponent(of: file.name), file: file, isBase: false)]
    (missing, unlisted, isOfManifest) = ([], [], false)
  }

  /// Makes a log of the files of a manifest.
  init(_ name: String, parts: [Part], missing: [String], unlisted: [String]) {
    self.name = name
    self.parts = parts
    self.missing = missing
    self.unlisted = unlisted
    isOfManifest = true
  }

  /// Bytes of all files on disk.
  package var size: Int { parts.reduce(0) { $0 + $1.file.packedSize } }

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
    var input = LogInput(ByteParts())
    input.missing = missing
    input.isOfManifest = isOfManifest
    return try lend(parts[...], input, options, body)
  }

  private func lend<Result>(
    _ parts: ArraySlice<Part>, _ input: LogInput, _ options: Source.Options,
    _ body: (LogInput) throws -> Result
  ) throws -> Result {
    guard let part = parts.first else { return try body(input) }
    return try part.file.withSource(options) { source in
      try OpenFile(file: part.file, source: source).withBytes { bytes in
        if let interruption = source.interruption {
          throw FileFailure(interruption, path: part.file.name)
        }
        return try input.parts.withPart(bytes) { number in
          let more = try append(part, number, bytes.byteCount, to: input)
          return try lend(parts.dropFirst(), more, options, body)
        }
      }
    }
  }

  private func append(
    _ part: Part, _ number: Int, _ size: Int, to input: LogInput
  ) throws -> LogInput {
    var more = input
    do throws(LogInputError) {
      try more.append(part.name, part: number, isBase: part.isBase)
    } catch {
      switch error {
      case .emptyBase: throw LogFailure.emptyBase(part.file.name)
      case .base(_, let error):
        throw FileFailure(.damage(Damage(error, fileSize: size)), path: part.file.name)
      }
    }
    return more
  }
}

/// Why a log cannot be read, or not at the moment that was asked for.
package enum LogFailure: Error, Sendable {
  /// The base has no bytes.
  case emptyBase(String)
  /// A manifest cannot be read.
  case unreadable(SystemError)
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
  case dumpBesideLog(String, dump: String, log: String)
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
