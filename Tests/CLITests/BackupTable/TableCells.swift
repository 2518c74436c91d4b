// The rows (commands), the columns (selection options) and the ways to name the backup.

import Foundation
import Testing

/// How the backup is given to the program.
enum TableForm: String, CaseIterable, Sendable {
  case oneFile
  case twoFiles
  case archive
  case pipe
  case archiveOnPipe
  case fileAndPipe

  /// The words of the command line that name the input.
  var words: [String] {
    switch self {
    case .oneFile: ["one.rdb"]
    case .twoFiles: ["a.rdb", "b.rdb"]
    case .archive: ["pair.tgz"]
    case .pipe, .archiveOnPipe: ["-"]
    case .fileAndPipe: ["a.rdb", "-"]
    }
  }

  /// What standard input is a pipe of.
  var piped: String? {
    switch self {
    case .oneFile, .twoFiles, .archive: nil
    case .pipe: "one.rdb"
    case .archiveOnPipe: "pair.tgz"
    case .fileAndPipe: "b.rdb"
    }
  }

  /// Whether the program reads several files.
  var isMany: Bool { self != .oneFile && self != .pipe }
}

/// A command of the table.
struct TableCommand: Sendable {
  /// Which of the selection options it takes.
  enum Takes: Sendable {
    case nothing
    case databases
    case selection
    case selectionAndTimes
  }

  /// The command line; `FILES` stands for the input.
  let line: String
  let reading: TableReading
  let takes: Takes
  /// Whether it makes one output of one file, and refuses several.
  let isForOne: Bool

  init(_ line: String, _ reading: TableReading, _ takes: Takes, isForOne: Bool = false) {
    self.line = line
    self.reading = reading
    self.takes = takes
    self.isForOne = isForOne
  }

  func takes(_ selection: TableSelection) -> Bool {
    switch takes {
    case .nothing: selection.line.isEmpty
    case .databases: selection.isDatabases
    case .selection: !selection.isTimes
    case .selectionAndTimes: true
    }
  }
}

/// Selection options of the table.
struct TableSelection: Sendable {
  let line: String
  /// Whether they are about the times of a restore.
  let isTimes: Bool
  /// Whether they choose databases and nothing else.
  var isDatabases: Bool {
    line.components(separatedBy: " ").allSatisfy { !$0.hasPrefix("--") || $0 == "--db" }
  }

  init(_ line: String, isTimes: Bool = false) {
    self.line = line
    self.isTimes = isTimes
  }
}

/// A command with selection options.
struct TableCell: Sendable, CustomTestStringConvertible {
  let command: TableCommand
  let selection: TableSelection
  /// The forms of input that are compared with the single file.
  var forms: [TableForm] = []

  var testDescription: String { text(.oneFile) }

  /// The words of the command line.
  func words(_ form: TableForm) -> [String] {
    var words = command.line.components(separatedBy: " ").flatMap {
      $0 == "FILES" ? form.words : [$0]
    }
    if !selection.line.isEmpty { words += selection.line.components(separatedBy: " ") }
    if command.takes == .selection || command.takes == .selectionAndTimes {
      words += ["--now", TableInputs.now]
    }
    return words
  }

  /// The command line as one types it.
  func text(_ form: TableForm) -> String {
    let words = words(form).map { $0.contains { " '\"*|.(){}$\\".contains($0) } ? "'\($0)'" : $0 }
    let pipe = form.piped.map { "cat \($0) | " } ?? ""
    return "\(pipe)rdbsift \(words.joined(separator: " "))"
  }
}

extension TableCell {
  /// Pairs that always run with two files: those whose results once differed from one file's, and
  /// those in which a key of one file collides with a key of the other.
  private static let chosen: [String: String] = [
    "export FILES --key-prefix x: --partition slots:2 --out-dir out --as rdb": "",
    "preview FILES": "--filter-key user:.*,none:.*",
    "preview FILES --format json": "--filter-key none:.*,user:1.*,user:1",
    "verify FILES --format json": "--db 0 --limit 60",
    "export FILES --rename twin:.*=twin": "", "export FILES --as rdb --single-db": "",
  ]

  /// Whether the cell is one of those.
  var isChosen: Bool { TableCell.chosen[command.line] == selection.line }
}

