// The lines that `split` writes and `--range` reads. Any program may have changed a line, so each member is
// checked by itself here, and against the file when that is read.

import Export
import RDB
import RDBSift
import Restore
import Storage

/// A range, and the path of its file.
struct RangeLine {
  /// The path that was split.
  let file: String
  /// The range.
  let range: FileRange

  private static let dialects: [(name: String, dialect: RDBDialect)] = [
    ("redis", .redis), ("valkey", .valkey), ("dragonfly", .dragonfly),
  ]

  init(file: String, _ range: FileRange) {
    self.file = file
    self.range = range
  }

  /// Reads what `--range` was given: a line, or `@FILE` with one.
  /// - Throws: What is wrong with it.
  init(_ option: String) throws {
    let isFile = option.hasPrefix("@")
    let bytes = isFile ? try TextFile.bytes(String(option.dropFirst())) : Array(option.utf8)
    var lines: [RangeLine] = []
    do throws(TextRowsError) {
      guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else {
        throw TextRowsError(line: 1, text: "not a JSON object")
      }
      try TextRows.read(bytes, plain: "start") { row throws(TextRowsError) in
        lines.append(try RangeLine(row))
      }
    } catch {
      let place =
        isFile ? "\(Messages.spelled(String(option.dropFirst()))): line \(error.line): " : ""
      throw Misuse(
        "--range: \(place)\(error.text). It takes a line that rdbsift split has written.")
    }
    guard lines.count == 1 else {
      throw Misuse("--range takes one line of rdbsift split; here are \(lines.count)")
    }
    self = lines[0]
  }

  private init(_ row: TextRow) throws(TextRowsError) {
    func number(_ name: String, _ range: ClosedRange<Int>) throws(TextRowsError) -> Int {
      guard let number = try row.number(name) else { throw row.error("\(name) is missing") }
      guard range.contains(number) else {
        throw row.error("\(name) is not between \(range.lowerBound) and \(range.upperBound)")
      }
      return number
    }
    let size = try number("size", RDBHeader.byteCount...Int.max)
    let parts = try number("parts", 1...Split.mostParts)
    let part = try number("part", 0...(parts - 1))
    let offset = try number("start", RDBHeader.byteCount...size)
    let end = try number("end", offset...size)
    guard (part == 0) == (offset == RDBHeader.byteCount), (part == parts - 1) == (end == size)
    else {
      throw row.error("start, end, part and parts contradict each other")
    }
    guard let digest = row["head_sha256"], digest.count == 64,
      digest.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
    else { throw row.error("head_sha256 is no SHA-256") }
    let name = String(decoding: row["dialect"] ?? [], as: UTF8.self)
    guard let dialect = RangeLine.dialects.first(where: { $0.name == name })?.dialect else {
      throw row.error("dialect is not redis, valkey or dragonfly")
    }
    guard let path = row["file"], let file = String(validating: path, as: UTF8.self), !file.isEmpty
    else {
      throw row.error("file is missing")
    }
    var start = ScanStart(offset: offset, dialect: dialect)
    start.database = UInt32(try number("database", 0...Int(UInt32.max)))
    if row["slot"] != nil { start.slot = UInt16(try number("slot", 0...(HashSlot.count - 1))) }
    start.templates = try RangeLine.templates(of: row)
    let endDatabase = UInt32(try number("end_database", 0...Int(UInt32.max)))
    self.file = file
    range = FileRange(
      part, of: parts, from: start, to: (end, endDatabase),
      keys: UInt64(try number("keys", 0...size)),
      in: (size, String(decoding: digest, as: UTF8.self)))
  }

  private static func templates(of row: TextRow) throws(TextRowsError) -> [Int] {
    guard let text = row["templates"] else { return [] }
    var offsets: [Int] = []
    for word in text.split(separator: 0x20) {
      guard let offset = Int(String(decoding: word, as: UTF8.self)), offset > offsets.last ?? 0
      else {
        throw row.error("templates has no ascending offsets")
      }
      offsets.append(offset)
    }
    return offsets
  }

  /// Appends the line.
  func append(to output: inout OutputBuffer) {
    let start = range.start
    let dialect = RangeLine.dialects.first { $0.dialect == start.dialect }?.name
    var columns = RowColumns(RowSyntax(.ndjson))
    columns.column("file", Array(file.utf8), &output)
    columns.column("size", Int64(range.size), &output)
    columns.column("head_sha256", Array(range.headDigest.utf8), &output)
    columns.column("part", Int64(range.part), &output)
    columns.column("parts", Int64(range.parts), &output)
    columns.column("start", Int64(start.offset), &output)
    columns.column("end", Int64(range.end), &output)
    columns.column("keys", Int64(clamping: range.keys), &output)
    columns.column("database", Int64(start.database), &output)
    columns.column("end_database", Int64(range.endDatabase), &output)
    columns.column("slot", start.slot.map { Int64($0) }, &output)
    columns.column("dialect", dialect.map { Array($0.utf8) }, &output)
    let templates = start.templates.map(String.init).joined(separator: " ")
    columns.column("templates", start.templates.isEmpty ? nil : Array(templates.utf8), &output)
    columns.endRow(&output)
  }
}
