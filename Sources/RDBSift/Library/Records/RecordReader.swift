// Reads the records of one file, one after the other, as the cursor asks for them.

import RDB
import Restore

/// Reads the records of an open file.
final class RecordReader {
  private let file: BackupFile
  private let source: Source
  private let bytes: SourceBytes
  private let scan: SweepScanner
  private var batch = RecordBatch(capacity: 256)
  private var next = 0
  private var isAtEnd = false
  private var scratch = Scratch()

  /// Opens a file.
  /// - Throws: `FileFailure` if it cannot be opened, or is no RDB file.
  init(_ file: BackupFile, _ options: Backup.Options) throws(FileFailure) {
    self.file = file
    source = try file.opened(options.opening)
    do throws(JobFailure) {
      let bytes = try source.arriving()
      scan = try bytes.withBytes { (span) throws(JobFailure) in
        SweepScanner(
          try openScanner(span, bytes.unpacking), checksum: options.verifiesChecksum,
          unpacking: bytes.unpacking)
      }
      self.bytes = bytes
    } catch {
      throw FileFailure(error, path: file.name)
    }
    scan.replaced = file.replaced
    scan.cancellation = options.cancellation
  }

  /// The next selected record; nil at the end.
  /// - Throws: `FileFailure` if the file is damaged.
  func next(_ selector: inout RecordSelector) throws(FileFailure) -> Record? {
    do throws(JobFailure) {
      while true {
        while next < batch.count {
          next += 1
          if let found = try take(batch[next - 1], &selector) { return found }
        }
        guard !isAtEnd else { return nil }
        fill()
        if isAtEnd, batch.count == 0 { return nil }
      }
    } catch {
      throw FileFailure(error, path: file.name)
    }
  }

  private func take(
    _ record: RDBRecord, _ selector: inout RecordSelector
  ) throws(JobFailure) -> Record? {
    let context = scan.scan.scanner.context
    return try bytes.withBytes { (span) throws(JobFailure) in
      let arrived = span.extracting(first: scan.visible)
      let disposition = try selector.disposition(of: record, in: arrived, context: context)
      guard case .restore = disposition else { return nil }
      return try Record(
        record, in: arrived, bytes.mapping, context, file: file.name, scratch: &scratch)
    }
  }

  private func fill() {
    batch.removeAll()
    next = 0
    bytes.withBytes { span in
      // Whoever has a record of the last batch has a copy of its bytes.
      scan.unpacking?.release(before: scan.settled(in: span))
      isAtEnd = scan.fill(&batch, from: span) == .end
    }
  }

  /// What the file says of itself, after the last record.
  /// - Throws: `FileFailure` if the file could not be read to its end.
  func finish() throws(FileFailure) -> SourceFile {
    let result = bytes.withBytes { scan.result(NothingCounted(), in: $0) }
    if let failure = result.failure(of: file.name) { throw failure }
    return SourceFile(file, result, isUnchanged: (try? source.isUnchanged()) ?? true)
  }
}

/// The summary of a job that counts nothing.
struct NothingCounted: Mergeable, Sendable {
  mutating func merge(_ other: NothingCounted) {}
}
