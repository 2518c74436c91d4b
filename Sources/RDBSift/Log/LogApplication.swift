// Large logs of which every key is selected: the keys are applied in shares, on as many threads as there
// are, and the overlays of the shares are joined. Which keys are in a share depends on nothing but their
// names, so that the result is the same for any number of threads.

import AOF
import RDB
import Restore
import Storage
import Synchronization

/// What was applied and written of a log.
struct AppliedLog: Sendable {
  let end: LogEnd
  let reference: Int64?
  var overlay: Overlay
  /// Absent keys, by database and name.
  var absent: [AbsentKey]
}

/// Applies a log.
struct LogApplication: Sendable {
  let log: LogSource
  let request: MomentRequest
  let options: Backup.Options

  /// Every share reads all commands, so that more shares pay only where there are more threads.
  private static let shares = 2

  /// Applies the commands of selected keys, and writes the overlay.
  /// - Throws: `LogFailure` if the log does not reach the moment, or why the overlay cannot be written.
  func apply(_ input: LogInput, to file: OverlayFile) throws -> AppliedLog {
    let selector = NameSelector(request.filter ?? RecordFilter())
    guard input.byteCount >= request.wholeBytes, selector.selectsEverything else {
      return try apply(input, selector, to: file)
    }
    return try join(try applyShares(input), to: file)
  }

  private func apply(
    _ input: LogInput, _ selector: any KeySelector, to file: OverlayFile
  ) throws -> AppliedLog {
    let moment: LogMoment
    do throws(LogCutError) {
      moment = try LogMoment(
        input, request.cut.resolved(in: log), selector, reference: request.reference)
    } catch {
      throw request.cut.failure(error, log)
    }
    let overlay = moment.writeOverlay { file.write($0) }
    if let failure = file.failure { throw failure }
    return AppliedLog(
      end: moment.end, reference: moment.reference, overlay: overlay,
      absent: request.absent.map { moment.absentKeys(of: $0) } ?? [])
  }

  /// Applies all shares, and writes an overlay of each.
  /// - Throws: The failure of the first share that has one.
  private func applyShares(_ input: LogInput) throws -> [(AppliedLog, SharedMapping)] {
    let found = Mutex([Int: Result<(AppliedLog, SharedMapping), any Error>]())
    let workers = min(max(options.threads, 1), LogApplication.shares)
    runWorkers(workers) { worker in
      for index in stride(from: worker, to: LogApplication.shares, by: workers) {
        let share = KeyShare(index, of: LogApplication.shares)
        let result = Result { try input.withFork { try apply($0, share) } }
        found.withLock { $0[index] = result }
      }
    }
    return try found.withLock { $0 }.sorted { $0.key < $1.key }.map { try $0.value.get() }
  }

  private func apply(
    _ input: LogInput, _ share: KeyShare
  ) throws -> (AppliedLog, SharedMapping) {
    let selector = NameSelector(request.filter ?? RecordFilter())
    let file = try OverlayFile(in: options.opening.temporaryDirectory)
    let applied = try apply(input, ShareSelector(share, of: selector), to: file)
    return (applied, try file.mapped(as: log.name))
  }

  private func join(
    _ shares: [(AppliedLog, SharedMapping)], to file: OverlayFile
  ) throws -> AppliedLog {
    var joiner = OverlayJoiner(shares.map(\.0.overlay)) { file.write($0) }
    for (_, mapping) in shares { mapping.withBytes { joiner.append($0) } }
    var joined = shares[0].0
    joined.overlay = joiner.end()
    if let failure = file.failure { throw failure }
    joined.absent = AbsentKey.sorted(shares.flatMap(\.0.absent))
    return joined
  }
}

extension LogMoment {
  /// The absent keys that a filter selects.
  func absentKeys(of filter: RecordFilter) -> [AbsentKey] {
    let selector = NameSelector(filter)
    return absentKeys().filter { key in
      filter.takes(database: key.database) && key.key.withRawSpan { selector.selects($0) }
    }
  }
}
