// Logs at a moment, as an ordinary backup: for each log an overlay with what the log changed, and its base
// without the keys in it.

package import AOF
package import Export
package import RDB
package import Restore
import Storage

/// Where logs are cut, and which keys are selected.
package struct MomentRequest: Sendable {
  /// Where a log ends.
  package enum Cut: Hashable, Sendable {
    /// At its end.
    case end
    /// With a second since 1970, which counts whole.
    case second(Int64)
    /// Before an offset of one of its files.
    case place(file: String, offset: Int)
    /// After a number of commands.
    case commands(Int)
  }

  /// Where each log ends.
  package var cut = Cut.end
  /// The second at which expiries are judged; nil for that of the cut.
  package var reference: Int64?
  /// Which keys; nil for all.
  package var filter: RecordFilter?
  /// Whether keys of the base that had expired at the moment are dropped; a restore counts them.
  package var dropsExpired = false
  /// Of which keys to find those that are absent; nil for none.
  package var absent: RecordFilter?
  /// The bytes from which on all keys of a log are applied in shares.
  package var wholeBytes = 1 << 25
  /// Whether to find out which absent keys are there at the log's end.
  package var comparesEnd = false

  /// Makes a request for all keys at the end of each log.
  package init() {}
}

extension MomentRequest {
  /// The second that holds a time, rounded down: a second counts whole.
  package static func second(_ time: UnixMilliseconds) -> Int64 {
    (time.rawValue - (time.rawValue % 1000 + 1000) % 1000) / 1000
  }

  /// Makes a request for all keys at the end of a second, or of each log.
  package init(at time: UnixMilliseconds?) {
    self.init()
    if let time { cut = .second(MomentRequest.second(time)) }
  }
}

/// What became of a log at a moment.
package struct Moment: Sendable {
  /// The log.
  package let log: LogSource
  /// Where it was cut.
  package let end: LogEnd
  /// The moment at which expiries are judged; nil where none is known.
  package let reference: UnixMilliseconds?
  /// The records that were written, and keys that are not known.
  package let overlay: Overlay
  /// Selected keys that are not there, if they were asked for.
  package let absent: [AbsentKey]
  /// Absent keys that are there at the log's end; nil if it was not asked, or the end cannot be read.
  package var absentButLater: Int?
  /// Whether no file of the log changed while it was read.
  package let isUnchanged: Bool
}

/// What one of the two files of a log at a moment is.
package enum MomentPart: Sendable {
  /// What the log changed.
  case overlay(Moment)
  /// The base, as far as the log left it alone.
  case base(ReplacedRecords)
}

extension MomentPart {
  /// Where the log changed the key of a record last; nil for a record of the base.
  package func change(of record: RDBRecord) -> LoggedChange? {
    guard case .overlay(let moment) = self else { return nil }
    guard let found = moment.overlay.record(at: record.start) else { return nil }
    let name =
      found.change.map { moment.log.allParts[Int($0.file)].name }
      ?? moment.log.parts[0].name
    return LoggedChange(
      file: Array(name.utf8), offset: found.change?.offset, encoding: found.encoding)
  }
}

extension Backup {
  /// The logs of this backup at a moment, as ordinary files.
  ///
  /// - Parameter request: The moment, and which keys.
  /// - Returns: A backup without logs; this one if it has none.
  /// - Throws: `LogFailure` if a log does not reach the moment, `FileFailure` if it cannot be read.
  package func at(_ request: MomentRequest) throws -> Backup {
    guard !logs.isEmpty else { return self }
    var files: [BackupFile] = []
    var moments: [Moment] = []
    for entry in entries {
      switch entry {
      case .file(let file):
        guard request.cut == .end else { throw LogFailure.plainFile(file.name) }
        files.append(file)
      case .log(let log):
        let builder = MomentBuilder(log: log, request: request, options: options)
        let (moment, parts) = try builder.build()
        moments.append(moment)
        files += parts
      }
    }
    return Backup(files, moments, of: self)
  }
}

