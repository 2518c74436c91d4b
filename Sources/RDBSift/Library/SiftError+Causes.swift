// The failures of the layers below, as a caller of the library sees them.

import AOF
import RDB
import Restore
import Storage

/// Does a job, and throws what ended it as a `SiftError`.
func sifting<Result: ~Copyable>(_ body: () throws -> Result) throws(SiftError) -> Result {
  do {
    return try body()
  } catch {
    throw SiftError(of: error)
  }
}

extension SiftError {
  /// The failure of a job in which errors of a caller pass through.
  static func ofJob(_ error: any Error) -> any Error {
    switch error {
    case is SiftError, is FileFailure, is JobFailure, is BackupError, is LogFailure,
      is ExportRefusal, is SystemError, is InputError:
      SiftError(of: error)
    default: error
    }
  }

  /// The failure of a job.
  init(of error: any Error) {
    switch error {
    case let error as SiftError: self = error
    case let error as FileFailure: self.init(error.failure, path: error.path)
    case let error as JobFailure: self.init(error, path: nil)
    case let error as BackupError: self.init(error)
    case let error as LogFailure: self.init(error)
    case let error as ExportRefusal: self.init(error)
    case let error as SystemError: self.init(.system, error.message, path: error.path)
    case let error as InputError: self.init(JobFailure(error), path: nil)
    default: self.init(.system, "\(error)")
    }
  }

  /// A failure and its file.
  init(_ failure: JobFailure, path: String?) {
    switch failure {
    case .damage(let damage):
      let error = damage.error
      let code: Code =
        damage.reading == .header && error.reason != .truncated
        ? .notABackup : error.reason == .truncated ? .truncated : .damaged
      self.init(
        code, FindingRules.name(error.reason, error.part), path: path, offset: error.offset,
        key: damage.key.map { StoredString($0) })
    case .system(let error): self.init(.system, error.message, path: error.path)
    case .container(let error):
      let layers = error.layers.map(\.rawValue).joined(separator: ", ")
      self.init(.container, "\(layers): \(error.reason)", path: path, offset: error.offset)
    case .pattern(_, let text, let key, let offset):
      self.init(
        .matchLimit, "\(StoredString(text))", path: path, offset: offset, key: StoredString(key))
    case .offset(let wrong):
      self.init(.damaged, "no record at the offset", path: path, offset: wrong.pick.offset)
    case .range(let wrong):
      self.init(.damaged, "no range of the file: \(wrong.reason)", path: path)
    case .stopped: self.init(.cancelled, "ended by its caller", path: path)
    }
  }

  /// Why there is nothing to read.
  init(_ error: BackupError) {
    switch error {
    case .input(let error, let path): self.init(JobFailure(error), path: path)
    case .twice(let one, let other):
      self.init(.notABackup, "the same file as \(StoredString(other.utf8))", path: one)
    case .nothing(let path): self.init(.notABackup, "the directory has no backup", path: path)
    case .emptyList(let path): self.init(.notABackup, "the list has no path", path: path)
    case .notText(let path, let line):
      self.init(.notABackup, "line \(line) of the list is not UTF-8", path: path)
    case .utf16(let path): self.init(.notABackup, "the list is UTF-16", path: path)
    case .memberOfSeveral: self.init(.container, "a member needs one archive")
    case .log(let error): self.init(error)
    }
  }

  /// Why a log cannot be read, or does not reach a moment.
  init(_ error: LogFailure) {
    switch error {
    case .emptyBase(let path): self.init(.log, "the base is empty", path: path)
    case .unreadable(let path): self.init(.log, "the manifest cannot be read", path: path)
    case .manifest(let path, _): self.init(.log, "servers refuse the manifest", path: path)
    case .severalManifests(let path, _): self.init(.log, "several manifests", path: path)
    case .noManifest(let path, _): self.init(.log, "parts of a log without a manifest", path: path)
    case .missingBase(let path, let base):
      self.init(.log, "the base \(StoredString(base.utf8)) is missing", path: path)
    case .partOfLog(let path, let directory):
      self.init(.log, "a part of the log \(StoredString(directory.utf8))", path: path)
    case .dumpBesideLog(let path, _, _):
      self.init(.log, "an RDB file beside a log; name one of them", path: path)
    case .cut(_, let log): self.init(.log, "the log does not reach the moment", path: log.name)
    case .damaged(let damage, let log):
      self.init(.log, "damaged before its end", path: log.name, offset: damage.position.offset)
    case .plainFile(let path): self.init(.log, "an RDB file has only one moment", path: path)
    case .noRDBFile(let path): self.init(.log, "the log has no RDB file", path: path)
    case .noSuchPart(let name, let log):
      self.init(.log, "no file \(StoredString(name.utf8))", path: log.name)
    case .cutOfSeveral: self.init(.log, "a place cuts one log only")
    }
  }

  /// Why nothing was written.
  init(_ refusal: ExportRefusal) {
    switch refusal {
    case .unreadable: self.init(.damaged, "a file cannot be read to its end")
    case .coincidingKeys(let found):
      let place = found.keys.first?.places[1]
      self.init(
        .conflict, "keys of the output coincide", offset: place?.offset,
        key: found.keys.first.map { StoredString($0.name) })
    case .format(let files):
      self.init(
        .conflict, "no filtered RDB file can be made of it (\(files[0].reason))",
        path: files[0].file)
    }
  }

  /// A pattern that does not compile.
  init(_ error: FilterKeyError) {
    let pattern = StoredString(error.pattern.bytes)
    switch error.reason {
    case .emptyFilterKey, .emptyItem, .emptyPattern:
      self.init(.pattern, "\(error.code): empty", offset: 0)
    case .syntax(_, let message):
      self.init(.pattern, "\(error.code): \(message) in \(pattern)", offset: error.offset)
    }
  }
}
