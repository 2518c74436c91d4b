// The first word of a command line. A file instead of a command means `info`; a word that is neither
// gets the command that was probably meant.

import ArgumentParser
import Storage

enum CommandWord {
  /// What people call a command of ours.
  private static let others = [
    "compare": "diff", "restore": "preview",
    "list": "keys", "ls": "keys", "scan": "keys", "dump": "export", "convert": "export",
    "filter": "export", "get": "show", "cat": "show", "value": "show", "check": "verify",
    "validate": "verify", "repair": "salvage", "fix": "salvage", "recover": "salvage",
    "stats": "info", "inspect": "info", "summary": "info", "secrets": "threats",
    "hex": "show --hex",
  ]

  /// The names of all commands.
  static var names: [String] {
    Program.configuration.subcommands.flatMap {
      [$0.configuration.commandName ?? $0._commandName] + $0.configuration.aliases
    } + ["help"]
  }

  /// The words of a command line, with `info` before a file.
  /// - Throws: That the first word is no command.
  static func completed(_ words: [String]) throws -> [String] {
    guard let first = words.first, first == "-" || !first.hasPrefix("-"), !names.contains(first)
    else { return words }
    if isFile(first) { return ["info"] + words }
    throw Misuse(
      "\(Messages.spelled(first)) is neither a command nor a file" + suggestion(first)
        + "; rdbsift --help lists the commands")
  }

  private static func isFile(_ word: String) -> Bool {
    word == "-" || word.hasPrefix("@") || word.contains("/") || word.contains(".")
      || Folder.hasEntry(word)
  }

  private static func suggestion(_ word: String) -> String {
    let near = names.map { ($0, EditDistance.between($0, word)) }.min { $0.1 < $1.1 }
    let found = others[word] ?? near.flatMap { $0.1 <= max(1, word.count / 3) ? $0.0 : nil }
    return found.map { "; did you mean \($0)?" } ?? ""
  }
}

/// How far apart two words are.
enum EditDistance {
  /// Letters to insert, remove or replace to make one word of another; long words are cut.
  static func between(_ one: String, _ other: String) -> Int {
    let (one, other) = (Array(one.utf8.prefix(64)), Array(other.utf8.prefix(64)))
    var row = Array(0...other.count)
    for (line, letter) in one.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, another) in other.enumerated() {
        let replaced = diagonal + (letter == another ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[other.count]
  }
}
