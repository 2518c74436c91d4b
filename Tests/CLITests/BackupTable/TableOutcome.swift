// What a run says, without what depends on how the keys are spread over files: lines that can be counted.

import Foundation
import RDB
import TestSupport

/// What the output of a command is.
enum TableReading: Sendable {
  /// Text for people: only the status and the messages are compared.
  case messages
  case bytes
  case rows(RowForm)
  case commands
  case rdb
  case parts
  case timeline
  case report(TableReport)

  enum RowForm: Sendable {
    case tsv
    case csv
    case json
    case jsonArray
  }
}

/// The status of a run and the lines that it comes down to, each with its number.
struct TableOutcome {
  let status: Int32
  private(set) var lines: [String: Int] = [:]

  /// Reads what a run left behind in a folder.
  init(_ run: Run, _ cell: TableCell, in folder: String) throws {
    status = run.status
    for message in TableMessages.lines(run.errors) { addOnce("stderr: \(message)") }
    let words = cell.command.line.components(separatedBy: " ")
    let place = words.firstIndex { $0 == "-o" || $0 == "--report" }.map { words[$0 + 1] }
    if let place, !FileManager.default.fileExists(atPath: "\(folder)/\(place)") {
      addOnce("no file \(place)")
      return
    }
    let bytes = try place.map { try readFile("\(folder)/\($0)") } ?? run.stdout
    try read(bytes, cell.command.reading, isReport: words.contains("--report"), in: folder)
  }

  private mutating func read(
    _ bytes: [UInt8], _ reading: TableReading, isReport: Bool, in folder: String
  ) throws {
    switch reading {
    case .messages: break
    case .bytes: add(TableText.spelled(bytes))
    case .rows(let form): try addRows(bytes, form)
    case .commands: try addCommands(bytes)
    case .rdb: try addFile(bytes)
    case .parts: try addParts(in: folder + "/out")
    case .timeline: addInstants(bytes)
    case .report(let report):
      guard !bytes.isEmpty else { return addOnce("no report") }
      let whole = JSONNode(try JSONSerialization.jsonObject(with: Data(bytes)))
      for line in report.lines(isReport ? whole["report"] : whole) { add(line) }
    }
  }

  mutating func add(_ line: String, _ count: Int = 1) { lines[line, default: 0] += count }

  /// Adds what each file of a backup may say.
  mutating func addOnce(_ line: String) { lines[line] = 1 }

  /// Where another outcome differs: lines, and how often they stand in it and here.
  ///
  /// Where the status differs, what was written is no more than a consequence.
  func differences(from other: TableOutcome) -> [String] {
    guard lines != other.lines || status != other.status else { return [] }
    var texts: [String] = []
    if status != other.status { texts.append("exit status \(other.status), not \(status)") }
    for line in Set(lines.keys).union(other.lines.keys).sorted() {
      let (count, otherCount) = (lines[line] ?? 0, other.lines[line] ?? 0)
      guard count != otherCount, status == other.status || line.hasPrefix("stderr") else {
        continue
      }
      texts.append("\(otherCount) times, not \(count): \(line)")
    }
    return texts
  }
}

// MARK: - Rows

extension TableOutcome {
  /// Columns that depend on the file that holds a key.
  private static let placed: Set<String> = ["file", "offset"]

  private mutating func addRows(_ bytes: [UInt8], _ form: TableReading.RowForm) throws {
    switch form {
    case .tsv: addTable(TableText.lines(bytes).map { $0.components(separatedBy: "\t") })
    case .csv: addTable(CSVText.rows(bytes).map { $0.map(TableText.spelled) })
    case .json: for line in TableText.lines(bytes) { try addObject(Data(line.utf8)) }
    case .jsonArray:
      guard !bytes.isEmpty else { return addOnce("no array") }
      let rows = JSONNode(try JSONSerialization.jsonObject(with: Data(bytes))).elements
      for row in rows { add(TableText.json(row.object ?? [:], without: TableOutcome.placed)) }
    }
  }

  private mutating func addTable(_ rows: [[String]]) {
    guard let titles = rows.first else { return addOnce("no titles") }
    addOnce("titles " + titles.filter { !TableOutcome.placed.contains($0) }.joined(separator: " "))
    for row in rows.dropFirst() {
      guard row.count == titles.count else {
        add("\(row.count) fields and \(titles.count) titles")
        continue
      }
      let fields = zip(titles, row).filter { !TableOutcome.placed.contains($0.0) }
      add("row " + fields.map { "\($0)=\($1)" }.joined(separator: " "))
    }
  }

