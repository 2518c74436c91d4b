// All the containers of an input, one in the other, as one stream of the bytes inside.

/// The bytes inside all containers.
///
/// One thread at a time may use it.
package final class Unpacker: @unchecked Sendable {
  /// How containers are opened.
  package struct Options: Sendable {
    /// Which member of an archive is read.
    package var member = TarMember.only
    /// Bytes that a container may hold at most.
    package var limit = Int.max
    /// Which library unpacks gzip.
    package var library = InflaterLibrary.isal
    /// What sums the bytes of the input.
    package var sum: InputSum?

    /// The usual way.
    package init() {}
  }

  /// Containers in each other at most; nobody packs so often, but a file may be made to.
  private static let depthLimit = 8

  /// The containers from the outermost to the innermost; none if the bytes are as they are.
  package let layers: [ContainerKind]
  /// Bytes that were given.
  package private(set) var unpacked = 0

  private let inner: StreamBuffer
  private let source: any ByteStream

  /// Opens the containers of a file.
  package convenience init(_ file: SharedFile, _ options: Options) throws(InputError) {
    try self.init(FileStream(file, summing: options.sum), options)
  }

  /// Opens the containers of what a pipe brings, and keeps what it brought if there is a file for it.
  package convenience init(
    _ pipe: consuming InputPipe, keepingIn spool: consuming SpillFile?, _ options: Options
  ) throws(InputError) {
    try self.init(PipeStream(pipe, keepingIn: spool, summing: options.sum), options)
  }

  init(_ source: any ByteStream, _ options: Options) throws(InputError) {
    self.source = source
    (inner, layers) = try Unpacker.open(source, options) { _ in false }
  }

  /// Opens containers until there is none, or one that `stops` knows.
  private static func open(
    _ source: any ByteStream, _ options: Options, stops: (ContainerKind) -> Bool
  ) throws(InputError) -> (StreamBuffer, [ContainerKind]) {
    var buffer = StreamBuffer(source)
    var layers: [ContainerKind] = []
    while let kind = kind(of: buffer), !stops(kind) {
      layers.append(kind)
      guard layers.count <= depthLimit else {
        throw .container(ContainerError(.tooDeep, layers, at: 0))
      }
      let stream = try open(kind, buffer, layers, options)
      buffer = StreamBuffer(stream, layers, limit: options.limit)
    }
    return (buffer, layers)
  }

  private static func kind(of buffer: StreamBuffer) -> ContainerKind? {
    // What came before a failure may tell; the failure comes up again behind it.
    _ = try? buffer.require(ContainerKind.headCount)
    return ContainerKind(buffer.head(ContainerKind.headCount))
  }

  private static func open(
    _ kind: ContainerKind, _ input: StreamBuffer, _ layers: [ContainerKind], _ options: Options
  ) throws(InputError) -> any ByteStream {
    switch kind {
    case .gzip: return GzipStream(input, layers, library: options.library)
    case .lz4: return LZ4Stream(input, layers)
    case .envelope:
      try EnvelopeHeader.read(input, layers)
      return LZ4Stream(input, layers, isSingle: true)
    case .tar: return try TarStream(input, layers, member: options.member)
    case .fullSync: return try FullSyncStream(input, layers)
    }
  }

  /// What is to be told beside errors.
  package var remarks: [InputRemark] { inner.remarks }

  /// Puts bytes at the beginning of a buffer; returns how many, 0 at the end of all containers.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    do throws(InputError) {
      // SAFETY: the buffer is the caller's for this call.
      let count = try unsafe inner.read(into: buffer)
      unpacked += count
      return count
    } catch {
      guard case .container(var damage) = error else { throw error }
      damage.unpacked = unpacked
      throw .container(damage)
    }
  }

  /// Reads all that a pipe still brings.
  package func drainPipe() throws(InputError) { try (source as? PipeStream)?.drain() }

  /// The file that holds all that a pipe brought; nil where nothing was kept.
  package func kept() throws(SystemError) -> InputFile? {
    try (source as? PipeStream)?.kept()
  }
}

// MARK: - Archives

extension Unpacker {
  /// What an archive holds.
  package struct Members: Sendable {
    /// The members that are backups, with their places among all.
    package var found: [(place: Int, name: [UInt8])] = []
    /// The containers from the outermost to the archive.
    package var layers: [ContainerKind]
    /// Where the archive ends, or cannot be read any more.
    package var end = 0
    /// Why it cannot.
    package var failure: InputError?
  }

  /// The members of an archive that are backups; nil if the file is no archive.
  package static func members(
    of file: SharedFile, _ options: Options
  ) throws(InputError) -> Members? {
    try members(of: FileStream(file, summing: options.sum), options)
  }

  static func members(
    of source: any ByteStream, _ options: Options
  ) throws(InputError) -> Members? {
    let (buffer, outer) = try open(source, options) { $0 == .tar }
    guard kind(of: buffer) == .tar else { return nil }
    var members = Members(layers: outer + [.tar])
    let reader = TarReader(buffer, members.layers)
    var place = 0
    do throws(InputError) {
      while let header = try reader.next() {
        if try reader.isAtBackup(header) { members.found.append((place, header.name)) }
        place += 1
      }
    } catch {
      members.failure = error
    }
    members.end = buffer.offset
    return members
  }
}
