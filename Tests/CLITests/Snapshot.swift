// What the program says, kept in files. They are written anew only with RECORD=1, and a run that
// writes them fails, so that nobody takes a new text for the old one by accident.

import Foundation
import TestSupport
import Testing

enum Snapshot {
  static let folder = Fixtures.repository + "/Tests/CLITests/Snapshots"
  static let isRecording = ProcessInfo.processInfo.environment["RECORD"] == "1"

  /// Compares a text with the one that was kept under a name.
  static func check(
    _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let path = "\(folder)/\(name).txt"
    if isRecording {
      try write(Array(text.utf8), to: path)
      Issue.record("recorded \(name).txt", sourceLocation: sourceLocation)
      return
    }
    guard FileManager.default.fileExists(atPath: path) else {
      Issue.record("there is no \(name).txt; RECORD=1 writes it", sourceLocation: sourceLocation)
      return
    }
    let kept = String(decoding: try readFile(path), as: UTF8.self)
    if text != kept {
      Issue.record(
        "\(name).txt differs: \(firstDifference(kept, text))", sourceLocation: sourceLocation)
    }
  }

  /// A run as a transcript: the command, standard output, standard error, the exit status.
  static func transcript(_ arguments: [String], _ run: Run) -> String {
    let words = arguments.map { $0.contains(where: { " '*|".contains($0) }) ? "'\($0)'" : $0 }
    var text = "$ rdbsift \(words.joined(separator: " "))\n" + run.output
    if !run.errors.isEmpty { text += "--- standard error\n" + run.errors }
    return text + "--- exit status \(run.status)\n"
  }

  /// The first line in which two texts differ.
  static func firstDifference(_ old: String, _ new: String) -> String {
    let (old, new) = (old.components(separatedBy: "\n"), new.components(separatedBy: "\n"))
    let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let at = line ?? min(old.count, new.count)
    func text(_ lines: [String]) -> String { at < lines.count ? "'\(lines[at])'" : "the end" }
    return "line \(at + 1): \(text(old)) is now \(text(new))"
  }
}

/// The names of all that is kept.
func snapshotNames() throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: Snapshot.folder)
    .filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }
}
