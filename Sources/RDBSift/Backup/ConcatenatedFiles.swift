// RDB files that were written one after the other into one file, as by `cat`. Each begins where the one before
// it ends, checksum included.

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
    let found: (starts: [Int], file: SharedFile)? = try withSource(options) { source in
      let (starts, count, copy) = try source.withBytes { bytes in
        let starts = BackupFile.starts(in: bytes)
        let copies = starts.count > 1 && !source.isPlain
        return (starts, bytes.byteCount, copies ? try BackupFile.copy(bytes, options) : nil)
      }
      guard starts.count > 1 else { return nil }
      return (starts + [count], try copy ?? SharedFile(InputFile(path)))
    }
    guard let found else { return [self] }
    return zip(found.starts, found.starts.dropFirst()).enumerated().map { index, range in
      let part = FilePart(found.file, range.0..<range.1)
      return BackupFile(
        path: path, name: "\(name)@\(range.0)", identity, packedSize: part.count,
        member: (part, (member?.number ?? 0) * BackupFile.concatenatedLimit + index))
    }
  }

  private static func copy(_ bytes: RawSpan, _ options: Source.Options) throws -> SharedFile {
    var file = try SpillFile(in: options.temporaryDirectory)
    try file.append(bytes)
    return SharedFile(try file.reopened())
  }

  /// The offsets at which RDB files begin, the first byte among them.
  private static func starts(in bytes: RawSpan) -> [Int] {
    var starts = [0]
    while starts.count < concatenatedLimit, let start = starts.last,
      let end = end(of: bytes.extracting(start..<bytes.byteCount)),
      let tail = FileTail(bytes, from: start + end), tail.kind == .file
    {
      starts.append(start + end)
    }
    return starts
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
