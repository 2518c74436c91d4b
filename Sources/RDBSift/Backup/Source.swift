// A backup that is open, whatever it is packed in: what a job reads. A plain file is mapped. What comes
// out of a container or a pipe is swept while it comes; where a job needs all the bytes at once, they
// are unpacked into a file without a name, and that is mapped.

import Export
package import RDB
package import Storage

/// A backup: one RDB file, wherever it stands.
package final class Source: @unchecked Sendable {
  // Unchecked: one thread opens it and goes through it. Others carry it along and do not use it.

  /// How a backup is opened.
  package struct Options: Sendable {
    /// The member of an archive; nil for all that are backups.
    package var member: [UInt8]?
    /// Bytes that a container may hold at most.
    package var limit = Int.max
    /// Where files without a name are made.
    package var temporaryDirectory = "/tmp"
    /// Whether it will be gone through more than once.
    ///
    /// What a pipe brings is then kept.
    package var isReadAgain = false
    /// Whether the bytes of the input are summed while they are read.
    package var sums = false

    /// The usual way.
    package init() {}
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
  /// What is to be told of the containers.
  package private(set) var remarks: [InputRemark] = []

  /// The backups of an archive that has several: there is nothing else to be read then.
  package private(set) var members: [Archive.Member] = []

  private let options: Options
  /// The file, or a copy of it that was unpacked.
  private var mapped: SharedMapping?
  /// A plain file as it stands, where `mapped` is what its compressed blocks unpack to.
  private var original: SharedMapping?
  /// The bytes, if they have to be unpacked and can be read again.
  private var packed: FilePart?
  /// What brings the bytes, before it has given any.
  private var unpacker: Unpacker?
  /// What has brought the bytes of a pipe.
  private var piped: Unpacker?
  private var unpacking: Unpacking?
  /// What sums a plain file beside those who read it.
  private var mappedSum: MappedSum?
  /// What sums an input that is unpacked, as it is read.
  private var sum: InputHasher?
  /// The file that is summed so.
  private var summed: SharedFile?
  private var digestMade: InputDigest?

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
    if mapped == nil, members.isEmpty, mayHaveBlocks() { _ = try spill() }
  }

  /// Opens a member of an archive that was gone through.
  package init(
    _ part: FilePart, of path: String, _ identity: FileIdentity, _ options: Options
  ) throws(InputError) {
    self.path = path
    self.options = options
    self.identity = identity
    packed = part
    if mayHaveBlocks() { _ = try spill() }
  }

  deinit {
    unpacking?.stop()
    mappedSum?.stop()
  }

  /// Gives back what it needs to be read; it cannot be read any more.
  package func close() {
    unpacking?.stop()
    mappedSum?.stop()
    mappedSum = nil
    unpacking = nil
    unpacker = nil
    piped = nil
    mapped = nil
    packed = nil
    members = []
  }

  private func take(_ file: consuming InputFile) throws(InputError) {
    let count = ContainerKind.headCount
    let head = try InputError.wrapping { () throws(SystemError) in try file.head(count) }
    if ContainerKind(head) == nil {
      guard options.member == nil else {
        throw .container(ContainerError(.noArchive, [], at: 0))
      }
      let whole = SharedMapping(try MappedFile(wrapping: file))
      if options.sums {
        mappedSum = try InputError.wrapping { () throws(SystemError) in try MappedSum(whole) }
      }
      try keep(whole)
    } else {
      let shared = SharedFile(file)
      packed = FilePart(shared)
      summed = shared
      try beginSum()
      let directory = options.temporaryDirectory
      take(try Unpacker.opening(shared, unpackerOptions, spillingTo: directory))
    }
  }

  private func take(_ pipe: consuming InputPipe) throws(InputError) {
    try beginSum()
    let directory = options.temporaryDirectory
    var spool: SpillFile?
    if options.isReadAgain {
      spool = try InputError.wrapping { () throws(SystemError) in try SpillFile(in: directory) }
    }
    take(
      try Unpacker.opening(pipe, keepingIn: spool, unpackerOptions, spillingTo: directory))
    piped = unpacker
  }

  private func take(_ opened: Unpacker.Opened) {
    switch opened {
    case .bytes(let unpacker): self.unpacker = unpacker
    case .archive(let archive) where archive.members.count == 1: packed = archive.members[0].part
    case .archive(let archive): members = archive.members
    }
  }

  private var unpackerOptions: Unpacker.Options {
    var unpackerOptions = Unpacker.Options()
    unpackerOptions.member = options.member.map { .named($0) } ?? .only
    unpackerOptions.limit = options.limit
    unpackerOptions.hasher = sum
    return unpackerOptions
  }

  private func beginSum() throws(InputError) {
    guard options.sums else { return }
    sum = InputHasher(try InputError.wrapping { () throws(SystemError) in try SHA256() })
  }
}

