// What a tally counts: kinds of records, and how many there are of each.

/// What distinguishes one kind of record from another.
package struct RecordKind: Hashable, Sendable {
  /// The database.
  package var database: UInt32
  /// Whose meaning the type byte has.
  package var dialect: RDBDialect
  /// How values are laid out.
  package var type: RDBType
  /// How strings are stored: `.valueIsInteger`, `.valueIsLZF` or nothing.
  package var packing: RDBRecord.Flags
  /// The module, if it is one's.
  package var module: ModuleID?

  /// What a value is; a module's where the type has no meaning.
  package var shape: ValueShape { type.shape(in: dialect) ?? .module }

  /// How a value is laid out.
  package var encoding: ValueEncoding {
    if packing.contains(.valueIsInteger) { return .int }
    if packing.contains(.valueIsLZF) { return .lzf }
    return type.encoding(in: dialect)
  }
}

/// Records of one kind, added up.
package struct RecordCount: Hashable, BitwiseCopyable, Sendable {
  /// Records.
  package private(set) var keys: UInt64 = 0
  /// Elements, of records whose layout stores the count; saturates at `UInt64.max`.
  package private(set) var elements: UInt64 = 0
  /// Records whose layout does not store an element count.
  package private(set) var uncounted: UInt64 = 0
  /// Bytes of the records.
  package private(set) var bytes: UInt64 = 0
  /// Records with an expiry.
  package private(set) var expires: UInt64 = 0

  /// Makes a count of nothing.
  package init() {}

  @inline(__always)
  mutating func add(_ record: RDBRecord) {
    // Keys, bytes and expiries are bounded by the bytes of the file; elements are claims.
    keys &+= 1
    bytes &+= UInt64(truncatingIfNeeded: record.end &- record.start)
    if let count = record.elements {
      let (sum, overflow) = elements.addingReportingOverflow(count)
      elements = overflow ? .max : sum
    } else {
      uncounted &+= 1
    }
    if record.flags.contains(.expiry) { expires &+= 1 }
  }

  /// Adds strings that take so many bytes.
  mutating func addStrings(_ keys: UInt64, bytes: Int, expires: UInt64) {
    var strings = RecordCount()
    strings.keys = keys
    strings.elements = keys
    strings.bytes = UInt64(truncatingIfNeeded: bytes)
    strings.expires = expires
    merge(strings)
  }

  /// Adds another count.
  package mutating func merge(_ other: RecordCount) {
    keys &+= other.keys
    let (sum, overflow) = elements.addingReportingOverflow(other.elements)
    elements = overflow ? .max : sum
    uncounted &+= other.uncounted
    bytes &+= other.bytes
    expires &+= other.expires
  }
}
