// What `verify` finds in the commands of a log: it is read to its end, whatever lies between them.

import RDB

/// Something that is found in the commands of a log.
package struct LogFinding: Hashable, Sendable {
  /// What it is.
  package enum Kind: Hashable, Sendable {
    /// Bytes that are no commands: servers refuse the log.
    case hole(LogHole)
    /// The last file ends inside a command, as a crash leaves it: servers cut it off.
    case cutTail(LogHole)
    /// A transaction has no EXEC in its file: servers leave it out. The commands behind its MULTI.
    case openTransaction(commands: Int)
    /// An EXEC without a transaction.
    case loneExec
    /// An argument that no line end follows; servers do not look there.
    case longArgument(LogError)
    /// A command with too few or too many words: its name, its words, and how many it takes.
    case wrongArity([UInt8], words: Int, CommandArity)
    /// A command whose effect is unknown: its name, and how often it occurs in the log.
    case unknownCommand([UInt8], count: Int)
  }

  /// What it is.
  package var kind: Kind
  /// Where it begins.
  package var position: LogPosition
}

extension LogInput {
  /// Reads a log to its end.
  ///
  /// - Parameter body: Gets what is found, in the order of the log; commands that are not known come last.
  /// - Returns: The number of commands of each file.
  package func check(_ body: (LogFinding) -> Void) -> [Int] {
    withoutActuallyEscaping(body) { body in
      var visitor = CheckVisitor(self, body)
      walkAll(&visitor)
      return visitor.finish()
    }
  }
}

/// Checks the order of commands, and collects what is no command.
private struct CheckVisitor: LossVisitor {
  private struct Unknown {
    var count: Int
    var first: LogPosition
  }

  private let input: LogInput
  private let body: (LogFinding) -> Void
  private let table = CommandTable.shared
  private var commands: [Int] = []
  private var transaction: LogPosition?
  private var queued = 0
  /// Whether commands were lost since the file began, an EXEC or a MULTI perhaps.
  private var hasLost = false
  private var unknown = PlaceMap<Unknown>()

  /// Limit on the names of unknown commands to report.
  private static let names = 256

  init(_ input: LogInput, _ body: @escaping (LogFinding) -> Void) {
    self.input = input
    self.body = body
  }

  mutating func begin(file: Int) {
    endTransaction()
    commands.append(0)
    hasLost = false
  }

  mutating func stamp(_ second: Int64, at position: LogPosition) -> Bool { true }

  mutating func pass(_ loss: LogLoss) {
    hasLost = true
    guard case .hole(let hole, let file, _) = loss else { return }
    let position = LogPosition(file: file, offset: hole.error.offset)
    let isCut = hole.isCutCommand && file == input.files.count - 1 && input.missing.isEmpty
    body(LogFinding(kind: isCut ? .cutTail(hole) : .hole(hole), position: position))
  }

  mutating func command(_ arguments: [StringPlace], at position: LogPosition) -> Bool {
    commands[commands.count - 1] += 1
    queued += 1
    let parts = input.parts
    let spec = parts.withBytes(arguments[0]) { table.find($0) }
    if let spec { check(spec, Arguments(places: arguments, parts: parts), at: position) }
    switch spec?.verb {
    case .multi where transaction == nil || hasLost:
      (transaction, queued, hasLost) = (position, 0, false)
    case .exec:
      if transaction == nil, !hasLost { body(LogFinding(kind: .loneExec, position: position)) }
      transaction = nil
    case nil: note(arguments[0], at: position)
    default: break
    }
    if let error = longArgument(arguments, position) {
      let place = LogPosition(file: Int(position.file), offset: error.offset)
      body(LogFinding(kind: .longArgument(error), position: place))
    }
    return true
  }

  private func check(_ spec: CommandSpec, _ arguments: Arguments, at position: LogPosition) {
    guard let arity = table.violatedArity(of: spec, arguments) else { return }
    let name = input.parts.array(arguments[0])
    body(
      LogFinding(kind: .wrongArity(name, words: arguments.count, arity), position: position))
  }

  private func longArgument(_ arguments: [StringPlace], _ position: LogPosition) -> LogError? {
    input.parts.withBytes(ofPart: arguments[0].part) { bytes in
      CommandReader.longArgument(arguments, in: bytes, of: position.offset)
    }
  }

  private mutating func note(_ name: StringPlace, at position: LogPosition) {
    if let index = unknown.find(name, in: input.parts) {
      var known = unknown[index]
      known.count += 1
      unknown.replace(known, at: index)
    } else if unknown.count < CheckVisitor.names {
      unknown.append(name, Unknown(count: 1, first: position), in: input.parts)
    }
  }

  private mutating func endTransaction() {
    guard let open = transaction else { return }
    body(LogFinding(kind: .openTransaction(commands: queued), position: open))
    transaction = nil
  }

  mutating func finish() -> [Int] {
    endTransaction()
    for index in unknown.indices {
      let name = Array(input.parts.array(unknown.key(index)).prefix(64))
      let (count, first) = (unknown[index].count, unknown[index].first)
      body(LogFinding(kind: .unknownCommand(name, count: count), position: first))
    }
    return commands
  }
}
