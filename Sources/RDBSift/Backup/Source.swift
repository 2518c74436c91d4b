// A file of a backup while it is open, whatever it is packed in: what a job reads. A plain file is mapped.
// What comes out of a container or a pipe is swept while it arrives; where a job needs all the bytes at
// once, they are unpacked into a file without a name, and that is mapped.

import Export
package import RDB
package import Storage

/// An open RDB file.
package final class Source: @unchecked Sendable {
  // Unchecked: one thread opens it and goes through it. Others carry it along and do not use it.

  /// How a file is opened.
  package struct Options: Sendable {
    /// The member of an archive; nil for all that are backups.
    package var member: [UInt8]?
    /// Bytes that a container may hold at most.
    package var limit = Int.max
    /// Where files without a name are made.
    package var temporaryDirectory = "/tmp"
    /// Whether it will be gone through more than once: what a pipe brings is then kept.
    package var isReadAgain = false
    /// Whether the bytes of the input are hashed while they are read.
    package var sums = false

    /// The usual way.
    package init() {}
  }

  /// What is read.
  private enum Content {
    /// A plain file.
    case mapped(Mapped)
    /// Bytes that come out of containers or a pipe.
    case packed(PackedInput)
    /// A copy that they were unpacked into.
    case unpacked(Mapped, PackedInput)
    /// The backups of an archive that has several: there is nothing else to be read then.
    case archive([Archive.Member], InputHasher?, SharedFile?)
    /// Nothing any more.
    case closed
  }

  /// A mapped file.
  private struct Mapped {
    /// What is read: the file, or what its compressed blocks of records unpack to.
    var bytes: SharedMapping
    /// The file as it stands.
    var file: SharedMapping
    /// What hashes the file beside those who read it.
    var hasher: MappedSum?
  }

  /// The path as the caller gave it.
  package let path: String
  /// Which file it is, or which pipe.
  package let identity: FileIdentity
  /// Bytes of the RDB file, without its containers; of what is unpacked while it is read, as many as
  /// have been seen.
  package private(set) var size = 0
  /// Why the containers ended before their end, if they did.
  package private(set) var interruption: InputError?
  /// What there is to report about the containers.
  package private(set) var remarks: [InputRemark] = []

  private let options: Options
  private var content = Content.closed
  private var knownDigest: InputDigest?

  /// Opens what a path names; `-` is standard input.
  package init(_ path: String, _ options: Options) throws(InputError) {
    self.path = path
    self.options = options
    let opened = try InputError.wrapping { () throws(SystemError) in try OpenedInput(path) }
    switch consume opened {
    case .file(let file):
      identity = file.identity
      try take(file)
    case .pipe(let pipe):
      identity = pipe.identity
      try take(pipe)
    }
    try unpackBlocks()
  }

  /// Opens a member of an archive that was gone through.
  package init(
    _ part: FilePart, of path: String, _ identity: FileIdentity, _ options: Options
  ) throws(InputError) {
    self.path = path
    self.options = options
    self.identity = identity
    content = .packed(PackedInput(part, in: nil, nil, (path, options)))
    try unpackBlocks()
  }

  deinit { close() }

  /// The backups of an archive that has several.
  package var members: [Archive.Member] {
    if case .archive(let members, _, _) = content { members } else { [] }
  }

  /// Gives back what it needs to be read; it cannot be read any more.
  package func close() {
    switch content {
    case .mapped(let mapped): mapped.hasher?.stop()
    case .packed(let packed), .unpacked(_, let packed): packed.stop()
    case .archive, .closed: break
    }
    content = .closed
  }
}

// MARK: - Opening

extension Source {
  private func take(_ file: consuming InputFile) throws(InputError) {
    let count = ContainerKind.headCount
    let head = try InputError.wrapping { () throws(SystemError) in try file.head(count) }
    guard ContainerKind(head) != nil else { return try take(plain: file) }
    let shared = SharedFile(file)
    let hasher = try makeHasher()
    let opened = try Unpacker.opening(
      shared, options.unpacking(hashing: hasher), spillingTo: options.temporaryDirectory)
    take(opened, in: shared, hasher)
  }

