// Whether output is coloured. The streams are looked at before a command has its options, so the
// choice is read from the words of the command line.

import ArgumentParser

/// When text is coloured.
enum ColourChoice: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// On a terminal, unless the environment refuses.
  case auto
  case always
  case never

  /// The choice of a command line; `auto` if it has none.
  static func typed(_ arguments: [String]) -> ColourChoice {
    let options = arguments.prefix { $0 != "--" }
    for (index, word) in options.enumerated() {
      if word.hasPrefix("--color=") {
        return ColourChoice(rawValue: String(word.dropFirst(8))) ?? .auto
      }
      if word == "--color", index + 1 < options.count {
        return ColourChoice(rawValue: options[index + 1]) ?? .auto
      }
    }
    return .auto
  }
}
