// What is left of a damaged append-only log: its state at the end, past everything that is no command.

package import AOF
import RDB
package import Restore
import Storage

/// What is left of a damaged log.
package struct SalvagedLog: Sendable {
  /// The log.
  package let log: LogSource
  /// The bytes that are no commands, and the files in which they are; the first of them.
  package private(set) var holes: [(file: Int, hole: LogHole)] = []
  /// The number of all of them, and their bytes.
  package private(set) var holeCount = 0
  package private(set) var lostBytes = 0
  /// The commands of each file that is there.
  package private(set) var commands: [Int] = []
  /// The state, as an RDB file.
  private let file: BackupFile
  /// Which of its records are sure, and which keys are not known.
  package let state: SalvagedState
  /// Where the log ends, and transactions that have no end.
  package let end: LogEnd

  /// Whether nothing is lost.
  package var isSound: Bool { holeCount == 0 && log.missing.isEmpty }

  /// Holes that are kept.
  private static let limit = 1000

  fileprivate init(
    _ log: LogSource, _ input: LogInput, _ filter: RecordFilter, _ options: Source.Options
  ) throws {
    self.log = log
    var (holes, count, bytes): ([(Int, LogHole)], Int, Int) = ([], 0, 0)
    commands = input.check { finding in
      guard let hole = finding.kind.hole else { return }
      count += 1
      bytes += hole.end - hole.start
      if holes.count < SalvagedLog.limit { holes.append((Int(finding.position.file), hole)) }
    }
    (self.holes, holeCount, lostBytes) = (holes, count, bytes)
    let moment = LogMoment(salvaging: input, NameSelector(filter))
    let overlay = try OverlayFile(in: options.temporaryDirectory)
    var state = moment.writeWhole { overlay.write($0) }
    if let failure = overlay.failure { throw failure }
    state.overlay.keep { filter.takes(database: $0) }
    self.state = state
    end = moment.end
    let part = Moment(
      log: log, end: moment.end, reference: moment.reference.map { UnixMilliseconds($0) },
      overlay: state.overlay, absent: [], isUnchanged: true)
    file = BackupFile(
      try overlay.source(named: log.name, options), path: log.name, .overlay(part))
  }

  /// Calls `body` with the state as an open file, and with which of its records are sure.
  /// - Throws: `FileFailure` if it cannot be read, or what `body` throws.
  package func withFile<Result>(
    _ options: Source.Options, _ body: (OpenFile, SalvagedFile) throws -> Result
  ) throws -> Result {
    try file.withSource(options) { source in
      let open = OpenFile(file: file, source: source)
      var found = try open.withBytes { SalvagedFile($0, SweepOptions()) }
      found.limitSure(to: state.sure, count: state.sureCount)
      return try body(open, found)
    }
  }
}

extension LogFinding.Kind {
  /// The bytes that are no commands, if it is about some.
  package var hole: LogHole? {
    switch self {
    case .hole(let hole), .cutTail(let hole): hole
    default: nil
    }
  }
}

/// What a salvage makes of a log.
package enum LogSalvage: Sendable {
  /// The commands were applied.
  case state(SalvagedLog)
  /// It is an RDB file that no commands follow.
  case noCommands
  /// Its RDB part is damaged: that is to be salvaged first, and commands mean nothing without it.
  case damagedBase
}

extension LogSource {
  /// Reads a damaged log to its end.
  ///
  /// - Parameters:
  ///   - filter: Which keys.
  ///   - options: How to open its files.
  /// - Returns: What is left of it.
  /// - Throws: `FileFailure` if a file cannot be read.
  package func salvage(_ filter: RecordFilter, _ options: Source.Options) throws -> LogSalvage {
    return try withDamagedInput(options) { input in
      if input.baseDamage != nil { return .damagedBase }
      let isPlain = !isOfManifest && input.base != nil && !input.baseHasCommands
      return isPlain ? .noCommands : .state(try SalvagedLog(self, input, filter, options))
    }
  }
}