/// The table.
enum BackupTable {
  /// The commands to run with every selection in every form; nil runs a sample of the table.
  ///
  /// `whole` stands for all of them, other text for those that begin with it, such as `export`.
  static let asked = ProcessInfo.processInfo.environment["TABLE"]

  /// The cells to run.
  static let cells: [TableCell] = {
    let all = commands.flatMap { command in
      selections.filter { command.takes($0) }.map { TableCell(command: command, selection: $0) }
    }
    let cells =
      asked.map { start in all.filter { start == "whole" || $0.command.line.hasPrefix(start) } }
      ?? sample(with: all.filter(\.isChosen))
    return cells.enumerated().map { index, cell in
      var cell = cell
      cell.forms = forms(of: cell, index)
      return cell
    }
  }()

  /// Two selections for each command, those that the fewest commands before it have; and the chosen
  /// cells.
  private static func sample(with chosen: [TableCell]) -> [TableCell] {
    var uses: [String: Int] = [:]
    let cells = commands.enumerated().flatMap { index, command -> [TableCell] in
      let columns = selections.filter { command.takes($0) }
      // Among equally rare ones, each command begins at another place.
      let turned = columns.indices.map { columns[($0 + 2 * index) % columns.count] }
      let rare = turned.enumerated().sorted {
        (uses[$0.element.line] ?? 0, $0.offset) < (uses[$1.element.line] ?? 0, $1.offset)
      }
      return rare.prefix(2).map { _, selection in
        uses[selection.line, default: 0] += 1
        return TableCell(command: command, selection: selection)
      }
    }
    return cells.filter { !$0.isChosen } + chosen
  }

  /// The forms of a cell; in a sample the first cell of each command has two files.
  private static func forms(of cell: TableCell, _ index: Int) -> [TableForm] {
    if asked != nil { return [.twoFiles, .archive, .pipe, .archiveOnPipe] }
    let turns: [TableForm] = [.twoFiles, .archive, .twoFiles, .pipe, .twoFiles, .archiveOnPipe]
    return [cell.isChosen ? .twoFiles : turns[index % turns.count]]
  }
}

// MARK: - Rows and columns

extension BackupTable {
  static let commands: [TableCommand] =
    looking + exporting + [
      TableCommand("salvage FILES --format json", .report(.salvage), .selection),
      TableCommand("salvage FILES --as resp", .commands, .selection, isForOne: true),
      TableCommand("salvage FILES --as rdb", .rdb, .selection, isForOne: true),
      TableCommand("salvage FILES --as ndjson", .rows(.json), .selection, isForOne: true),
      TableCommand("salvage FILES --as list", .rows(.tsv), .selection, isForOne: true),
    ]

  private static let looking: [TableCommand] = [
    TableCommand("info FILES", .messages, .selection),
    TableCommand("info FILES --format json", .report(.info), .selection),
    TableCommand("keys FILES", .rows(.tsv), .selection),
    TableCommand("keys FILES --format csv", .rows(.csv), .selection),
    TableCommand("keys FILES --format ndjson", .rows(.json), .selection),
    TableCommand("keys FILES --format json", .rows(.jsonArray), .selection),
    TableCommand("preview FILES", .messages, .selectionAndTimes),
    TableCommand("preview FILES --format json", .report(.preview), .selectionAndTimes),
    TableCommand("preview FILES --list", .rows(.tsv), .selectionAndTimes),
    TableCommand("preview FILES --list --list-format json", .rows(.jsonArray), .selectionAndTimes),
    TableCommand(
      "preview FILES --format json --fail-if keys>3 --fail-if warnings>0", .report(.preview),
      .selectionAndTimes),
    TableCommand(
      "preview FILES --against later.rdb --format json", .report(.preview), .selectionAndTimes),
    TableCommand(
      "preview FILES --against later.rdb --list --list-format ndjson", .rows(.json),
      .selectionAndTimes
    ),
    TableCommand("verify FILES --format json", .report(.verify), .selection),
    TableCommand("verify FILES --quick", .messages, .selection),
    TableCommand("verify FILES --report out/report", .report(.verify), .selection),
    TableCommand("threats FILES --format json", .report(.threats), .selection),
    TableCommand("threats FILES --format tsv", .rows(.tsv), .selection),
    TableCommand("timeline FILES", .timeline, .selection),
    TableCommand("timeline FILES --sort time", .timeline, .selection),
    TableCommand("map FILES --format json", .report(.map), .nothing),
    TableCommand("show FILES both --format json", .rows(.json), .databases),
    TableCommand("show FILES twin:b --format raw", .bytes, .databases),
    TableCommand("show FILES nobody", .messages, .databases),
  ]

