// Unpacks the compressed blocks of Dragonfly files. Records are offsets into mapped bytes, so the file is
// first copied, without compression, to an unnamed file. RDB finds the blocks and Storage decompresses them.

import RDB
package import Storage

/// A copy of a file with its compressed blocks unpacked.
package struct UnpackedFile: ~Copyable {
  /// The copy.
  package let file: MappedFile
  /// The number of unpacked blocks.
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
  guard var next = finder.next(in: bytes), let unpacker = LZ4Decoder() else { return nil }
  var file = try SpillFile(in: folder)
  var (copied, count) = (0, 0)
  while true {
    let frame = bytes.extracting(next.frame.range)
    // The first pass only checks the frame.
    guard unpacker.unpack(frame, { _ in }) else { break }
    try file.append(bytes.extracting(copied..<next.place.offset))
    _ = try unpacker.unpack(frame) { (piece) throws(SystemError) in try file.append(piece) }
    copied = next.place.end
    count += 1
    guard let more = finder.next(in: bytes) else { break }
    next = more
  }
  guard count > 0 else { return nil }
  try file.append(bytes.extracting(copied..<bytes.byteCount))
  return UnpackedFile(file: try MappedFile(file.reopened(as: path)), blobs: count)
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

/// Finds LZ4 blocks.
private struct BlobFinder {
  private var scanner: RDBScanner
  private var tally = RecordTally()

  init(_ scanner: RDBScanner) { self.scanner = scanner }

  /// The next block; nil at the end of the file or at damage.
  mutating func next(in bytes: RawSpan) -> CompressedBlob? {
    while true {
      tally.removeEvents()
      do throws(RDBError) {
        if try scanner.scan(bytes, into: &tally) == .end { return nil }
      } catch {
        guard error.reason == .unsupportedCompression,
          let blob = try? scanner.skipBlob(in: bytes), blob.format == .lz4
        else { return nil }
        return blob
      }
    }
  }
}
