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
    package var hasher: InputHasher?

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

  /// Opens the containers of a file, or of a part of one.
  package convenience init(_ part: FilePart, _ options: Options) throws(InputError) {
    try self.init(FileStream(part, hashing: options.hasher), options, outer: part.outer)
  }

  init(
    _ source: any ByteStream, _ options: Options, outer: [ContainerKind] = []
  ) throws(InputError) {
    self.source = source
    (inner, layers) = try Unpacker.open(source, options, outer) { _ in false }
    if options.member != .only, !layers.contains(.tar) {
      throw .container(ContainerError(.noArchive, layers, at: 0))
    }
  }

  /// Takes over containers that are open.
  private init(_ source: any ByteStream, _ inner: StreamBuffer, _ layers: [ContainerKind]) {
    self.source = source
    self.inner = inner
    self.layers = layers
  }

  /// Opens containers until there is none, or one that `stops` knows.
  private static func open(
    _ source: any ByteStream, _ options: Options, _ outer: [ContainerKind],
    stops: (ContainerKind) -> Bool
  ) throws(InputError) -> (StreamBuffer, [ContainerKind]) {
    var buffer = StreamBuffer(source)
    var layers = outer
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
    case .lz4: return FrameStream(input, layers, .lz4)
    case .zstd: return FrameStream(input, layers, .zstd)
    case .envelope:
      try EnvelopeHeader.read(input, layers)
      return FrameStream(input, layers, .lz4, isSingle: true)
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

// MARK: - Opening what may be an archive

extension Unpacker {
  /// What an input turned out to be.
  package enum Opened {
    /// Bytes in containers, or in none.
    case bytes(Unpacker)
    /// An archive, which was gone through.
    case archive(Archive)
  }

  /// Opens a file; an archive is gone through, unless a member of it is asked for.
  ///
  /// One that is packed is unpacked into a file without a name in `directory`.
  package static func opening(
    _ file: SharedFile, _ options: Options, spillingTo directory: String
  ) throws(InputError) -> Opened {
    let part = FilePart(file)
    let stream = FileStream(part, hashing: options.hasher)
    return try opening(stream, options, directory) { outer throws(InputError) in
      outer.isEmpty ? try Archive(part) : nil
    }
  }

  /// Opens what a pipe brings, and keeps what it brought if there is a file for it.
  ///
  /// An archive is as above; it comes into a file in any case.
  package static func opening(
    _ pipe: consuming InputPipe, keepingIn spool: consuming SpillFile?, _ options: Options,
    spillingTo directory: String
  ) throws(InputError) -> Opened {
    let stream = PipeStream(pipe, keepingIn: spool, hashing: options.hasher)
    let opened = try opening(stream, options, directory) { _ throws(InputError) in
      stream.keepNothing()
      return nil
    }
    // Nobody comes back to the pipe for what stands behind an archive.
    if case .archive = opened, options.hasher != nil { try stream.drain() }
    return opened
  }

  /// Opens a source; `atHand` goes through an archive where it lies, if it does.
  static func opening(
    _ source: any ByteStream, _ options: Options, _ directory: String,
    atHand: ([ContainerKind]) throws(InputError) -> Archive? = { _ in nil }
  ) throws(InputError) -> Opened {
    guard options.member == .only else { return .bytes(try Unpacker(source, options)) }
    let (buffer, outer) = try open(source, options, []) { $0 == .tar }
    guard kind(of: buffer) == .tar else { return .bytes(Unpacker(source, buffer, outer)) }
    if let archive = try atHand(outer) { return .archive(archive) }
    return .archive(try Archive(buffer, outer: outer, spillingTo: directory))
  }
}
