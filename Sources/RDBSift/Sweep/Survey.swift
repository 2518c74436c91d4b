// The job of `verify --quick`, and of `info` where nothing is selected: a file's records are counted
// while they are scanned, and never stored.

package import RDB

/// Goes through a file from its first byte to its last, and counts its records by kind.
///
/// - Parameters:
///   - bytes: The whole file.
///   - options: How.
///   - moment: The moment that decides what has expired.
/// - Returns: What was found; a failure after the header is part of it.
/// - Throws: What keeps the file from being read at all.
package func survey(
  _ bytes: RawSpan, options: SweepOptions, moment: UnixMilliseconds
) throws(JobFailure) -> SweepResult<RecordTally> {
  let scanner = try openScanner(bytes)
  if options.threads > 1, bytes.byteCount >= ShardPool.smallestFile {
    return ShardPool(threads: options.threads).run(bytes, scanner, options, moment: moment)
  }
  return survey(bytes, ScanDesk(scanner, checksum: options.checksum), options, moment)
}

/// Does so while the file comes out of its containers.
package func survey(
  _ unpacking: Unpacking, options: SweepOptions, moment: UnixMilliseconds
) throws(JobFailure) -> SweepResult<RecordTally> {
  try unpacking.withRange { range throws(JobFailure) in
    let scanner = try openScanner(range, unpacking)
    let desk = ScanDesk(scanner, checksum: options.checksum, unpacking: unpacking)
    return survey(range, desk, options, moment)
  }
}

private func survey(
  _ bytes: RawSpan, _ desk: ScanDesk, _ options: SweepOptions, _ moment: UnixMilliseconds
) -> SweepResult<RecordTally> {
  var tally = RecordTally(moment: moment)
  var stop = RDBScanner.Stop.limit
  while stop != .end {
    stop = desk.fill(&tally, from: bytes, until: desk.scan.scanner.state.offset + surveyStep)
    desk.unpacking?.release(before: desk.settled(in: bytes))
    options.progress?(desk.scan.scanner.state.offset)
  }
  return desk.result([tally], in: bytes)
}

/// Bytes between two calls that tell the progress.
private let surveyStep = 1 << 24
