// The program as its users meet it: the built binary, run as a process.

import Foundation
import TestSupport

/// What a run left behind.
struct Run {
  let stdout: [UInt8]
  let stderr: [UInt8]
  let status: Int32

  var output: String { String(decoding: stdout, as: UTF8.self) }
  var errors: String { String(decoding: stderr, as: UTF8.self) }

  /// Lines of standard output, without the empty one behind the last line break.
  var lines: [String] {
    var lines = output.components(separatedBy: "\n")
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}

/// The binary beside the test bundle.
enum BuiltBinary {
  /// The folder that the package manager built into.
  static let folder: String = {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
    let path = bundle?.bundlePath ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: path).deletingLastPathComponent().path
  }()

  static let path = folder + "/rdbsift"
  static let samples = Fixtures.repository + "/samples"

  /// Runs the program in `samples`, or elsewhere.
  static func run(_ arguments: [String], in folder: String = samples) throws -> Run {
    try start(path, arguments, in: folder)
  }

  /// Runs a command line of the shell, in which `rdbsift` is the built binary.
  static func shell(
    _ line: String, in folder: String = samples, path extra: String = ""
  ) throws -> Run {
    try start("/bin/bash", ["-c", line], in: folder, extra)
  }

  /// Where a command line may be given a terminal.
  static let hasTerminals = FileManager.default.isExecutableFile(atPath: "/usr/bin/script")

  /// Where the scripts of the repository that need Python run.
  static let hasPython = ["/usr/bin", "/usr/local/bin"].contains {
    FileManager.default.isExecutableFile(atPath: $0 + "/python3")
  }

  /// Runs a command line with standard output on a terminal of no known width; what it wrote there.
  static func onTerminal(_ line: String, in folder: String = samples) throws -> Run {
    try start("/usr/bin/script", ["-q", "-e", "-c", line, "/dev/null"], in: folder)
  }

  private static func made(
    _ path: String, _ arguments: [String], in folder: String, _ extra: String
  ) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let search = [extra, self.folder, "/usr/local/bin:/usr/bin:/bin"].filter { !$0.isEmpty }
    process.environment = [
      "PATH": search.joined(separator: ":"), "COLUMNS": "80", "LC_ALL": "C.UTF-8", "TERM": "xterm",
      "TZ": "Asia/Kathmandu",  // nothing may depend on it
    ]
    process.standardInput = FileHandle.nullDevice
    return process
  }

  private static func start(
    _ path: String, _ arguments: [String], in folder: String, _ extra: String = ""
  ) throws -> Run {
    // Files and not pipes: nobody has to read while the program runs.
    try withTemporaryFolder { temporary in
      let process = made(path, arguments, in: folder, extra)
      let names = ["out", "err"].map { temporary + "/" + $0 }
      for name in names { try write([], to: name) }
      process.standardOutput = FileHandle(forWritingAtPath: names[0])
      process.standardError = FileHandle(forWritingAtPath: names[1])
      try withSignals { try process.run() }
      process.waitUntilExit()
      return Run(
        stdout: try readFile(names[0]), stderr: try readFile(names[1]),
        status: process.terminationReason == .exit ? process.terminationStatus : -1)
    }
  }
}

/// Does something while this thread takes signals: a process inherits what its maker blocks, and threads of
/// the test runner block most.
private func withSignals(_ body: () throws -> Void) rethrows {
  var (none, before) = (sigset_t(), sigset_t())
  unsafe sigemptyset(&none)
  unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
  defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
  try body()
}

/// Lends an empty folder, and removes it with all that was put there.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("rdbsift-test-" + UUID().uuidString).path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// Writes a file.
func write(_ bytes: [UInt8], to path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}
