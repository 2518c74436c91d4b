// What the argument parser refuses, in the words of all other errors, with the option that does what
// was probably meant.

import ArgumentParser

enum Misparse {
  /// Options that people type, and what does that here.
  private static let options: [String: String] = [
    "--json": "--format json", "--ndjson": "--format ndjson", "--csv": "--format csv",
    "--tsv": "--format tsv", "--text": "--format text", "--as": "--format",
    "--glob": "--filter-key 'PATTERN' --match glob", "--regex": "--key-regex 'PATTERN'",
    "--regexp": "--key-regex 'PATTERN'",
    "--pattern": "--filter-key 'PATTERN', with --match glob for a glob",
    "--filter": "--filter-key 'PATTERN'", "--include": "--filter-key 'PATTERN'",
    "--prefix": "--filter-key 'PREFIX*' --match glob",
    "--key": "--filter-key KEY --match literal, or rdbsift show FILE KEY for its value",
    "--keys": "--filter-key KEY,KEY --match literal", "--literal": "--match literal",
    "--ttl": "--expire A..B, such as --expire '<+2h'",
    "--expires": "--expire A..B, such as --expire '<+2h'",
    "--expiry": "--expire A..B, such as --expire '<+2h'", "--no-ttl": "--expire none",
    "--no-expire": "--expire none", "--persistent": "--expire none", "--volatile": "--expire any",
    "--no-color": "--color never", "--colour": "--color", "--database": "--db",
    "--databases": "--db", "--types": "--type", "--slots": "--slot", "--out": "--output",
    "--file": "the file without an option: rdbsift COMMAND FILE",
    "--sort": "rdbsift keys FILE --sort bytes", "--top": "rdbsift keys FILE --top 20",
    "--columns": "rdbsift keys FILE --columns key,type",
    "--big-keys": "rdbsift keys FILE --top 20", "--bigkeys": "rdbsift keys FILE --top 20",
    "--biggest": "--top",
    "--overwrite": "--existing replace", "--replace": "--existing replace",
    "--dry-run": "rdbsift preview",
    "--verbose": "rdbsift info", "--quiet": "2>/dev/null",
  ]

  /// An error that the process ends with: the parser's, in our words.
  static func explained(_ error: any Error, _ typed: [String]) -> any Error {
    if let misuse = error as? Misuse {
      Session().report(error: misuse.text)
      return ExitStatus.misused.code
    }
    guard Program.exitCode(for: error) == .validationFailure, !(error is ExitCode) else {
      return error
    }
    let text = Program.fullMessage(for: error)
    Session().report(
      error: hinted(text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text))
    return ExitStatus.misused.code
  }

  /// How the parser begins its errors.
  private static let prefix = "Error: "

  /// The parser's text; of an unknown option, what does here what it asks for.
  private static func hinted(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard text.hasPrefix("Unknown option '"), let hint = hint(text) else { return text }
    lines[0] = Substring(hint)
    return lines.joined(separator: "\n")
  }

  /// The option that does what an unknown one asks for.
  private static func hint(_ text: String) -> String? {
    guard text.hasPrefix("Unknown option '"),
      let name = text.split(separator: "'").dropFirst().first
    else { return nil }
    let option = String(name.split(separator: "=").first ?? name)
    return options[option].map { "\(option) is not an option of this command; use \($0)" }
  }
}
