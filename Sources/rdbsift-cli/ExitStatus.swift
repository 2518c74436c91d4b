// How the process ends. Scripts read this, so the numbers are part of the interface.

import ArgumentParser

/// What the process tells whoever started it.
enum ExitStatus: Int32 {
  /// Done.
  case done = 0
  /// Done, but nothing was selected, something could not be written, or damage was found.
  case finding = 1
  /// Not done.
  case failed = 2
  /// Not understood.
  case misused = 64

  /// Ends the process as the argument parser would.
  static func end(with error: any Error) -> Never { Program.exit(withError: error) }

  /// The status in the words of the argument parser, which ends the process with it.
  var code: ExitCode { ExitCode(rawValue) }
}
