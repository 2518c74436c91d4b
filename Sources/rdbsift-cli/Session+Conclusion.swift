// Warnings and errors about the files of a backup, reported after a command's own result, and the
// exit status.

import RDB
import RDBSift
import Restore
import Storage

extension Session {
  /// Reports what a sweep found beside its result.
  /// - Returns: The status that follows, as far as the files are concerned; the worst one.
  func conclude<Summary>(
    _ result: BackupResult<Summary>, reportsKeys: Bool = true
  ) -> ExitStatus {
    let statuses = result.files.map { outcome in
      do {
        return try conclude(outcome)
      } catch {
        return report(failure: error)
      }
    }
    warnOfLoneBases(result)
    return ExitStatus.worst(
      statuses + concludeTogether(result, reportsKeys: reportsKeys)
        + [conclude(result.backup.moments)])
  }

  /// Reports the containers of files that were read as far as they go, whose damage is the result.
  /// - Returns: The statuses that follow.
  func concludeReadable<Summary>(_ result: BackupResult<Summary>) -> [ExitStatus] {
    result.files.compactMap { outcome in
      guard case .success(let found) = outcome.value else { return nil }
      warn(ofNewer: found.metadata.header, outcome.file.name)
      return concludeContainers(outcome, found.remarks, found.interruption)
    }
  }

  /// The same for a command that ends where a file could not be read to its end.
  /// - Throws: The failure of the first such file.
  func concludeAll<Summary>(_ result: BackupResult<Summary>) throws -> ExitStatus {
    let statuses = try result.files.map { try conclude($0) }
    warnOfLoneBases(result)
    return ExitStatus.worst(statuses + [conclude(result.backup.moments)])
  }

  /// Reports what a sweep found in a file beside its result.
  /// - Throws: What kept the file from being read, or ended the sweep early.
  private func conclude<Summary>(
    _ outcome: FileOutcome<SweepResult<Summary>>
  ) throws -> ExitStatus {
    if !outcome.isUnchanged { warnOfChange(outcome.file) }
    let (path, result) = (outcome.file.name, try outcome.value.get())
    warn(ofNewer: result.metadata.header, path)
    warn(result.remarks, path)
    let beside = result.damageBeside
    if let beside { warn(Messages.text(JobFailure(beside), path: path)) }
    if let failure = result.failure(of: path) { throw failure }
    let status = beside == nil ? ExitStatus.done : .finding
    warn(of: result.tail, outcome.file)
    guard case .mismatch(let stored, let computed) = result.checksum else { return status }
    warn("\(Messages.spelled(path)): \(ChecksumWords.mismatch(stored, computed))")
    return .finding
  }

  /// Reports the containers of a file that was read as far as it goes.
  /// - Returns: The status that follows: damage to a container is a finding.
  func concludeContainers<Value>(
    _ outcome: FileOutcome<Value>, _ remarks: [InputRemark], _ interruption: InputError?
  ) -> ExitStatus {
    if !outcome.isUnchanged { warnOfChange(outcome.file) }
    warn(remarks, outcome.file.name)
    guard let interruption else { return .done }
    warn(Messages.text(JobFailure(interruption), path: outcome.file.name))
    return .finding
  }

  private func warnOfChange(_ file: BackupFile) {
    warn("\(Messages.spelled(file.name)) changed while it was being read")
  }

  private func warn(_ remarks: [InputRemark], _ path: String) {
    for remark in remarks { warn("\(Messages.spelled(path)): \(Messages.text(remark))") }
  }

  /// Warns about trailing data that somebody may want to read.
  func warn(of tail: FileTail?, _ file: BackupFile) {
    guard let tail, file.part == nil, let text = Messages.text(tail) else { return }
    warn("\(Messages.spelled(file.name)): \(text)")
  }

  /// Warns about a file whose RDB version is newer than the known ones.
  func warn(ofNewer header: RDBHeader, _ path: String) {
    guard header.isNewerThanKnown else { return }
    warn(
      "\(Messages.spelled(path)): \(header.description) is newer than any supported version; "
        + "it was read as the newest supported one")
  }
}

// MARK: - Files together

extension Session {
  /// The number of keys in two files that are listed.
  private static let named = 20

  /// Reports findings about the set of files, and keys that are in two of them.
  func concludeTogether<Summary>(
    _ result: BackupResult<Summary>, isStrict: Bool = false, reportsKeys: Bool = true
  ) -> [ExitStatus] {
    let names = result.inputNames
    for finding in result.facts.findings {
      let (code, text) = SetText.sentence(finding, names)
      warn("\(code): \(text)")
    }
    var statuses: [ExitStatus] = isStrict && !result.facts.findings.isEmpty ? [.finding] : []
    guard reportsKeys, result.backup.isSeveral else { return statuses }
    if result.coinciding.isTruncated {
      warn("too many keys to compare; duplicates across files may be missed")
    }
    let shared = result.sharedKeys
    for key in shared.prefix(Session.named) {
      report(error: SetText.shared(key, result.backup.names))
    }
    let rest = shared.count - Session.named
    if rest > 0 { report(error: "\(Formatting.count(rest)) more keys are in two files") }
    if !shared.isEmpty { statuses.append(.finding) }
    return statuses
  }
}

extension ExitStatus {
  /// The worst of some.
  static func worst(_ statuses: [ExitStatus]) -> ExitStatus {
    statuses.max { $0.rawValue < $1.rawValue } ?? .done
  }
}

extension Backup {
  /// The subject of a report on one file, with the size that was read.
  func subject<Summary>(
    of found: (file: BackupFile, index: Int, result: SweepResult<Summary>)
  ) -> ReportSubject {
    var subject = subject(of: found.file)
    if found.file.part == nil { subject.size = found.result.size }
    return subject
  }

  /// The subject of a report on one log; only one of a single file has a digest.
  func subject(of log: LogSource) -> ReportSubject {
    let digest =
      options.opening.sums && log.allParts.count == 1 && !isSeveral
      ? try? digest(of: log.allParts[0].file) : nil
    return ReportSubject(path: log.name, size: log.size, sha256: digest?.sha256)
  }

  /// The subject of a report on one file.
  func subject(of file: BackupFile) -> ReportSubject {
    if case .overlay(let moment)? = file.part { return subject(of: moment.log) }
    // Why there is no digest is reported with the digests.
    let digest = options.opening.sums && !isSeveral ? try? digest(of: file) : digests[file.identity]
    return ReportSubject(path: file.name, size: file.packedSize, sha256: digest?.sha256)
  }
}

extension BackupResult {
  /// The subject of a report on all files.
  var subject: ReportSubject {
    if !backup.isSeveral, let found = readable.first { return backup.subject(of: found) }
    return ReportSubject(
      path: Formatting.count(backup.files.count, "file", "files"), size: backup.packedSize,
      timeNote: " (the latest ctime of the files)")
  }

  /// Why files could not be read at all.
  var failures: [any Error] {
    files.compactMap { if case .failure(let error) = $0.value { error } else { nil } }
  }

  /// The same result, if there is anything in it.
  /// - Throws: Why the only file could not be read at all.
  func orThrow() throws -> BackupResult {
    if !backup.isSeveral, let first = files.first { _ = try first.value.get() }
    return self
  }
}
