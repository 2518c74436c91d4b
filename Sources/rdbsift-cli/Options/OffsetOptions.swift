import ArgumentParser
import RDBSift

/// Which records, by their offsets.
struct OffsetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Read only these records: rows with offset, db and key (and key_b64), as keys writes them in CSV, \
      TSV or NDJSON, or an offset per line, which costs a scan; - is standard input.
      """, valueName: "file"), completion: .file())
  var offsets: String?

  /// The option that reads a file, with its path.
  var readers: [(name: String, path: String)] { offsets.map { [("--offsets", $0)] } ?? [] }

  /// The backup with nothing but the records that are named, if any are.
  ///
  /// With `mayOpen`, records are opened at their offsets where rows have a database and a key.
  /// - Throws: What is wrong with the rows, or with asking a backup for them.
  func backup(_ backup: Backup, mayOpen: Bool = true) throws -> Backup {
    guard let offsets else { return backup }
    guard backup.logs.isEmpty else {
      throw Misuse("--offsets is for RDB files; keys of append-only logs have no offsets")
    }
    let picks = try OffsetsFile(offsets, files: backup.names, isSeveral: backup.isSeveral).picks
    return backup.picking(picks.map { RecordPicks($0, mayOpen: mayOpen) })
  }
}
