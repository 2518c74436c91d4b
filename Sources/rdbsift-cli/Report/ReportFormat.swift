// How reports are written: the option, and the way to standard output.

import ArgumentParser
import Export
import RDB
import Storage

/// How a report is rendered.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
}

/// The option of the commands that report.
struct ReportOptions: ParsableArguments {
  @Option(name: [.long, .customLong("as")], help: "The format of the report.")
  var format: ReportFormat = .text
}

/// The same for a command whose `--as` is the format of records.
struct OnlyReportOptions: ParsableArguments {
  @Option(help: "The format of the report.")
  var format: ReportFormat = .text
}

extension Console {
  /// Writes a report to standard output; throws `closedPipe` if its reader has gone.
  func write(_ report: Report, as format: ReportFormat) throws(SystemError) {
    switch format {
    case .text: try write(TerminalRenderer(output).text(report))
    case .json: try write(json: .object(report.document))
    }
  }

  /// Writes a value as JSON to standard output; throws `closedPipe` if its reader has gone.
  func write(json value: Value) throws(SystemError) {
    var buffer = OutputBuffer(capacity: 1 << 14)
    JSONRenderer().append(value, to: &buffer)
    try write(buffer)
  }

  /// Writes what is in a buffer to standard output; throws `closedPipe` if its reader has gone.
  func write(_ buffer: borrowing OutputBuffer) throws(SystemError) {
    var stream = StandardStream.output
    try buffer.withBytes { (bytes) throws(SystemError) in try stream.write(bytes) }
  }
}
