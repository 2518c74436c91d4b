// Records are places in mapped bytes, so what a file holds in compressed blocks (Dragonfly) is unpacked
// first: into a file without a name that is the same without compression. RDB finds the blocks, Storage
// unpacks them, and everything after sees plain bytes.

import RDB
package import Storage

/// A file whose compressed blocks were unpacked.
package struct UnpackedFile: ~Copyable {
  /// Its bytes.
  package let file: MappedFile
  /// Blocks that were unpacked.
  package let blobs: Int
}

/// Unpacks the compressed blocks of a file.
///
/// What cannot be unpacked, and all behind it, is copied as it is: the scan of the result tells of it.
///
/// - Parameters:
///   - bytes: The whole file.
///   - folder: Where a file without a name may be made.
///   - path: What the result is called.
/// - Returns: The unpacked file; nil if the file has no such blocks.
/// - Throws: A file that cannot be written.
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
    // Once only to see whether it is sound.
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

/// Whether what a file says before its first key is Dragonfly's, whose files alone have such blocks.
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

/// Finds blocks of LZ4, one after the other.
private struct BlobFinder {
  private var scanner: RDBScanner
  private var tally = RecordTally()

  init(_ scanner: RDBScanner) { self.scanner = scanner }

  /// The next block; nil at the end of the file, and before anything that cannot be read.
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
