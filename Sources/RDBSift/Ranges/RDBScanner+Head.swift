// What a file says before its first key, for readers that begin anywhere after it.

import RDB

extension RDBScanner {
  /// Reads a file up to its first record.
  ///
  /// - Parameter bytes: The whole file.
  /// - Returns: The first record, and a scanner before it that knows what precedes it; nil if there is no record.
  func readingHead(of bytes: RawSpan) -> (first: RDBRecord, opener: RDBScanner)? {
    var scanner = self
    var batch = RecordBatch(capacity: 1)
    do throws(RDBError) {
      while batch.count == 0 {
        batch.removeAll()
        guard try scanner.scan(bytes, into: &batch) != .end else { break }
      }
    } catch {
      return nil
    }
    guard batch.count > 0 else { return nil }
    let state = ScanState(offset: batch[0].start)
    return (batch[0], RDBScanner(header: header, resuming: state, context: scanner.context))
  }
}