extension MappedFile {
  fileprivate init(wrapping file: consuming InputFile) throws(InputError) {
    do throws(SystemError) {
      try self.init(file)
    } catch {
      throw .system(error)
    }
  }
}

// MARK: - Reading

extension Source {
  /// Whether the file still is as it was when it was opened, as far as a pipe can be said to be.
  package func isUnchanged() throws(SystemError) -> Bool {
    if let packed { return try packed.file.file.isUnchanged() }
    return try (original ?? mapped)?.mapping.file.isUnchanged() ?? true
  }

  /// What the file says before its first key.
  package func head() throws(JobFailure) -> RDBMetadata {
    if let mapped {
      return try mapped.withBytes { bytes throws(JobFailure) in try RDBMetadata(headOf: bytes) }
    }
    let unpacking = try arrivingForJob()
    return try unpacking.withRange { range throws(JobFailure) in
      try RDBMetadata(headOf: range, unpacking)
    }
  }

  /// Reads the header.
  package func checkHeader() throws(JobFailure) {
    if let mapped {
      try mapped.withBytes { bytes throws(JobFailure) in _ = try openScanner(bytes) }
    } else {
      let unpacking = try arrivingForJob()
      try unpacking.withRange { range throws(JobFailure) in _ = try openScanner(range, unpacking) }
    }
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

  /// Lends the bytes, or the range that they arrive in, and keeps what was found out about them.
  private func reading<Summary>(
    _ body: (RawSpan, Unpacking?) throws(JobFailure) -> SweepResult<Summary>
  ) throws(JobFailure) -> SweepResult<Summary> {
    if let mapped {
      var result = try mapped.withBytes { bytes throws(JobFailure) in try body(bytes, nil) }
      result.remarks = remarks
      return result
    }
    let unpacking = try arrivingForJob()
    let result = try unpacking.withRange { range throws(JobFailure) in
      try body(range, unpacking)
    }
    size = result.size
    interruption = result.interruption
    remarks = result.remarks
    return result
  }

  /// Lends all the bytes of the RDB file at once.
  ///
  /// Those of a container are unpacked first; what came before it was found to be damaged is lent,
  /// and the damage is `interruption`.
  package func withBytes<Result>(
    _ body: (RawSpan) throws -> Result
  ) throws -> Result {
    try (try mapped ?? spill()).withBytes(body)
  }

  /// The first bytes, as far as they are here: for telling what is no RDB file.
  package var start: [UInt8] {
    if let mapped {
      return mapped.withBytes { [UInt8](copying: $0.extracting(first: min(16, $0.byteCount))) }
    }
    guard let unpacking, unpacking.isUntouched else { return [] }
    let count = min(16, unpacking.arrived.count)
    return unpacking.withRange { [UInt8](copying: $0.extracting(first: count)) }
  }
}

// MARK: - The digest of the input

extension Source {
  /// The digest of the input as it lies there; nil where none was asked for.
  ///
  /// What nobody has read of it is read now, so that nothing more can be read of a pipe.
  package func digest() throws(InputError) -> InputDigest? {
    if let digestMade { return digestMade }
    digestMade = if let mappedSum { mappedSum.digest() } else { try packedDigest() }
    return digestMade
  }

