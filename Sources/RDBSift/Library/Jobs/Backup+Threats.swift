import RDB
import Restore

/// Signs of intrusion and secrets that a backup has.
public struct ThreatsResult: Sendable {
  /// A match of a rule.
  public struct Finding: Hashable, Sendable {
    /// The name of the rule, such as `cron-line`.
    public let rule: String
    /// What the rule finds, in a few words.
    public let title: String
    /// How much it matters: `low`, `medium`, `high` or `critical`.
    public let severity: String
    /// The key of the record, or the name of the AUX field, library, module or file; secrets are masked.
    public let name: StoredString
    /// The matched text; secrets are masked.
    public let excerpt: StoredString
    /// The name of the file.
    public let file: String
    /// Bytes from the start of the RDB data: of the match or, inside a packed value, of the value.
    public let offset: Int
  }

  /// The files.
  public let files: [SourceFile]
  /// The first findings of each file, in its order.
  public let findings: [Finding]
  /// The number of all findings.
  public let findingCount: Int
}

extension Backup {
  /// Searches keys, values, functions and AUX fields for signs of intrusion and for secrets, by the rules of the
  /// package.
  ///
  /// - Parameters:
  ///   - selection: Which records; what is between records is always searched.
  ///   - limit: The most findings to keep of each file; all are counted.
  /// - Returns: The findings, with secrets masked.
  /// - Throws: ``SiftError`` if a file cannot be read to its end.
  public func threats(
    _ selection: Selection = .everything, limit: Int = 1000
  ) throws(SiftError) -> ThreatsResult {
    let backup = try cut(selection)
    return try sifting {
      let pack = SignaturePack.builtIn
      let rules = try CompiledSignatures(pack)
      let result = backup.threats(
        ThreatRequest(
          selection.looking(), rules, secrets: try CompiledSignatures(pack.secrets),
          limit: max(limit, 0)))
      let files = try result.sourceFiles()
      let findings = result.readable.flatMap { file in
        file.result.summary.findings.map {
          ThreatsResult.Finding($0, rules.rules[$0.rule], file: file.file.name)
        }
      }
      return ThreatsResult(
        files: files, findings: findings,
        findingCount: result.readable.reduce(0) {
          $0 + Int(clamping: $1.result.summary.total)
        })
    }
  }
}

extension ThreatsResult.Finding {
  init(_ finding: ThreatFinding, _ rule: SignatureRule, file: String) {
    self.init(
      rule: rule.id, title: rule.title, severity: rule.severity.name,
      name: StoredString(finding.name), excerpt: StoredString(finding.excerpt), file: file,
      offset: finding.offset)
  }
}
