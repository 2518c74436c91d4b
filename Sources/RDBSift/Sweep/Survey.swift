// The job of `verify --quick`, and of `info` where nothing is selected: a file's records are counted
// while they are scanned, and never stored.

package import RDB

extension RecordTally: Mergeable {
  /// Adds what was counted elsewhere in the backup.
  package mutating func merge(_ other: RecordTally) { merge(other, database: nil) }
}

/// Goes through a file from its first byte to its last, and counts its records by kind.
///
/// - Parameters:
///   - bytes: The whole file, or the range that its bytes arrive in.
///   - unpacking: What brings the bytes, if they are not all there.
///   - options: How.
///   - moment: The moment that decides what has expired.
/// - Returns: What was found; a failure after the header is part of it.
/// - Throws: What keeps the file from being read at all.
func survey(
  _ bytes: RawSpan, _ unpacking: Unpacking? = nil, options: SweepOptions,
  moment: UnixMilliseconds
) throws(JobFailure) -> SweepResult<RecordTally> {
  let scanner = try openScanner(bytes, unpacking)
  if unpacking == nil, let speculative = SpeculativeSurvey(of: bytes, threads: options.threads) {
    return speculative.run(bytes, scanner, options, moment: moment)
  }
  let scan = SweepScanner(scanner, checksum: options.checksum, unpacking: unpacking)
  var tally = RecordTally(moment: moment)
  var stop = RDBScanner.Stop.limit
  while stop != .end {
    stop = scan.fill(&tally, from: bytes, until: scan.scan.scanner.state.offset + surveyStep)
    unpacking?.release(before: scan.settled(in: bytes))
    options.progress?(scan.scan.scanner.state.offset)
  }
  return scan.result(tally, in: bytes)
}

/// Bytes between two reports of progress.
private let surveyStep = 1 << 24