  private mutating func addObject(_ line: Data) throws {
    let row = JSONNode(try JSONSerialization.jsonObject(with: line))
    add(TableText.json(row.object ?? [:], without: TableOutcome.placed))
  }

  /// Lines of a timeline without the file's name, the last field but one.
  private mutating func addInstants(_ bytes: [UInt8]) {
    for row in CSVText.rows(bytes) {
      let fields = row.map(TableText.spelled)
      let line = (fields.prefix(6) + fields.suffix(1)).joined(separator: ",")
      let isOfFile = line.contains("the file was begun") || line.contains("function library")
      if isOfFile { addOnce(line) } else { add(line) }
    }
  }
}

// MARK: - Exports

extension TableOutcome {
  /// The commands of each key in their order, whatever is between them.
  private mutating func addCommands(_ bytes: [UInt8], _ prefix: String = "") throws {
    var database = "unselected"
    var opened = ""
    var keys: [String: [String]] = [:]
    var last = ""
    for command in try readCommands(bytes) {
      let words = command.arguments.map(TableText.spelled)
      switch command.name {
      case "SELECT": database = words[1]
      case "FUNCTION": addOnce(prefix + words.joined(separator: " "))
      case "MULTI": opened = "MULTI "
      case "EXEC": keys[last, default: []].append("EXEC")
      default:
        let isSubcommand = command.name == "XGROUP"
        last = "\(prefix)db \(database) \(words[isSubcommand ? 2 : 1])"
        keys[last, default: []].append(opened + words.joined(separator: " "))
        opened = ""
      }
    }
    for (key, commands) in keys { add("\(key): \(commands.joined(separator: "; "))") }
  }

  /// The records of an RDB file, and whether it says truly how many there are.
  private mutating func addFile(_ bytes: [UInt8], _ prefix: String = "") throws {
    guard !bytes.isEmpty else { return addOnce(prefix + "no file") }
    let file = ScannedFile(scanning: bytes)
    addOnce("\(prefix)error \(file.error.map { "\($0)" } ?? "none")")
    if let end = file.end {
      let sum = naiveCRC64(Array(bytes[...end.at]))
      addOnce("\(prefix)checksum is \(end.checksum == sum ? "right" : "wrong")")
    }
    for (name, value) in try file.aux(in: bytes) {
      addOnce("\(prefix)aux \(TableText.spelled(name)) \(TableText.spelled(value))")
    }
    for record in file.records {
      let key = try bytes.withRawSpan { span throws(RDBError) in try record.keyBytes(in: span) }
      add(
        "\(prefix)db \(record.database) \(TableText.spelled(key)) type \(record.type.rawValue) "
          + "expiry \(record.expiry?.rawValue ?? -1) idle \(record.idleSeconds ?? 0) "
          + "freq \(record.frequency ?? 0) "
          + TableText.spelled(Array(bytes[record.valueOffset..<record.end])))
    }
    addCounts(of: file, prefix)
  }

  /// What RESIZEDB says of each database, where that is not so.
  private mutating func addCounts(of file: ScannedFile, _ prefix: String) {
    var database: UInt32 = 0
    for placed in file.events {
      switch placed.event {
      case .selectDatabase(let number): database = number
      case .resize(let keys, let expires):
        let records = file.records.filter { $0.database == database }
        let isRight =
          records.count == Int(keys) && records.count { $0.expiry != nil } == Int(expires)
        addOnce("\(prefix)counts of db \(database) are \(isRight ? "right" : "wrong")")
      case .function: add("\(prefix)function")
      default: break
      }
    }
  }

  /// All files of a partition, and what the manifest says of keys.
  private mutating func addParts(in folder: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let bytes = try readFile("\(folder)/\(name)")
      switch name.components(separatedBy: ".").last {
      case "rdb": try addFile(bytes, name + " ")
      case "json":
        let manifest = JSONNode(try JSONSerialization.jsonObject(with: Data(bytes)))
        for part in manifest["parts"].elements {
          add(TableText.json(part.object ?? [:], without: ["size", "sha256"]))
        }
        add("manifest has \(manifest["keys"].int ?? -1) keys")
      default: try addCommands(bytes, name + " ")
      }
    }
  }
}
