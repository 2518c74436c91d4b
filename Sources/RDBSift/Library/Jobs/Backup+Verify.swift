import RDB
import Restore

/// What a verification found.
public struct VerifyResult: Sendable {
  /// How much a finding matters.
  public enum Severity: Int, Hashable, Comparable, Sendable {
    /// Information; nothing is wrong.
    case note
    /// Servers load it, but do not write it.
    case warning
    /// Servers refuse it, or it is not what was written.
    case error

    /// The order of weight.
    public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
  }

  /// A broken rule.
  public struct Finding: Hashable, Sendable {
    /// The name of the rule, such as `listpack.link`; the documentation of `verify` lists them.
    public let rule: String
    /// How much it matters.
    public let severity: Severity
    /// The name of the file.
    public let file: String
    /// Bytes from the start of the file's data.
    public let offset: Int
    /// The key of the record, if it is in one.
    public let key: StoredString?
  }

  /// Records that were checked.
  public let records: Int
  /// Elements of their values that were checked.
  public let elements: Int
  /// Records whose values are not decoded, so that only their extent was checked.
  public let undecoded: Int
  /// The findings by file and offset: the first 1,000 of each rule.
  public let findings: [Finding]
  /// The number of all findings.
  public let findingCount: Int
  /// The result of the checksum check of each file, by name.
  public let checksums: [String: SourceFile.Checksum]

  /// Whether there is neither an error nor a warning.
  public var isSound: Bool { findings.allSatisfy { $0.severity == .note } }
}

extension Backup {
  /// Checks the checksum, every record and every structure to its last byte, and compares keys and counts.
  ///
  /// Damage is a finding here and not an error.
  ///
  /// - Parameter quickly: Whether only the checksum and the extent of each record are checked.
  /// - Returns: The findings.
  /// - Throws: ``SiftError`` if a file cannot be opened, or is no RDB file or log.
  public func verify(quickly: Bool = false) throws(SiftError) -> VerifyResult {
    try sifting {
      let result =
        quickly ? verifyQuickly() : verify(Selection.everything.looking(), isWhole: true)
      for outcome in result.files { _ = try outcome.value.get() }
      if let stop = result.readable.compactMap(\.result.failure).first(where: { !$0.isDamage }) {
        throw stop
      }
      return VerifyResult(
        result, try verifyLogs(result, limit: FindingList.reported), of: self)
    }
  }
}

extension JobFailure {
  /// Whether it is about the bytes of the file, which a verification has as a finding.
  fileprivate var isDamage: Bool { if case .damage = self { true } else { false } }
}

extension VerifyResult {
  init(
    _ result: BackupResult<Verification>, _ logs: [LogVerification], of backup: Backup
  ) {
    let files = result.readable.map { ($0.file.name, $0.result.summary) }
    records = files.reduce(0) { $0 + Int(clamping: $1.1.found.records) }
    elements = files.reduce(0) { $0 + Int(clamping: $1.1.found.elements) }
    undecoded = files.reduce(0) { $0 + Int(clamping: $1.1.found.undecoded) }
    // The findings of a log include those of its base.
    let bases = Set(logs.flatMap { $0.log.parts.map(\.file.name) })
    let lists =
      files.filter { !bases.contains($0.0) }.map { ($0.0, $0.1.found.findings) }
      + logs.map { ($0.log.name, $0.findings) }
    findings = lists.flatMap { name, list in list.kept.map { Finding($0, file: name) } }
    findingCount = lists.reduce(0) { $0 + Int(clamping: $1.1.count) }
    checksums = Dictionary(
      files.map { ($0.0, SourceFile.Checksum($0.1.checksum)) }, uniquingKeysWith: { $1 })
  }
}

extension VerifyResult.Finding {
  init(_ finding: RDBSift.Finding, file: String) {
    let severity: VerifyResult.Severity =
      switch finding.severity {
      case .note: .note
      case .warning: .warning
      case .error: .error
      }
    self.init(
      rule: finding.rule, severity: severity, file: finding.file ?? file, offset: finding.offset,
      key: finding.key.map { StoredString($0) })
  }
}
