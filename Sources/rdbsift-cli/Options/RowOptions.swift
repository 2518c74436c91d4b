// How rows of CSV and TSV are spelled for those who read them.

import ArgumentParser
import Export

/// The option of the commands that write rows.
struct RowOptions: ParsableArguments {
  @Flag(
    help: """
      Put ' before text in csv and tsv that a spreadsheet would run as a formula (=, +, -, @). Such keys \
      are then not exact.
      """)
  var csvSafe = false

  /// Refuses `--csv-safe` with a format that no spreadsheet opens.
  func check(_ format: RowFormat?) throws {
    guard csvSafe, format != .csv, format != .tsv else { return }
    throw ValidationError("--csv-safe requires rows of csv or tsv")
  }

  /// The spelling of rows on standard output: on a terminal, CSV has no control characters.
  func syntax(_ format: RowFormat, _ session: Session) -> RowSyntax {
    var syntax = RowSyntax(format)
    syntax.guardsFormulas = csvSafe
    syntax.hidesControls = session.console.output.isTerminal
    return syntax
  }
}
