// The files of a log in the order in which a server loads them.

package import RDB

/// One file of a log.
package struct LogFile: Hashable, Sendable {
  /// Its name, as it is shown.
  package var name: String
  /// The part of memory that holds it.
  package var part: Int
  /// Where its commands begin: behind an RDB part, if it begins with one.
  package var start = 0
  /// Its bytes.
  package var count: Int
  /// Whether it is the base: what a server was rewritten to.
  package var isBase: Bool
  /// Whether files are missing before it.
  package var isBehindLoss = false
}

/// Why the files of a log are not a log.
package enum LogInputError: Error, Equatable, Sendable {
  /// The RDB part of a file is damaged.
  case base(name: String, RDBError)
  /// The base has no bytes.
  case emptyBase(name: String)
}

/// The files of a log, and what its RDB part tells.
package struct LogInput: Sendable {
  /// Where all bytes are.
  package private(set) var parts: ByteParts
  /// The files, the base first.
  package private(set) var files: [LogFile] = []
  /// The RDB part, if there is one; it is the head of the first file.
  package private(set) var base: BaseFacts?
  /// The names of files that follow, named by a manifest, which are not there.
  package var missing: [String] = []
  /// What is wrong with the RDB part, where the log was made in spite of it.
  package private(set) var baseDamage: RDBError?

  /// Whether the base is among them, or empty.
  package var lacksBase = false

  /// Whether a manifest names the files, as of servers since 7.0.
  package var isOfManifest = false

  /// Makes a log without files.
  package init(_ parts: ByteParts) { self.parts = parts }

  /// Appends a file whose bytes are lent as a part.
  ///
  /// - Parameters:
  ///   - name: The file's name.
  ///   - part: The part that holds its bytes.
  ///   - isBase: Whether a manifest calls it the base.
  /// - Throws: What is wrong with its RDB part.
  package mutating func append(
    _ name: String, part: Int, isBase: Bool
  ) throws(LogInputError) {
    var file = LogFile(name: name, part: part, count: 0, isBase: isBase)
    var facts: BaseFacts?
    do throws(RDBError) {
      file.count = try parts.withBytes(ofPart: part) { bytes throws(RDBError) in
        let isRDB = files.isEmpty && (bytes.starts(with: "REDIS") || bytes.starts(with: "VALKEY"))
        if isRDB { facts = try BaseFacts(bytes) }
        return bytes.byteCount
      }
    } catch {
      throw .base(name: name, error)
    }
    if isBase, file.count == 0 { throw .emptyBase(name: name) }
    if let facts {
      base = facts
      file.start = facts.end
    }
    files.append(file)
  }

  /// Appends a file of a log that is looked at for damage, whatever its RDB part is.
  ///
  /// Behind an RDB part that cannot be read, commands begin where some make sense.
  /// - Parameters:
  ///   - name: The file's name.
  ///   - part: The part that holds its bytes.
  ///   - isBase: Whether a manifest calls it the base.
  ///   - isBehindLoss: Whether files are missing before it.
  package mutating func appendDamaged(
    _ name: String, part: Int, isBase: Bool, isBehindLoss: Bool
  ) {
    do throws(LogInputError) {
      try append(name, part: part, isBase: isBase)
    } catch {
      let damage: RDBError? = if case .base(_, let damage) = error { damage } else { nil }
      baseDamage = damage
      lacksBase = lacksBase || damage == nil
      var file = LogFile(name: name, part: part, count: 0, isBase: isBase)
      parts.withBytes(ofPart: part) { bytes in
        file.count = bytes.byteCount
        guard let damage else { return }
        var resync = LogResync(bytes)
        let from = min(damage.offset, bytes.byteCount)
        file.start = resync.boundary(in: bytes, from: from) ?? bytes.byteCount
      }
      files.append(file)
    }
    files[files.count - 1].isBehindLoss = isBehindLoss
  }

  /// The bytes of all files, without what is in memory.
  package var byteCount: Int { files.reduce(0) { $0 + $1.count } }

  /// The same log for another thread, for one call.
  ///
  /// - Parameter body: Gets the log.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  package func withFork<Result, Failure: Error>(
    _ body: (LogInput) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try parts.withFork { fork throws(Failure) in
      var input = self
      input.parts = fork
      return try body(input)
    }
  }

  /// Whether the log's first file is an RDB file that commands follow.
  package var baseHasCommands: Bool {
    guard base != nil, let first = files.first else { return false }
    return first.start < first.count
  }
}
