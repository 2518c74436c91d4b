// RDB files that were written one after the other into one file, as by `cat`. Each begins where the one before
// it ends, checksum included, or behind line ends that follow it.

import RDB
import Storage

extension BackupFile {
  /// Limit on separate files; later bytes belong to the last file.
  private static let concatenatedLimit = 1 << 16

  /// The RDB files that follow each other in this one; only itself if there is one.
  ///
  /// - Parameter options: How to open it. The bytes of containers and pipes go into an unnamed file.
  /// - Returns: The files; one is this file itself.
  /// - Throws: `BackupError` if the file cannot be opened.
  func concatenated(_ options: Source.Options) throws(BackupError) -> [BackupFile] {
    do {
      return try parts(options)
    } catch let error as InputError {
      throw .input(error, path: path)
    } catch let error as SystemError {
      throw .input(.system(error), path: path)
    } catch {
      // What else is wrong is found again when the file is read.
      return [self]
    }
  }

  private func parts(_ options: Source.Options) throws -> [BackupFile] {
    let found: (ranges: [Range<Int>], file: SharedFile)? = try withSource(options) { source in
      let (ranges, copy) = try source.withBytes { bytes in
        let ranges = BackupFile.ranges(in: bytes)
        let copies = ranges.count > 1 && !source.isPlain
        return (ranges, copies ? try BackupFile.copy(bytes, options) : nil)
      }
      guard ranges.count > 1 else { return nil }
      return (ranges, try copy ?? SharedFile(InputFile(path)))
    }
    guard let found else { return [self] }
    return found.ranges.enumerated().map { index, range in
      let part = FilePart(found.file, range)
      return BackupFile(
        path: path, name: "\(name)@\(range.lowerBound)", identity, packedSize: part.count,
        member: (part, (member?.number ?? 0) * BackupFile.concatenatedLimit + index))
    }
  }

  private static func copy(_ bytes: RawSpan, _ options: Source.Options) throws -> SharedFile {
    var file = try SpillFile(in: options.temporaryDirectory)
    try file.append(bytes)
    return SharedFile(try file.reopened())
  }

  /// Where RDB files are; the last one has all bytes to the end.
  private static func ranges(in bytes: RawSpan) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    while ranges.count < concatenatedLimit - 1,
      let count = end(of: bytes.extracting(start..<bytes.byteCount)),
      let tail = FileTail(bytes, from: start + count), tail.kind == .file
    {
      ranges.append(start..<start + count)
      start = tail.fileOffset
    }
    return ranges + [start..<bytes.byteCount]
  }

  /// The size of an RDB file, without what follows it; nil if it cannot be read to its end.
  private static func end(of bytes: RawSpan) -> Int? {
    guard var scanner = try? RDBScanner(headerOf: bytes) else { return nil }
    var tally = RecordTally()
    while true {
      guard let stop = try? scanner.scan(bytes, into: &tally) else { return nil }
      for case .end(let place, let checksum) in tally.events {
        return place + 1 + (checksum == nil ? 0 : 8)
      }
      if stop == .end { return nil }
      tally.removeEvents()
    }
  }
}
