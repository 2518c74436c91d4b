// What a file says beside its records, collected while it is scanned.

package import RDB

/// Everything a file says that is not a key.
package struct RDBMetadata: Sendable {
  /// A name and a value about the file.
  package struct Aux: Hashable, Sendable {
    /// The name.
    package var name: [UInt8]
    /// The value.
    package var value: [UInt8]
  }

  /// What the file says of a database.
  package struct Database: Hashable, Sendable {
    /// Keys, as the file promises; nil if it does not.
    package var promisedKeys: UInt64?
    /// Keys with an expiry, as the file promises.
    package var promisedExpires: UInt64?
  }

  /// AUX fields kept; KeyDB writes one per key, so there is an end to it.
  private static let auxLimit = 256
  /// Bytes before the first key that are looked at when only these are asked for.
  private static let headLimit = 64 << 20

  /// The header.
  package var header: RDBHeader
  /// Whose format it turned out to be.
  package var dialect: RDBDialect = .redis
  /// AUX fields, in order, up to 256.
  package private(set) var aux: [Aux] = []
  /// AUX fields in all.
  package private(set) var auxCount = 0
  /// Databases that were selected, by number.
  package private(set) var databases: [UInt32: Database] = [:]
  /// Function libraries.
  package private(set) var functionCount = 0
  /// Modules that have data beside the keys, each once, up to 256.
  package private(set) var moduleAux: [ModuleID] = []
  /// Opcodes that tell of cluster slots.
  package private(set) var slotHints = 0
  /// Slot imports that were under way.
  package private(set) var slotImports = 0
  /// Hash templates.
  package private(set) var hashTemplates = 0
  /// Where the end opcode is; nil while it was not read.
  package private(set) var end: Int?
  /// The checksum that the file gives; nil before version 5.
  package private(set) var storedChecksum: UInt64?
  private var current: UInt32 = 0

  /// Begins with a header.
  package init(header: RDBHeader) { self.header = header }

  /// Takes in what stands between records.
  mutating func note(_ event: RDBEvent, in bytes: RawSpan) {
    switch event {
    case .aux(let name, let value):
      auxCount += 1
      guard aux.count < RDBMetadata.auxLimit else { return }
      let name = name.spelled(in: bytes) ?? []
      aux.append(Aux(name: name, value: value.spelled(in: bytes) ?? []))
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

  /// The value of an AUX field, as text where it is.
  package func aux(_ name: String) -> String? {
    let wanted = Array(name.utf8)
    guard let field = aux.first(where: { $0.name == wanted }) else { return nil }
    return String(validating: field.value, as: UTF8.self)
  }

  /// When the file was begun, as AUX `ctime` says.
  package var created: UnixMilliseconds? {
    guard let seconds = aux("ctime").flatMap({ Int64($0) }) else { return nil }
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    return overflow ? nil : UnixMilliseconds(milliseconds)
  }
}

extension RDBMetadata {
  /// What a file says before its first key, as far as it has to come out of its containers for that.
  /// - Throws: Damage to the header, or to what stands before the first key; or why nothing came.
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
  /// Whether the bytes ended in the middle.
  package var isTruncation: Bool {
    guard case .damage(let damage) = self else { return false }
    return damage.error.reason == .truncated
  }
}
