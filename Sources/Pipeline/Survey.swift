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
  try survey(bytes, nil, options: options, moment: moment)
}

/// Does so while the file comes out of its containers.
package func survey(
  _ unpacking: Unpacking, options: SweepOptions, moment: UnixMilliseconds
) throws(JobFailure) -> SweepResult<RecordTally> {
  try unpacking.withRange { range throws(JobFailure) in
    try survey(range, unpacking, options: options, moment: moment)
  }
}

private func survey(
  _ bytes: RawSpan, _ unpacking: Unpacking?, options: SweepOptions, moment: UnixMilliseconds
) throws(JobFailure) -> SweepResult<RecordTally> {
  let desk = ScanDesk(
    try openScanner(bytes, unpacking), checksum: options.checksum, unpacking: unpacking)
  var tally = RecordTally(moment: moment)
  while desk.fill(&tally, from: bytes, until: desk.scan.scanner.state.offset + surveyStep) != .end {
    unpacking?.release(before: desk.settled(in: bytes))
    options.progress?(desk.scan.scanner.state.offset)
  }
  return desk.result([tally], in: bytes)
}

/// Bytes between two calls that tell the progress.
private let surveyStep = 1 << 24
