// Spelling for comparisons, and messages without the names of files and places in them.

import Foundation

enum TableText {
  /// Bytes as printable ASCII.
  static func spelled(_ bytes: [UInt8]) -> String {
    guard bytes.contains(where: { $0 < 0x20 || $0 > 0x7e || $0 == 0x5c }) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    return bytes.map {
      $0 < 0x20 || $0 > 0x7e || $0 == 0x5c
        ? "\\x" + String($0, radix: 16) : String(UnicodeScalar($0))
    }.joined()
  }

  /// The lines of a text, without the empty one behind the last line break.
  static func lines(_ bytes: [UInt8]) -> [String] {
    var lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n")
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// An object with its members in the order of their names, some of them left out.
  static func json(_ object: [String: Any], without names: Set<String> = []) -> String {
    let kept = object.filter { !names.contains($0.key) }
    guard
      let data = try? JSONSerialization.data(
        withJSONObject: kept, options: [.sortedKeys, .withoutEscapingSlashes])
    else { return "no JSON" }
    return String(decoding: data, as: UTF8.self)
  }
}

/// What is said on standard error.
enum TableMessages {
  /// Patterns and their replacements.
  ///
  /// Examples and the order of two colliding keys depend on the order of keys, so both are left out.
  private static let rules: [(pattern: String, template: String)] = [
    (
      #"(\./)?(-|pair\.tgz):[ab]\.rdb|\b(one|a|b)\.rdb|\bpair\.tgz|(?<= )-(?=[:, ]|$)|^-(?=:)"#,
      "FILE"
    ),
    (#"byte [0-9,]+( of FILE)?"#, "byte N"), (#" in 2 files"#, " in FILE"),
    (#"[Ss]uch as .*"#, "such as …"),
    (#"error: .* would both"#, "error: … would both"),
    (#"[0-9]+ function librar(y|ies)"#, "function libraries"),
  ]

  /// The messages of a run.
  static func lines(_ text: String) -> [String] {
    TableText.lines(Array(text.utf8)).map { line in
      rules.reduce(line) { line, rule in
        line.replacingOccurrences(
          of: rule.pattern, with: rule.template, options: .regularExpression)
      }
    }
  }
}
