// The findings about a file as a whole, after all of its records were checked.

import RDB
package import Restore

/// The result of a verification of a file.
package struct Verification: Sendable {
  /// The findings; those of records come first.
  package private(set) var found: VerificationSummary
  /// The metadata of the file.
  package let metadata: RDBMetadata
  /// The result of the checksum check.
  package let checksum: ChecksumState
  /// The damage that ended the scan early, if any.
  package let stop: Damage?
  /// The number of trailing bytes after the RDB data.
  package var trailing: Int { tail?.count ?? 0 }
  /// The trailing bytes, if any.
  private let tail: FileTail?

  private let fileSize: Int

  /// Whether there are more duplicate keys than were found.
  package var hasMoreDuplicates = false

  /// Adds the findings about the whole file to those of its records.
  ///
  /// - Parameters:
  ///   - result: The result of a sweep.
  ///   - repetitions: Findings about repeated keys.
  ///   - isWhole: Whether all records were checked, so that keys can be counted.
  fileprivate init(
    _ result: SweepResult<VerificationSummary>, repetitions: [Finding], isWhole: Bool
  ) {
    found = result.summary
    metadata = result.metadata
    checksum = result.checksum
    tail = result.tail
    fileSize = result.size
    stop = if case .damage(let damage)? = result.failure { damage } else { nil }
    for finding in repetitions { found.findings.append(finding) }
    for (offset, first) in found.libraries.repeated {
      found.findings.append(
        Finding(
          .duplicateLibrary(first: first), .error, at: offset, .between, fileSize: fileSize))
    }
    if isWhole, stop == nil {
      for finding in found.counts.findings(metadata, fileSize: fileSize) {
        found.findings.append(finding)
      }
    }
    end()
    found.findings.setFileSize(fileSize)
  }

  /// Adds the findings about the end of the file.
  private mutating func end() {
    if let stop { found.findings.append(Finding(stop)) }
    if case .mismatch(let stored, let computed) = checksum {
      found.findings.append(
        Finding(
          .checksum(stored: stored, computed: computed), .error,
          at: (metadata.end ?? fileSize) + 1, .end, fileSize: fileSize))
    }
    guard let tail else { return }
    found.findings.append(
      Finding(.trailing(tail), .note, at: tail.offset, .end, fileSize: fileSize))
  }
}

extension Backup {
  /// Checks every element of every selected record, and compares keys with each other.
  ///
  /// - Parameters:
  ///   - selection: Which records.
  ///   - isWhole: Whether these are all records, so that keys can be counted and compared.
  ///   - limit: The number of findings of each rule to keep.
  /// - Returns: The verification of each file.
  package func verify(
    _ selection: RestoreSelection, isWhole: Bool, limit: Int = FindingList.reported
  ) -> BackupResult<Verification> {
    var request = SweepRequest("verifying", selection)
    request.comparesFiles = true
    request.comparesAllKeys = isWhole
    let result = sweep(request) { _ in VerificationVisitor(isWhole: isWhole, limit: limit) }
    let repetitions = isWhole ? result.coinciding.keys.flatMap(\.repetitions) : []
    return result.mapSummaries { file, found in
      let own = repetitions.filter { files[$0.next.file] === file }
      var verification = Verification(
        found, repetitions: own.map { Finding(repeated: $0.next, first: $0.first) },
        isWhole: isWhole)
      verification.hasMoreDuplicates = isWhole && result.coinciding.isTruncated
      return verification
    }
  }

  /// Skips over every record, and compares checksums.
  package func verifyQuickly() -> BackupResult<Verification> {
    survey("verifying", moment: UnixMilliseconds(0)).mapSummaries { _, result in
      var summary = VerificationSummary()
      summary.records = result.summary.total.keys
      return Verification(result.with(summary), repetitions: [], isWhole: false)
    }
  }
}

extension Finding {
  /// A finding about a repeated key.
  fileprivate init(repeated place: CoincidingKey.Place, first: CoincidingKey.Place) {
    self.init(
      .duplicateKey(first: first.offset), .error, place.record, key: place.key, fileSize: 0)
  }
}
