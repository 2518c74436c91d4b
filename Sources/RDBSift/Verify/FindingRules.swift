// The stable names of rules: the subject, and a dot and the part if there is one.

package import AOF
package import RDB

/// The names of the rules that a file may break.
package enum FindingRules {
  /// The name of a rule about bytes.
  package static func name(_ reason: RDBError.Reason, _ part: RDBError.Part) -> String {
    part == .whole ? subject(reason) : "\(subject(reason)).\(suffix(part))"
  }

  /// The name of a rule about the commands of a log.
  package static func name(_ finding: LogFinding.Kind) -> String {
    switch finding {
    case .hole(let hole), .cutTail(let hole): name(hole.error.reason)
    case .longArgument(let error): name(error.reason)
    case .openTransaction, .loneExec: "log.transaction"
    case .wrongArity: "log.arity"
    case .unknownCommand: "log.unknown-command"
    }
  }

  /// The name of a rule about the syntax of a log.
  package static func name(_ reason: LogError.Reason) -> String {
    switch reason {
    case .truncated: "log.truncated"
    case .noCommand: "log.command"
    case .noArgument: "log.argument"
    case .badCount: "log.count"
    case .badLength: "log.length"
    case .longLine: "log.line"
    case .longArgument: "log.long-argument"
    }
  }

  /// The severity of a finding in the commands of a log.
  static func severity(of finding: LogFinding.Kind) -> Finding.Severity {
    switch finding {
    case .hole, .wrongArity: .error
    case .cutTail, .openTransaction, .loneExec, .longArgument: .warning
    case .unknownCommand: .note
    }
  }

  /// The subject of damage.
  private static func subject(_ reason: RDBError.Reason) -> String {
    switch reason {
    case .truncated: "truncated"
    case .badMagic: "header.magic"
    case .badVersion: "header.version"
    case .badLength: "length"
    case .badString: "string"
    case .badLZF: "lzf"
    case .badListpack: "listpack"
    case .badZiplist: "ziplist"
    case .badZipmap: "zipmap"
    case .badIntset: "intset"
    case .badScore: "score"
    case .badStream: "stream"
    case .badTemplate: "template"
    case .badExpiry: "expiry"
    case .badArray: "array"
    case .badModule: "module"
    case .badQuicklist: "quicklist"
    case .unknownOpcode: "opcode"
    case .unknownType: "type"
    case .unskippable: "unskippable"
    case .unsupportedCompression: "compression"
    case .limitExceeded: "limit"
    case .duplicateElement: "duplicate.element"
    case .wrongOrder: "order"
    case .emptyValue: "empty"
    case .badFunction: "function"
    case .badHyperLogLog: "hyperloglog"
    case .zeroHole: "hole.zeros"
    case .onesHole: "hole.ones"
    }
  }

  private static func suffix(_ part: RDBError.Part) -> String {
    switch part {
    case .lastID: "last-id"
    case .firstID: "first-id"
    case .maxDeletedID: "max-deleted-id"
    default: "\(part)"
    }
  }

  /// The severity of a remark: a finding about a value that servers can load.
  static func severity(ofRemark reason: RDBError.Reason) -> Finding.Severity {
    switch reason {
    case .badHyperLogLog, .limitExceeded: .note
    default: .warning
    }
  }
}