extension MomentRequest.Cut {
  /// Refuses a cut by a file that is none of the log's.
  func check(_ log: LogSource) throws(LogFailure) {
    guard case .place(let name, _) = self, log.index(ofPart: name) == nil else { return }
    throw .noSuchPart(name, log)
  }

  /// The cut in a log that was checked.
  func resolved(in log: LogSource) -> LogCut {
    switch self {
    case .end: .end
    case .second(let second): .second(second)
    case .commands(let count): .commands(count)
    case .place(let name, let offset):
      .place(LogPosition(file: log.index(ofPart: name) ?? 0, offset: offset))
    }
  }

  /// Why a log does not reach the cut.
  func failure(_ error: LogCutError, _ log: LogSource) -> LogFailure {
    guard case .damaged(let damage) = error else { return .cut(error, log) }
    if case .second = self { return .cut(error, log) }
    return .damaged(damage, log)
  }
}

/// A key of a database.
private struct NamedKey: Hashable {
  let database: UInt32
  let key: [UInt8]

  init(_ database: UInt32, _ key: [UInt8]) {
    self.database = database
    self.key = key
  }
}

/// Cuts one log, and writes its overlay.
private struct MomentBuilder {
  let log: LogSource
  let request: MomentRequest
  let options: Backup.Options

  func build() throws -> (Moment, [BackupFile]) {
    try request.cut.check(log)
    if request.cut == .end, let missing = log.missing.first {
      let last = try log.withInput(options.opening) { LogCoverage(of: $0).lastStamp }
      throw LogFailure.cut(.missingFile(name: missing, last: last ?? .min), log)
    }
    let file = try OverlayFile(in: options.opening.temporaryDirectory)
    let found = try log.withInput(options.opening) { try apply($0, to: file) }
    let source = try file.source(named: log.name, options.opening)
    return (found, files(found, source))
  }

  private func apply(_ input: LogInput, to file: OverlayFile) throws -> Moment {
    let filter = request.filter ?? RecordFilter()
    var applied = try LogApplication(log: log, request: request, options: options)
      .apply(input, to: file)
    applied.overlay.keep { filter.takes(database: $0) }
    var found = Moment(
      log: log, end: applied.end, reference: applied.reference.map { UnixMilliseconds($0) },
      overlay: applied.overlay, absent: applied.absent, isUnchanged: isUnchanged)
    if let asked = request.absent, request.comparesEnd {
      found.absentButLater = later(applied.absent, of: asked, input)
    }
    return found
  }

  /// How many keys are there at the log's end; nil if it cannot be read up to there.
  private func later(
    _ absent: [AbsentKey], of filter: RecordFilter, _ input: LogInput
  ) -> Int? {
    guard !absent.isEmpty else { return 0 }
    guard log.missing.isEmpty,
      let end = try? LogMoment(input, .end, NameSelector(filter))
    else { return nil }
    let overlay = end.writeOverlay { _ in }
    let gone = Set(end.absentKeys(of: filter).map { NamedKey($0.database, $0.key) })
      .union(overlay.inexact.map { NamedKey($0.database, $0.key) })
    return absent.count { !gone.contains(NamedKey($0.database, $0.key)) }
  }

  private var isUnchanged: Bool {
    log.parts.allSatisfy { part in
      guard part.file.member == nil, let file = try? InputFile(part.file.path) else { return true }
      return file.identity == part.file.identity && file.size == part.file.packedSize
    }
  }

  private func files(_ moment: Moment, _ overlay: Source) -> [BackupFile] {
    var files = [BackupFile(overlay, path: log.name, .overlay(moment))]
    if let base = log.parts.first, base.file.isBackup(options.opening) {
      let replaced = ReplacedRecords(
        changes: moment.overlay.base,
        expiredBefore: request.dropsExpired ? moment.reference?.rawValue : nil)
      files.append(base.file.asPart(.base(replaced), named: log.name))
    }
    return files
  }
}
