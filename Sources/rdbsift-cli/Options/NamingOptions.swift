// What keys are called at their destination.

import ArgumentParser
import Restore

/// New names.
struct NamingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Put this text before the name of every key that is written.", valueName: "text"))
  var keyPrefix: String?

  @Option(
    help: ArgumentHelp(
      """
      Rename keys that fully match REGEX using TEMPLATE, in which $1 is the first group, $0 the key \
      and $$ a dollar; the first match wins. May be repeated.
      """, valueName: "regex=template"))
  var rename: [String] = []

  /// The rules, compiled.
  func naming() throws -> KeyNaming {
    do throws(RenameError) {
      var rules: [RenameRule] = []
      for (index, text) in rename.enumerated() {
        rules.append(try RenameRule(Array(text.utf8), index: index))
      }
      return try KeyNaming(rules, prefix: Array((keyPrefix ?? "").utf8))
    } catch {
      throw Misuse(Messages.text(error))
    }
  }
}

extension Messages {
  /// A rule for names that cannot be used.
  static func text(_ error: RenameError) -> String {
    let place = "at byte \(error.offset) of \(spelled(error.text))"
    switch error.reason {
    case .noTemplate:
      return "Rename.NoTemplate[\(error.rule)]: \(spelled(error.text)) has no = between a regular "
        + "expression and the name that keys get"
    case .emptyPattern:
      return "Rename.Empty[\(error.rule)]: nothing precedes the = of \(spelled(error.text))"
    case .syntax(_, let message): return "Rename.Regex[\(error.rule)]: \(message), \(place)"
    case .backslashGroup:
      return
        "Rename.Template[\(error.rule)]: groups are $1, not \\1, \(place)"
    case .badReference:
      return
        "Rename.Template[\(error.rule)]: a dollar without a group, \(place): write $1, ${12} or, "
        + "for a dollar, $$"
    case .noGroup(let group, let count):
      return
        "Rename.Template[\(error.rule)]: there is no group \(group): \(spelled(error.text)) has "
        + Formatting.count(UInt64(count), "group", "groups")
    }
  }
}