  private func take(plain file: consuming InputFile) throws(InputError) {
    guard options.member == nil else {
      throw .container(ContainerError(.noArchive, [], at: 0))
    }
    let whole: SharedMapping
    do throws(SystemError) {
      whole = SharedMapping(try MappedFile(file))
      content = .mapped(
        Mapped(bytes: whole, file: whole, hasher: options.sums ? try MappedSum(whole) : nil))
    } catch {
      throw .system(error)
    }
    size = whole.mapping.file.size
  }

  private func take(_ pipe: consuming InputPipe) throws(InputError) {
    let hasher = try makeHasher()
    let directory = options.temporaryDirectory
    var spool: SpillFile?
    if options.isReadAgain {
      spool = try InputError.wrapping { () throws(SystemError) in try SpillFile(in: directory) }
    }
    let opened = try Unpacker.opening(
      pipe, keepingIn: spool, options.unpacking(hashing: hasher), spillingTo: directory)
    take(opened, in: nil, hasher)
  }

  private func take(_ opened: Unpacker.Opened, in file: SharedFile?, _ hasher: InputHasher?) {
    switch opened {
    case .bytes(let unpacker):
      content = .packed(PackedInput(unpacker, in: file, hasher, (path, options)))
    case .archive(let archive) where archive.members.count == 1:
      let part = archive.members[0].part
      content = .packed(PackedInput(part, in: file, hasher, (path, options)))
    case .archive(let archive): content = .archive(archive.members, hasher, file)
    }
  }

  private func makeHasher() throws(InputError) -> InputHasher? {
    guard options.sums else { return nil }
    return InputHasher(try InputError.wrapping { () throws(SystemError) in try SHA256() })
  }

  private func withMapped<Result>(_ body: (Mapped) -> Result) -> Result? {
    switch content {
    case .mapped(let mapped), .unpacked(let mapped, _): body(mapped)
    case .packed, .archive, .closed: nil
    }
  }
}

// MARK: - Blocks of records that are compressed once more

extension Source {
  /// Unpacks blocks of compressed records (Dragonfly), which have no places in the file as it stands.
  private func unpackBlocks() throws(InputError) {
    switch content {
    case .mapped(var mapped):
      try unpackBlocks(of: &mapped)
      content = .mapped(mapped)
    case .packed(let packed): if mayHaveBlocks() { try spill(packed) }
    case .unpacked, .archive, .closed: break
    }
  }

  private func unpackBlocks(of mapped: inout Mapped) throws(InputError) {
    let whole = mapped.bytes
    let unpacked = try InputError.wrapping { () throws(SystemError) in
      try whole.withBytes { (bytes) throws(SystemError) in
        try unpackBlobs(in: bytes, folder: options.temporaryDirectory, path: path)
      }
    }
    guard let unpacked else { return }
    remarks.append(.unpackedBlocks(unpacked.blobs))
    mapped.bytes = SharedMapping(unpacked.file)
    size = mapped.bytes.mapping.file.size
  }

  /// Whether what is packed may have such blocks, as far as it says before its first key.
  private func mayHaveBlocks() -> Bool {
    do throws(JobFailure) {
      return try head().dialect == .dragonfly
    } catch {
      guard case .damage(let damage) = error else { return false }
      return damage.error.reason == .unsupportedCompression
    }
  }

  /// Unpacks all bytes into a file without a name, and maps that.
  @discardableResult
  private func spill(_ packed: PackedInput) throws(InputError) -> SharedMapping {
    let spilled = try packed.spill()
    interruption = spilled.interruption
    remarks = spilled.remarks
    size = spilled.file.mapping.file.size
    var mapped = Mapped(bytes: spilled.file, file: spilled.file)
    try unpackBlocks(of: &mapped)
    content = .unpacked(mapped, packed)
    return mapped.bytes
  }
}

// MARK: - Reading

extension Source {
  /// Whether the file still is as it was when it was opened, as far as a pipe can be said to be.
  package func isUnchanged() throws(SystemError) -> Bool {
    switch content {
    case .mapped(let mapped): try mapped.file.mapping.file.isUnchanged()
    case .packed(let packed), .unpacked(_, let packed): try packed.isUnchanged()
    case .archive, .closed: true
    }
  }

  /// What the file says before its first key.
  package func head() throws(JobFailure) -> RDBMetadata {
    try lending { bytes, unpacking throws(JobFailure) in
      try RDBMetadata(headOf: bytes, unpacking)
    }
  }

