// What a verification finds, as data: which rule is broken, how much it matters, where and whose.

package import RDB

/// Something that is not as it should be.
package struct Finding: Equatable, Sendable {
  /// How much it matters.
  package enum Severity: UInt8, Comparable, Sendable, CaseIterable {
    /// To be known; nothing is wrong with it.
    case note
    /// Servers load it, but it is not what a server writes.
    case warning
    /// It is damaged: servers refuse it, or it is not what was written.
    case error

    /// The lighter is the smaller.
    package static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
  }

  /// What is not as it should be.
  package enum Kind: Equatable, Sendable {
    /// Bytes are not what they must be.
    case damage(RDBError)
    /// The file says one checksum and has another.
    case checksum(stored: UInt64, computed: UInt64)
    /// A database has another number of keys than the file says.
    case keyCount(promised: UInt64, found: UInt64)
    /// The same of keys with an expiry.
    case expiringCount(promised: UInt64, found: UInt64)
    /// A cluster slot has another number of keys than the file says.
    case slotCount(slot: UInt16, promised: UInt64, found: UInt64)
    /// A key stands in a slot that is not its own.
    case wrongSlot(told: UInt16, own: UInt16)
    /// A key stands in one database twice.
    case duplicateKey(first: Int)
    /// Bytes behind the end of the file proper.
    case trailing(Int)
  }

  /// What is not as it should be.
  package var kind: Kind
  /// How much it matters.
  package var severity: Severity
  /// Where, in bytes from the start of the file.
  package var offset: Int
  /// The first byte of the record or opcode that it is about.
  package var start: Int
  /// The database, if it is about one.
  package var database: UInt32?
  /// The type byte of the value, if it is about one.
  package var type: RDBType?
  /// The key, spelled out, if it is about one.
  package var key: [UInt8]?
  /// What was being read.
  package var reading: Reading
  /// Bytes of the file.
  package var fileSize: Int

  /// Damage.
  package init(_ damage: Damage, _ severity: Severity = .error) {
    kind = .damage(damage.error)
    self.severity = severity
    offset = damage.error.offset
    start = damage.start
    database = damage.reading == .header ? nil : damage.database
    type = damage.type
    key = damage.key
    reading = damage.reading
    fileSize = damage.fileSize
  }

  /// A finding about a whole record.
  init(
    _ kind: Kind, _ severity: Severity, _ record: RDBRecord, key: [UInt8]?, fileSize: Int
  ) {
    self.kind = kind
    self.severity = severity
    offset = record.offset
    start = record.start
    database = record.database
    type = record.type
    self.key = key
    reading = .key
    self.fileSize = fileSize
  }

  /// A finding about a database, or about the file.
  init(
    _ kind: Kind, _ severity: Severity, at offset: Int, database: UInt32? = nil,
    _ reading: Reading, fileSize: Int
  ) {
    self.kind = kind
    self.severity = severity
    self.offset = offset
    start = offset
    self.database = database
    self.reading = reading
    self.fileSize = fileSize
  }

  /// The rule that is broken, by its name.
  package var rule: String {
    switch kind {
    case .damage(let error): FindingRules.name(error.reason, error.part)
    case .checksum: "checksum"
    case .keyCount: "count.keys"
    case .expiringCount: "count.expires"
    case .slotCount: "count.slot"
    case .wrongSlot: "slot"
    case .duplicateKey: "duplicate.key"
    case .trailing: "trailing"
    }
  }
}

/// Findings: all are counted, the first are kept.
package struct FindingList: Sendable {
  /// Findings that are kept.
  package static let limit = 1000

  /// The first of them, in the file's order.
  package private(set) var kept: [Finding] = []
  /// How many there are of each severity, by its number.
  private var counts = [UInt64](repeating: 0, count: Finding.Severity.allCases.count)

  /// Makes an empty list.
  package init() {}

  /// How many there are of a severity.
  package func count(_ severity: Finding.Severity) -> UInt64 { counts[Int(severity.rawValue)] }

  /// All of them.
  package var count: UInt64 { counts.reduce(0, +) }

  /// Whether there are more than are kept.
  package var isCut: Bool { count > UInt64(kept.count) }

  /// Adds a finding that comes behind all others in the file, or is about the file as a whole.
  package mutating func append(_ finding: Finding) {
    counts[Int(finding.severity.rawValue)] += 1
    if kept.count < FindingList.limit { kept.append(finding) }
  }

  /// Says how many bytes the file has, which is not known while it arrives.
  mutating func setFileSize(_ size: Int) {
    for index in kept.indices { kept[index].fileSize = size }
  }

  /// Adds findings that were made beside these.
  package mutating func merge(_ other: FindingList) {
    for index in counts.indices { counts[index] += other.counts[index] }
    // A list in the file's order each: what is cut off either is cut off both.
    kept = Array(
      (kept + other.kept).sorted { ($0.start, $0.offset) < ($1.start, $1.offset) }
        .prefix(FindingList.limit))
  }
}
