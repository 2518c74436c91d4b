// Where a log ends: at a second, at a place, behind a number of commands. A MULTI whose EXEC is not
// there belongs to nothing, as when a server loads the log.

/// Where a log is to end.
package enum LogCut: Hashable, Sendable {
  /// At its end.
  case end
  /// With a second since 1970, which counts whole.
  case second(Int64)
  /// Before an offset of a file.
  case place(LogPosition)
  /// Behind so many commands.
  case commands(Int)
}

/// Why a log does not reach a second.
///
/// All of them are the service's `InvalidBinlog.NotValid`.
package enum LogCutError: Error, Hashable, Sendable {
  ///
  ///
  /// The log has no stamps.
  case noStamps
  /// The second is before the first that is covered.
  case tooEarly(first: Int64)
  /// The second is behind the last that is covered.
  case tooLate(last: Int64)
  /// Commands before the first stamp belong to no known second.
  case unstamped(first: Int64)
  /// A file that may hold commands of the second is missing.
  case missingFile(name: String, last: Int64)
  /// The log is damaged before it reaches the second.
  case damaged(LogDamage)
  /// The place or the number of commands is behind the end.
  case beyondEnd
}

/// Where a log ends, and what is known there.
package struct LogEnd: Hashable, Sendable {
  /// The first byte that does not count.
  package var position: LogPosition
  /// The last second that the log tells before it.
  package var clock: Int64?
  /// Commands before it.
  package var commands: Int
  /// Commands before the first stamp, of which no second is known.
  package var unstamped: Int
  /// The first stamp, if there is one.
  package var firstStamp: Int64?
  /// Where a transaction begins that has no end before the cut.
  package var openTransaction: LogPosition?
  /// Where transactions begin that earlier files do not end.
  package var droppedTransactions: [LogPosition]
  /// Commands of that transaction behind its MULTI.
  package var droppedCommands: Int
  /// What is cut off at the end of the last file.
  package var tail: LogDamage?

  /// Whether commands before the end belong to transactions that have none.
  var dropsTransactions: Bool { openTransaction != nil || !droppedTransactions.isEmpty }
}

/// Watches the commands of a log for the place of a cut.
struct CutTracker {
  let cut: LogCut
  /// The highest stamp so far: a restart with the clock behind makes stamps run backwards.
  private(set) var clock: Int64?
  private(set) var firstStamp: Int64?
  private(set) var commands = 0
  /// Commands before the first stamp.
  private(set) var unstamped = 0
  private(set) var transaction: LogPosition?
  private var dropped: [LogPosition] = []
  private var commandsBeforeTransaction = 0

  init(_ cut: LogCut) { self.cut = cut }

  /// Takes a stamp; false if the log ends before it.
  mutating func stamp(_ second: Int64, at position: LogPosition) -> Bool {
    if firstStamp == nil { firstStamp = second }
    switch cut {
    case .end: break
    case .second(let last): if second > last { return false }
    case .place(let place): if position >= place { return false }
    case .commands(let count): if commands >= count { return false }
    }
    clock = max(clock ?? second, second)
    return true
  }

  /// Takes a command; false if the log ends before it.
  @inline(__always)
  mutating func command(_ verb: Verb?, at position: LogPosition) -> Bool {
    switch cut {
    case .end, .second: break
    case .place(let place): if position >= place { return false }
    case .commands(let count): if commands >= count { return false }
    }
    if verb == .multi, transaction == nil {
      transaction = position
      commandsBeforeTransaction = commands
    } else if verb == .exec {
      transaction = nil
    }
    commands &+= 1
    if firstStamp == nil { unstamped &+= 1 }
    return true
  }

  /// A file begins: a transaction does not go on in the next.
  mutating func begin() {
    if let transaction { dropped.append(transaction) }
    transaction = nil
  }

  /// Lost commands may include the end of a transaction, so its readable commands count.
  mutating func passLoss() { transaction = nil }

  /// Where the log ends.
  func end(_ walk: LogWalkEnd) -> LogEnd {
    LogEnd(
      position: transaction ?? walk.position, clock: clock,
      commands: transaction == nil ? commands : commandsBeforeTransaction,
      unstamped: unstamped, firstStamp: firstStamp,
      openTransaction: transaction, droppedTransactions: dropped,
      droppedCommands: transaction == nil ? 0 : max(0, commands - commandsBeforeTransaction - 1),
      tail: walk.tail)
  }

  /// Whether the log reaches the cut.
  func check(_ walk: LogWalkEnd, in input: LogInput) throws(LogCutError) {
    switch cut {
    case .end: break
    case .second(let second): try check(second, walk, in: input)
    case .place(let place):
      guard walk.isStopped || walk.position == place else { throw .beyondEnd }
    case .commands(let count):
      guard walk.isStopped || commands == count else { throw .beyondEnd }
    }
  }

  private func check(
    _ second: Int64, _ walk: LogWalkEnd, in input: LogInput
  ) throws(LogCutError) {
    guard let first = firstStamp else { throw .noStamps }
    if let created = input.base?.created, second < created { throw .tooEarly(first: created) }
    if clock == nil { try checkUnstamped(second, first, in: input) }
    guard !walk.isStopped, let last = clock else { return }
    if let missing = input.missing.first { throw .missingFile(name: missing, last: last) }
    guard second <= last else { throw .tooLate(last: last) }
  }

  /// A rewrite leaves commands of its own second without a stamp.
  ///
  /// Where stamps were switched on later, commands of hours have none: these are not taken for
  /// those of any second but the last before.
  private func checkUnstamped(
    _ second: Int64, _ first: Int64, in input: LogInput
  ) throws(LogCutError) {
    guard let created = input.base?.created else { throw .tooEarly(first: first) }
    guard unstamped > 0 else { return }
    let isNear = first - created <= CutTracker.unstampedSeconds
    guard !input.baseHasCommands, isNear || second >= first - 1 else {
      throw .unstamped(first: first)
    }
  }

  ///
  ///
  /// Seconds between a base and the first stamp in which commands without a stamp are let pass.
  private static var unstampedSeconds: Int64 { 10 }
}
