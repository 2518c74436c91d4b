// The second pass: the commands of keys that are followed are applied.

import RDB

/// Applies the commands of a log to a keyspace.
struct Replay: LossVisitor {
  let keyspace: Keyspace
  /// Where transactions begin that their files do not end.
  private let dropped: Set<LogPosition>
  private let table = CommandTable.shared
  private var isDropping = false
  private var queue = CommandQueue()
  private let lastFile: Int

  init(_ keyspace: Keyspace, _ end: LogEnd, lastFile: Int) {
    self.keyspace = keyspace
    self.lastFile = lastFile
    dropped = Set(end.droppedTransactions + (end.openTransaction.map { [$0] } ?? []))
  }

  mutating func begin(file: Int) {
    finish()
    isDropping = false
    keyspace.select(0)
  }

  mutating func stamp(_ second: Int64, at position: LogPosition) -> Bool {
    finish()
    let (moment, overflow) = second.multipliedReportingOverflow(by: 1000)
    if !overflow { keyspace.clock = max(keyspace.clock ?? moment, moment) }
    return true
  }

  mutating func command(_ arguments: [StringPlace], at position: LogPosition) -> Bool {
    if isDropping { return true }
    let parts = keyspace.parts
    let spec = parts.withBytes(arguments[0]) { table.find($0) }
    if spec?.verb == .multi, dropped.contains(position) {
      isDropping = true
      return true
    }
    if let spec, !follows(spec.keys, arguments) { return true }
    queue.append(spec, arguments, at: position, parts)
    if queue.isFull { finish() }
    return true
  }

  /// Applies the commands that were read.
  mutating func finish() {
    guard queue.count > 0 else { return }
    keyspace.touch(&queue)
    for index in 0..<queue.count {
      let item = queue[index]
      keyspace.position = item.position
      keyspace.command = item.arguments[0]
      if let spec = item.spec {
        keyspace.apply(spec, item.arguments)
      } else {
        keyspace.applyUnknown(item.arguments)
      }
    }
    queue.removeAll()
  }

  mutating func pass(_ loss: LogLoss) {
    finish()
    isDropping = false
    switch loss {
    case .file: keyspace.doubtEverything()
    case .hole(let hole, let file, let damaged):
      let isEnd = hole.isTail && file == lastFile
      // What a crash cuts off was never done.
      if isEnd, hole.isCutCommand { return }
      keyspace.position = LogPosition(file: file, offset: hole.start)
      keyspace.loseWritten(damaged: damaged)
      // Nothing follows the end: the state is that of the last command before it.
      if !hole.isHarmless, !isEnd { keyspace.doubtEverything() }
    }
  }

  /// Whether a command has a key that is followed, or none at all.
  private func follows(_ shape: KeyShape, _ arguments: [StringPlace]) -> Bool {
    switch shape {
    case .none: return true
    case .first: return arguments.count > 1 && keyspace.follows(arguments[1])
    case .scriptCounted where arguments.count < 4: return true
    default:
      var isFollowed = false
      CommandKeys(shape: shape, arguments: arguments, parts: keyspace.parts).forEach { index, _ in
        isFollowed = isFollowed || keyspace.follows(arguments[index])
      }
      return isFollowed || shape == .scriptCounted && declaresNoKeys(arguments)
    }
  }

  private func declaresNoKeys(_ arguments: [StringPlace]) -> Bool {
    arguments.count > 2 && keyspace.parts.integer(arguments[2]) == 0
  }
}
