// The rows of `--offsets`. SQL engines write them after `keys` did, so columns may come in any order, and
// others may be among them.

import RDB
import RDBSift
import Restore

/// Records that a file of rows names.
struct OffsetsFile {
  /// The records, by file of the backup.
  private(set) var picks: [[RecordPick]]

  private let path: String
  private let numbers: [String: Int]
  private let isSeveral: Bool

  /// Reads rows.
  ///
  /// - Parameters:
  ///   - path: The file, or `-` for standard input.
  ///   - files: The names of the files of the backup.
  ///   - isSeveral: Whether rows have to name their file.
  /// - Throws: What is wrong, with its line.
  init(_ path: String, files: [String], isSeveral: Bool) throws {
    self.path = path
    self.isSeveral = isSeveral
    numbers = Dictionary(zip(files, files.indices)) { first, _ in first }
    picks = files.map { _ in [] }
    let bytes = try TextFile.bytes(path)
    do throws(TextRowsError) {
      try TextRows.read(bytes, plain: "offset") { row throws(TextRowsError) in
        try add(row)
      }
    } catch {
      throw Misuse("\(Messages.spelled(path)): line \(error.line): \(error.text)")
    }
  }

  private mutating func add(_ row: TextRow) throws(TextRowsError) {
    guard let offset = try row.number("offset") else {
      throw row.error("offset is missing: the key of a log has none")
    }
    var pick = RecordPick(offset: offset)
    if let database = try row.number("db") {
      guard let number = UInt32(exactly: database) else {
        throw row.error("db is no database number")
      }
      pick.database = number
    }
    pick.recordBytes = try row.number("record_bytes")
    pick.key = try key(of: row)
    picks[try file(of: row)].append(pick)
  }

  /// The key: its bytes in base64, else its text; nil if the rows have no keys.
  private func key(of row: TextRow) throws(TextRowsError) -> [UInt8]? {
    if let encoded = row["key_b64"], !encoded.isEmpty {
      guard let key = Base64Text.bytes(encoded) else { throw row.error("key_b64 is no base64") }
      return key
    }
    // A query that leaves an empty text out means the empty key.
    return row.hasColumn("key") ? row["key"] ?? [] : nil
  }

  private func file(of row: TextRow) throws(TextRowsError) -> Int {
    guard isSeveral else { return 0 }
    guard let name = row["file"] else {
      throw row.error("there are several files, and the row names none in a column file")
    }
    guard let number = numbers[String(decoding: name, as: UTF8.self)] else {
      throw row.error("\(Messages.spelled(name)) is no file of the backup")
    }
    return number
  }
}
