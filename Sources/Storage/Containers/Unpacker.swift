// All containers of an input as one stream of the innermost contents.

/// The contents of the innermost container.
///
/// One thread at a time may use it.
package final class Unpacker: @unchecked Sendable {
  /// How containers are opened.
  package struct Options: Sendable {
    /// The member of an archive to read.
    package var member = TarMember.only
    /// The most bytes a container may hold.
    package var limit = Int.max
    /// The library that decompresses gzip.
    package var library = InflaterLibrary.isal
    /// Sees the bytes of the input.
    package var hasher: InputHasher?
    /// Bytes of a pipe that are not part of its contents.
    package var skip = 0

    /// Creates the default options.
    package init() {}
  }

  /// The deepest nesting; nobody packs so often, but a hostile file may.
  private static let depthLimit = 8

  /// The containers from the outermost to the innermost; empty if there are none.
  package let layers: [ContainerKind]
  /// Bytes handed out.
  package private(set) var unpacked = 0

  private let inner: StreamBuffer
  private let source: any ByteStream

  /// Opens the containers of a file or a part of one.
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

  /// Takes over containers that are already open.
  private init(_ source: any ByteStream, _ inner: StreamBuffer, _ layers: [ContainerKind]) {
    self.source = source
    self.inner = inner
    self.layers = layers
  }

  /// Opens containers until there is none, or one for which `stops` is true.
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
    // Bytes before a failure may suffice; the failure is thrown again later.
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

  /// Remarks about the input.
  package var remarks: [InputRemark] { inner.remarks }

  /// Reads into a buffer; returns how many bytes, 0 at the end of all containers.
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

  /// Reads the rest of a pipe.
  package func drainPipe() throws(InputError) { try (source as? PipeStream)?.drain() }

  /// The file with everything a pipe brought; nil if nothing was kept.
  package func kept() throws(SystemError) -> InputFile? {
    try (source as? PipeStream)?.kept()
  }
}

// MARK: - Opening what may be an archive

extension Unpacker {
  /// What an input is.
  package enum Opened {
    /// The contents of containers, or plain bytes.
    case bytes(Unpacker)
    /// An archive whose members are known.
    case archive(Archive)
  }

  /// Opens a file; an archive is read through unless a member is requested.
  ///
  /// A compressed archive is decompressed into an unnamed file in `directory`.
  package static func opening(
    _ file: SharedFile, _ options: Options, spillingTo directory: String
  ) throws(InputError) -> Opened {
    let part = FilePart(file)
    let stream = FileStream(part, hashing: options.hasher)
    return try opening(stream, options, directory) { outer throws(InputError) in
      outer.isEmpty ? try Archive(part) : nil
    }
  }

  /// Opens a pipe; keeps its bytes if there is a file for them.
  ///
  /// An archive always goes into a file.
  package static func opening(
    _ pipe: consuming InputPipe, keepingIn spool: consuming SpillFile?, _ options: Options,
    spillingTo directory: String
  ) throws(InputError) -> Opened {
    let stream = PipeStream(
      pipe, keepingIn: spool, hashing: options.hasher, skipping: options.skip)
    let opened = try opening(stream, options, directory) { _ throws(InputError) in
      stream.keepNothing()
      return nil
    }
    // Nobody reads on behind an archive later.
    if case .archive = opened, options.hasher != nil { try stream.drain() }
    return opened
  }

  /// Opens a source; `atHand` reads an archive in place, if that is possible.
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
