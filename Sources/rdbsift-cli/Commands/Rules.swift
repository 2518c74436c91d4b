import ArgumentParser
import RDB
import RDBSift
import Restore

/// How rules are listed.
struct RulesOptions: ParsableArguments {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
    case pack
  }

  @Option(
    name: [.long, .customLong("as")], help: "The format of the list; pack: as --rules reads it.")
  var format: Format = .text
}

/// Lists the rules of `threats`.
struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the rules that threats uses.",
    discussion: """
        rdbsift rules
        rdbsift rules --format pack -o my.rules

      --format pack writes a file that --rules reads: a starting point for your own rules.
      """)

  @OptionGroup(title: "Rules") var signatures: SignatureOptions
  @OptionGroup(title: "Output") var list: RulesOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    try Session.run(to: output) { session in
      let rules = try signatures.pack().rules
      switch list.format {
      case .text:
        try session.console.write(
          TerminalRenderer(session.console.output).table(rules.map(\.row)))
      case .json:
        let facts: Fields = ["rules": .rows(rules.map(\.row))]
        try session.console.write(json: .object(Report.schema("rules") + facts))
      case .pack: try session.console.write(rules.map(\.packText).joined(separator: "\n"))
      }
      return .done
    }
  }
}

extension SignatureRule {
  /// The rule as a pack spells it.
  var packText: String {
    var lines = [
      "[\(id)]", "title = \(title)", "severity = \(severity.name)",
      "where = \(places.names.joined(separator: " "))", "reference = \(reference)",
    ]
    for literal in literals { lines.append("literal = \(SignatureRule.escaped(literal))") }
    if digits > 0 { lines.append("digits = \(digits)") }
    if let check { lines.append("check = \(check.rawValue)") }
    if isSecret { lines.append("secret = yes") }
    lines.append("pattern = \(String(decoding: pattern, as: UTF8.self))")
    return lines.joined(separator: "\n") + "\n"
  }

  /// A literal as a pack spells it: printable ASCII as it is, a space at an end as `\s`.
  private static func escaped(_ literal: [UInt8]) -> String {
    var text = ""
    for (index, byte) in literal.enumerated() {
      let isEnd = index == 0 || index == literal.count - 1
      switch byte {
      case 0x20 where isEnd: text += #"\s"#
      case 0x5c: text += #"\\"#
      case 0x20...0x7e: text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16)
        text += digits.count == 1 ? #"\x0\#(digits)"# : #"\x\#(digits)"#
      }
    }
    return text
  }
}