  private static let exporting: [TableCommand] = [
    TableCommand("export FILES", .commands, .selectionAndTimes),
    TableCommand("export FILES -o out/commands", .commands, .selectionAndTimes),
    TableCommand("export FILES --target redis:6.0", .commands, .selectionAndTimes),
    TableCommand("export FILES --existing replace --transaction", .commands, .selectionAndTimes),
    TableCommand("export FILES --existing skip --key-prefix x:", .commands, .selectionAndTimes),
    TableCommand("export FILES --rename user:(.*)=u$1", .commands, .selectionAndTimes),
    TableCommand("export FILES --rename twin:.*=twin", .commands, .selectionAndTimes),
    TableCommand("export FILES --db-map 3:0", .commands, .selectionAndTimes),
    TableCommand("export FILES --single-db", .commands, .selectionAndTimes),
    TableCommand("export FILES --as restore", .commands, .selectionAndTimes),
    TableCommand("export FILES --as restore --db-map 1:9", .commands, .selectionAndTimes),
    TableCommand("export FILES --as json", .rows(.jsonArray), .selectionAndTimes),
    TableCommand("export FILES --as json --db-map 3:7", .rows(.jsonArray), .selectionAndTimes),
    TableCommand("export FILES --as ndjson", .rows(.json), .selectionAndTimes),
    TableCommand(
      "export FILES --as ndjson --rename user:(.*)=u$1", .rows(.json), .selectionAndTimes),
    TableCommand("export FILES --as rdb", .rdb, .selectionAndTimes),
    TableCommand("export FILES --as rdb --key-prefix x: -o out/rdb", .rdb, .selectionAndTimes),
    TableCommand("export FILES --as rdb --rename twin:a=moved", .rdb, .selectionAndTimes),
    TableCommand("export FILES --as rdb --single-db", .rdb, .selectionAndTimes),
    TableCommand("export FILES --as rdb --db-map 3:0", .rdb, .selectionAndTimes),
    TableCommand("export FILES --partition slots:3 --out-dir out", .parts, .selectionAndTimes),
    TableCommand(
      "export FILES --as restore --key-prefix x: --partition slots:2 --out-dir out", .parts,
      .selectionAndTimes),
    TableCommand(
      "export FILES --as rdb --partition slots:2 --out-dir out", .parts, .selectionAndTimes),
    TableCommand(
      "export FILES --key-prefix x: --partition slots:2 --out-dir out --as rdb", .parts,
      .selectionAndTimes),
  ]

  static let selections: [TableSelection] =
    [
      "", "--filter-key user:.*,cart:.*", "--filter-key user:1,queue --match search",
      "--filter-key user:*,h.* --match glob", "--filter-key h.8,user:0,both --match literal",
      "--filter-key .*,user:1.*", "--filter-key user:.*,none:.*",
      "--filter-key none:.*,user:1.*,user:1",
      "--key-regex user:.,5", "--key-regex h[.]\\d+ --key-regex moving:.*",
      "--keys-file patterns.txt", "--exclude user:.* --exclude twin:b",
      "--filter-key user:.* --exclude .*[02468]", "--db 3", "--db 0 --db 3", "--db 9",
      "--type hash",
      "--type stream --type module", "--type string --exclude both", "--size 1~40", "--elements 3~",
      "--idle 1h~", "--freq 100~", "--slot 0~8191", "--sample 3", "--sample 4 --seed 7",
      "--db 0 --limit 30", "--db 0 --limit 60", "--expire none", "--expire any",
      "--expire 2026-11-24T06:00:00Z~2026-11-24T13:00:00Z",
    ].map { TableSelection($0) }
    + [
      "--restore-time 2026-11-24T04:00:00Z",
      "--restore-time 2026-11-24T06:00:00Z --time-shift 2026-11-24T10:00:00Z",
      "--restore-type 1 --restore-time 2026-11-24T06:00:00Z --filter-key user:.*",
      "--request call.json --type hash",
    ].map { TableSelection($0, isTimes: true) }
}
