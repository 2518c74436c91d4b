// The contents of a file other than its records, collected during the scan.

package import RDB

/// The metadata of a file.
package struct RDBMetadata: Sendable {
  /// An AUX field.
  package struct Aux: Hashable, Sendable {
    package var name: [UInt8]
    package var value: [UInt8]
  }

  /// The RESIZEDB counts of a database.
  package struct Database: Hashable, Sendable {
    /// The number of keys according to the file; nil if not stored.
    package var promisedKeys: UInt64?
    /// The number of keys with an expiry according to the file.
    package var promisedExpires: UInt64?
  }

  /// AUX fields kept; KeyDB writes one per key.
  private static let auxLimit = 256
  /// Bytes searched for the first key when only the metadata before it is needed.
  private static let headLimit = 64 << 20

  package var header: RDBHeader
  /// The dialect that the scan detected.
  package var dialect: RDBDialect = .redis
  /// AUX fields, in order, up to 256.
  package private(set) var aux: [Aux] = []
  /// The number of all AUX fields.
  package private(set) var auxCount = 0
  /// The databases by number.
  package private(set) var databases: [UInt32: Database] = [:]
  /// The number of function libraries.
  package private(set) var functionCount = 0
  /// Modules with module AUX data, each once, up to 256.
  package private(set) var moduleAux: [ModuleID] = []
  /// The number of slot-info opcodes.
  package private(set) var slotHints = 0
  /// The number of slot imports in progress.
  package private(set) var slotImports = 0
  /// The number of hash templates.
  package private(set) var hashTemplates = 0
  /// The offset of the end opcode; nil until it is read.
  package private(set) var end: Int?
  /// The stored checksum; nil before version 5.
  package private(set) var storedChecksum: UInt64?
  private var current: UInt32 = 0

  /// Makes metadata without fields.
  package init(header: RDBHeader) { self.header = header }

  /// Adds an opcode between records.
  mutating func note(_ event: RDBEvent, in bytes: RawSpan) {
    switch event {
    case .aux(let name, let value):
      auxCount += 1
      guard aux.count < RDBMetadata.auxLimit else { return }
      let name = name.unpacked(in: bytes) ?? []
      aux.append(Aux(name: name, value: value.unpacked(in: bytes) ?? []))
    case .selectDatabase(let number):
      current = number
      databases[number] = databases[number] ?? Database()
    case .resize(let keys, let expires):
      databases[current] = Database(promisedKeys: keys, promisedExpires: expires)
    case .slotInfo: slotHints += 1
    case .slotImport: slotImports += 1
    case .function, .functionPreGA: functionCount += 1
    case .moduleAux(let module, _):
      guard moduleAux.count < RDBMetadata.auxLimit, !moduleAux.contains(module) else { return }
      moduleAux.append(module)
    case .hashTemplate: hashTemplates += 1
    case .other: break
    case .end(let place, let checksum):
      end = place
      storedChecksum = checksum
    }
  }

  /// The value of an AUX field; nil if it is missing or not UTF-8.
  package func aux(_ name: String) -> String? {
    let wanted = Array(name.utf8)
    guard let field = aux.first(where: { $0.name == wanted }) else { return nil }
    return String(validating: field.value, as: UTF8.self)
  }

  /// The creation time, from AUX `ctime`; nil for a number that is no time of a server: zero, or
  /// milliseconds.
  package var created: UnixMilliseconds? {
    guard let seconds = aux("ctime").flatMap({ Int64($0) }), seconds > 0,
      seconds < RDBMetadata.latestSecond
    else { return nil }
    return UnixMilliseconds(seconds * 1000)
  }

  /// The year 5138; milliseconds since 1973 are more.
  private static let latestSecond: Int64 = 100_000_000_000

  /// The creation time, unless it is after a moment: then a clock was wrong, and it counts as absent.
  package func created(before now: UnixMilliseconds) -> UnixMilliseconds? {
    created.flatMap { $0 > now ? nil : $0 }
  }
}

extension RDBMetadata {
  /// Reads the metadata before the first key; a container is unpacked only that far.
  /// - Throws: Damage before the first key, or the failure of the container.
  init(headOf bytes: RawSpan, _ unpacking: Unpacking? = nil) throws(JobFailure) {
    let scan = SweepScanner(
      try openScanner(bytes, unpacking), checksum: false, unpacking: unpacking)
    var batch = RecordBatch(capacity: 1)
    while scan.fill(&batch, from: bytes) != .end, batch.count == 0,
      scan.scan.scanner.state.offset < RDBMetadata.headLimit
    {
      batch.removeAll()
    }
    if let failure = scan.failure {
      if failure.isTruncation, let error = unpacking?.failure { throw JobFailure(error) }
      throw failure
    }
    self = scan.metadata
    dialect = scan.scan.scanner.context.dialect
  }
}

extension JobFailure {
  /// Whether the bytes ended early.
  package var isTruncation: Bool {
    guard case .damage(let damage) = self else { return false }
    return damage.error.reason == .truncated
  }
}
