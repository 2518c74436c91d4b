// Patterns in a file, one per line, as in the form of the service's console. Lines are bytes: what
// is no text is a pattern too. A line ends with LF or CR LF; empty lines are ignored.
//
// A file that `keys --format keylist` wrote begins with its own line; all others are keys, escaped as in
// TSV, and an empty line is the empty key.

import Export
import RDB
import Restore

enum KeysFile {
  /// The patterns of a file; it must have one.
  static func patterns(in path: String, mode: MatchMode) throws -> [KeyPattern] {
    let bytes = try TextFile.bytes(path)
    if let keys = try keyList(bytes, path) { return keys }
    let patterns = patterns(bytes, mode: mode)
    // No patterns would mean every key.
    guard !patterns.isEmpty else {
      throw Misuse(
        "KeysFile.Empty: \(Messages.spelled(path)) has no pattern; it would select nothing")
    }
    return patterns
  }

  /// The keys of a list that `keys --format keylist` wrote; nil for another file.
  private static func keyList(_ bytes: [UInt8], _ path: String) throws -> [KeyPattern]? {
    var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    guard let first = lines.first, withoutReturn(first).elementsEqual(KeyListFile.title.utf8)
    else { return nil }
    // The end of the last line begins no other.
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    return try lines.enumerated().dropFirst().map { index, line in
      guard let key = EscapedBytes.bytes(Array(withoutReturn(line))) else {
        throw Misuse(
          "\(Messages.spelled(path)): line \(index + 1) has a backslash that begins neither \\\\, \\n, "
            + "\\r, \\t nor \\xHH")
      }
      return KeyPattern(key, mode: .literal, from: .keysFile(line: index + 1))
    }
  }

  private static func withoutReturn(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    line.last == 0x0d ? line.dropLast() : line
  }

  /// The patterns of lines.
  static func patterns(_ bytes: [UInt8], mode: MatchMode) -> [KeyPattern] {
    var patterns: [KeyPattern] = []
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let text = withoutReturn(line)
      guard !text.isEmpty else { continue }
      patterns.append(
        KeyPattern(Array(text), mode: mode, from: .keysFile(line: index + 1)))
    }
    return patterns
  }
}
