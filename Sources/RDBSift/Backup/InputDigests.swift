// SHA-256 of the inputs as they are on disk, including containers; each is computed once.

package import Storage
import Synchronization

/// The digests of the inputs that were read to their end.
package final class InputDigests: Sendable {
  private let known = Mutex<[FileIdentity: InputDigest]>([:])

  /// The digest of an input, or nil.
  package subscript(identity: FileIdentity) -> InputDigest? {
    get { known.withLock { $0[identity] } }
    set { known.withLock { $0[identity] = newValue } }
  }
}

extension Backup {
  /// The digest of a file; the file is read if it was not read to its end.
  /// - Throws: `FileFailure` if it cannot be read.
  package func digest(of file: BackupFile) throws -> InputDigest {
    if let known = digests[file.identity] { return known }
    let digest = try file.withSource(options.opening) { source in
      try source.digest() ?? InputDigest(ofFile: file.path)
    }
    digests[file.identity] = digest
    return digest
  }

  /// The digests of the files on disk in order; an archive is listed once.
  /// - Throws: `FileFailure` if a file cannot be read.
  package func allDigests() throws -> [(path: String, digest: InputDigest)] {
    var seen: Set<FileIdentity> = []
    return try inputs.filter { seen.insert($0.identity).inserted }
      .map { ($0.path, try digest(of: $0)) }
  }

  /// Whether to hash a file while it is read; of an archive, only with the first member.
  func sums(_ index: Int) -> Bool {
    let identity = files[index].identity
    return options.opening.sums && digests[identity] == nil
      && files.firstIndex { $0.identity == identity } == index
  }
}
