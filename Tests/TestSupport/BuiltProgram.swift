import Foundation

/// The path of the program that was built beside these tests.
public func builtProgram() -> String? {
  let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
  let folders = [beside, Fixtures.repository + "/.build/debug"]
  return folders.map { $0 + "/rdbsift" }.first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
}
