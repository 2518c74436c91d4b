// Which rules: those of the program, those of files, or a few of them.

import ArgumentParser
import RDB
import Restore
import Storage

/// Options of the commands that work with rules.
struct SignatureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      A file of more rules; a rule with the name of another replaces it. May be repeated.
      """, valueName: "file"), completion: .file())
  var rules: [String] = []

  @Option(
    help: ArgumentHelp("Only the rule with this name. May be repeated.", valueName: "name"),
    completion: .list(SignaturePack.builtIn.rules.map(\.id)))
  var only: [String] = []

  /// All rules, before `--only`.
  func wholePack() throws -> SignaturePack {
    var pack = SignaturePack.builtIn
    for path in rules {
      let text = try MappedFile(path).withBytes { Array(copying: $0) }
      do throws(SignatureRuleError) {
        let more = try SignaturePack(parsing: text)
        _ = try CompiledSignatures(more)
        pack.add(more)
      } catch {
        throw Misuse(Messages.text(error, path: path))
      }
    }
    return pack
  }

  /// The rules that are asked for.
  func pack() throws -> SignaturePack {
    var pack = try wholePack()
    guard !only.isEmpty else { return pack }
    if let missing = pack.keep(only: only).first {
      throw Misuse("no rule is called \(Messages.spelled(missing)); rdbsift rules lists them")
    }
    return pack
  }

  /// Rules, compiled.
  static func compiled(_ pack: SignaturePack) throws -> CompiledSignatures {
    do throws(SignatureRuleError) {
      return try CompiledSignatures(pack)
    } catch {
      throw Misuse(Messages.text(error, path: "the rules of the program"))
    }
  }
}

extension Messages {
  /// A rule that cannot be used.
  static func text(_ error: SignatureRuleError, path: String) -> String {
    let rule = error.id.map { " (rule \(spelled($0)))" } ?? ""
    return "\(spelled(path)): line \(error.line)\(rule): \(text(error.reason))"
  }

  private static func text(_ reason: SignatureRuleError.Reason) -> String {
    switch reason {
    case .noField: "expected [name], or a field and its value such as `severity = high`"
    case .noRule: "a field before the first [name]"
    case .badID: "a rule's name consists of lower-case letters, digits and dashes"
    case .tooManyRules: "there are more than 256 rules with those of the program; see --only"
    case .sameID: "another rule has this name"
    case .unknownField(let name): "rules have no field \(spelled(name))"
    case .sameField(let name): "the field \(spelled(name)) is given twice"
    case .missingField(let name): "the field \(spelled(name)) is missing"
    case .badWord(let word, let field): "\(spelled(field)) does not take \(spelled(word))"
    case .shortLiteral: "a literal has four bytes or more"
    case .syntax(let message, let offset):
      "the pattern does not compile: \(message), at byte \(Formatting.count(offset)) of it"
    case .matchesNothing: "the pattern matches the empty text, so it would match everywhere"
    }
  }
}
