// An open file of a backup. A plain file is mapped. Containers and pipes are swept while they are unpacked; a
// job that needs all bytes at once unpacks them into an unnamed file, which is mapped.

import Export
import RDB
package import Storage

/// An open RDB file.
package final class Source: @unchecked Sendable {
  // Unchecked: only the thread that opens it uses it; other threads only hold references.

  /// The open input.
  enum Content {
    /// A plain file.
    case mapped(Mapped)
    /// Bytes from containers or a pipe.
    case packed(PackedInput)
    /// The unnamed file that they were unpacked into.
    case unpacked(Mapped, PackedInput)
    /// An archive with several backups; its members are opened separately.
    case archive(Archive, InputHasher?, SharedFile?)
    /// Closed.
    case closed
  }

  /// A mapped file.
  struct Mapped {
    /// The bytes to read: the file, or its copy with compressed blocks unpacked.
    var bytes: SharedMapping
    /// The file itself.
    var file: SharedMapping
    /// Hashes the file in the background.
    var hasher: MappedHasher?
  }

  /// The path as given.
  package let path: String
  /// The identity of the file or pipe.
  package let identity: FileIdentity
  /// Unpacked size of the RDB file in bytes; while it is being unpacked, the size so far.
  package private(set) var size = 0
  /// The error that ended the containers early, if any.
  package private(set) var interruption: InputError?
  /// Remarks about the containers.
  package private(set) var remarks: [InputRemark] = []

  private let options: Options
  private(set) var content = Content.closed
  private var knownDigest: InputDigest?

  /// Opens a path; `-` is standard input.
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

  /// Opens a member of an archive that was already indexed.
  package init(
    _ part: FilePart, of path: String, _ identity: FileIdentity, _ options: Options
  ) throws(InputError) {
    self.path = path
    self.options = options
    self.identity = identity
    content = .packed(PackedInput(part, in: nil, nil, (path, options)))
    try unpackBlocks()
  }

  /// Opens bytes that were written for this run.
  init(_ written: SharedMapping, path: String, _ options: Options) {
    self.path = path
    self.options = options
    identity = written.mapping.file.identity
    size = written.mapping.file.size
    content = .mapped(Mapped(bytes: written, file: written, hasher: nil))
  }

  deinit { close() }

  /// The members of an archive with several backups.
  package var members: [Archive.Member] {
    if case .archive(let archive, _, _) = content { archive.members } else { [] }
  }
  /// Names of archive members that are not backups, such as metadata of macOS.
  package private(set) var leftovers: [[UInt8]] = []

  /// Releases the input.
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
    guard ContainerKind(head) != nil || options.skip > 0 else { return try take(plain: file) }
    let shared = SharedFile(file)
    let hasher = try makeHasher()
    guard options.skip == 0 else {
      let part = FilePart(shared, from: options.skip)
      content = .packed(PackedInput(part, in: shared, hasher, (path, options)))
      return
    }
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
        Mapped(bytes: whole, file: whole, hasher: options.sums ? try MappedHasher(whole) : nil))
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
    var unpacking = options.unpacking(hashing: hasher)
    unpacking.skip = options.skip
    let opened = try Unpacker.opening(
      pipe, keepingIn: spool, unpacking, spillingTo: directory)
    take(opened, in: nil, hasher)
  }

  private func take(_ opened: Unpacker.Opened, in file: SharedFile?, _ hasher: InputHasher?) {
    if case .archive(let archive) = opened { leftovers = archive.leftovers }
    switch opened {
    case .bytes(let unpacker):
      content = .packed(PackedInput(unpacker, in: file, hasher, (path, options)))
    case .archive(let archive) where archive.members.count == 1:
      let part = archive.members[0].part
      content = .packed(PackedInput(part, in: file, hasher, (path, options)))
    case .archive(let archive): content = .archive(archive, hasher, file)
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

// MARK: - Compressed blocks of records

extension Source {
  /// Unpacks compressed blocks of records (Dragonfly), since records need offsets in the file.
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
    let folder = options.temporaryDirectory
    if let payload = try PayloadFile.made(of: mapped.bytes, in: folder, path) {
      remarks.append(.payload(key: payload.key))
      mapped.bytes = SharedMapping(payload.file)
      size = mapped.bytes.mapping.file.size
      return
    }
    let unpacked = try InputError.wrapping { () throws(SystemError) in
      try mapped.bytes.withBytes { (bytes) throws(SystemError) in
        try unpackBlobs(in: bytes, folder: folder, path: path)
      }
    }
    if let unpacked { take(unpacked, &mapped) { .unpackedBlocks($0) } }
    // Chunks may be inside blocks.
    let joined = try InputError.wrapping { () throws(SystemError) in
      try mapped.bytes.withBytes { (bytes) throws(SystemError) in
        try joinChunks(in: bytes, folder: folder, path: path)
      }
    }
    if let joined { take(joined, &mapped) { .joinedChunks($0) } }
  }

  private func take(
    _ copy: consuming UnpackedFile, _ mapped: inout Mapped, _ remark: (Int) -> InputRemark
  ) {
    remarks.append(remark(copy.blobs))
    mapped.bytes = SharedMapping(copy.file)
    size = mapped.bytes.mapping.file.size
  }

  /// Whether the metadata before the first key allows such blocks.
  private func mayHaveBlocks() -> Bool {
    do throws(JobFailure) {
      return try head().dialect == .dragonfly
    } catch {
      guard case .damage(let damage) = error else { return false }
      return damage.error.reason == .unsupportedCompression || isPayload()
    }
  }

  /// Unpacks all bytes into an unnamed file and maps it.
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
  /// Whether the file is unchanged since it was opened; always true for a pipe.
  package func isUnchanged() throws(SystemError) -> Bool {
    switch content {
    case .mapped(let mapped): try mapped.file.mapping.file.isUnchanged()
    case .packed(let packed), .unpacked(_, let packed): try packed.isUnchanged()
    case .archive, .closed: true
    }
  }

  /// Reads the metadata before the first key.
  package func head() throws(JobFailure) -> RDBMetadata {
    try withArrivingBytes { bytes, unpacking throws(JobFailure) in
      try RDBMetadata(headOf: bytes, unpacking)
    }
  }

  /// The first bytes; waits for them.
  func firstBytes(_ count: Int) throws(JobFailure) -> [UInt8] {
    try withArrivingBytes { bytes, unpacking throws(JobFailure) in
      let arrived = unpacking?.wait(for: count).count ?? bytes.byteCount
      return [UInt8](copying: bytes.extracting(first: min(count, arrived)))
    }
  }

  /// Reads the header.
  package func checkHeader() throws(JobFailure) {
    try withArrivingBytes { bytes, unpacking throws(JobFailure) in
      _ = try openScanner(bytes, unpacking)
    }
  }

  /// Sweeps the file with one worker per thread.
  func sweep<Worker: BatchWorker & ~Copyable>(
    options: SweepOptions, output: RecordOutput, makeWorker: @Sendable () -> Worker
  ) throws(JobFailure) -> SweepResult<Worker.Summary> {
    try reading { bytes, unpacking throws(JobFailure) in
      try RDBSift.sweep(
        bytes, unpacking, options: options, output: output, makeWorker: makeWorker)
    }
  }

  /// Counts the records of the file by kind.
  func survey(
    options: SweepOptions, moment: UnixMilliseconds
  ) throws(JobFailure) -> SweepResult<RecordTally> {
    try reading { bytes, unpacking throws(JobFailure) in
      try RDBSift.survey(bytes, unpacking, options: options, moment: moment)
    }
  }

  /// Calls a sweep with the bytes, and keeps what it learned about the containers.
  private func reading<Summary>(
    _ body: (RawSpan, Unpacking?) throws(JobFailure) -> SweepResult<Summary>
  ) throws(JobFailure) -> SweepResult<Summary> {
    var result = try withArrivingBytes(body)
    if withMapped({ _ in }) == nil {
      size = result.size
      interruption = result.interruption
      remarks = result.remarks
    } else {
      result.remarks = remarks
    }
    result.remarks += textDamage(result.failure)
    return result
  }

  /// The bytes, or what unpacks them; a job that comes back for more keeps it.
  func arriving() throws(JobFailure) -> SourceBytes {
    if let bytes = withMapped(\.bytes) { return .mapped(bytes) }
    do throws(InputError) {
      return .arriving(try packed().arriving())
    } catch {
      throw JobFailure(error)
    }
  }

  /// Calls `body` with the bytes, or with the range that they are unpacked into.
  func withArrivingBytes<Result>(
    _ body: (RawSpan, Unpacking?) throws(JobFailure) -> Result
  ) throws(JobFailure) -> Result {
    let bytes = try arriving()
    return try bytes.withBytes { span throws(JobFailure) in try body(span, bytes.unpacking) }
  }

  /// Calls `body` with all bytes of the RDB file.
  ///
  /// A container is unpacked first. If it is damaged, `body` gets the bytes before the damage, and
  /// `interruption` is set.
  package func withBytes<Result>(
    _ body: (RawSpan) throws -> Result
  ) throws -> Result {
    try (try withMapped(\.bytes) ?? spill(packed())).withBytes(body)
  }

  /// The packed input.
  private func packed() throws(InputError) -> PackedInput {
    switch content {
    case .packed(let packed), .unpacked(_, let packed): return packed
    case .archive(let archive, _, _):
      throw .container(ContainerError(.severalMembers(archive.members.map(\.name)), [.tar], at: 0))
    case .mapped, .closed: throw .system(SystemError(.isReadOnce, .read, path))
    }
  }

  /// Whether the bytes are those of the file.
  var isPlain: Bool {
    if case .mapped(let mapped) = content { mapped.bytes === mapped.file } else { false }
  }

  /// The first bytes, as far as they have arrived.
  func start(_ count: Int) -> [UInt8] {
    switch content {
    case .mapped(let mapped), .unpacked(let mapped, _):
      mapped.bytes.withBytes {
        [UInt8](copying: $0.extracting(first: min(count, $0.byteCount)))
      }
    case .packed(let packed): packed.head(count)
    case .archive, .closed: []
    }
  }

  /// The digest of the input; nil if the options ask for none.
  ///
  /// Reads the rest of the input, so that nothing is left in a pipe.
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

  /// The digest of an archive; its members are read separately.
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
