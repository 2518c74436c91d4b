// `verify --quick`, and `info` without a selection: records are counted during the scan and not stored.

package import RDB

extension RecordTally: Mergeable {
  /// Adds the counts of another thread or file.
  package mutating func merge(_ other: RecordTally) { merge(other, database: nil) }
}

/// Counts the records of a file by kind.
///
/// - Parameters:
///   - bytes: The whole file, or the range that it is unpacked into.
///   - unpacking: Unpacks the bytes; nil if all are there.
///   - options: How to sweep.
///   - moment: The moment that decides what has expired.
/// - Returns: The result; a failure after the header is part of it.
/// - Throws: `JobFailure` if the header cannot be read.
func survey(
  _ bytes: RawSpan, _ unpacking: Unpacking? = nil, options: SweepOptions,
  moment: UnixMilliseconds
) throws(JobFailure) -> SweepResult<RecordTally> {
  let scanner = try openScanner(bytes, unpacking)
  if unpacking == nil, let speculative = SpeculativeSurvey(of: bytes, threads: options.threads) {
    return speculative.run(bytes, scanner, options, moment: moment)
  }
  let scan = SweepScanner(scanner, checksum: options.checksum, unpacking: unpacking)
  scan.dropsValues = true
  scan.cancellation = options.cancellation
  var tally = RecordTally(moment: moment)
  var stop = RDBScanner.Stop.limit
  while stop != .end {
    stop = scan.fill(&tally, from: bytes, until: scan.scan.scanner.state.offset + surveyStep)
    unpacking?.release(before: scan.settled(in: bytes))
    options.progress?(scan.scan.scanner.state.offset)
  }
  return scan.result(tally, in: bytes)
}

/// Bytes between two progress reports.
private let surveyStep = 1 << 24
