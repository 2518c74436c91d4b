// The digests of the inputs of a run, once they are known: a file is summed once, however often it is
// gone through, and an archive once for all of its members.

import RDBSift
import Storage
import Synchronization

/// The digests of inputs that were read.
final class InputDigests: Sendable {
  private let known = Mutex<[FileIdentity: InputDigest]>([:])

  /// The digest of an input, if it is known.
  subscript(identity: FileIdentity) -> InputDigest? {
    get { known.withLock { $0[identity] } }
    set { known.withLock { $0[identity] = newValue } }
  }
}

extension OpenFile {
  /// The digest of the input as it lies there, containers and all; nil if nobody asked.
  ///
  /// What nobody has read of it is read now.
  func digest() throws -> InputDigest? {
    guard options.takesDigest else { return nil }
    if let known = session.digests[identity] { return known }
    do throws(InputError) {
      let digest = try source.digest()
      session.digests[identity] = digest
      return digest
    } catch {
      throw FileFailure(failure: JobFailure(error), path: path)
    }
  }

  /// The same as a member of a report; why there is none is told at the end of the run.
  var sha256: JSONValue { .optional((try? digest())?.sha256) { .text($0) } }

  /// Tells the digest on standard error, if it is asked for.
  func tellDigest() throws {
    guard options.hash, let digest = try digest() else { return }
    session.tell(digest, of: path)
  }
}

extension ShardSet {
  /// The digest of a file of the set; what was not gone through is read for it.
  func digest(of shard: Shard) throws -> InputDigest {
    if let known = session.digests[shard.identity] { return known }
    let digest = try InputDigest(ofFile: shard.path)
    session.digests[shard.identity] = digest
    return digest
  }

  /// The digests of the files on the disk, in their order, an archive's once.
  func digests() throws -> [(path: String, digest: InputDigest)] {
    var told: Set<FileIdentity> = []
    return try shards.filter { told.insert($0.identity).inserted }
      .map { ($0.path, try digest(of: $0)) }
  }

  /// Tells the digests on standard error, if they are asked for.
  func tellDigests() throws {
    guard options.hash else { return }
    for file in try digests() { session.tell(file.digest, of: file.path) }
  }

  /// Whether a file has to be summed while it is gone through: the first member of an archive is, for
  /// all of them.
  func sums(_ index: Int) -> Bool {
    let identity = shards[index].identity
    return options.takesDigest && session.digests[identity] == nil
      && shards.firstIndex { $0.identity == identity } == index
  }
}

extension Session {
  /// Tells a digest, in the words of sha256sum.
  func tell(_ digest: InputDigest, of path: String) {
    console.tell(line: "sha256 \(digest.sha256)  \(Messages.spelled(path))")
  }
}
