// Patterns in a file, one per line, as in the form of the service's console. Lines are bytes: what
// is no text is a pattern too. A line ends with LF or CR LF; empty lines say nothing.

import RDB
import Restore
import Storage

enum KeysFile {
  /// The patterns of a file; it must have one.
  static func patterns(in path: String, mode: MatchMode) throws -> [KeyPattern] {
    let bytes = try MappedFile(path).withBytes { Array(copying: $0) }
    let patterns = patterns(bytes, mode: mode)
    // No patterns would mean every key.
    guard !patterns.isEmpty else {
      throw Misuse(
        "KeysFile.Empty: \(Messages.spelled(path)) has no pattern; it would select nothing")
    }
    return patterns
  }

  /// The patterns of lines.
  static func patterns(_ bytes: [UInt8], mode: MatchMode) -> [KeyPattern] {
    var patterns: [KeyPattern] = []
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let text = line.last == 0x0d ? line.dropLast() : line
      guard !text.isEmpty else { continue }
      patterns.append(
        KeyPattern(Array(text), mode: mode, from: .keysFile(line: index + 1)))
    }
    return patterns
  }
}