  /// Reads the header.
  package func checkHeader() throws(JobFailure) {
    try lending { bytes, unpacking throws(JobFailure) in _ = try openScanner(bytes, unpacking) }
  }

  /// Goes through the file with one worker per thread.
  func sweep<Worker: BatchWorker & ~Copyable>(
    options: SweepOptions, output: RecordOutput, makeWorker: @Sendable () -> Worker
  ) throws(JobFailure) -> SweepResult<Worker.Summary> {
    try reading { bytes, unpacking throws(JobFailure) in
      try RDBSift.sweep(
        bytes, unpacking, options: options, output: output, makeWorker: makeWorker)
    }
  }

  /// Goes through the file and counts its records by kind.
  func survey(
    options: SweepOptions, moment: UnixMilliseconds
  ) throws(JobFailure) -> SweepResult<RecordTally> {
    try reading { bytes, unpacking throws(JobFailure) in
      try RDBSift.survey(bytes, unpacking, options: options, moment: moment)
    }
  }

  /// Lends the bytes to a sweep, and keeps what it found out about them.
  private func reading<Summary>(
    _ body: (RawSpan, Unpacking?) throws(JobFailure) -> SweepResult<Summary>
  ) throws(JobFailure) -> SweepResult<Summary> {
    var result = try lending(body)
    if withMapped({ _ in }) == nil {
      size = result.size
      interruption = result.interruption
      remarks = result.remarks
    } else {
      result.remarks = remarks
    }
    return result
  }

  /// Lends the bytes, or the range that they arrive in.
  private func lending<Result>(
    _ body: (RawSpan, Unpacking?) throws(JobFailure) -> Result
  ) throws(JobFailure) -> Result {
    if let bytes = withMapped(\.bytes) {
      return try bytes.withBytes { bytes throws(JobFailure) in try body(bytes, nil) }
    }
    let unpacking: Unpacking
    do throws(InputError) {
      unpacking = try packed().arriving()
    } catch {
      throw JobFailure(error)
    }
    return try unpacking.withRange { range throws(JobFailure) in try body(range, unpacking) }
  }

  /// Lends all the bytes of the RDB file at once.
  ///
  /// Those of a container are unpacked first; what came before it was found to be damaged is lent,
  /// and the damage is `interruption`.
  package func withBytes<Result>(
    _ body: (RawSpan) throws -> Result
  ) throws -> Result {
    try (try withMapped(\.bytes) ?? spill(packed())).withBytes(body)
  }

  /// What there is to be unpacked.
  private func packed() throws(InputError) -> PackedInput {
    switch content {
    case .packed(let packed), .unpacked(_, let packed): return packed
    case .archive(let members, _, _):
      throw .container(ContainerError(.severalMembers(members.map(\.name)), [.tar], at: 0))
    case .mapped, .closed: throw .system(SystemError(.isReadOnce, .read, path))
    }
  }

  /// The first bytes, as far as they are here: for recognizing what is no RDB file.
  package var start: [UInt8] {
    switch content {
    case .mapped(let mapped), .unpacked(let mapped, _):
      mapped.bytes.withBytes {
        [UInt8](copying: $0.extracting(first: min(Source.startCount, $0.byteCount)))
      }
    case .packed(let packed): packed.head(Source.startCount)
    case .archive, .closed: []
    }
  }

  private static let startCount = 64

  /// The digest of the input as it lies there; nil where none was asked for.
  ///
  /// What nobody has read of it is read now, so that nothing more can be read of a pipe.
  package func digest() throws(InputError) -> InputDigest? {
    if let knownDigest { return knownDigest }
    knownDigest =
      switch content {
      case .mapped(let mapped): mapped.hasher?.digest()
      case .packed(let packed), .unpacked(_, let packed): try packed.digest()
      case .archive(_, let hasher, let file): try Source.digest(hasher, file)
      case .closed: nil
      }
    return knownDigest
  }

  /// The digest of an archive, whose members are read each by itself.
  private static func digest(
    _ hasher: InputHasher?, _ file: SharedFile?
  ) throws(InputError) -> InputDigest? {
    guard let hasher else { return nil }
    guard let file else { return hasher.finished() }
    return try InputError.wrapping { () throws(SystemError) in
      try hasher.takeRest(of: file.file)
      return hasher.finished(file.file)
    }
  }
}