  private func packedDigest() throws(InputError) -> InputDigest? {
    guard let sum else { return nil }
    unpacking?.end()
    guard let summed else {
      try piped?.drainPipe()
      return sum.finished()
    }
    return try InputError.wrapping { () throws(SystemError) in
      try sum.takeRest(of: summed.file)
      return sum.finished(summed.file)
    }
  }
}

// MARK: - Unpacking

extension Source {
  /// The bytes from the first on, coming.
  private func arriving() throws(InputError) -> Unpacking {
    if let unpacking, unpacking.isUntouched { return unpacking }
    // One at a time reads the input, so that its bytes are summed in their order.
    unpacking?.end()
    let next = try freshUnpacker()
    let fresh = try InputError.wrapping { [options, path] () throws(SystemError) in
      try Unpacking(next, limit: options.limit, path: path)
    }
    unpacking = fresh
    return fresh
  }

  /// The same for a job.
  private func arrivingForJob() throws(JobFailure) -> Unpacking {
    do throws(InputError) {
      return try arriving()
    } catch {
      throw JobFailure(error)
    }
  }

  /// An unpacker that has given nothing.
  private func freshUnpacker() throws(InputError) -> Unpacker {
    guard members.isEmpty else {
      throw .container(ContainerError(.severalMembers(members.map(\.name)), [.tar], at: 0))
    }
    if let first = unpacker.take() { return first }
    if let piped { packed = FilePart(SharedFile(try kept(of: piped))) }
    piped = nil
    guard let packed else { throw .system(SystemError(.isReadOnce, .read, path)) }
    var options = unpackerOptions
    // What was unpacked from an archive, or kept of a pipe, was summed when it came.
    if packed.file !== summed { options.hasher = nil }
    return try Unpacker(packed, options)
  }

  /// What a pipe has brought, and was kept.
  private func kept(of piped: Unpacker) throws(InputError) -> InputFile {
    // The thread may still be at it, where the bytes were not wanted to their end.
    guard unpacking?.hasEnded ?? true else {
      throw .system(SystemError(.isReadOnce, .read, path))
    }
    return try InputError.wrapping { [path] () throws(SystemError) in
      guard let kept = try piped.kept() else { throw SystemError(.isReadOnce, .read, path) }
      return kept
    }
  }

  /// Whether what is packed has blocks of records that are packed once more (Dragonfly), as far as it
  /// says before its first key.
  private func mayHaveBlocks() -> Bool {
    do throws(JobFailure) {
      return try head().dialect == .dragonfly
    } catch {
      guard case .damage(let damage) = error else { return false }
      return damage.error.reason == .unsupportedCompression
    }
  }

  /// Unpacks all bytes into a file without a name, and maps that.
  private func spill() throws(InputError) -> SharedMapping {
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
    interruption = coming.failure
    remarks = coming.remarks
    let copy = try InputError.wrapping { [path] () throws(SystemError) in
      try file.reopened(as: path)
    }
    return try keep(SharedMapping(try MappedFile(wrapping: copy)))
  }

  /// Takes a file as what is read, or what its compressed blocks of records unpack to.
  @discardableResult
  private func keep(_ whole: SharedMapping) throws(InputError) -> SharedMapping {
    size = whole.mapping.file.size
    mapped = whole
    let unpacked = try InputError.wrapping { () throws(SystemError) in
      try whole.withBytes { (bytes) throws(SystemError) in
        try unpackBlobs(in: bytes, folder: options.temporaryDirectory, path: path)
      }
    }
    guard let unpacked else { return whole }
    remarks.append(.unpackedBlocks(unpacked.blobs))
    original = whole
    let plain = SharedMapping(unpacked.file)
    size = plain.mapping.file.size
    mapped = plain
    return plain
  }
}
