// Where a command writes what it prints.

import ArgumentParser
import Storage

/// The option of the commands that print a list or a report.
struct OutputOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Write to FILE (default, or -: standard output). A file appears when it is complete.",
      valueName: "file"), completion: .file())
  var output: String?

  /// The path; nil for standard output.
  var path: String? { output.flatMap { OutputStream.isStandardOutput($0) ? nil : $0 } }
}
