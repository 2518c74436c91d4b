// Unpacks the compressed blocks of Dragonfly files, and joins values that are in chunks. Records are offsets
// into mapped bytes, so the file is first copied to an unnamed file. RDB finds the blocks and Storage
// decompresses them.

import RDB
package import Storage

/// A copy of a file with its compressed blocks unpacked.
package struct UnpackedFile: ~Copyable {
  /// The copy.
  package let file: MappedFile
  /// The number of unpacked blocks, or of joined values.
  package let blobs: Int
}

/// Unpacks the compressed blocks of a file.
///
/// From the first block that cannot be unpacked on, bytes are copied unchanged; the scan of the copy
/// reports the error.
///
/// - Parameters:
///   - bytes: The whole file.
///   - folder: The folder for the unnamed file.
///   - path: The path for error messages.
/// - Returns: The unpacked file; nil if the file has no such blocks.
/// - Throws: `SystemError` if the copy cannot be written.
package func unpackBlobs(
  in bytes: RawSpan, folder: String, path: String
) throws(SystemError) -> UnpackedFile? {
  guard let scanner = try? openScanner(bytes), mayHaveBlobs(scanner, bytes) else { return nil }
  var finder = BlobFinder(scanner)
  guard var next = finder.nextFrame(in: bytes), let decoder = BlobDecoder() else { return nil }
  var file = try SpillFile(in: folder)
  var (copied, count) = (0, 0)
  while true {
    // The first pass only checks the frame.
    guard decoder.unpack(next, in: bytes, { _ in }) else { break }
    try file.append(bytes.extracting(copied..<next.place.offset))
    _ = try decoder.unpack(next, in: bytes) { (piece) throws(SystemError) in
      try file.append(piece)
    }
    copied = next.place.end
    count += 1
    guard let more = finder.nextFrame(in: bytes) else { break }
    next = more
  }
  guard count > 0 else { return nil }
  try file.append(bytes.extracting(copied..<bytes.byteCount))
  return UnpackedFile(file: try MappedFile(file.reopened(as: path)), blobs: count)
}

/// Joins the values of a file that are in chunks, and puts their records before the end.
///
/// Parameters and errors are those of `unpackBlobs`.
/// - Returns: The copy; nil if the file has no chunks.
package func joinChunks(
  in bytes: RawSpan, folder: String, path: String
) throws(SystemError) -> UnpackedFile? {
  guard let scanner = try? openScanner(bytes), mayHaveBlobs(scanner, bytes) else { return nil }
  var finder = BlobFinder(scanner)
  var values = ChunkedValues()
  while let chunk = finder.nextChunk(in: bytes) { values.add(chunk, database: finder.database) }
  guard !values.all.isEmpty else { return nil }
  var file = try SpillFile(in: folder)
  try values.write(bytes, end: finder.endOffset, lastDatabase: finder.database, to: &file)
  return UnpackedFile(file: try MappedFile(file.reopened(as: path)), blobs: values.all.count)
}

/// Whether the file is from Dragonfly; only its files have such blocks.
private func mayHaveBlobs(_ scanner: RDBScanner, _ bytes: RawSpan) -> Bool {
  var scanner = scanner
  var batch = RecordBatch(capacity: 1)
  do throws(RDBError) {
    _ = try scanner.scan(bytes, into: &batch)
  } catch {
    return error.reason == .unsupportedCompression
  }
  return scanner.context.dialect == .dragonfly
}

/// Decodes frames of both kinds.
private struct BlobDecoder {
  private let lz4: LZ4Decoder
  private let zstd: ZstdDecoder

  init?() {
    guard let lz4 = LZ4Decoder(), let zstd = ZstdDecoder() else { return nil }
    self.lz4 = lz4
    self.zstd = zstd
  }

  func unpack<Failure: Error>(
    _ blob: CompressedBlob, in bytes: RawSpan, _ body: (RawSpan) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    let frame = bytes.extracting(blob.frame.range)
    return switch blob.format {
    case .lz4: try lz4.unpack(frame, body)
    case .zstd: try zstd.unpack(frame, body)
    case .chunk: false
    }
  }
}

/// The values of a file that are in chunks, in the order of their first chunks.
private struct ChunkedValues {
  struct Value {
    var database: UInt32
    var payloads: [ByteRange]
  }

  private(set) var all: [Value] = []
  private var numbers: [UInt32: Int] = [:]
  /// The chunks, which are not copied.
  private var chunks: [ByteRange] = []

  mutating func add(_ chunk: CompressedBlob, database: UInt32) {
    guard case .chunk(let id) = chunk.format else { return }
    chunks.append(chunk.place)
    if let number = numbers[id] {
      all[number].payloads.append(chunk.frame)
    } else {
      numbers[id] = all.count
      all.append(Value(database: database, payloads: [chunk.frame]))
    }
  }

  /// Writes the file with the values as records before `end`.
  func write(
    _ bytes: RawSpan, end: Int, lastDatabase: UInt32, to file: inout SpillFile
  ) throws(SystemError) {
    var copied = 0
    for chunk in chunks {
      try file.append(bytes.extracting(copied..<chunk.offset))
      copied = chunk.end
    }
    try file.append(bytes.extracting(copied..<max(copied, end)))
    var database = lastDatabase
    for value in all {
      if value.database != database { try select(value.database, in: &file) }
      database = value.database
      for payload in value.payloads { try file.append(bytes.extracting(payload.range)) }
    }
    if database != lastDatabase { try select(lastDatabase, in: &file) }
    try file.append(bytes.extracting(max(copied, end)..<bytes.byteCount))
  }

  private func select(_ database: UInt32, in file: inout SpillFile) throws(SystemError) {
    var opcode: [UInt8] = [RDBOpcode.selectDB.rawValue, 0x80]
    for shift in [24, 16, 8, 0] {
      opcode.append(UInt8(truncatingIfNeeded: database >> UInt32(shift)))
    }
    try opcode.withRawSpan { (span) throws(SystemError) in try file.append(span) }
  }
}

/// Finds blocks and chunks.
private struct BlobFinder {
  private var scanner: RDBScanner
  private var tally = RecordTally()

  init(_ scanner: RDBScanner) { self.scanner = scanner }

  /// The database that is selected.
  var database: UInt32 { scanner.state.database }
  /// Where the scan ended: the EOF opcode, or damage.
  var endOffset: Int { scanner.endOffset }

  /// The next compressed block; chunks between are passed over.
  mutating func nextFrame(in bytes: RawSpan) -> CompressedBlob? {
    while let blob = next(in: bytes) {
      guard case .chunk = blob.format else { return blob }
    }
    return nil
  }

  /// The next chunk; nil at a compressed block.
  mutating func nextChunk(in bytes: RawSpan) -> CompressedBlob? {
    guard let blob = next(in: bytes), case .chunk = blob.format else { return nil }
    return blob
  }

  /// The next block or chunk; nil at the end of the file or at damage.
  private mutating func next(in bytes: RawSpan) -> CompressedBlob? {
    while true {
      tally.removeEvents()
      do throws(RDBError) {
        if try scanner.scan(bytes, into: &tally) == .end { return nil }
      } catch {
        guard error.reason == .unsupportedCompression else { return nil }
        return try? scanner.skipBlob(in: bytes)
      }
    }
  }
}
