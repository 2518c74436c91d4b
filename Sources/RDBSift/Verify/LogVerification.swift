// `verify` of an append-only log: its base as an RDB file, then the commands of all files.

import AOF
import RDB
import Storage

/// The result of a verification of a log.
package struct LogVerification: Sendable {
  /// The log.
  package let log: LogSource
  /// The base, or the RDB part of a single file; nil where there is none.
  package let base: Verification?
  /// All findings, those of the base first.
  package private(set) var findings: FindingList
  /// The commands of each file that is there.
  package private(set) var commands: [Int] = []
  /// Whether commands lie behind damage or a missing file, so that a salvage finds more than a reader.
  package private(set) var hasHoles = false

  /// Whether it is an RDB file by itself, which only says that commands may follow.
  package var isRDBOnly: Bool {
    !log.isOfManifest && base != nil && commands == [0]
      && findings.count == base?.found.findings.count
  }

  /// Checks a log.
  ///
  /// - Parameters:
  ///   - log: The log.
  ///   - base: The verification of its RDB part, if it has one.
  ///   - limit: The number of findings of a rule to keep.
  ///   - options: How to open its files.
  /// - Throws: `FileFailure` if a file cannot be read.
  package init(
    _ log: LogSource, base: Verification?, limit: Int, _ options: Source.Options
  ) throws {
    self.log = log
    self.base = base
    findings = FindingList(limit: limit)
    if let base { findings = base.found.findings.ofBase(named: log.parts[0].file.name) }
    for name in log.missing {
      findings.append(Finding(.missingFile, .error, in: ("\(log.name)/\(name)", -1)))
    }
    commands = try log.withDamagedInput(options) { input in
      if let first = input.files.first, first.isBase, first.count == 0 {
        findings.append(Finding(.emptyBase, .error, in: (log.parts[0].file.name, 0)))
      }
      return input.check { take($0, input) }
    }
    if !log.laterParts.isEmpty { hasHoles = true }
    for path in log.unlisted {
      let severity: Finding.Severity = LogFinder.isPart(path) ? .warning : .note
      findings.append(Finding(.unlistedFile, severity, in: (path, .max)))
    }
  }

  private mutating func take(_ finding: LogFinding, _ input: LogInput) {
    let index = Int(finding.position.file)
    let (offset, file) = (finding.position.offset, input.files[index])
    var start = offset
    switch finding.kind {
    case .hole(let hole):
      start = hole.start
      hasHoles = true
    case .cutTail(let hole): start = hole.start
    case .longArgument(let error): start = error.start
    case .openTransaction, .loneExec, .wrongArity, .unknownCommand: break
    }
    findings.append(
      Finding(
        .log(finding.kind), FindingRules.severity(of: finding.kind),
        in: (log.allParts[index].file.name, index), at: offset, start: start, fileSize: file.count))
  }
}

extension Backup {
  /// Checks the logs of this backup.
  ///
  /// - Parameters:
  ///   - result: The verification of the RDB files, those of logs among them.
  ///   - limit: The number of findings of a rule to keep.
  /// - Returns: The verification of each log.
  /// - Throws: `FileFailure` if a file cannot be read.
  package func verifyLogs(
    _ result: BackupResult<Verification>, limit: Int
  ) throws -> [LogVerification] {
    try logs.map { log in
      let base = result.readable.first { $0.file === log.parts[0].file }?.result.summary
      return try LogVerification(log, base: base, limit: limit, options.opening)
    }
  }
}
