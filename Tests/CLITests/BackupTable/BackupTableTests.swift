// Command by selection by form of input: the results of several files, taken together, equal those
// of one file with the same keys.
//
// By default a sample of the table runs. TABLE=whole runs every command with every selection in every
// form, some 7,500 processes; TABLE=verify runs those rows only.

import Foundation
import TestSupport
import Testing

@Suite("One backup in one file, in two, packed and on a pipe")
struct BackupTableTests {
  @Test("the backup has every type in both files and in two databases")
  func inputs() {
    let types: Set<UInt8> = [0, 4, 5, 7, 11, 16, 17, 18, 20, 21]
    for (database, part) in [(0, 0), (0, 1), (1, 0), (1, 1)] as [(UInt64, Int)] {
      let keys = TableInputs.keys.filter { $0.database == database && $0.part == part }
      #expect(types.isSubset(of: keys.map(\.value.type)))
      #expect(keys.contains { $0.value.type == 24 || $0.value.type == 25 })
    }
    #expect(TableInputs.keys.filter { $0.database == 3 }.count == 4)
    for name in ["one.rdb", "a.rdb", "b.rdb"] {
      #expect(checkFailure(TableInputs.files[name] ?? []) == nil)
    }
  }

  @Test(
    "the sample has every command and every selection at least twice",
    .enabled(if: BackupTable.asked == nil))
  func coverage() {
    for command in BackupTable.commands where command.takes != .nothing {
      let count = BackupTable.cells.count { $0.command.line == command.line }
      #expect(count > 1, "\(command.line)")
    }
    for selection in BackupTable.selections {
      let count = BackupTable.cells.count { $0.selection.line == selection.line }
      #expect(count > 1, "\(selection.line)")
    }
  }

  @Test("several files give what one gives", arguments: BackupTable.cells)
  func cell(_ cell: TableCell) throws { try check(cell) }

  @Test(
    "a pipe may stand beside files",
    arguments: [
      TableCommand("info FILES --format json", .report(.info), .selection),
      TableCommand("keys FILES --format ndjson", .rows(.json), .selection),
      TableCommand("preview FILES --format json", .report(.preview), .selection),
      TableCommand("export FILES", .commands, .selection),
      TableCommand("export FILES --as rdb", .rdb, .selection),
      TableCommand("verify FILES --format json", .report(.verify), .selection),
    ])
  func fileAndPipe(command: TableCommand) throws {
    let selection = TableSelection("--filter-key user:.*,none:.*")
    try check(TableCell(command: command, selection: selection, forms: [.fileAndPipe]))
  }

  private func check(_ cell: TableCell) throws {
    let one = try outcome(cell, .oneFile)
    for form in cell.forms {
      let other = try outcome(cell, form)
      if cell.command.isForOne, form.isMany {
        #expect(other.status == 64, "\(cell.text(form))")
        continue
      }
      let differences = one.differences(from: other)
      let shown = differences.prefix(8).map { String($0.prefix(300)) }.joined(separator: "\n  ")
      #expect(differences.isEmpty, "\(cell.text(form))\n  \(shown)")
    }
  }

  /// Runs a command in a folder of its own.
  private func outcome(_ cell: TableCell, _ form: TableForm) throws -> TableOutcome {
    try withTemporaryFolder { folder in
      try TableInputs.write(to: folder)
      let words = cell.words(form)
      let run: Run
      if let piped = form.piped {
        let quoted = words.map { "'" + $0.replacingOccurrences(of: "'", with: #"'\''"#) + "'" }
        run = try BuiltBinary.shell(
          "cat \(piped) | rdbsift \(quoted.joined(separator: " "))", in: folder)
      } else {
        run = try BuiltBinary.run(words, in: folder)
      }
      return try TableOutcome(run, cell, in: folder)
    }
  }
}
