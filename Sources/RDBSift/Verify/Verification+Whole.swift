// A verification as a whole: the sweep, the second look at keys that seem to stand twice, and what
// the end of the file says.

package import RDB
package import Restore

/// What was found in a file.
package struct Verification: Sendable {
  /// What was found, the records' findings first.
  package var found = VerificationSummary()
  /// What the file says beside its records.
  package var facts: FileFacts
  /// What its checksum turned out to be.
  package var checksum: ChecksumState
  /// The damage that ended the reading early, if any did.
  package var stop: Damage?
  /// Bytes behind the end of the file proper.
  package var trailing = 0

  private let fileSize: Int

  /// Takes in what was found where every record was only stepped over.
  ///
  /// - Throws: What is no damage of the file.
  package init(quick surveyed: SweepResult<RecordTally>) throws(JobFailure) {
    try self.init(surveyed, fileSize: surveyed.size)
    for tally in surveyed.summaries { found.records += tally.total.keys }
    end(trailing: surveyed.trailing)
  }

  /// Looks at every element of every selected record.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - selection: Which records.
  ///   - isWhole: Whether these are all records, so that keys can be counted and compared.
  ///   - options: How the file is gone through.
  /// - Throws: What keeps the file from being read at all, or a pattern that gave up.
  package init(
    _ bytes: RawSpan, _ selection: Selection, isWhole: Bool, options: SweepOptions
  ) throws(JobFailure) {
    let swept = try sweep(bytes, options: options, output: PartOutput { _ in }) {
      () throws(JobFailure) in VerificationWorker(selection, isWhole: isWhole)
    }
    try self.init(swept, fileSize: bytes.byteCount)
    for other in swept.summaries { found.merge(other) }
    try compareKeys(bytes, options)
    if isWhole, stop == nil {
      for finding in found.counts.findings(facts, fileSize: fileSize) {
        found.findings.append(finding)
      }
    }
    end(trailing: swept.trailing)
  }

  private init<Summary>(_ swept: SweepResult<Summary>, fileSize: Int) throws(JobFailure) {
    facts = swept.facts
    checksum = swept.checksum
    self.fileSize = fileSize
    switch swept.failure {
    case nil: break
    case .damage(let damage): stop = damage
    case .some(let failure): throw failure
    }
  }

  /// Looks a second time at keys whose hashes were met twice.
  private mutating func compareKeys(
    _ bytes: RawSpan, _ options: SweepOptions
  ) throws(JobFailure) {
    let censuses = found.censuses
    found.censuses = []
    let suspects = KeyCensus.suspects(in: censuses, threads: options.threads)
    guard !suspects.isEmpty else { return }
    var again = options
    again.checksum = false
    let looked = try sweep(bytes, options: again, output: PartOutput { _ in }) {
      () throws(JobFailure) in DuplicateKeyWorker(suspects)
    }
    switch looked.failure {
    case nil: break
    case .damage(let damage): stop = stop ?? damage
    case .some(let failure): throw failure
    }
    var list = FindingList()
    for finding in DuplicateKeyWorker.findings(looked.summaries, fileSize: fileSize) {
      list.append(finding)
    }
    found.findings.merge(list)
  }

  /// Adds what the end of the file says.
  private mutating func end(trailing: Int) {
    self.trailing = trailing
    if let stop { found.findings.append(Finding(stop)) }
    if case .wrong(let stored, let computed) = checksum {
      found.findings.append(
        Finding(
          .checksum(stored: stored, computed: computed), .error,
          at: (facts.end ?? fileSize) + 1, .end, fileSize: fileSize))
    }
    guard trailing > 0 else { return }
    found.findings.append(
      Finding(.trailing(trailing), .note, at: fileSize - trailing, .end, fileSize: fileSize))
  }
}
