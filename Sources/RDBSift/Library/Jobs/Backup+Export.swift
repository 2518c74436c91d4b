import Export
import RDB
import Restore

/// What an export wrote, and what of it is not what the file has.
public struct ExportResult: Sendable {
  /// Why a key did not come through whole.
  ///
  /// A structure and not an enumeration, since later versions may have more.
  public struct Reason: RawRepresentable, Hashable, CustomStringConvertible, Sendable {
    /// The name.
    public let rawValue: String

    /// Makes one of a name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The name.
    public var description: String { rawValue }

    /// Not written: the target has no commands, payload or type for its value.
    public static let unsupported = Reason(rawValue: "unsupported")
    /// Not written: its value is damaged, and servers stop loading at it.
    public static let damaged = Reason(rawValue: "damaged")
    /// Not written: another record of the file has the same key.
    public static let duplicate = Reason(rawValue: "duplicate")
    /// Not written: the target cannot have the module of its value.
    public static let lacksModule = Reason(rawValue: "lacksModule")
    /// Not written: it has no elements; servers drop such keys.
    public static let empty = Reason(rawValue: "empty")
    /// Written, and the server needs the module of its value.
    public static let needsModule = Reason(rawValue: "needsModule")
    /// Written; of elements that occur twice in it, the first.
    public static let repeatedElements = Reason(rawValue: "repeatedElements")
    /// Written; a score of -0 is 0 on the server.
    public static let negativeZero = Reason(rawValue: "negativeZero")
    /// Written without the expiries of its fields, which the target does not have.
    public static let fieldExpiries = Reason(rawValue: "fieldExpiries")
    /// Written without state of a stream that no command sets.
    public static let streamState = Reason(rawValue: "streamState")
    /// Written without the metadata that modules keep beside the key.
    public static let metadata = Reason(rawValue: "metadata")
  }

  /// A key that did not come through whole.
  public struct Loss: Hashable, Sendable {
    /// Why.
    public let reason: Reason
    /// The key.
    public let key: StoredString
    /// Its database in the backup.
    public let database: Int
    /// Bytes from the start of the RDB data to its record.
    public let offset: Int
    /// The name of its file.
    public let file: String
  }

  /// The files.
  public let files: [SourceFile]
  /// Keys that were written.
  public let keys: Int
  /// Function libraries that were written.
  public let functions: Int
  /// Bytes that were written.
  public let bytes: Int
  /// Selected keys that were left out since they had expired at the restore time or have by now.
  public let expired: Int
  /// Keys that did not come through whole, in file order: the first 1,000 of each file.
  public let losses: [Loss]
  /// The number of all of them.
  public let lossCount: Int
}

extension Backup {
  /// Writes the selected keys.
  ///
  /// Nothing is written if keys of the output would coincide, or if a file cannot be read; a file appears only when it
  /// is complete. The same backup and arguments give the same bytes, whatever the number of threads.
  ///
  /// - Parameters:
  ///   - selection: Which keys.
  ///   - format: What to write.
  ///   - output: Where to.
  ///   - restoredAt: The moment whose data is restored: keys that had expired by then are left out, and append-only logs
  ///     are cut there. Without it, the time of the backup.
  ///   - shiftedTo: Where the TTLs that keys had left at that moment run again from; nil to leave expiries as they are.
  ///   - now: The moment of the restore: keys that have expired by then are left out. Without it, `shiftedTo`,
  ///     `restoredAt` or the time of the backup: a library reads no clock.
  /// - Returns: What was written.
  /// - Throws: ``SiftError``, or what the closure of the output throws.
  @discardableResult
  public func export(
    _ selection: Selection = .everything, as format: ExportFormat, to output: ExportOutput,
    restoredAt: UnixTime? = nil, shiftedTo: UnixTime? = nil, now: UnixTime? = nil
  ) throws -> ExportResult {
    do {
      let backup = try restored(selection, at: restoredAt)
      let times = try RestoreTimes(
        backup, restoredAt: restoredAt, shiftedTo: shiftedTo, now: now)
      var request = ExportRequest(times.plan(selection))
      request.commands = format.options
      request.files = backup.isSeveral ? backup.names : nil
      try backup.checkHeaders()
      return try backup.export(request, as: format.writer, to: output)
    } catch {
      throw SiftError.ofJob(error)
    }
  }

  private func export<Format: RecordFormat>(
    _ request: ExportRequest, as type: Format.Type, to output: ExportOutput
  ) throws -> ExportResult {
    let prepared = try prepareExport(as: type, request) { counted in
      _ = try counted.sourceFiles()
    }
    return try output.write(inputs: identities, checksum: type.traits.countsFirst) { target in
      let result = try export(prepared, to: target)
      return ExportResult(try result.sourceFiles(), result, bytes: target.count)
    }
  }
}

extension ExportResult {
  init(_ files: [SourceFile], _ result: BackupResult<ExportSummary>, bytes: Int) {
    self.files = files
    self.bytes = bytes
    keys = Int(clamping: result.merged?.written ?? 0)
    functions = Int(clamping: result.merged?.detail.functions ?? 0)
    let tally = result.merged?.tally
    expired = [SkipReason.expiredAtReference, .expiredAtSubmission]
      .reduce(0) { $0 + Int(clamping: tally?.skipped($1).keys ?? 0) }
    let notes = result.readable.map { (file: $0.file.name, notes: $0.result.notes) }
    losses = notes.flatMap { file in file.notes.kept.compactMap { Loss($0, file: file.file) } }
    lossCount = notes.reduce(0) { $0 + $1.notes.lossCount }
  }
}

extension ExportResult.Loss {
  init?(_ note: RecordNote, file: String) {
    guard let reason = ExportResult.Reason(note.kind) else { return nil }
    self.init(
      reason: reason, key: StoredString(note.key), database: Int(note.record.database),
      offset: note.record.start, file: file)
  }
}

extension ExportResult.Reason {
  init?(_ kind: RecordNote.Kind) {
    switch kind {
    case .unsupported: self = .unsupported
    case .negativeZero: self = .negativeZero
    case .fieldExpiries: self = .fieldExpiries
    case .streamState: self = .streamState
    case .metadata: self = .metadata
    case .empty: self = .empty
    case .refused: self = .damaged
    case .duplicateKey: self = .duplicate
    case .repeatedElements: self = .repeatedElements
    case .needsModule: self = .needsModule
    case .lacksModule: self = .lacksModule
    case .example: return nil
    }
  }
}

extension NoteList {
  /// The number of keys that did not come through whole.
  var lossCount: Int {
    RecordNote.Kind.allCases.filter { ExportResult.Reason($0) != nil }
      .reduce(0) { $0 + count($1) }
  }
}
