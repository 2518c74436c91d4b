// The failures that end a job, as data; the command-line module writes the messages.

package import RDB
package import Restore
package import Storage

/// The failure that ended a job.
package enum JobFailure: Error, Sendable {
  /// The file is damaged.
  case damage(Damage)
  /// A file could not be read or written.
  case system(SystemError)
  /// A container could not be opened or unpacked.
  case container(ContainerError)
  /// A pattern hit its match limit on a key.
  case pattern(KeyMatchError, text: [UInt8], key: [UInt8], offset: Int)
  /// The record that was asked for is not at its offset.
  case offset(WrongOffset)
  /// The range that was asked for is not one of the file.
  case range(WrongRange)
  /// The caller ended the job.
  case stopped
}

extension JobFailure {
  /// Makes the failure of an input.
  package init(_ error: InputError) {
    switch error {
    case .system(let error): self = .system(error)
    case .container(let error): self = .container(error)
    }
  }
}

/// The part of the file that was being read.
package enum Reading: String, Hashable, Sendable, CaseIterable {
  /// The header: the first nine bytes.
  case header
  /// Opcodes between records, including the attributes of the next key.
  case between
  /// A key.
  case key
  /// A value.
  case value
  /// The end opcode and the checksum.
  case end
}

/// Damage, with its location and record.
package struct Damage: Equatable, Sendable {
  /// The error and its offset.
  package var error: RDBError
  /// The file size in bytes.
  package var fileSize: Int
  /// The offset of the record or opcode that could not be read.
  package var start: Int
  /// The database.
  package var database: UInt32
  /// The type byte of the value, if it could be read.
  package var type: RDBType?
  /// The bytes of the key, if it could be read.
  package var key: [UInt8]?
  /// The part of the file that was being read.
  package var reading: Reading

  /// Damage to the header.
  package init(_ error: RDBError, fileSize: Int) {
    self.error = error
    self.fileSize = fileSize
    start = 0
    database = 0
    reading = .header
  }

  /// Damage between records.
  package init(_ error: RDBError, between start: Int, database: UInt32, fileSize: Int) {
    self.error = error
    self.fileSize = fileSize
    self.start = start
    self.database = database
    reading = .between
  }

  /// Damage to a record that was scanned to its end.
  package init(_ error: RDBError, in record: RDBRecord, key: [UInt8]?, fileSize: Int) {
    self.error = error
    self.fileSize = fileSize
    start = record.start
    database = record.database
    type = record.type
    self.key = key
    reading = error.offset < record.valueOffset ? .key : .value
  }

  /// Damage that the scanner found.
  package init(_ error: RDBError, scanner: RDBScanner, in bytes: RawSpan) {
    self.error = error.spanningHole(in: bytes)
    fileSize = bytes.byteCount
    let location = scanner.failureLocation(in: bytes)
    start = location.start
    database = scanner.state.database
    type = location.type
    key = location.key.flatMap { $0.unpacked(in: bytes) }
    reading =
      location.type?.shape(in: scanner.context.dialect) == nil
      ? .between : location.key == nil ? .key : .value
  }
}

extension RDBRecord {
  /// The bytes of the key; nil if it cannot be unpacked.
  package func readableKey(in bytes: RawSpan) -> [UInt8]? {
    (try? key(in: bytes)).flatMap { $0.unpacked(in: bytes) }
  }
}
