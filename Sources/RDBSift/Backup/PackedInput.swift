// An input whose bytes come out of containers or a pipe: it gives them from the first on, as often as the
// input can be read.

import Export
import RDB
import Storage

/// An input that has to be unpacked.
final class PackedInput {
  /// Where the bytes can be had once more.
  private enum Origin {
    /// A file, or a part of one.
    case part(FilePart)
    /// A pipe; what it has brought may have been kept.
    case pipe(Unpacker)
  }

  /// How far the input has been read.
  private enum Progress {
    /// Opened, and nothing read yet.
    case opened(Unpacker)
    /// Read by a thread of its own.
    case arriving(Unpacking)
    /// Not being read.
    case idle
  }

  private let path: String
  private let options: Source.Options
  private var origin: Origin
  private var progress: Progress
  /// What hashes the input as it is read, and the file that it hashes.
  private let hasher: InputHasher?
  private let hashedFile: SharedFile?

  /// Begins with what an input was opened as.
  ///
  /// - Parameters:
  ///   - unpacker: What gives the bytes.
  ///   - file: The file that they are in; nil for a pipe.
  ///   - hasher: What hashes the input, if anything does.
  ///   - source: The path and the options.
  init(
    _ unpacker: Unpacker, in file: SharedFile?, _ hasher: InputHasher?,
    _ source: (path: String, options: Source.Options)
  ) {
    (path, options) = source
    self.hasher = hasher
    hashedFile = file
    origin = if let file { .part(FilePart(file)) } else { .pipe(unpacker) }
    progress = .opened(unpacker)
  }

  /// Begins with a member of an archive, which was gone through already.
  init(
    _ part: FilePart, in file: SharedFile?, _ hasher: InputHasher?,
    _ source: (path: String, options: Source.Options)
  ) {
    (path, options) = source
    self.hasher = hasher
    hashedFile = file
    origin = .part(part)
    progress = .idle
  }

  /// The bytes as they arrive, if they are being read.
  private var unpacking: Unpacking? {
    if case .arriving(let unpacking) = progress { unpacking } else { nil }
  }

  /// Whether the file still is as it was when it was opened; of a pipe that cannot be said.
  func isUnchanged() throws(SystemError) -> Bool {
    guard case .part(let part) = origin else { return true }
    return try part.file.file.isUnchanged()
  }

  /// The first bytes, as far as they are here.
  func head(_ count: Int) -> [UInt8] {
    guard let unpacking, unpacking.isUntouched else { return [] }
    let count = min(count, unpacking.arrived.count)
    return unpacking.withRange { [UInt8](copying: $0.extracting(first: count)) }
  }

  /// Stops reading.
  func stop() {
    unpacking?.stop()
    progress = .idle
  }

  /// The bytes from the first on, as they arrive.
  /// - Throws: Why there are none.
  func arriving() throws(InputError) -> Unpacking {
    if let unpacking, unpacking.isUntouched { return unpacking }
    // One thread at a time reads the input, so that its bytes are hashed in their order.
    unpacking?.end()
    let next = try unpacker()
    let fresh = try InputError.wrapping { [options, path] () throws(SystemError) in
      try Unpacking(next, limit: options.limit, path: path)
    }
    progress = .arriving(fresh)
    return fresh
  }

  /// An unpacker that has given nothing.
  private func unpacker() throws(InputError) -> Unpacker {
    switch (progress, origin) {
    case (.opened(let unpacker), _): return unpacker
    case (_, .part(let part)): return try unpacker(of: part)
    case (_, .pipe(let pipe)):
      let part = FilePart(SharedFile(try kept(of: pipe)))
      origin = .part(part)
      return try unpacker(of: part)
    }
  }

  private func unpacker(of part: FilePart) throws(InputError) -> Unpacker {
    // What was unpacked from an archive, or kept of a pipe, was hashed when it came.
    try Unpacker(part, options.unpacking(hashing: part.file === hashedFile ? hasher : nil))
  }

  /// What a pipe has brought, and was kept.
  private func kept(of pipe: Unpacker) throws(InputError) -> InputFile {
    // The thread may still be at it, where the bytes were not wanted to their end.
    guard unpacking?.hasEnded ?? true else {
      throw .system(SystemError(.isReadOnce, .read, path))
    }
    return try InputError.wrapping { [path] () throws(SystemError) in
      guard let kept = try pipe.kept() else { throw SystemError(.isReadOnce, .read, path) }
      return kept
    }
  }

  /// The digest of the input; nil where none was asked for.
  ///
  /// What nobody has read of it is read now, so that nothing more can be read of a pipe.
  func digest() throws(InputError) -> InputDigest? {
    guard let hasher else { return nil }
    unpacking?.end()
    guard let hashedFile else {
      if case .pipe(let pipe) = origin { try pipe.drainPipe() }
      return hasher.finished()
    }
    return try InputError.wrapping { () throws(SystemError) in
      try hasher.takeRest(of: hashedFile.file)
      return hasher.finished(hashedFile.file)
    }
  }

  /// Unpacks all bytes into a file without a name.
  /// - Returns: The file, what there is to report about the containers, and why they ended early.
  func spill() throws(InputError) -> (
    file: SharedMapping, remarks: [InputRemark], interruption: InputError?
  ) {
    let directory = options.temporaryDirectory
    var file = try InputError.wrapping { () throws(SystemError) in try SpillFile(in: directory) }
    let coming = try arriving()
    var written = 0
    var arrived = coming.arrived
    while written < arrived.count || !arrived.isWhole {
      arrived = coming.wait(for: written + 1)
      try InputError.wrapping { () throws(SystemError) in
        try coming.withRange { (range) throws(SystemError) in
          try file.write(range.extracting(written..<arrived.count))
        }
      }
      written = arrived.count
      coming.release(before: written)
    }
    if case .system(let error)? = coming.failure { throw .system(error) }
    let copy = try InputError.wrapping { [path] () throws(SystemError) in
      try SharedMapping(MappedFile(file.reopened(as: path)))
    }
    return (copy, coming.remarks, coming.failure)
  }
}

extension Source.Options {
  /// How containers are opened.
  func unpacking(hashing hasher: InputHasher?) -> Unpacker.Options {
    var options = Unpacker.Options()
    options.member = member.map { .named($0) } ?? .only
    options.limit = limit
    options.hasher = hasher
    return options
  }
}
