// The columns of key lists. Each exists once: its name here, its cell in `KeyRowWriter`, its width on
// a terminal in the command-line module.

package import RDB

/// A column of a key list; the raw value is its name.
package enum KeyColumn: String, CaseIterable, Sendable {
  /// The file, if there are several.
  case file
  /// The database.
  case db
  /// The key: in CSV and JSON two columns, `key` and `key_b64`.
  case key
  /// The answer to `TYPE`, or the module's name.
  case type
  /// How the value is laid out.
  case encoding
  /// The number of the RDB type.
  case rdbType = "rdb_type"
  /// Elements of the value.
  case elements
  /// Bytes of the record.
  case recordBytes = "record_bytes"
  /// The offset of the record in the file.
  case offset
  /// The expiry in milliseconds since 1970.
  case expiry = "expire_ms"
  /// Seconds since the last access.
  case idle
  /// The LFU counter.
  case frequency = "freq"
  /// The cluster slot.
  case slot
  /// The file of a log that changed the key.
  case logFile = "log_file"
  /// The offset of the command that changed the key last.
  case logOffset = "log_offset"
  /// Whether encoding and size are what a server would choose, since the log changed the key.
  case estimated

  /// Whether only keys of logs have a value.
  package var isOfLogs: Bool {
    switch self {
    case .logFile, .logOffset, .estimated: true
    default: false
    }
  }

  /// Bytes that the key takes in a server's memory, as MEMORY USAGE says.
  case memory
  /// Bytes that the server's allocator holds for the key.
  case realMemory = "real_memory"

  /// The columns that need no value, in their usual order; `file` only if rows name their file.
  package static func usual(namingFiles: Bool, ofLogs: Bool = false) -> [KeyColumn] {
    allCases.filter {
      !$0.isMeasured && ($0 != .file || namingFiles) && (!$0.isOfLogs || ofLogs)
    }
  }

  /// Whether the value is measured for it.
  package var isMeasured: Bool { self == .memory || self == .realMemory }
}

/// What was measured of a key.
package struct KeyMeasure: BitwiseCopyable, Sendable {
  /// Bytes of memory; nil if unknown.
  package var memory: Int?
  /// Bytes that the allocator holds; nil if unknown, or not asked for.
  package var realMemory: Int?
  /// Elements of the value.
  package var elements: Int
  /// Bytes of the longest element.
  package var longest: Int

  /// Makes a measure.
  package init(memory: Int?, elements: Int, longest: Int) {
    self.memory = memory
    self.elements = elements
    self.longest = longest
  }
}

/// A key and what its row is made of.
package struct KeyRow: Sendable {
  /// The record.
  package var record: RDBRecord
  /// The place of the decoded key in the bytes that come with the row.
  package var key: ByteRange
  /// The module, for a module's value.
  package var module: ModuleID?
  /// The dialect of the record's type.
  package var dialect: RDBDialect
  /// What was measured, if anything was.
  package var measure: KeyMeasure?
  /// Where a log changed the key last; nil for any other record.
  package var change: LoggedChange?

  /// Makes a row.
  package init(
    _ record: RDBRecord, key: ByteRange, module: ModuleID?, dialect: RDBDialect,
    change: LoggedChange? = nil
  ) {
    self.record = record
    self.key = key
    self.module = module
    self.dialect = dialect
    self.change = change
  }

  /// The encoding of the value; of a key that a log changed, what a server would choose.
  package var encoding: ValueEncoding { change?.encoding ?? record.encoding(in: dialect) }
}

/// Where a log changed a key last.
package struct LoggedChange: Sendable {
  /// The file of the log.
  package var file: [UInt8]
  /// The offset of the command; nil for a key that moved with its database.
  package var offset: Int?
  /// The encoding that a server would choose.
  package var encoding: ValueEncoding

  /// Makes a change.
  package init(file: [UInt8], offset: Int?, encoding: ValueEncoding) {
    self.file = file
    self.offset = offset
    self.encoding = encoding
  }
}

/// Encodes the rows of a key list.
package protocol KeyRowEncoder: Sendable {
  /// What separates two rows, if they do not end by themselves.
  var separator: StaticString? { get }
  /// Writes what precedes the first row.
  func begin(_ output: inout OutputBuffer)
  /// Writes one row; its key is in `keyBytes`.
  func append(_ row: KeyRow, in keyBytes: RawSpan, to output: inout OutputBuffer)
  /// Writes what follows the last row.
  func end(_ output: inout OutputBuffer, isEmpty: Bool)
}
