import Foundation
import RDBSift
import TestSupport

/// The path of a sample of the repository.
func sample(_ name: String) -> String { Fixtures.repository + "/samples/" + name }

/// A directory that is gone after the test.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = NSTemporaryDirectory() + "rdbsift-library-\(UUID().uuidString)/"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// The bytes of a file.
func contents(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// The keys of a selection, sorted.
func keys(_ backup: Backup, _ selection: Selection = .everything) throws -> [StoredString] {
  var keys: [StoredString] = []
  try backup.forEachRecord(selection) { keys.append($0.key) }
  return keys.sorted()
}

/// What an example that was built beside these tests writes.
func run(example name: String, _ arguments: [String]) throws -> String? {
  let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
  let program = folder.appendingPathComponent("Example" + name)
  guard FileManager.default.isExecutableFile(atPath: program.path) else { return nil }
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return process.terminationStatus == 0 ? String(decoding: output, as: UTF8.self) : nil
}
