// An input in containers or from a pipe. It can be read from the start as often as the input allows.

import Export
import RDB
import Storage

/// An input that has to be unpacked.
final class PackedInput {
  /// Where to read the bytes again.
  private enum Origin {
    /// A file, or a part of one.
    case part(FilePart)
    /// A pipe; its bytes may have been kept.
    case pipe(Unpacker)
  }

  /// The state of reading.
  private enum Progress {
    /// Opened; nothing was read yet.
    case opened(Unpacker)
    /// Being read by a background thread.
    case arriving(Unpacking)
    /// Not being read.
    case idle
  }

  private let path: String
  private let options: Source.Options
  private var origin: Origin
  private var progress: Progress
  /// The hasher of the input, and the file that it hashes.
  private let hasher: InputHasher?
  private let hashedFile: SharedFile?

  /// Makes an input from an opened unpacker.
  ///
  /// - Parameters:
  ///   - unpacker: The unpacker.
  ///   - file: The file; nil for a pipe.
  ///   - hasher: Hashes the input while it is read; nil for no digest.
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

  /// Makes an input from a member of an archive that was already indexed.
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

  /// The running unpacking, if any.
  private var unpacking: Unpacking? {
    if case .arriving(let unpacking) = progress { unpacking } else { nil }
  }

  /// Whether the bytes come from a pipe, which is there once.
  var isPipe: Bool { if case .pipe = origin { true } else { false } }

  /// Whether the file is unchanged since it was opened; always true for a pipe.
  func isUnchanged() throws(SystemError) -> Bool {
    guard case .part(let part) = origin else { return true }
    return try part.file.file.isUnchanged()
  }

  /// The first bytes, as far as they have arrived.
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

  /// Starts to unpack from the first byte.
  /// - Throws: `InputError` if the input cannot be read again.
  func arriving() throws(InputError) -> Unpacking {
    if let unpacking, unpacking.isUntouched { return unpacking }
    // One thread at a time reads the input, so that its bytes are hashed in order.
    unpacking?.end()
    let next = try unpacker()
    let fresh = try InputError.wrapping { [options, path] () throws(SystemError) in
      try Unpacking(next, limit: options.limit, path: path)
    }
    progress = .arriving(fresh)
    return fresh
  }

  /// An unpacker at the first byte.
  private func unpacker() throws(InputError) -> Unpacker {
    switch (progress, origin) {
    case (.opened(let unpacker), _): return unpacker
    case (_, .part(let part)): return try unpacker(of: part)
    case (_, .pipe(let pipe)):
      let part = FilePart(SharedFile(try kept(of: pipe)), from: options.skip)
      origin = .part(part)
      return try unpacker(of: part)
    }
  }

  private func unpacker(of part: FilePart) throws(InputError) -> Unpacker {
    // Bytes unpacked from an archive or kept from a pipe were already hashed.
    try Unpacker(part, options.unpacking(hashing: part.file === hashedFile ? hasher : nil))
  }

  /// The kept bytes of a pipe.
  private func kept(of pipe: Unpacker) throws(InputError) -> InputFile {
    // The thread may still be reading if the sweep ended early.
    guard unpacking?.hasEnded ?? true else {
      throw .system(SystemError(.isReadOnce, .read, path))
    }
    return try InputError.wrapping { [path] () throws(SystemError) in
      guard let kept = try pipe.kept() else { throw SystemError(.isReadOnce, .read, path) }
      return kept
    }
  }

  /// The digest of the input; nil if the options ask for none.
  ///
  /// Reads the rest of the input, so that nothing is left in a pipe.
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

  /// Unpacks all bytes into an unnamed file.
  /// - Returns: The file, the remarks about the containers, and the error that ended them early.
  func spill() throws(InputError) -> (
    file: SharedMapping, remarks: [InputRemark], interruption: InputError?
  ) {
    let directory = options.temporaryDirectory
    var file = try InputError.wrapping { () throws(SystemError) in try SpillFile(in: directory) }
    let unpacking = try arriving()
    var written = 0
    var arrived = unpacking.arrived
    while written < arrived.count || !arrived.isWhole {
      arrived = unpacking.wait(for: written + 1)
      try InputError.wrapping { () throws(SystemError) in
        try unpacking.withRange { (range) throws(SystemError) in
          try file.write(range.extracting(written..<arrived.count))
        }
      }
      written = arrived.count
      unpacking.release(before: written)
    }
    if case .system(let error)? = unpacking.failure { throw .system(error) }
    let copy = try InputError.wrapping { [path] () throws(SystemError) in
      try SharedMapping(MappedFile(file.reopened(as: path)))
    }
    return (copy, unpacking.remarks, unpacking.failure)
  }
}

extension Source.Options {
  /// The options for opening containers.
  func unpacking(hashing hasher: InputHasher?) -> Unpacker.Options {
    var options = Unpacker.Options()
    options.member = member.map { .named($0) } ?? .only
    options.limit = limit
    options.hasher = hasher
    return options
  }
}
